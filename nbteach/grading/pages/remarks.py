"""What a teacher should know about a submission, in one line each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from nbteach.grading.execution import Execution

__all__ = ["exercise_of", "failure", "outcome"]

_ENDED = {
    "time-out": "ran out of time in",
    "memory": "took too much memory in",
    "died": "ended its own process in",
}


def exercise_of(test: str) -> str:
    """Return the exercise that a test cell belongs to; both are named by their grade_id.

    >>> exercise_of("momentum-test"), exercise_of("momentum-test-2")
    ('momentum', 'momentum')
    """
    return re.sub(r"-test(-\d+)?$", "", test)


def failure(error: Exception) -> str:
    """Return why a result could not be recorded, and what to do."""
    reason = (str(error).splitlines() or [""])[0]
    return (
        f"no grade: nbgrader stopped ({type(error).__name__}: {reason[:80]}); "
        "see grading.log, and run the same command again"
    )


def outcome(execution: Execution, unsolved: Collection[str], lost: Sequence[str]) -> Iterator[str]:
    """Say where a submission lost points.

    `unsolved` are the exercises left as they were released, `lost` those without all their points.
    """
    told = set(unsolved)
    for kind, words in _ENDED.items():
        if names := [name for name, how in execution.tests.items() if how == kind]:
            yield f"{words} {_some(names)}"
            told.update(map(exercise_of, names))
    for name in lost:
        if name not in told and (error := _error(execution, name)):
            told.add(name)
            yield f"{error} in {name}"
    if unsolved:
        yield f"{len(unsolved)} exercise{'s' * (len(unsolved) != 1)} unsolved"
    if wrong := [name for name in lost if name not in told]:
        yield f"wrong: {_some(wrong)}"


def _some(names: Sequence[str], at_most: int = 3) -> str:
    rest = [f"{len(names) - at_most} more"] if len(names) > at_most else []
    return ", ".join([*names[:at_most], *rest])


def _error(execution: Execution, cell: str) -> str | None:
    outputs = execution.outputs.get(cell, [])
    return next((out["ename"] for out in outputs if out["output_type"] == "error"), None)
