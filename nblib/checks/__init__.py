"""What test cells call: compare an answer with the right one, and name the mistake."""

from nblib.checks.exercise import (
    CheckFailed,
    Exercise,
    call_inplace,
    exercise,
    grad_of,
    hidden,
    student_line,
)

__all__ = [
    "CheckFailed",
    "Exercise",
    "call_inplace",
    "exercise",
    "grad_of",
    "hidden",
    "student_line",
]
