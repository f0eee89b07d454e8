"""Growing a network in three directions at once: right, and wrong as people write it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from nblib.checks.mistakes import Mistakes

__all__ = ["GROW", "far_from_edges", "grow"]


def _channels(wanted: float) -> int:
    """Return the nearest multiple of 8, at least 8; the next if that loses more than a tenth."""
    number = max(8, int(wanted + 4) // 8 * 8)
    return number if number >= 0.9 * wanted else number + 8


def _exponent(ratio: float, alpha: float, beta: float, gamma: float) -> float:
    return math.log(ratio) / math.log(alpha * beta**2 * gamma**2)


def grow(
    channels: Sequence[int],
    depths: Sequence[int],
    side: int,
    ratio: float,
    alpha: float,
    beta: float,
    gamma: float,
    *,
    exponent: Callable[[float, float, float, float], float] = _exponent,
    factor: Callable[[float, float], float] = lambda base, phi: base**phi,
    roles: tuple[int, int, int] = (0, 1, 2),
    round_channels: Callable[[float], Any] = _channels,
    round_depth: Callable[[float], Any] = math.ceil,
    round_side: Callable[[float], Any] = round,
    keep: int = 0,
) -> tuple[list[Any], list[Any], Any]:
    """Return (channels, depths, side) of a network grown by compound scaling (Tan & Le 2019).

    The parts, in which mistakes are made: φ, the factor that it makes of a base, which base is for
    what, the three roundings, and how many first channels are left as they are.
    """
    phi = exponent(ratio, alpha, beta, gamma)
    bases = (alpha, beta, gamma)
    depth, width, resolution = (factor(bases[role], phi) for role in roles)
    new = [*channels[:keep], *(round_channels(c * width) for c in channels[keep:])]
    return new, [round_depth(d * depth) for d in depths], round_side(side * resolution)


GROW: Mistakes = {
    "Width and side count once in your price. Multiply-adds grow with their *squares*: αβ²γ².": (
        partial(grow, exponent=lambda q, a, b, g: math.log(q) / math.log(a * b * g))
    ),
    "The square of γ is missing in the price: twice the side, four times the places.": partial(
        grow, exponent=lambda q, a, b, g: math.log(q) / math.log(a * b * b * g)
    ),
    "The square of β is missing in the price: twice the channels, four times the products.": (
        partial(grow, exponent=lambda q, a, b, g: math.log(q) / math.log(a * b * g * g))
    ),
    "All three are squared in the price. Depth counts once: twice the layers, twice the price.": (
        partial(grow, exponent=lambda q, a, b, g: math.log(q) / (2 * math.log(a * b * g)))
    ),
    "φ is the ratio itself. It is what αβ²γ² must be raised to, to give the ratio.": partial(
        grow, exponent=lambda q, a, b, g: q
    ),
    "φ is the ratio divided by αβ²γ². Take logarithms of both.": partial(
        grow, exponent=lambda q, a, b, g: q / (a * b * b * g * g)
    ),
    "φ is the logarithm of the ratio. Divide it by the logarithm of αβ²γ².": partial(
        grow, exponent=lambda q, a, b, g: math.log(q)
    ),
    "φ is taken for 2 as the price of one step. Here the price is αβ²γ², whatever it is.": partial(
        grow, exponent=lambda q, a, b, g: math.log2(q)
    ),
    "φ is 1: the ratio is ignored.": partial(grow, exponent=lambda q, a, b, g: 1.0),
    "φ multiplies. It is an exponent: α^φ.": partial(grow, factor=lambda base, phi: base * phi),
    "α and β are exchanged: α is for depth, β for width.": partial(grow, roles=(1, 0, 2)),
    "β and γ are exchanged: β is for width, γ for the side.": partial(grow, roles=(0, 2, 1)),
    "α and γ are exchanged: α is for depth, γ for the side.": partial(grow, roles=(2, 1, 0)),
    "The channels are rounded down to a multiple of 8. Take the nearest.": partial(
        grow, round_channels=lambda c: max(8, int(c // 8 * 8))
    ),
    "The channels are rounded up to a multiple of 8. Take the nearest.": partial(
        grow, round_channels=lambda c: math.ceil(c / 8) * 8
    ),
    "The channels are whole numbers, but not multiples of 8.": partial(grow, round_channels=round),
    "The channels may not lose more than a tenth by rounding: then take the next multiple.": (
        partial(grow, round_channels=lambda c: max(8, int(c + 4) // 8 * 8))
    ),
    "There may be no channels left: take 8 at least.": partial(
        grow,
        round_channels=lambda c: (n := int(c + 4) // 8 * 8) + 8 * (0 < n < 0.9 * c),
    ),
    "The depths are rounded to the nearest number. Round up.": partial(grow, round_depth=round),
    "The depths are rounded down. Round up.": partial(grow, round_depth=math.floor),
    "The depths are not whole numbers. Round up.": partial(grow, round_depth=lambda d: d),
    "The side is rounded up. Take the nearest whole number.": partial(grow, round_side=math.ceil),
    "The side is rounded down. Take the nearest whole number.": partial(
        grow, round_side=math.floor
    ),
    "The side is not a whole number.": partial(grow, round_side=lambda side: side),
    "The first channels stay as they are. They grow as well.": partial(grow, keep=1),
    "Only the first of the channels grow.": lambda channels, *rest: (
        [grow(channels[:1], *rest)[0][0], *channels[1:]],
        *grow(channels, *rest)[1:],
    ),
}


def far_from_edges(
    channels: Sequence[int],
    depths: Sequence[int],
    side: int,
    ratio: float,
    alpha: float,
    beta: float,
    gamma: float,
) -> bool:
    """Whether no rounding of these inputs hangs on the last digits of a float."""
    phi = _exponent(ratio, alpha, beta, gamma)
    near = [d * alpha**phi % 1 for d in depths]
    near += [(side * gamma**phi + 0.5) % 1]
    near += [(c * beta**phi + 4) / 8 % 1 for c in channels]
    edges = [max(8, int(c * beta**phi + 4) // 8 * 8) / (0.9 * c * beta**phi) for c in channels]
    return all(0.001 < part < 0.999 for part in near) and all(abs(e - 1) > 0.001 for e in edges)
