"""The way from the source of a lesson to grades and feedback, with nothing put in its place."""

import graded_course
import pytest
from graded_course import NAME, answer, classroom, exported, hand_in

from nbteach.grading.grade import grade_class


@pytest.mark.sandbox
def test_from_source_to_grade(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = graded_course.make(tmp_path)
    hand_in(root, "ada", lambda notebook: None)
    hand_in(root, "ben", answer("two", "return 3"))  # right on the visible test alone
    grades = grade_class(root, NAME, jobs=1, say=lambda text: None)
    assert grades.differences == ()
    assert exported(root) == {"ada": "6.0", "ben": "4.0"}
    page = classroom(root) / "feedback" / "ben" / NAME / f"{NAME}.html"
    assert "(Score: 4.0 / 6.0)" in page.read_text()
