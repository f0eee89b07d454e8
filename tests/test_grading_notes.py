"""What a teacher is told about a submission names the cells and the reason."""

import nbformat
from nbgrader.utils import compute_checksum

from nblib.grading import notes
from nblib.grading.results import Grades, Result, table


def cell(name: str, error: str = "", **words: object) -> nbformat.NotebookNode:
    """A cell of a lesson as it was released, perhaps with the error that it ended with."""
    made = nbformat.v4.new_code_cell(f"# {name}")
    made.metadata["nbgrader"] = {"grade_id": name, "grade": False, "solution": False} | words
    made.metadata.nbgrader["checksum"] = compute_checksum(made)
    if error:
        made.outputs = [nbformat.v4.new_output("error", ename=error, evalue="", traceback=[])]
    return made


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=list(cells))


def test_differences_name_what_is_missing_and_what_was_locked_and_changed():
    changed, answered = cell("setup", locked=True), cell("adam", solution=True)
    changed.source = answered.source = "another text"
    submission = notebook(changed, answered, cell("sgd-test", grade=True, points=1, locked=True))
    lesson = ["setup", "adam", "adam-test", "sgd-test"]
    assert [*notes.differences(submission, lesson)] == [
        "missing: adam-test",
        "changed, restored: setup",
    ]
    assert [*notes.differences(notebook(cell("setup", locked=True)), ["setup"])] == []


def test_outcome_tells_each_lost_exercise_once():
    graded = notebook(
        cell("sgd", "SyntaxError"),
        cell("sgd-test", "NameError"),
        cell("adam-test-2", "CellTimeoutError"),
        cell("clip", "NotImplementedError"),
        cell("clip-test", "CheckFailed"),
        cell("decay-test", "CheckFailed"),
    )
    lost = ["sgd", "adam", "clip", "decay"]
    assert [*notes.outcome(graded, unsolved=["clip"], lost=lost)] == [
        "ran out of time in adam-test-2",
        "SyntaxError in sgd",
        "1 exercise unsolved",
        "wrong: decay",
    ]


def test_long_lists_are_cut():
    names = ["a", "b", "c", "d", "e"]
    assert [*notes.outcome(notebook(), unsolved=[], lost=names)] == ["wrong: a, b, c, 2 more"]


def test_table_averages_grades_only_and_asks_for_a_human():
    results = Result("s01", 2, ""), Result("s02", None, "broken"), Result("s03", None, "", False)
    lines = table(Grades("01_x", 4, results)).splitlines()
    assert lines[1] == "  s01    2"
    assert lines[-2:] == [
        "Mean of 1 graded: 2.0 of 4 (50%).",
        "Without a grade, see the notes above: s02.",
    ]


def test_table_of_nobody():
    assert table(Grades("01_x", 4, ())) == "01_x, 4 points"
