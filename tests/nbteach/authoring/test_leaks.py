"""The guard finds each way in which a release could give an answer away."""

import nbformat
import pytest
import tiny_course

from nbteach.authoring import build
from nbteach.authoring.leaks import leaks
from nbteach.authoring.rules import read

STUB = "# Your code here\nraise NotImplementedError"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tiny_course.make(tmp_path_factory.mktemp("leaks") / "course")
    build.build(root)
    return root


def found(course, tmp_path, tamper):
    """Tamper with the release, and return what the guard says of it."""
    notebook = nbformat.read(course / "notebooks/01_tiny/01_tiny.ipynb", as_version=4)
    tamper(notebook, {cell.id: cell for cell in notebook.cells})
    path = tmp_path / "01_tiny.ipynb"
    nbformat.write(notebook, path)
    return list(leaks(path, read(course / "solutions/01_tiny.py"), STUB))


def test_a_sound_release_has_no_leak(course, tmp_path):
    assert found(course, tmp_path, lambda notebook, cells: None) == []


def test_the_released_source_notebook_would_leak_everything(course):
    path = course / "build/source/01_tiny/01_tiny.ipynb"
    said = "\n".join(leaks(path, read(course / "solutions/01_tiny.py"), STUB))
    for part in ("BEGIN SOLUTION", "HIDDEN TESTS", "has no stub", 'shows the answer of "double"'):
        assert part in said


@pytest.mark.parametrize(
    ("cell", "source", "leak"),
    [
        ("setup", "### END SOLUTION", 'cell "setup" holds the words END SOLUTION'),
        ("double", "def double(x): ...", 'cell "double" asks for an answer but has no stub'),
        ("setup", "  twice = x + x\n\n  return twice", 'cell "setup" shows the answer of "double"'),
    ],
)
def test_a_leak_in_a_cell_is_named(course, tmp_path, cell, source, leak):
    def tamper(_, cells):
        cells[cell].source = source

    assert found(course, tmp_path, tamper) == [leak]


def test_outputs_and_counts_are_leaks(course, tmp_path):
    def tamper(_, cells):
        cells["setup"].execution_count = 3
        cells["double"].outputs = [nbformat.v4.new_output("stream", text="42")]

    assert found(course, tmp_path, tamper) == [
        'cell "setup" holds an output',
        'cell "double" holds an output',
    ]


def test_jupytext_metadata_is_a_leak(course, tmp_path):
    def tamper(notebook, _):
        notebook.metadata["jupytext"] = {"formats": "ipynb,py:percent"}

    (leak,) = found(course, tmp_path, tamper)
    assert "jupytext metadata" in leak


def test_only_whole_lines_count_as_an_answer(course, tmp_path):
    def tamper(_, cells):
        cells["setup"].source = "twice = x + x  # a part of the answer only"

    assert found(course, tmp_path, tamper) == []
