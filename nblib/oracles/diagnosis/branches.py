"""A root behind a condition: its value is easily right where its gradient is NaN."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from nblib.checks import grad_of
from nblib.checks.mistakes import Mistakes

__all__ = ["ROOTS", "SLOPE_OF_ROOTS", "slope_of_roots", "sum_of_roots"]


def sum_of_roots(z: Tensor) -> Tensor:
    """Return the sum of √z over the positive entries of z."""
    return z[z > 0].sqrt().sum()


def slope_of_roots(z: Tensor) -> Tensor:
    """Return 1/(2√z) where z is positive, else 0."""
    slope = torch.zeros_like(z)
    slope[z > 0] = 0.5 / z[z > 0].sqrt()
    return slope


def _slope(function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda z: grad_of(function, z)


ROOTS: Mistakes = {
    "Entries below 0 make NaN. They count 0.": lambda z: z.sqrt().sum(),
    "The roots of the absolute values are added up. Negative entries count 0.": lambda z: (
        z.abs().sqrt().sum()
    ),
    "A small number is added under the root, which makes every term a little too large. Keep the "
    "values exact.": lambda z: torch.where(z > 0, (z + 1e-4).sqrt(), 0).sum(),
    "Entries that are not positive count a little, too: they are raised to a small number. They "
    "count 0.": lambda z: z.clamp(min=1e-4).sqrt().sum(),
    "The mean is returned. The sum is wanted.": lambda z: sum_of_roots(z) / len(z),
    "Their sum is wanted, and here are the roots, one by one.": (
        lambda z: torch.where(z > 0, z.clamp(min=0).sqrt(), 0)
    ),
    "Small positive entries count 0. Only those that are 0 or negative do.": lambda z: (
        z[z > 1e-4].sqrt().sum()
    ),
    "That is the root of the sum. The sum of the roots is wanted.": lambda z: z[z > 0].sum().sqrt(),
    "Entries below 0 count their own value. They count 0.": lambda z: torch.where(
        z > 0, z.clamp(min=0).sqrt(), z
    ).sum(),
    "Entries that are not positive count 1: the harmless number went through the root. Leave it "
    "out afterwards, too.": lambda z: torch.where(z > 0, z, 1).sqrt().sum(),
}

SLOPE_OF_ROOTS: Mistakes = {
    "The values are right and the gradient is NaN: the choice comes after the root, and on the way "
    "back the other branch gives 0 times NaN, or 0 times ∞. Choose what goes *into* the root.": (
        _slope(lambda z: torch.where(z > 0, z.sqrt(), 0).sum())
    ),
    "At entries of 0 the gradient is not finite: 0 goes into the root, whose slope is infinite "
    "there. Let a number with a slope go in.": _slope(
        lambda z: torch.where(z > 0, z.clamp(min=0).sqrt(), 0).sum()
    ),
    "A small number is added under the root, which makes the slope of small entries too small. "
    "Keep the root exact.": _slope(lambda z: (z[z > 0] + 1e-8).sqrt().sum()),
    "The gradient is 0 everywhere: the roots do not hang on `z` any more. What cut them off?": (
        torch.zeros_like
    ),
}
