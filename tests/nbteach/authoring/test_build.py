"""The build: what students get, byte by byte, and what it refuses to publish."""

import json
from pathlib import Path

import nbformat
import pytest
import tiny_course

from nbteach.authoring import build, lesson
from nbteach.authoring.rules import read

NOTEBOOK = "notebooks/01_tiny/01_tiny.ipynb"
INDEX = "notebooks/README.md"
PAGES = [INDEX, "notebooks/glossary.md", "notebooks/myths.md", "notebooks/take_away.md"]


@pytest.fixture
def course(tmp_path):
    return tiny_course.make(tmp_path / "course")


def cells(path):
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def tree(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_students_get_stub_and_visible_tests_only(course):
    assert build.build(course) == [f"{path}: written" for path in (NOTEBOOK, *PAGES)]
    released = cells(course / NOTEBOOK)
    assert released["double"].source == (
        "def double(x: float) -> float:\n"
        '    """Return twice `x`."""\n'
        "    # Your code here\n"
        "    raise NotImplementedError"
    )
    assert released["double-test"].source == "assert double(1) == 2"
    assert released["double-test"].metadata.tags == ["raises-exception"]
    assert released["double-test"].metadata.jupyter == {"source_hidden": True}
    assert not {"tags", "jupyter"} & released["double"].metadata.keys()
    text = (course / NOTEBOOK).read_text()
    assert not any(word in text for word in ("SOLUTION", "HIDDEN", "twice = ", "jupytext"))


def test_nbgrader_metadata_is_complete(course):
    build.build(course)
    words = {name: cell.metadata.get("nbgrader") for name, cell in cells(course / NOTEBOOK).items()}
    flags = {
        name: (
            w["solution"],
            w["grade"],
            w["locked"],
            w["task"],
            w["schema_version"],
            w.get("points"),
        )
        for name, w in words.items()
        if w
    }
    assert flags == {
        "setup": (False, False, True, False, 3, None),
        "double": (True, False, False, False, 3, None),
        "double-test": (False, True, True, False, 3, 2),
    }


def test_the_answers_stay_in_the_source_folder_alone(course):
    stray = course / "build/source/01_tiny/answers.txt"
    stray.parent.mkdir(parents=True)
    stray.write_text("nbgrader would copy this into the release")
    build.build(course)
    assert [path.name for path in tree(course / "build")] == ["01_tiny.ipynb"]
    assert "twice = " in (course / "build/source/01_tiny/01_tiny.ipynb").read_text()
    assert {path.name for path in tree(course / "notebooks")} == {
        Path(path).name for path in (NOTEBOOK, *PAGES)
    }


def test_building_again_changes_nothing(course):
    build.build(course)
    before = tree(course)
    assert build.build(course) == []
    assert tree(course) == before
    assert not (course / "classroom").exists()


def test_a_notebook_that_was_worked_in_is_kept(course):
    build.build(course)
    notebook = course / NOTEBOOK
    worked_in = notebook.read_text().replace('"execution_count": null', '"execution_count": 3')
    notebook.write_text(worked_in)
    (said,) = build.build(course)
    kept = course / said.partition("kept as ")[2]
    assert kept.read_text() == worked_in
    assert notebook.read_text() != worked_in


def test_an_inserted_cell_changes_only_itself(course):
    build.build(course)
    before = cells(course / NOTEBOOK)
    new = "# %%\nprint(double(21))\n\n# %% [markdown]\n# Between.\n\n# %% nbgrader"
    tiny_course.write(course, tiny_course.LESSON.replace("# %% nbgrader", new, 1))
    build.build(course)
    after = cells(course / NOTEBOOK)
    kept = {name: after[name] for name in before}
    assert [cell.source for cell in kept.values()] == [cell.source for cell in before.values()]
    assert len(after) == len(before) + 2


def test_cells_with_the_same_source_have_different_ids(course):
    path = tiny_course.write(course, tiny_course.LESSON + "\n# %%\nx = 1\n" * 3)
    ids = [cell.id for cell in build.source_notebook(read(path)).cells]
    assert len(set(ids)) == len(ids) == 8
    assert ids[-2:] == [f"{ids[-3]}-1", f"{ids[-3]}-2"]


@pytest.mark.parametrize("step", build.STEPS)
def test_steps_leave_their_notebook_alone(course, step):
    notebook = read(course / "solutions/01_tiny.py").notebook
    for earlier in build.STEPS[: build.STEPS.index(step)]:
        notebook = earlier(notebook)
    before = json.dumps(notebook)
    assert json.dumps(step(notebook)) != before
    assert json.dumps(notebook) == before


def test_the_source_notebook_knows_nothing_of_its_text_file(course):
    text = tiny_course.LESSON.replace("# %% tags", "# %% Show it tags")
    notebook = build.source_notebook(read(tiny_course.write(course, text)))
    nbformat.validate(notebook)
    assert notebook.metadata.keys() == {"kernelspec", "language_info"}
    assert {key for cell in notebook.cells for key in cell.metadata} == {
        "jupyter",
        "nbgrader",
        "tags",
    }


def test_a_lesson_that_is_gone_takes_its_notebook_along(course):
    tiny_course.write(course, tiny_course.LESSON, "02_gone")
    build.build(course)
    own_file = course / "notebooks/01_tiny/notes.txt"
    own_file.write_text("a student's")
    (course / "solutions/02_gone.py").unlink()
    assert build.build(course) == [
        "notebooks/02_gone/02_gone.ipynb: removed, for its lesson is gone",
        f"{INDEX}: written",
    ]
    assert not (course / "notebooks/02_gone").exists()
    assert not (course / "build/source/02_gone").exists()
    assert own_file.exists()


def test_a_refused_lesson_changes_nothing(course):
    build.build(course)
    before = tree(course / "notebooks")
    tiny_course.write(course, tiny_course.LESSON.replace("return twice", "return x"))
    tiny_course.write(course, tiny_course.LESSON.replace(', "points": 2', ""), "02_malformed")
    with pytest.raises(
        lesson.LessonError, match=r"02_malformed\.py:16: a graded cell without points"
    ):
        build.build(course)
    assert tree(course / "notebooks") == before


def test_an_answer_shown_elsewhere_is_refused(course):
    shown = tiny_course.LESSON + "\n# %%\ndef again(x):\n  twice = x + x\n  return twice\n"
    tiny_course.write(course, shown)
    with pytest.raises(build.BuildError, match=r'01_tiny: cell ".*" shows the answer of "double"'):
        build.build(course)
    assert not (course / "notebooks").exists()
    assert list((course / "build").iterdir()) == []


def test_a_refusal_of_nbgrader_is_told_with_its_reason(course):
    future = tiny_course.LESSON.replace('"points": 2', '"points": 2, "schema_version": 4')
    tiny_course.write(course, future)
    with pytest.raises(build.BuildError, match="use an newer version"):
        build.build(course)


def test_check_is_silent_about_a_fresh_build_and_writes_nothing(course):
    build.build(course)
    before = tree(course)
    assert build.check(course) == []
    assert tree(course) == before


def test_check_finds_a_stale_notebook(course):
    build.build(course)
    tiny_course.write(course, tiny_course.LESSON.replace("Return twice", "Return double"))
    (account,) = build.check(course)
    assert account.startswith(f"{NOTEBOOK}: stale\n")
    assert '-    """Return twice `x`."""' in account
    assert '+    """Return double `x`."""' in account
