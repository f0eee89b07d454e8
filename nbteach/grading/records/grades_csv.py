"""`grades.csv`: the grades of every lesson, for the teacher's spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student

from nbteach.grading.policy.class_rules import Rules
from nbteach.grading.policy.lateness import judged, times
from nbteach.grading.records import spreadsheet
from nbteach.grading.records.scores import marks

__all__ = ["COLUMNS", "export"]

COLUMNS = (  # those of nbgrader's own export
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
    "late",  # and this in words
)


def export(book: Gradebook, path: Path, rules: Rules | None = None) -> None:
    """Write the grades of every lesson; a submission without a grade gets no 0.0, but nothing.

    Who handed in nothing has the 0.0 that nbgrader gives. By the class's `rules`, the last column
    says what is late.
    """
    table: list[Sequence[object]] = [COLUMNS]
    late = {who: judged(rules or Rules(), who, known) for who, known in times(book).items()}
    for lesson in book.assignments:
        without = _without_grade(book, lesson.name)
        for student in book.students:
            found = late.get(student.id, {}).get(lesson.name)
            row = _row(book, lesson, student, without)
            table.append([*row, found.words if found else None])
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
