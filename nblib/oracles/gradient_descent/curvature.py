"""The largest stable rate and its search: right, and wrong in the ways that people write them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes

__all__ = [
    "BISECT",
    "LARGEST_STABLE_LR",
    "Play",
    "bisect_lr",
    "insist_on_halving",
    "largest_stable_lr",
    "search",
]

Play = Callable[[Callable[..., Any]], Any]


def largest_stable_lr(hessian: Tensor) -> float:
    """Return 2/λ for the largest eigenvalue λ of a symmetric matrix, shape (n, n)."""
    return 2 / torch.linalg.eigvalsh(hessian).max().item()


def _curvatures(of: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda hessian: of(torch.linalg.eigvalsh(hessian))  # rising


LARGEST_STABLE_LR: Mistakes = {
    "1/λ is the rate that settles a valley in one step; twice that is still stable.": (
        _curvatures(lambda e: 1 / e[-1])
    ),
    "You took the flattest valley. The steepest one is the strictest.": (
        _curvatures(lambda e: 2 / e[0])
    ),
    "That is one rate for each valley. All must survive: take the smallest.": (
        _curvatures(lambda e: 2 / e)
    ),
    "2/(λmax + λmin) is the fastest rate. The largest stable one is larger.": (
        _curvatures(lambda e: 2 / (e[-1] + e[0]))
    ),
    "2/(λmax − λmin): the smallest curvature plays no part here.": (
        _curvatures(lambda e: 2 / (e[-1] - e[0]))
    ),
    "The trace adds up all curvatures; only the largest one counts.": (
        _curvatures(lambda e: 2 / e.sum())
    ),
    "You took the mean of the curvatures; the largest one counts.": (
        _curvatures(lambda e: 2 / e.mean())
    ),
    "The determinant multiplies all curvatures; only the largest one counts.": (
        _curvatures(lambda e: 2 / e.prod())
    ),
    "The diagonal of H holds the curvatures along the axes, not those along the eigenvectors.": (
        lambda hessian: 2 / hessian.diagonal().max()
    ),
    "That is the Frobenius norm of H. The largest eigenvalue is smaller.": (
        lambda hessian: 2 / hessian.norm()
    ),
    "You took the largest row sum of H. The largest eigenvalue is not above it.": (
        lambda hessian: 2 / hessian.abs().sum(dim=1).max()
    ),
    "Upside down: a large curvature demands a small learning rate.": (
        _curvatures(lambda e: e[-1] / 2)
    ),
    "You multiply by the curvature. Divide by it.": _curvatures(lambda e: 2 * e[-1]),
    "That is the largest curvature itself. What learning rate does it allow?": (
        _curvatures(lambda e: e[-1])
    ),
    "You squared the curvature. ηλ < 2, without a square.": _curvatures(lambda e: 2 / e[-1] ** 2),
    "You took the root of the curvature. ηλ < 2, without a root.": (
        _curvatures(lambda e: 2 / e[-1].sqrt())
    ),
}


def search(check: Exercise, border: float, low: float, high: float, tolerance: float) -> Play:
    """Return a play that hands a search the question whether a learning rate is above `border`.

    What counts is the learning rate that comes back: `border` itself, if it is that near. A search
    that asks 200 times is stopped.
    """

    def play(bisect: Callable[..., Any]) -> Any:
        tried = []

        def diverges(lr: float) -> bool:
            tried.append(lr)
            check.that(
                len(tried) <= 200,
                "200 trainings, and still no answer: halving needs a dozen.",
                last_tried=tried[-3:],
            )
            return bool(lr > border)

        lr = bisect(diverges, low, high, tolerance)
        is_one = not isinstance(lr, list | tuple) and lr is not None
        return border if is_one and abs(lr - border) <= tolerance * (1 + 1e-6) else lr

    return play


def insist_on_halving(
    check: Exercise,
    bisect: Callable[..., Any],
    border: float,
    low: float,
    high: float,
    tolerance: float,
) -> None:
    """Check that a search asks no more than 2n + 4 times where halving asks n times."""
    needed = math.ceil(math.log2((high - low) / tolerance))
    tried = []

    def diverges(lr: float) -> bool:
        tried.append(lr)
        check.that(
            len(tried) <= 2 * needed + 4,
            "You train too often: begin with the interval from `low` to `high`, ask once in each "
            "turn, and halve it.",
            halving_needs=needed,
            allowed=2 * needed + 4,
        )
        return bool(lr > border)

    check.call(bisect, diverges, low, high, tolerance)


def bisect_lr(
    diverges: Callable[[float], bool],
    low: float,
    high: float,
    tolerance: float,
    *,
    exchanged: bool = False,
    most: float = math.inf,
    result: Callable[[float, float], Any] = lambda low, high: (low + high) / 2,
) -> Any:
    """Return where `diverges` turns from False, at `low`, to True, at `high`, up to `tolerance`.

    A mistake moves the wrong end (`exchanged`), halves `most` times or returns another `result`.
    """
    turns = 0
    while high - low > tolerance and turns < most:
        middle, turns = (low + high) / 2, turns + 1
        low, high = (low, middle) if diverges(middle) != exchanged else (middle, high)
    return result(low, high)


def _stops_at(
    wanted: bool,
) -> Callable[[Callable[[float], bool], float, float, float], float]:
    def bisect(
        diverges: Callable[[float], bool], low: float, high: float, tolerance: float
    ) -> float:
        while high - low > tolerance:
            middle = (low + high) / 2
            if diverges(middle) is wanted:
                return middle
            low, high = (middle, high) if wanted else (low, middle)
        return (low + high) / 2

    return bisect


BISECT: Mistakes = {
    "You move the wrong end: if the middle diverges, the border lies below it.": partial(
        bisect_lr, exchanged=True
    ),
    "That is the first middle: go on until the interval is as short as the tolerance.": partial(
        bisect_lr, most=0
    ),
    "The interval is halved once. Go on until it is as short as the tolerance.": partial(
        bisect_lr, most=1
    ),
    "Ten halvings, whatever the tolerance. Go on while high - low > tolerance.": partial(
        bisect_lr, most=10
    ),
    "That is the first middle that diverges. The border lies below it.": _stops_at(True),
    "That is the first middle that does not diverge. The border lies above it.": _stops_at(False),
    "That is the width of the last interval, not where it lies.": partial(
        bisect_lr, result=lambda low, high: high - low
    ),
    "That is half the width of the last interval. Its middle is (low + high) / 2.": partial(
        bisect_lr, result=lambda low, high: (high - low) / 2
    ),
    "Those are both ends of the interval. One learning rate is wanted.": partial(
        bisect_lr, result=lambda low, high: (low, high)
    ),
    "That is the sum of both ends. Their middle is half of it.": partial(
        bisect_lr, result=lambda low, high: low + high
    ),
    "Your search begins at 0. Begin at `low`.": (
        lambda diverges, low, high, tolerance: bisect_lr(diverges, 0.0, high / 2, tolerance)
    ),
    "Your search runs from 0 to 4, whatever `low` and `high` are.": (
        lambda diverges, low, high, tolerance: bisect_lr(diverges, 0.0, 4.0, tolerance)
    ),
    "Your tolerance is 0.001, whatever you are given.": (
        lambda diverges, low, high, tolerance: bisect_lr(diverges, low, high, 0.001)
    ),
}
