"""The best of n trials, on average over all draws from the trials that were made."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["EXPECTED_BEST", "expected_best"]


def expected_best(
    scores: Tensor,
    n: int,
    *,
    order: Callable[[np.ndarray], np.ndarray] = np.sort,
    probabilities: Callable[[np.ndarray, int], np.ndarray] = lambda below, n: np.diff(below**n),
) -> float:
    """Return the mean of the best of n trials, drawn with replacement from these scores."""
    x = order(scores.double().numpy())
    below = np.arange(len(x) + 1) / len(x)
    return float((x * probabilities(below, n)).sum())


def _without_replacement(scores: Tensor, n: int) -> float:
    x, size = np.sort(scores.double().numpy()), min(n, len(scores))
    ways = np.array([math.comb(i, size - 1) for i in range(len(x))], dtype=float)
    return float((x * ways).sum() / ways.sum())


def _with(**how: Any) -> Callable[[Tensor, int], float]:
    return lambda scores, n: expected_best(scores, n, **how)


EXPECTED_BEST: Mistakes = {
    "That is the mean of the scores: the best of one.": lambda scores, n: float(
        scores.double().mean()
    ),
    "That is the largest score of all. The best of n trials is mostly less.": lambda scores, n: (
        float(scores.max())
    ),
    "You draw without replacement. Here any trial may come again.": _without_replacement,
    "That is the mean of the worst of n: the scores must rise.": (
        lambda scores, n: -expected_best(-scores, n)
    ),
    "The scores are not sorted.": _with(order=lambda x: x),
    "That is for n − 1 trials.": lambda scores, n: expected_best(scores, n - 1),
    "That is for n + 1 trials.": lambda scores, n: expected_best(scores, n + 1),
    "That is the mean of the n best scores.": lambda scores, n: float(
        scores.double().sort(descending=True).values[:n].mean()
    ),
    "That is the best of the first n scores. Take the mean over all draws.": lambda scores, n: (
        float(scores[:n].max())
    ),
    "You add up the scores times (i/m)ⁿ. Its steps, (i/m)ⁿ − ((i−1)/m)ⁿ, are the probabilities.": (
        _with(probabilities=lambda below, n: below[1:] ** n)
    ),
    "That is a quantile, the median of the best. The mean is wanted.": (
        lambda scores, n: float(
            scores.double().sort().values[math.ceil(len(scores) * 0.5 ** (1 / n)) - 1]
        )
    ),
    "That is the number n times the mean.": lambda scores, n: float(n * scores.double().mean()),
    "The steps belong one place further: xᵢ goes with (i/m)ⁿ − ((i−1)/m)ⁿ.": _with(
        probabilities=lambda below, n: np.diff(below**n, prepend=0)[:-1]
    ),
    "The power is taken after the difference. Take (i/m)ⁿ first.": _with(
        probabilities=lambda below, n: np.diff(below) ** n
    ),
    "The root is taken, 1/n, in place of the power n.": _with(
        probabilities=lambda below, n: np.diff(below ** (1 / n))
    ),
    "You divide by m + 1: the probabilities do not add up to 1. Divide by m.": _with(
        probabilities=lambda below, n: np.diff((below * (len(below) - 1) / len(below)) ** n)
    ),
    "n is cut at the number of scores. One may draw more often.": lambda scores, n: expected_best(
        scores, min(n, len(scores))
    ),
    "Equal scores are counted once. Each of them counts.": lambda scores, n: expected_best(
        scores.unique(), n
    ),
}
