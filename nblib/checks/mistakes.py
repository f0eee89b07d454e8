"""Known mistakes are functions: each is tried on all inputs that the answer was tried on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from nblib.checks.compare import as_array, mismatch
from nblib.checks.trial import Input, Trial, trial

__all__ = ["Mistakes", "named", "not_separated"]

Mistakes = Mapping[str, Callable[..., Any]]

_UNEXPLAINED = 0.02  # of the error that a mistake makes, for another epsilon or another rounding


def named(
    mistakes: Mistakes, inputs: Sequence[Input], expected: Sequence[Trial], got: Sequence[Trial]
) -> str:
    """Return the first sentence whose mistake agrees with the answer on every input, or ""."""
    for sentence, wrong in mistakes.items():
        tried = (trial(wrong, on) for on in inputs)  # one by one: most part at the first
        if all(map(_agree, got, tried, expected)):
            return sentence
    return ""


def not_separated(
    reference: Callable[..., Any], mistakes: Mistakes, inputs: Sequence[Input]
) -> list[str]:
    """Return, in words, each mistake that no input tells from the right answer or from another.

    >>> not_separated(lambda x: x * x, {"You add.": lambda x: x + x}, [(2,)])
    ['no input tells this mistake from the right answer: You add.']
    """
    right = [trial(reference, on) for on in inputs]
    tried = {sentence: [trial(wrong, on) for on in inputs] for sentence, wrong in mistakes.items()}
    alike = [
        f"no input tells this mistake from the right answer: {sentence}"
        for sentence, wrong in tried.items()
        if all(map(_right, wrong, right))
    ]
    alike += [
        f"no input tells these mistakes apart: {one} | {other}"
        for one, other in combinations(tried, 2)
        if all(map(_agree, tried[one], tried[other], right))
    ]
    return alike


def _agree(got: Trial, wrong: Trial, right: Trial) -> bool:
    """Whether a mistake explains what came: up to a small part of its own effect."""
    if got.error or wrong.error:
        return type(got.error) is type(wrong.error) or _names(got) == _names(wrong)
    return explained(got.outcome, wrong.outcome, right.outcome)


def _right(wrong: Trial, right: Trial) -> bool:
    return _names(wrong) == _names(right) and _equal(wrong.outcome, right.outcome)


def _names(of: Trial) -> str:
    # An error of another process has the name of its class, and not the class.
    return type(of.error).__name__ if of.error else ""


def explained(got: Any, wrong: Any, right: Any) -> bool:
    """Compare part by part; numbers that are not finite agree with each other."""
    if isinstance(wrong, list | tuple) and as_array(wrong, nested=True) is None:
        if not isinstance(got, list | tuple) or len(got) != len(wrong):
            return False
        same = isinstance(right, list | tuple) and len(right) == len(wrong)
        return all(map(explained, got, wrong, right if same else wrong))
    if isinstance(wrong, Mapping):
        if not isinstance(got, Mapping) or set(got) != set(wrong):
            return False
        rights = right if isinstance(right, Mapping) else {}
        return all(explained(got[k], wrong[k], rights.get(k, wrong[k])) for k in wrong)
    a, w, e = (as_array(value, nested=True) for value in (got, wrong, right))
    if a is None or w is None:
        return _equal(got, wrong)
    if a.shape != w.shape:
        return False
    a, w = a.astype(np.float64), w.astype(np.float64)
    finite = np.isfinite(w)
    if (np.isfinite(a) != finite).any():
        return False
    a, w = a[finite], w[finite]
    e = e.astype(np.float64)[finite] if e is not None and e.shape == finite.shape else w
    effect = np.where(np.isfinite(e), np.abs(w - np.where(np.isfinite(e), e, w)), 0.0)
    small = np.minimum(_UNEXPLAINED * effect, 0.75 * np.abs(w))  # 0 is never nearly something
    return bool((np.abs(a - w) <= 1e-6 + 1e-4 * np.abs(w) + small).all())


def _equal(got: Any, wanted: Any) -> bool:
    return mismatch(got, wanted, rtol=1e-4, atol=1e-6) is None
