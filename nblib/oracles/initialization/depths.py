"""At which layer a signal is gone: right, and wrong in the ways that people compute it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from nblib.checks.mistakes import Mistakes

__all__ = ["DEPTH", "vanishing_depth"]

# At which layer is it gone?


def vanishing_depth(
    std: float,
    num_inputs: int,
    smallest: float,
    *,
    factor: Callable[[float, int], float] = lambda s, n: s * math.sqrt(n / 2),
    layer: Callable[[float], float] = lambda exact: math.floor(exact) + 1,
) -> float:
    """Return the first layer at which a signal of size 1 is below `smallest`."""
    return layer(math.log(smallest) / math.log(factor(std, num_inputs)))


DEPTH: Mistakes = {
    "ReLU halves the mean square: the factor is σ√(n/2), not σ√n.": partial(
        vanishing_depth, factor=lambda s, n: s * math.sqrt(n)
    ),
    "That is the depth at which the mean square is below it. Its root, the size, is wanted.": (
        partial(vanishing_depth, factor=lambda s, n: s * s * n / 2)
    ),
    "The number of inputs is missing: each unit adds up n products.": partial(
        vanishing_depth, factor=lambda s, n: s / math.sqrt(2)
    ),
    "That is σ alone: n inputs and ReLU make σ√(n/2) of it.": partial(
        vanishing_depth, factor=lambda s, n: s
    ),
    "The root over the n is missing: n independent products add up to √n times the size.": partial(
        vanishing_depth, factor=lambda s, n: s * n / math.sqrt(2)
    ),
    "The factor is σ√(n/2); you took σ·n.": partial(vanishing_depth, factor=lambda s, n: s * n),
    "The root is missing: the factor is σ√(n/2), not σ·n/2.": partial(
        vanishing_depth, factor=lambda s, n: s * n / 2
    ),
    "ReLU takes half of the mean square, so the size loses a factor √2, not 2.": partial(
        vanishing_depth, factor=lambda s, n: s * math.sqrt(n) / 2
    ),
    "Under the root stands n/2; yours is upside down, 2/n.": partial(
        vanishing_depth, factor=lambda s, n: s * math.sqrt(2 / n)
    ),
    "`std` is a standard deviation; you took its root as well.": partial(
        vanishing_depth, factor=lambda s, n: math.sqrt(s * n / 2)
    ),
    "`std` is a standard deviation; it is not squared beside the root.": partial(
        vanishing_depth, factor=lambda s, n: s * s * math.sqrt(n / 2)
    ),
    "That is the last layer that still has a signal. The first one without is wanted.": partial(
        vanishing_depth, layer=math.floor
    ),
    "One too many: the input is layer 0, the first layer is layer 1.": partial(
        vanishing_depth, layer=lambda exact: math.floor(exact) + 2
    ),
    "Round up: the nearest whole number may lie before the layer that is wanted.": partial(
        vanishing_depth, layer=round
    ),
    "Layers are whole numbers: round up.": partial(vanishing_depth, layer=lambda exact: exact),
    "Upside down: log s is divided by log q.": partial(
        vanishing_depth, layer=lambda exact: math.ceil(1 / exact)
    ),
    "A layer has no negative number: log s and log q are both negative, their ratio is not.": (
        partial(vanishing_depth, layer=lambda exact: math.ceil(-exact))
    ),
    "That is twice the depth: `smallest` is compared as it is, not squared.": partial(
        vanishing_depth, layer=lambda exact: math.floor(2 * exact) + 1
    ),
}
