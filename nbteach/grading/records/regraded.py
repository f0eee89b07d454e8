"""What another lesson does to somebody's points: exercise by exercise, and why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nbgrader.utils import is_grade

from nbteach.grading.execution import Execution
from nbteach.grading.notebooks.lesson_bundle import Bundle
from nbteach.grading.pages.remarks import exercise_of
from nbteach.grading.records.scores import Mark, Marks

__all__ = ["COLUMNS", "Row", "rows", "verdict"]

COLUMNS = ("student", "exercise", "before", "after", "change", "why")
TOTAL = "all"


@dataclass(frozen=True)
class Row:
    """A student, an exercise and its points: None where the lesson does not have it."""

    student: str
    exercise: str
    before: float | None
    after: float | None
    why: str = ""

    @property
    def change(self) -> float:
        """The points that are won, or lost if negative."""
        return (self.after or 0.0) - (self.before or 0.0)

    @property
    def cells(self) -> tuple[object, ...]:
        """The line in the table, in the order of `COLUMNS`."""
        return self.student, self.exercise, self.before, self.after, self.change, self.why


def rows(
    student: str,
    bundle: Bundle,
    held: Marks,
    before: Execution | None,
    after: Execution,
    *,
    is_same: bool = True,
) -> Iterator[Row]:
    """Yield the exercises whose points are not what they were, and then all points together.

    Args:
        student: whose work it is.
        bundle: the lesson as it is now.
        held: what the gradebook holds, marks by hand included, which stay.
        before, after: what came of running the work with the lesson then, if that is kept, and now.
        is_same: whether it is the work that was graded then.
    """
    old, new, worth = (defaultdict[str, float](float) for _ in range(3))
    for test, mark in held.tests.items():
        old[exercise_of(test)] += mark.score or 0.0
    for words in (cell.metadata.nbgrader for cell in bundle.notebook.cells if _is_test(cell)):
        name, test = exercise_of(words.grade_id), words.grade_id
        auto = words.points if after.tests.get(test) == "passed" else 0.0
        worth[name] += words.points
        new[name] += _counted(held.tests.get(test), auto)
    found = []
    for name in dict.fromkeys([*old, *new]):
        row = Row(student, name, old.get(name), new.get(name))
        if row.before != row.after:
            why = _why(row, held, before, after) if worth.get(name, 1) else "not counted"
            found.append(replace(row, why=why))
    if found:
        work = "" if is_same else "other work than was graded before"
        yield from found
        yield Row(student, TOTAL, sum(old.values()), sum(new.values()), work)


def _is_test(cell: Mapping[str, Any]) -> bool:
    return "nbgrader" in cell["metadata"] and is_grade(cell)


def _counted(mark: Mark | None, auto: float) -> float:
    if mark is None:
        return auto
    return (auto if mark.by_hand is None else mark.by_hand) + (mark.extra or 0.0)


def _why(row: Row, held: Marks, before: Execution | None, after: Execution) -> str:
    if row.after is None:
        lost = [mark for test, mark in held.tests.items() if exercise_of(test) == row.exercise]
        by_hand = any(mark.by_hand is not None or mark.extra for mark in lost)
        return "no longer in the lesson" + "; by hand, which goes too" * by_hand
    now, then = verdict(after, row.exercise), verdict(before, row.exercise) if before else ""
    if row.before is None:
        return "new in the lesson" + f"; now: {now}" * bool(now)
    if row.change < 0:
        return f"now: {now}" if now else "worth less now"
    return f"before: {then}" if then else "worth more now"


def verdict(execution: Execution, exercise: str) -> str:
    """Return what the first failing test of an exercise said, in one line; "" if none failed."""
    for test, outcome in execution.tests.items():
        if exercise_of(test) == exercise and outcome != "passed":
            outputs = execution.outputs.get(test, [])
            texts = [str(out.get("data", {}).get("text/plain", "")) for out in outputs]
            texts = [text for text in texts if text.startswith("✗ ")]
            errors = [out for out in outputs if out["output_type"] == "error"]
            if texts:
                told = re.findall(r"^  → (.+)$", texts[-1], re.MULTILINE)
                return " ".join([texts[-1].partition("\n")[0], *told[-1:]])
            if outcome == "failed" and errors:
                return f"{errors[0]['ename']}: {errors[0]['evalue']}".split("\n")[0].rstrip(": ")
            return outcome
    return ""
