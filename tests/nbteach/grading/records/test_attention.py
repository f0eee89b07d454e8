"""When work comes in anew: marks given by hand are said, and so is that points fell."""

import sqlite3
from contextlib import closing
from pathlib import Path

import fake_runner
import pytest
from graded_course import NAME, answer, classroom, hand_in, make

from nbteach.grading import grade
from nbteach.grading.processes import runner
from nbteach.grading.summary import Result

KEPT = "given by hand before, and kept: "


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ada's answer to three is wrong."""
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)
    root = make(tmp_path)
    hand_in(root, "ada", answer("three", "return 0"))
    assert graded(root).score == 3
    return root


def graded(root: Path) -> Result:
    grades = grade.grade_class(root, NAME, required="none", jobs=1, say=lambda _: None)
    assert grades.differences == ()
    return grades.results[0]


def by_hand(root: Path, test: str, column: str, points: float | None) -> None:
    """Give a mark as formgrader does, which thereby has been looked at."""
    with closing(sqlite3.connect(classroom(root) / "gradebook.db")) as book, book:
        book.execute(
            f"UPDATE grade SET {column} = ?, needs_manual_grade = 0 WHERE cell_id IN "
            "(SELECT id FROM base_cell WHERE name = ?)",
            (points, test),
        )


def test_a_mark_by_hand_is_said_when_better_work_comes_and_until_somebody_looks(root):
    by_hand(root, "three-test", "manual_score", 1)
    assert graded(root).note == "wrong: three"  # nothing came in
    hand_in(root, "ada", lambda notebook: None)
    found = graded(root)
    assert found.score == 4
    assert f"{KEPT}three 1 (by the tests 3); look again in formgrader" in found.note
    assert graded(root).note == found.note
    by_hand(root, "three-test", "manual_score", None)
    assert (graded(root).score, graded(root).note) == (6, "")


def test_extra_credit_is_said_too(root):
    by_hand(root, "one-test", "extra_credit", 0.5)
    hand_in(root, "ada", lambda notebook: None)
    found = graded(root)
    assert found.score == 6.5
    assert f"{KEPT}one +0.5 extra; look" in found.note
    by_hand(root, "one-test", "extra_credit", 0.5)
    assert graded(root).note == ""


def test_marks_by_hand_are_said_where_the_new_work_has_no_grade(root):
    by_hand(root, "three-test", "manual_score", 1)
    hand_in(root, "ada", "no notebook")
    assert f"{KEPT}three 1 (by the tests nothing)" in graded(root).note


def test_worse_work_that_replaces_better_one_is_said(root):
    hand_in(root, "ada", answer("two", "return 0"))
    assert graded(root).score == 4  # better
    assert "the work before" not in graded(root).note
    (classroom(root) / "earlier" / "ada" / NAME).mkdir(parents=True)
    hand_in(root, "ada", answer("three", "return 1"))
    place = f"classroom/default/earlier/ada/{NAME}"
    words = f"wrong: three; the work before had 4 points by the tests; it is kept in {place}"
    assert graded(root).note == words
    assert graded(root).note == words


def test_work_without_a_grade_that_replaces_a_graded_one_is_said(root):
    hand_in(root, "ada", "no notebook")
    assert "the work before had 3 points by the tests" in graded(root).note


def test_the_same_work_with_other_points_is_said_once(root, monkeypatch):
    """As when a library is another one."""
    monkeypatch.setattr("nbteach.grading.records.result_store._environment", lambda: "another")
    execute = fake_runner.FakeRunner.execute

    def kinder(self: fake_runner.FakeRunner, notebook: object) -> object:
        found = execute(self, notebook)
        found.tests["three-test"] = "passed"
        found.outputs["three-test"].clear()
        return found

    monkeypatch.setattr(fake_runner.FakeRunner, "execute", kinder)
    assert graded(root) == Result("ada", 6, "the same work had 3 points before")
    assert graded(root).note == ""
