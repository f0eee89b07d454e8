"""What test cells call: compare an answer with the right one, and name the mistake.

`exercise` is the check of a test cell; `trial` runs an answer, `mistakes` and `diagnosis` find out
what went wrong, `compare` and `verdict` put it into words.
"""

from nblib.checks.cell import CheckFailed
from nblib.checks.exercise import AUTHOR, Exercise, exercise, hidden
from nblib.checks.trial import call_inplace, called, grad_of, student_line

__all__ = [
    "AUTHOR",
    "CheckFailed",
    "Exercise",
    "call_inplace",
    "called",
    "exercise",
    "grad_of",
    "hidden",
    "student_line",
]
