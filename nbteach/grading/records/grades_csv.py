"""`grades.csv`: the grades of every lesson, for the teacher's spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student

from nbteach.grading.records import spreadsheet
from nbteach.grading.records.scores import marks

__all__ = ["COLUMNS", "export"]

COLUMNS = (  # those of nbgrader's own export
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


def export(book: Gradebook, path: Path) -> None:
    """Write the grades of every lesson; a submission without a grade gets no 0.0, but nothing.

    Who handed in nothing has the 0.0 that nbgrader gives.
    """
    table: list[Sequence[object]] = [COLUMNS]
    for lesson in book.assignments:
        without = _without_grade(book, lesson.name)
        table += [_row(book, lesson, student, without) for student in book.students]
    spreadsheet.write(path, table)


def _row(book: Gradebook, lesson: Assignment, student: Student, without: set[str]) -> list[object]:
    identity = [student.id, student.last_name, student.first_name, student.email]
    try:
        found = book.find_submission(lesson.name, student.id)
    except MissingEntry:
        return [lesson.name, lesson.duedate, None, *identity, 0.0, 0.0, 0.0, lesson.max_score]
    penalty = found.late_submission_penalty
    scores: list[object] = [found.score, penalty, max(0.0, found.score - penalty)]
    if student.id in without:
        scores = [None, penalty, None]
    return [lesson.name, lesson.duedate, found.timestamp, *identity, *scores, lesson.max_score]


def _without_grade(book: Gradebook, lesson: str) -> set[str]:
    """Return the students of whose submission a test has no points yet."""
    return {student for student, theirs in marks(book, lesson).items() if theirs.score is None}
