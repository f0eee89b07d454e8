"""A numerical gradient: right, and wrong in the ways that people write it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.gradient_descent.faults import row

__all__ = ["NUMERICAL", "numerical_gradient"]


def _value(f: Callable[[Tensor], Any], x: Tensor, i: int, by: float) -> float:
    """Return `f` where entry i of `x`, counted row by row, has moved `by` so much."""
    flat = x.reshape(-1).clone()
    flat[i] += by
    return float(f(flat.reshape(x.shape)))


def numerical_gradient(
    f: Callable[[Tensor], Tensor],
    x: Tensor,
    h: float,
    slope: Callable[[Callable[[float], Any], float], Any] = lambda at, h: (
        (at(h) - at(-h)) / (2 * h)
    ),
) -> Tensor:
    """Return the central differences of `f` at `x`, in the shape and dtype of `x`.

    `f` maps a tensor like `x` to a number. A mistake makes another `slope` of `at`, which gives the
    value of `f` where one entry has moved.
    """
    entries = [slope(partial(_value, f, x, i), h) for i in range(x.numel())]
    return torch.tensor(entries, dtype=x.dtype).reshape(x.shape)


def _numerical(slope: Callable[[Callable[[float], Any], float], Any]) -> Callable[..., Tensor]:
    return partial(numerical_gradient, slope=slope)


def _moved(f: Callable[[Tensor], Tensor], x: Tensor, h: float, which: Any) -> Tensor:
    """Return central differences in which more entries move: `which(i)`, a mask, with entry i."""
    slopes = [
        float(f(x + h * which(i).to(x).reshape(x.shape)))
        - float(f(x - h * which(i).to(x).reshape(x.shape)))
        for i in range(x.numel())
    ]
    return torch.tensor(slopes, dtype=x.dtype).reshape(x.shape) / (2 * h)


def _exact(f: Callable[[Tensor], Tensor], x: Tensor, h: float) -> Tensor:
    point = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(point), point)
    return gradient


NUMERICAL: Mistakes = {
    "That is the forward difference. Look to both sides.": _numerical(
        lambda at, h: (at(h) - at(0)) / h
    ),
    "That is the backward difference. Look to both sides.": _numerical(
        lambda at, h: (at(0) - at(-h)) / h
    ),
    "The two points are 2h apart; you divided by h.": _numerical(
        lambda at, h: (at(h) - at(-h)) / h
    ),
    "The two points are h apart; you divided by 2h.": _numerical(
        lambda at, h: (at(h) - at(0)) / (2 * h)
    ),
    "The difference is not divided by 2h.": _numerical(lambda at, h: at(h) - at(-h)),
    "You multiply by 2h. Divide.": _numerical(lambda at, h: (at(h) - at(-h)) * (2 * h)),
    "Brackets are missing: divide by (2 * h).": _numerical(lambda at, h: (at(h) - at(-h)) / 2 * h),
    "Brackets are missing: divide the whole difference.": _numerical(
        lambda at, h: at(h) - at(-h) / (2 * h)
    ),
    "The values are added. Their difference is wanted.": _numerical(
        lambda at, h: (at(h) + at(-h)) / (2 * h)
    ),
    "That is the second derivative: right minus left is wanted.": _numerical(
        lambda at, h: (at(h) - 2 * at(0) + at(-h)) / h**2
    ),
    "All entries moved at once. Move one, and leave the others.": (
        lambda f, x, h: _moved(f, x, h, lambda i: torch.ones(x.numel()))
    ),
    "Entries stay moved while the next one is tried. Begin afresh for each.": (
        lambda f, x, h: _moved(f, x, h, lambda i: torch.arange(x.numel()) <= i)
    ),
    "A whole row moved at once. Move one entry.": (
        lambda f, x, h: _moved(f, x, h, lambda i: torch.arange(x.numel()) // row(x) == i // row(x))
    ),
    "The sign is flipped: right minus left.": _numerical(lambda at, h: (at(-h) - at(h)) / (2 * h)),
    "That is the exact gradient. What central differences with this h give is wanted.": _exact,
    "The steps are h times the entry. Step by h itself.": lambda f, x, h: torch.tensor(
        [
            (_value(f, x, i, h * e) - _value(f, x, i, -h * e)) / (2 * h)
            for i, e in enumerate(x.reshape(-1).tolist())
        ]
    ).reshape(x.shape),
}
