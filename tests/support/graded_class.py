"""A class whose gradebook was filled without running anybody's work."""

from collections.abc import Mapping
from pathlib import Path

import tiny_course

from nbteach.classroom.roster import Person, enrol
from nbteach.grading.course import environment, gradebook, load

__all__ = ["LESSON", "grade_by_hand"]

LESSON = "01_tiny"


def grade_by_hand(
    root: Path, people: Mapping[str, tuple[str, str]], scores: Mapping[str, float]
) -> Path:
    """Make a course with a lesson of 5 points; return `root`.

    Args:
        root: the folder of the course.
        people: first and last name, and number in the LMS, by id.
        scores: the points of those who have handed in, by id.
    """
    tiny_course.make(root)
    with environment():
        course = load(root)
        roster = []
        for name, (full, number) in people.items():
            first, _, last = full.partition(" ")
            roster.append(Person(name, first, last, "", number))
        enrol(course, roster)
        with gradebook(course) as book:
            book.add_assignment(LESSON)
            book.add_notebook(LESSON, LESSON)
            book.add_grade_cell("a-test", LESSON, LESSON, max_score=5, cell_type="code")
            for student, score in scores.items():
                book.add_submission(LESSON, student).notebooks[0].grades[0].auto_score = score
            book.db.commit()
    return root
