"""What a test told a student, read off its stored outputs."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from nbteach.grading.execution import Execution, Outcome
from nbteach.report.lesson_facts import Sayings

__all__ = ["UNNAMED", "Said", "said"]

UNNAMED = "Wrong, and no mistake that the lesson knows."
_HIDDEN = "Right on the visible part, wrong on the numbers drawn when it was graded."
_ENDED: Mapping[Outcome, str] = {
    "time-out": "Ran out of time.",
    "memory": "Took too much memory.",
    "died": "Ended its own process.",
}


class Said(NamedTuple):
    """Why a test failed. `is_named`: the check named the very mistake."""

    text: str
    is_named: bool = False


def said(execution: Execution, test: str, answer: str, sayings: Sayings) -> Said | None:
    """Return why a test failed, or None where it passed or the exercise was left unsolved.

    Args:
        execution: the stored result of a submission.
        test, answer: the grade_id of the test, and that of the cell that it judges.
        sayings: what the check of this test can say; nothing else is believed.
    """
    outcome = execution.tests.get(test, "passed")  # an older result may know fewer tests
    if outcome == "passed":
        return None
    if outcome in _ENDED:
        return Said(_ENDED[outcome])
    if error := next(iter(_errors(execution.outputs.get(answer, []))), ""):
        return Said(f"The answer's cell itself stops with {error}.")
    verdict = _last_verdict(execution.outputs.get(test, []))
    headline = verdict.partition("\n")[0]
    if headline.endswith(": not solved yet"):
        return None
    if headline.endswith(": not defined"):
        return Said("The answer is not there, or has another name.")
    if headline.endswith(": stopped with an error"):
        raised = re.search(r"^  raised +(\w+):", verdict, re.MULTILINE)
        return Said(f"Stops with {_error(raised[1] if raised else '')}.")
    diagnosis = re.findall(r"^  → (.+)$", verdict, re.MULTILINE)
    if diagnosis and (known := sayings.recognize(diagnosis[-1])):
        return Said(known, is_named=True)
    return Said(_HIDDEN if "This part runs only when work is graded." in verdict else UNNAMED)


def _last_verdict(outputs: Iterable[Mapping[str, Any]]) -> str:
    texts = [output.get("data", {}).get("text/plain", "") for output in outputs]
    return next((text for text in reversed(texts) if text.startswith("✗ ")), "")


def _errors(outputs: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (_error(out["ename"]) for out in outputs if out["output_type"] == "error")


def _error(name: str) -> str:
    """Name an error of Python's; a class of the student's own could be called anything."""
    known = getattr(builtins, name, None)
    is_error = isinstance(known, type) and issubclass(known, BaseException)
    if not is_error:
        return "an error"
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
