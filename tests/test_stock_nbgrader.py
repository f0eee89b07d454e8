"""What honest submissions earn is what nbgrader as it comes gives them, test by test."""

import fake_runner
import pytest
import stock_nbgrader
from graded_course import NAME, answer, classroom, delete, hand_in, make, replace

from nblib.grading import grade, runner
from nblib.grading.course import environment, gradebook, load
from nblib.grading.marks import marks


@pytest.mark.slow
def test_points_are_those_of_stock_nbgrader(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)
    ours, theirs = make(tmp_path / "ours"), make(tmp_path / "theirs")
    for root in (ours, theirs):
        hand_in(root, "s01", lambda notebook: None)
        hand_in(root, "s02", answer("two", "return 3"))
        hand_in(root, "s03", replace("three", "raise ValueError"))
        hand_in(root, "s04", delete("one-test"))
    grade.grade(ours, NAME, required="none", say=lambda text: None)
    with environment():
        course = load(ours)
        with gradebook(course) as book:
            held = marks(book, NAME)
    points = {
        student: {name: mark.auto for name, mark in kept.tests.items()}
        for student, kept in held.items()
    }
    assert stock_nbgrader.grade(theirs, NAME, feedback=True) == points
    assert len([*(classroom(theirs) / "feedback").rglob("*.html")]) == 4
