"""Taming a residual branch: right, and wrong in the ways that people scale it."""

from __future__ import annotations

import math

from nblib.checks.mistakes import Mistakes

__all__ = ["BRANCH", "branch_scale"]

# Tame the branch


def branch_scale(num_blocks: int, growth: float) -> float:
    """Return α ≥ 0 with (1 + α²)^num_blocks = growth."""
    return math.sqrt(math.expm1(math.log(growth) / num_blocks))


BRANCH: Mistakes = {
    "That is α²: a block multiplies by 1 + α², not by 1 + α. Take the root.": lambda L, growth: (
        growth ** (1 / L) - 1
    ),
    "Sizes do not add up, mean squares do: 1 + α² per block, not (1 + α)².": (
        lambda L, growth: growth ** (0.5 / L) - 1
    ),
    "1/√L is for a growth of e, about. Solve for the growth that is given.": (
        lambda L, growth: 1 / math.sqrt(L)
    ),
    "1/L is more timid than needed, and ignores the growth.": lambda L, growth: 1 / L,
    "The growth is spread evenly by multiplying, not by adding: take the L-th root.": (
        lambda L, growth: math.sqrt((growth - 1) / L)
    ),
    "Take the L-th root of the growth; you divided it by L.": (
        lambda L, growth: math.sqrt(growth / L)
    ),
    "`growth ** 1 / L` is growth/L: put the exponent in brackets.": (
        lambda L, growth: math.sqrt(growth**1 / L - 1)
    ),
    "√(ln growth / L) is near for many blocks only. Solve exactly.": (
        lambda L, growth: math.sqrt(math.log(growth) / L)
    ),
    "The 1 stands for h itself: subtract it.": lambda L, growth: growth ** (0.5 / L),
    "That is what one block multiplies by, 1 + α². Solve for α.": lambda L, growth: (
        growth ** (1 / L)
    ),
    "One block multiplies by 1 + α²: subtract the 1; you added it.": (
        lambda L, growth: math.sqrt(growth ** (1 / L) + 1)
    ),
    "The 1 is subtracted after the L-th root, not before.": (
        lambda L, growth: math.sqrt((growth - 1) ** (1 / L))
    ),
    "Take the L-th root, not the L-th power.": lambda L, growth: math.sqrt(growth**L - 1),
    "growth is that of the mean square, not of the size: no square is due.": (
        lambda L, growth: math.sqrt(growth ** (2 / L) - 1)
    ),
    "growth is that of the mean square itself: do not take its root first.": (
        lambda L, growth: math.sqrt(growth ** (0.5 / L) - 1)
    ),
    "Take the root of α², no square.": lambda L, growth: (growth ** (1 / L) - 1) ** 2,
    "`1 // L` is 0 for more than one block: divide with `/`.": (
        lambda L, growth: math.sqrt(growth ** (1 // L) - 1)
    ),
    "The two are exchanged: it is growth to the power of 1/L.": (
        lambda L, growth: math.sqrt(L ** (1 / growth) - 1)
    ),
    "That is for a single block. There are L of them.": lambda L, growth: math.sqrt(growth - 1),
    "That is for a single block, divided by L. Take the L-th root of the growth.": (
        lambda L, growth: math.sqrt(growth - 1) / L
    ),
}
