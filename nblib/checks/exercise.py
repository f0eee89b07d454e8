"""What test cells call: compare an answer with the right one, and name the mistake.

    with checks.exercise("Momentum", points=2, hidden=1) as check:
        new_params, state = check.call(momentum_step, params, grads, {}, 0.1, 0.9)
        check.close(new_params, [0.95], mistakes={"The step goes uphill.": [1.05]})

A check that fails shows what was called, what was expected and what came, and, if a known mistake
gives just this result, that mistake. Then it raises one short exception, so the same cell grades.
"""

from __future__ import annotations

import copy
import inspect
import re
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from types import TracebackType
from typing import Any

import torch

from nblib.checks.compare import describe, mismatch
from nblib.checks.verdict import Verdict, show

__all__ = [
    "CheckFailed",
    "Exercise",
    "call_inplace",
    "exercise",
    "grad_of",
    "hidden",
    "student_line",
]


_HINTS = "Stuck? The hints above unfold one by one."


class CheckFailed(AssertionError):
    """An answer is not right yet. `verdict` holds all that was shown to the student."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.headline)
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:
        """IPython asks for this; the verdict above says more than a traceback would."""
        return [f"{type(self).__name__}: {self}"]


def exercise(title: str, *, points: float, hidden: int = 0) -> Exercise:
    """Return the check of one test cell.

    `points` is what the cell is worth and `hidden` the number of hidden parts in it, both told to
    the student; the build refuses a lesson in which they are not true.
    """
    worth = f"Worth {points:g} point{'s' * (points != 1)}"
    if hidden:
        parts = f"{hidden} more hidden part{'s' * (hidden != 1)}"
        return Exercise(title, f"{worth}, decided with {parts} when your work is graded.", _HINTS)
    return Exercise(title, f"{worth}; nothing hidden.", _HINTS)


def hidden(title: str) -> Exercise:
    """Return the check of one hidden part, which runs only when work is graded."""
    return Exercise(title, "This part runs only when work is graded.")


class Exercise:
    """One test cell, or one hidden part of it: `with checks.exercise(...) as check:`."""

    def __init__(self, title: str, footer: str, advice: str = "") -> None:
        self._title, self._footer, self._advice = title, footer, advice
        self._call: Callable[[], dict[str, str]] = dict  # tells what was called, if asked
        self._comparisons = 0

    def __enter__(self) -> Exercise:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if error is None:
            self._pass()
        elif isinstance(error, NotImplementedError):
            self._fail("not solved yet", diagnosis="Write your answer above, then run this again.")
        elif isinstance(error, Exception) and not isinstance(error, CheckFailed):
            facts = self._call() | {"raised": f"{type(error).__name__}: {error}"}
            # An error that comes from another process brings its line with it.
            line = getattr(error, "student_line", None)
            line = line or student_line(traceback.extract_tb(error.__traceback__)[1:])
            self._fail("stopped with an error", facts | line)

    def call(
        self, function: Callable[..., Any], *args: Any, may_change: Collection[int] = ()
    ) -> Any:
        """Call `function` and return its result; it must leave its arguments as they were.

        `may_change` holds the positions of arguments that it is free to change. What was called is
        told to the student if the next comparison fails.
        """
        self._call = lambda: {"called": _call_text(function, args)}
        result, after = call_inplace(function, *args)
        for position, (old, new) in enumerate(zip(args, after, strict=True)):
            if position not in may_change and not _same(new, old):
                self._fail(
                    "an argument was changed",
                    self._call() | {"before": describe(old), "after": describe(new)},
                    "Return something new and leave what you are given as it is: "
                    "`a += b` and `a.add_(b)` write into `a`.",
                )
        called = self._call
        self._call = lambda: called() | {"returned": describe(result)}
        return result

    def close(
        self,
        actual: Any,
        expected: Any,
        *,
        mistakes: Mapping[str, Any] | None = None,
        rtol: float | None = None,
        atol: float | None = None,
        same_dtype: bool = False,
    ) -> None:
        """Compare numbers, arrays, tensors or nested lists of them (see `compare.mismatch`).

        `mistakes` maps a sentence to the value that this mistake produces; the student is told the
        sentence whose value came. With `same_dtype`, tensors must have the dtype of `expected`.
        """
        self._comparisons += 1
        tolerance = {"rtol": rtol, "atol": atol}
        known = mistakes or {}
        for sentence, wrong in known.items():
            if mismatch(wrong, expected, **tolerance) is None:
                raise ValueError(f"this mistake gives the right answer: {sentence!r}")
        difference = mismatch(actual, expected, **tolerance)
        if difference is None:
            if same_dtype:
                self._same_dtype(actual, expected)
            return
        named = (text for text, wrong in known.items() if not mismatch(actual, wrong, **tolerance))
        place = f" {difference.path}" if difference.path else ""
        facts = {key: value for key, value in self._call().items() if key != "returned"}
        facts |= {f"expected{place}": difference.expected, f"got{place}": difference.got}
        if difference.detail:
            facts["where"] = difference.detail
        self._fail(
            "not right yet", facts, next(named, _habit(actual, expected)), difference.picture
        )

    def equal(self, actual: Any, expected: Any, mistakes: Mapping[str, Any] | None = None) -> None:
        """Compare exactly: names, counts, sets. `mistakes` as in `close`."""
        self.close(actual, expected, mistakes=mistakes, rtol=0, atol=0)

    def that(self, condition: bool, otherwise: str, **facts: Any) -> None:
        """Demand a condition; `otherwise` is the sentence to the student, `facts` the evidence."""
        self._comparisons += 1
        if not condition:
            shown = {name.replace("_", " "): describe(value) for name, value in facts.items()}
            self._fail("not right yet", self._call() | shown, diagnosis=otherwise)

    def _same_dtype(self, actual: Any, expected: Any) -> None:
        pairs = (
            [(actual, expected)]
            if torch.is_tensor(expected)
            else zip(actual, expected, strict=True)
        )
        for came, wanted in pairs:
            dtype = getattr(came, "dtype", type(came).__name__)
            if dtype != wanted.dtype:
                self._fail(
                    "the numbers are right, the dtype is not",
                    {"expected": str(wanted.dtype), "got": str(dtype)},
                    "Keep the dtype of what you are given: float32 in, float32 out.",
                )

    def _pass(self) -> None:
        count = f"{self._comparisons} comparison{'s' * (self._comparisons != 1)} right"
        show(Verdict(True, f"{self._title}: {count}", footer=self._footer))

    def _fail(
        self,
        outcome: str,
        facts: dict[str, str] | None = None,
        diagnosis: str = "",
        picture: str = "",
    ) -> None:
        headline = f"{self._title}: {outcome}"
        footer = f"{self._footer} {self._advice}".rstrip()
        verdict = Verdict(False, headline, facts or {}, diagnosis, picture, footer)
        show(verdict)
        raise CheckFailed(verdict) from None


def call_inplace(function: Callable[..., Any], *args: Any) -> tuple[Any, tuple[Any, ...]]:
    """Call `function` on copies; return its result and the arguments as they are afterwards."""
    if remote := getattr(type(function), "__call_inplace__", None):  # it lives in another process
        return remote(function, *args)
    own = copy.deepcopy(args)
    return function(*own), own


def grad_of(function: Callable[..., torch.Tensor], x: torch.Tensor, *others: Any) -> torch.Tensor:
    """Return the gradient of a scalar `function(x, *others)` by `x`, of its shape, by autograd."""
    if remote := getattr(type(function), "__grad_of__", None):
        return remote(function, x, *others)
    point = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(function(point, *others), point)
    return gradient


def _same(new: Any, old: Any) -> bool:
    """Callables and generators cannot be compared by value, and pass."""
    if callable(old) or isinstance(old, torch.Generator):
        return True
    return mismatch(new, old, rtol=0, atol=0) is None


def _call_text(function: Callable[..., Any], args: tuple[Any, ...]) -> str:
    """Write the call with the student's own names of the arguments, where they can be known."""
    try:
        names = [f"{name}=" for name in inspect.signature(function).parameters]
    except (TypeError, ValueError):
        names = []
    names += [""] * (len(args) - len(names))
    shown = ", ".join(name + describe(value) for name, value in zip(names, args, strict=False))
    return f"{getattr(function, '__name__', 'your function')}({shown})"


def student_line(frames: Sequence[traceback.FrameSummary]) -> dict[str, str]:
    """Return the last of the frames that lies in a notebook cell, if any, as a fact to show."""
    cells = [f for f in frames if re.match(r"<(?!frozen )|.*ipykernel", f.filename)]
    return {"at": f"line {cells[-1].lineno} of {cells[-1].name}: {cells[-1].line}"} if cells else {}


def _habit(actual: Any, expected: Any) -> str:
    """Name a slip that is known from any exercise."""
    if actual is None:
        return "Your function returned None: is the `return` missing?"
    if _negated(actual, expected):
        return "The sign is flipped."
    if not _finite(actual):
        return "There is a NaN or an infinity in it: look for a division by zero or an overflow."
    return ""


def _negated(actual: Any, expected: Any) -> bool:
    if isinstance(expected, list | tuple) and isinstance(actual, list | tuple):
        return (
            bool(expected) and len(actual) == len(expected) and all(map(_negated, actual, expected))
        )
    try:
        return mismatch(-actual, expected) is None
    except TypeError:
        return False


def _finite(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_finite, value))
    if isinstance(value, float) or (torch.is_tensor(value) and value.is_floating_point()):
        return bool(torch.isfinite(torch.as_tensor(value)).all())
    return True
