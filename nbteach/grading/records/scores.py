"""What the gradebook holds for a lesson, cell by cell, read at once for the whole class."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    SubmittedAssignment,
    SubmittedNotebook,
)

from nbteach.grading.execution import Outcome

__all__ = ["Mark", "Marks", "differing", "marks"]


@dataclass(frozen=True)
class Mark:
    """The points of one test."""

    auto: float | None  # given by the grader
    score: float | None  # what counts: given by hand, if anything was; None without a grade
    most: float
    by_hand: float | None = None  # in place of `auto`
    extra: float | None = None  # by hand, on top
    is_stale: bool = False  # whether the test ran again since somebody gave that


@dataclass
class Marks:
    """What the gradebook holds for one student's submission."""

    tests: dict[str, Mark] = field(default_factory=dict)  # by grade_id
    comments: dict[str, str | None] = field(default_factory=dict)  # by grade_id of the answer
    penalty: float = 0.0

    @property
    def score(self) -> float | None:
        """The points of the submission, or None where a test has none yet."""
        scores = [mark.score for mark in self.tests.values()]
        return None if None in scores else sum(score for score in scores if score is not None)

    @property
    def auto(self) -> float:
        """The points that the tests gave."""
        return sum(mark.auto or 0.0 for mark in self.tests.values())

    @property
    def lost(self) -> set[str]:
        """The tests without all their points."""
        return {name for name, mark in self.tests.items() if (mark.score or 0) < mark.most}

    @property
    def untouched(self) -> set[str]:
        """The answers that nbgrader found as they were released."""
        return {name for name, comment in self.comments.items() if comment == "No response."}

    @property
    def digest(self) -> str:
        """A digest of all that feedback shows of this."""
        shown = {name: (mark.score, mark.most) for name, mark in self.tests.items()}
        everything = json.dumps([shown, self.comments, self.penalty], sort_keys=True)
        return hashlib.sha256(everything.encode()).hexdigest()


def marks(book: Gradebook, lesson: str, student: str | None = None) -> dict[str, Marks]:
    """Return the marks of all who have a submission for a lesson, or of one of them, by student."""

    def rows(*columns: Any, cells: type[Grade | Comment] | None = None) -> Any:
        query = book.db.query(SubmittedAssignment.student_id, *columns)
        query = query.join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        query = query.join(
            SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id
        )
        if cells:
            query = query.join(cells, cells.notebook_id == SubmittedNotebook.id)
            query = query.join(BaseCell, BaseCell.id == cells.cell_id)
        query = query.filter(Assignment.name == lesson)
        return query.filter(SubmittedAssignment.student_id == student) if student else query

    found: dict[str, Marks] = defaultdict(Marks)
    for name, penalty in rows(SubmittedNotebook.late_submission_penalty):
        found[name].penalty += penalty or 0.0
    columns = BaseCell.name, Grade.auto_score, Grade.score, Grade.max_score
    by_hand = Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade
    for name, test, auto, score, most, manual, extra, waits in rows(
        *columns, *by_hand, cells=Grade
    ):
        kept = None if auto is None and manual is None else score
        is_stale = waits and (manual is not None or bool(extra))
        found[name].tests[test] = Mark(auto, kept, most, manual, extra, is_stale)
    for name, answer, comment in rows(BaseCell.name, Comment.comment, cells=Comment):
        found[name].comments[answer] = comment
    return dict(found)


def differing(tests: Mapping[str, Outcome], held: Marks) -> list[str]:
    """Return the tests whose points in the gradebook are not those that their outcome earns.

    >>> held = Marks({"adam-test": Mark(auto=0, score=2, most=2)})
    >>> differing({"adam-test": "passed"}, held), differing({"adam-test": "failed"}, held)
    (['adam-test'], [])
    """

    def differs(name: str, outcome: Outcome) -> bool:
        mark = held.tests.get(name)
        return mark is None or mark.auto != (mark.most if outcome == "passed" else 0)

    return [name for name, outcome in tests.items() if differs(name, outcome)]
