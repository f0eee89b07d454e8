"""The corrected resampled t-test: two models on overlapping splits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from scipy import stats
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["CORRECTED_T", "corrected_t"]


def corrected_t(
    differences: Tensor,
    n_train: int,
    n_test: int,
    *,
    factor: Callable[[int, int, int], float] = lambda J, n_train, n_test: 1 / J + n_test / n_train,
    correction: int = 1,
    freedom: int = 1,
) -> tuple[float, float]:
    """Return (t, p) of Nadeau & Bengio (2003), for differences (J,) over J random splits."""
    values = [float(d) for d in differences]
    J = len(values)
    mean = sum(values) / J
    variance = sum((d - mean) ** 2 for d in values) / (J - correction)
    t = mean / math.sqrt(factor(J, n_train, n_test) * variance)
    return t, 2 * float(stats.t.sf(abs(t), J - freedom))


def _with(**how: Any) -> Callable[..., tuple[float, float]]:
    return lambda differences, n_train, n_test: corrected_t(differences, n_train, n_test, **how)


def _another_p(p: Callable[[float, int], float]) -> Callable[..., tuple[float, float]]:
    """Return the right t with another p, of t and J."""

    def wrong(differences: Tensor, n_train: int, n_test: int) -> tuple[float, float]:
        t = corrected_t(differences, n_train, n_test)[0]
        return t, float(p(t, len(differences)))

    return wrong


def _without_sign(differences: Tensor, n_train: int, n_test: int) -> tuple[float, float]:
    t, p = corrected_t(differences, n_train, n_test)
    return abs(t), p


def _by_the_variance(differences: Tensor, n_train: int, n_test: int) -> tuple[float, float]:
    J = len(differences)
    variance = differences.var().item()
    t = differences.mean().item() / ((1 / J + n_test / n_train) * variance)
    return t, 2 * float(stats.t.sf(abs(t), J - 1))


def _factor_outside(differences: Tensor, n_train: int, n_test: int) -> tuple[float, float]:
    J = len(differences)
    t = differences.mean().item() / ((1 / J + n_test / n_train) * differences.std().item())
    return t, 2 * float(stats.t.sf(abs(t), J - 1))


CORRECTED_T: Mistakes = {
    "That is the plain t-test, which takes the splits for independent: 1/J + n_test/n_train in "
    "place of 1/J.": _with(factor=lambda J, n_train, n_test: 1 / J),
    "You divide n_test by all examples. Divide it by n_train.": _with(
        factor=lambda J, n_train, n_test: 1 / J + n_test / (n_train + n_test)
    ),
    "The fraction is upside down: n_test/n_train.": _with(
        factor=lambda J, n_train, n_test: 1 / J + n_train / n_test
    ),
    "1/J is missing beside n_test/n_train.": _with(
        factor=lambda J, n_train, n_test: n_test / n_train
    ),
    "1/J and n_test/n_train are multiplied. Add them.": _with(
        factor=lambda J, n_train, n_test: n_test / n_train / J
    ),
    "1/(J − 1) stands where 1/J should.": _with(
        factor=lambda J, n_train, n_test: 1 / (J - 1) + n_test / n_train
    ),
    "Nothing is divided: the factor 1/J + n_test/n_train is missing.": _with(
        factor=lambda J, n_train, n_test: 1.0
    ),
    "The variance is divided by J. Divide by J − 1: a mean was taken off.": _with(correction=0),
    "You look up p with J degrees of freedom. There are J − 1.": _with(freedom=0),
    "You look up p with J − 2 degrees of freedom. There are J − 1.": _with(freedom=2),
    "You look up p in the normal distribution. With few splits Student's t has longer tails.": (
        _another_p(lambda t, J: 2 * stats.norm.sf(abs(t)))
    ),
    "That p is one tail. Take it twice.": _another_p(lambda t, J: stats.t.sf(abs(t), J - 1)),
    "p goes wrong where t is negative: take |t| first.": _another_p(
        lambda t, J: 2 * stats.t.sf(t, J - 1)
    ),
    "That is 1 − p: take the tail, `stats.t.sf`.": _another_p(
        lambda t, J: 1 - 2 * stats.t.sf(abs(t), J - 1)
    ),
    "That is 2·cdf(|t|), which is above 1. Take the tail, `stats.t.sf`.": _another_p(
        lambda t, J: 2 * stats.t.cdf(abs(t), J - 1)
    ),
    "You divide by the variance. Divide by the root of it, the factor under the root, too.": (
        _by_the_variance
    ),
    "1/J + n_test/n_train stands outside the root. It belongs under it.": _factor_outside,
    "The sign of t is lost: it tells who is ahead.": _without_sign,
    "The two are exchanged: (t, p).": lambda d, n_train, n_test: corrected_t(d, n_train, n_test)[
        ::-1
    ],
}
