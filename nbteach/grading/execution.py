"""What came of running one submission: the immutable result that is stored and replayed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self, get_args

__all__ = ["Execution", "Fault", "Outcome"]

Outcome = Literal["passed", "failed", "time-out", "memory", "died"]


@dataclass(frozen=True)
class Execution:
    """The outputs of every cell that ran, and how each test ended.

    What students do (pass, fail, run out of time or memory, die) is a value; only a fault of the
    grader itself is an exception, and never becomes 0 points.
    """

    outputs: dict[str, list[dict[str, Any]]]  # by cell id, as in nbformat 4
    tests: dict[str, Outcome]  # by grade_id
    notes: tuple[str, ...] = ()  # what the teacher should know, a sentence each
    cpu_seconds: float = 0.0  # of the student's processes
    peak_memory: int = 0  # bytes, of the same
    is_doubtful: bool = False  # time ran out, or a process died: repeated, alone, before it counts

    def to_json(self) -> str:
        """Return this as JSON text, the same for equal results."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raises ValueError for anything else."""
        try:
            fields = json.loads(text)
            outputs, tests, notes = (fields[name] for name in ("outputs", "tests", "notes"))
            if not all(isinstance(shown, list) for shown in outputs.values()):
                raise TypeError("outputs are lists")
            if not set(tests.values()) <= {*get_args(Outcome)}:
                raise TypeError(f"an outcome is one of {get_args(Outcome)}")
            return cls(**fields | {"notes": tuple(notes)})
        except (TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"this is no result of a submission: {error!r}") from error


@dataclass(frozen=True)
class Fault:
    """The grader failed, again and again, and not the student: a matter for a human."""

    reason: str
