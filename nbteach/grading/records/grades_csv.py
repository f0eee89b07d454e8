"""`grades.csv`: the grades of every lesson, for the teacher's spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

from nbgrader.api import Assignment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import CsvExportPlugin

__all__ = ["export"]


def export(book: Gradebook, path: Path) -> None:
    """Write the grades of every lesson; a submission without a grade gets no 0.0, but nothing.

    Who handed in nothing keeps the 0.0 that nbgrader gives.
    """
    part = path.with_suffix(".part")
    CsvExportPlugin(to=str(part)).export(book)
    without = _without_grade(book)
    with part.open(newline="", encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    for row in rows:
        if (row["assignment"], row["student_id"]) in without:
            row["raw_score"] = row["score"] = ""
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0] if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(path)


def _without_grade(book: Gradebook) -> set[tuple[str, str]]:
    """Return lesson and student of each submission in which a test has no points yet."""
    query = book.db.query(Assignment.name, SubmittedAssignment.student_id)
    query = query.join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
    query = query.join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    query = query.join(Grade, Grade.notebook_id == SubmittedNotebook.id)
    query = query.filter(Grade.auto_score.is_(None), Grade.manual_score.is_(None))
    return {(lesson, student) for lesson, student in query.distinct()}
