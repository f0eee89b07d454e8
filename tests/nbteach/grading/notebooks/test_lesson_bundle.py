"""A lesson is graded with just what nbgrader's gradebook would restore."""

import shutil

import nbformat
import pytest
import tiny_course
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory

from nbteach.authoring.build import build
from nbteach.grading import course
from nbteach.grading.notebooks.lesson_bundle import Bundle, BundleError, is_students, load_bundle


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tiny_course.make(tmp_path_factory.mktemp("bundle") / "course")
    build(root)
    return root


@pytest.fixture(scope="module")
def bundle(root) -> Bundle:
    return load_bundle(root, "01_tiny")


def test_tests_are_whole_and_answers_are_stubs(bundle):
    cells = {cell.id: cell for cell in bundle.notebook.cells}
    assert "math.pi" in cells["double-test"].source
    assert "math.pi" not in bundle.released["double-test"]
    assert "raise NotImplementedError" in cells["double"].source
    assert "twice =" not in cells["double"].source
    assert [name for name, cell in cells.items() if is_students(cell)] == ["double"]


def test_it_is_what_nbgrader_records(root, bundle):
    config = course.load(root).config
    config.CourseDirectory.release_directory = "elsewhere"
    config.CourseDirectory.assignment_id = "01_tiny"
    where = CourseDirectory(config=config)
    with course.environment():
        GenerateAssignment(coursedir=where, config=config, create_assignment=True).start()
    with Gradebook(where.db_url, where.course_id) as book:
        recorded = {
            cell.name: (cell.source, cell.checksum, cell.cell_type, cell.locked)
            for cell in book.find_notebook("01_tiny", "01_tiny").source_cells
        }
    assert recorded == {
        cell.id: (cell.source, said.checksum, cell.cell_type, said.locked)
        for cell in bundle.notebook.cells
        if (said := cell.metadata.get("nbgrader"))
    }


def test_the_digest_tells_lessons_apart_that_differ_in_a_hidden_test_only(tmp_path, bundle):
    root = tiny_course.make(tmp_path / "course")
    build(root)
    assert load_bundle(root, "01_tiny").digest == bundle.digest
    tiny_course.write(root, tiny_course.LESSON.replace("2 * math.pi", "math.tau"))
    assert build(root) == []  # students see no difference
    assert load_bundle(root, "01_tiny").digest != bundle.digest


def test_a_lesson_that_is_not_built_or_half_built_is_refused(tmp_path, root):
    with pytest.raises(BundleError, match=r"there is no .*02_more\.ipynb; run `nblib build`"):
        load_bundle(root, "02_more")
    shutil.copytree(root / "notebooks", tmp_path / "notebooks")
    shutil.copytree(root / "build", tmp_path / "build")
    path = tmp_path / "notebooks/01_tiny/01_tiny.ipynb"
    notebook = nbformat.read(path, as_version=4)
    del notebook.cells[0]
    nbformat.write(notebook, path)
    with pytest.raises(BundleError, match="other cells than its source; run `nblib build`"):
        load_bundle(tmp_path, "01_tiny")
