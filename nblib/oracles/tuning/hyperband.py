"""Hyperband: several brackets of successive halving, from broad to narrow."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nblib.checks.mistakes import Mistakes

__all__ = ["BRACKETS", "brackets"]


def _largest_power(R: int, eta: int) -> int:
    power = 0
    while eta ** (power + 1) <= R:
        power += 1
    return power


def brackets(
    R: int,
    eta: int,
    *,
    most: Callable[[int, int], int] = _largest_power,
    size: Callable[[int, int, int], int] = lambda s, top, eta: -(-(top + 1) * eta**s // (s + 1)),
    epochs: Callable[[int, int, int], Any] = lambda R, eta, s: R // eta**s,
) -> list[tuple[int, Any]]:
    """Return (number of settings, epochs of the first rung) of each bracket, the broadest first."""
    top = most(R, eta)
    return [(size(s, top, eta), epochs(R, eta, s)) for s in range(top, -1, -1)]


def _bands(**how: Any) -> Callable[[int, int], Any]:
    return lambda R, eta: brackets(R, eta, **how)


BRACKETS: Mistakes = {
    "You round before you multiply by etaˢ, as many programs do. The paper's algorithm rounds the "
    "product.": _bands(size=lambda s, top, eta: (top + 1) // (s + 1) * eta**s),
    "You round up before you multiply by etaˢ. Round the product.": _bands(
        size=lambda s, top, eta: -(-(top + 1) // (s + 1)) * eta**s
    ),
    "You round n down. Round it up.": _bands(
        size=lambda s, top, eta: (top + 1) * eta**s // (s + 1)
    ),
    "n is rounded to the nearest. Round it up.": _bands(
        size=lambda s, top, eta: round((top + 1) * eta**s / (s + 1))
    ),
    "The logarithm came out a little too small: log 243 / log 3 is 4.999… in the computer. Count "
    "in whole numbers.": _bands(most=lambda R, eta: int(math.log(R) / math.log(eta))),
    "The narrowest bracket comes first. Begin with the one of most configurations.": (
        lambda R, eta: brackets(R, eta)[::-1]
    ),
    "n is etaˢ, and the factor (s_max + 1)/(s + 1) is missing: brackets must cost about "
    "the same.": _bands(size=lambda s, top, eta: eta**s),
    "(s_max + 1)/(s + 1) has s_max for s_max + 1.": _bands(
        size=lambda s, top, eta: -(-top * eta**s // (s + 1))
    ),
    "The last bracket, s = 0, is missing.": lambda R, eta: brackets(R, eta)[:-1],
    "The broadest bracket, s = s_max, is missing.": lambda R, eta: brackets(R, eta)[1:],
    "The pairs are exchanged: (number of configurations, epochs).": (
        lambda R, eta: [(r, n) for n, r in brackets(R, eta)]
    ),
    "The epochs are etaˢ. They are R divided by etaˢ.": _bands(epochs=lambda R, eta, s: eta**s),
    "The epochs are no whole numbers. Round them down.": _bands(
        epochs=lambda R, eta, s: R / eta**s
    ),
    "The epochs are rounded up. Round them down.": _bands(epochs=lambda R, eta, s: -(-R // eta**s)),
    "Each bracket has R epochs to begin with. They are R divided by etaˢ.": _bands(
        epochs=lambda R, eta, s: R
    ),
    "One bracket too many: etaˢ is above R there.": _bands(
        most=lambda R, eta: _largest_power(R, eta) + 1
    ),
    "n is rounded down, and 1 is added: too many where nothing is left over. Round up.": _bands(
        size=lambda s, top, eta: (top + 1) * eta**s // (s + 1) + 1
    ),
    "The factor (s_max + 1)/(s + 1) is upside down.": _bands(
        size=lambda s, top, eta: -(-(s + 1) * eta**s // (top + 1))
    ),
    "n has no factor etaˢ.": _bands(size=lambda s, top, eta: -(-(top + 1) // (s + 1))),
    "The epochs are rounded to the nearest. Round them down.": _bands(
        epochs=lambda R, eta, s: round(R / eta**s)
    ),
    "The epochs are eta to the power s_max − s, the same only where R is a power of eta. They are "
    "R divided by etaˢ.": _bands(epochs=lambda R, eta, s: eta ** (_largest_power(R, eta) - s)),
}
