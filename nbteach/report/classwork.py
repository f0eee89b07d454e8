"""What a class did in a lesson, as tables, from the gradebook and the stored results."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import gradebook, results_folder
from nbteach.grading.execution import Execution
from nbteach.grading.pages.remarks import exercise_of
from nbteach.grading.records.recorder import autograded
from nbteach.grading.records.result_store import Store, key_of
from nbteach.grading.records.scores import Marks, marks
from nbteach.grading.records.submissions import students
from nbteach.report.check_messages import said
from nbteach.report.lesson_facts import LessonFacts

__all__ = ["WHEN", "Classwork", "classwork"]

WHEN = ("first", "last")
_REASONS = ["student", "exercise", "text", "is_named"]


@dataclass(frozen=True)
class Classwork:
    """A class and a lesson. Rows are graded students; columns are exercises, by grade_id."""

    points: pd.DataFrame  # float, what was earned
    tried: pd.DataFrame  # bool, whether the answer is no longer the stub
    reasons: pd.DataFrame  # a row for each reason why a student lost points in an exercise
    guesses: pd.DataFrame = field(default_factory=pd.DataFrame)  # by cell; an option, "" or None
    asked: pd.DataFrame = field(default_factory=pd.DataFrame)  # bool, by (question, "first"/"last")
    names: Mapping[str, str] = field(default_factory=dict)  # by student, where they are known
    ungraded: tuple[str, ...] = ()  # handed in something, and have no grade
    absent: tuple[str, ...] = ()  # handed in nothing


def classwork(course: CourseDirectory, facts: LessonFacts) -> Classwork:
    """Read what `nblib grade` stored for a lesson."""
    with gradebook(course) as book:
        held = marks(book, facts.name)
        names = {
            one.id: f"{one.first_name or ''} {one.last_name or ''}".strip() for one in book.students
        }
    graded = {
        student: mark
        for student, mark in sorted(held.items())
        if mark.tests and mark.score is not None
    }
    store = Store(results_folder(course))
    shown = {student: autograded(course, facts.name, student) for student in graded}
    reasons = [
        (student, *reason)
        for student, notebook in shown.items()
        if (execution := store.get(key_of(notebook) or ""))
        for reason in _reasons(execution, facts)
    ]
    everybody = names.keys() | {*students(course)}
    return Classwork(
        points=_table(graded, facts, _points).astype(float),
        tried=_table(graded, facts, lambda mark, name: name not in mark.untouched).astype(bool),
        reasons=pd.DataFrame(reasons, columns=_REASONS).drop_duplicates(ignore_index=True),
        guesses=pd.DataFrame(
            [_guesses(notebook, facts) for notebook in shown.values()],
            index=[*shown],
            columns=[question.cell for question in facts.questions],
            dtype=object,  # None stays None
        ),
        asked=pd.DataFrame(
            [_known(notebook, facts) for notebook in shown.values()],
            index=[*shown],
            columns=pd.MultiIndex.from_product([[each.name for each in facts.asked], WHEN]),
            dtype=bool,
        ),
        names=names,
        ungraded=tuple(sorted(held.keys() - graded.keys())),
        absent=tuple(sorted(everybody - held.keys())),
    )


def _table(graded: Mapping[str, Marks], facts: LessonFacts, entry: Any) -> pd.DataFrame:
    rows = [[entry(mark, each.name) for each in facts.exercises] for mark in graded.values()]
    columns = [each.name for each in facts.exercises]
    return pd.DataFrame(rows, index=[*graded], columns=columns)


def _points(marks: Marks, exercise: str) -> float:
    mine = (mark for test, mark in marks.tests.items() if exercise_of(test) == exercise)
    return sum(mark.score or 0.0 for mark in mine)


def _reasons(execution: Execution, facts: LessonFacts) -> Iterator[tuple[str, str, bool]]:
    for test in facts.tests:
        exercise = exercise_of(test)
        if reason := said(execution, test, exercise, facts.sayings[test]):
            yield exercise, reason.text, reason.is_named


def _guesses(notebook: Mapping[str, Any], facts: LessonFacts) -> list[str | None]:
    """Return, for each question, the option that was chosen: None for none, "" for another."""
    written = _sources(notebook)
    return [_guess(written.get(q.cell, ""), q.options) for q in facts.questions]


def _guess(source: str, options: tuple[str, ...]) -> str | None:
    """Return the last text or `...` that a cell assigns; it is read, never run.

    >>> [_guess(f"prediction = {it}", ("yes", "no")) for it in ("'no'", "'perhaps'", "...")]
    ['no', '', None]
    """
    found = _assigned(source)
    if found is ...:
        return None
    return found if isinstance(found, str) and found in options else ""


def _known(notebook: Mapping[str, Any], facts: LessonFacts) -> list[bool]:
    """Return, for each question that is asked twice, whether either answer is right."""
    written = _sources(notebook)
    answers = [(one, _assigned(written.get(at, ""))) for one in facts.asked for at in one.cells]
    return [isinstance(it, dict) and it.get(one.name) == one.right for one, it in answers]


def _sources(notebook: Mapping[str, Any]) -> dict[str, str]:
    return {cell.get("id"): "".join(cell["source"]) for cell in notebook.get("cells", [])}


def _assigned(source: str) -> Any:
    """Return the last literal that a cell assigns, or an empty text."""
    found: Any = ""
    with suppress(SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        for node in ast.parse(source).body:
            if isinstance(node, ast.Assign):
                found = ast.literal_eval(node.value)
    return found
