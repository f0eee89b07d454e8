"""How high the loss rises on the straight way between two sets of weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["BARRIER", "barrier", "landscape"]

Weights = Sequence[Tensor]


def barrier(
    loss: Callable[[Weights], float],
    a: Weights,
    b: Weights,
    num_pieces: int,
    *,
    alphas: Callable[[int], list[float]] | None = None,
    chord: Callable[[float, float, float], float] = lambda alpha, at_a, at_b: (
        (1 - alpha) * at_a + alpha * at_b
    ),
    mixed: Callable[[Tensor, Tensor, float, int], Tensor] = lambda p, q, alpha, i: (
        (1 - alpha) * p + alpha * q
    ),
    pick: Callable[[list[float]], float] = max,
) -> float:
    """Return the largest excess of the loss over the chord between its ends (Entezari 2022)."""

    places = alphas(num_pieces) if alphas else [i / num_pieces for i in range(num_pieces + 1)]

    def at(alpha: float) -> float:
        pairs = enumerate(zip(a, b, strict=True))
        return float(loss([mixed(p, q, alpha, i) for i, (p, q) in pairs]))

    at_a, at_b = float(loss(a)), float(loss(b))
    return pick([at(alpha) - chord(alpha, at_a, at_b) for alpha in places])


def landscape(
    seed: int,
    num_pieces: int,
    wave: float,
    slope: float,
    dtype: torch.dtype = torch.float64,
    skew: float = 1.0,
    hills: float = 0.0,
) -> Callable[..., Any]:
    """Return a play: two sets of tensors, between which a wave lies on a slope.

    With a large `skew` the wave is highest near the second set, with a small one near the first.
    `hills` is the height of two more, the second higher than the first.
    """
    drawn = torch.Generator().manual_seed(seed)
    shapes = ((3, 2), (4,), (1,))
    a, b = ([torch.randn(s, generator=drawn).to(dtype) for s in shapes] for _ in range(2))
    a, b = [w.clone() for w in a], [w + 0.5 for w in b]

    def place(weights: Weights) -> list[float]:
        """How far on the way from a to b each tensor is."""
        return [
            float(((w - p).double() * (q - p)).sum() / ((q - p).double() ** 2).sum())
            for w, p, q in zip(weights, a, b, strict=True)
        ]

    def loss(weights: Weights) -> float:
        x, y, z = place(weights)
        rise = max(x, 0.0) ** skew
        bump = wave * rise * (1 - y) * (1.3 - z) * (1 + 2 * z)
        twice = hills * x * math.sin(2 * math.pi * x) ** 2
        return 2 + bump + twice + slope * y + 0.4 * (x - z) ** 2

    return lambda answer: float(answer(loss, a, b, num_pieces))


def _first_hill(found: Sequence[float]) -> float:
    highest = 0.0
    for here in found:
        if here < highest:
            break
        highest = here
    return highest


BARRIER: Mistakes = {
    "That is the height over the mean of both ends. Take it over the straight line between them, "
    "at the same α.": partial(barrier, chord=lambda alpha, at_a, at_b: (at_a + at_b) / 2),
    "That is the height over the higher end. Take it over the straight line between the ends.": (
        partial(barrier, chord=lambda alpha, at_a, at_b: max(at_a, at_b))
    ),
    "That is the height over the lower end. Take it over the straight line between the ends.": (
        partial(barrier, chord=lambda alpha, at_a, at_b: min(at_a, at_b))
    ),
    "That is the height over the loss of a. Take it over the straight line between the ends.": (
        partial(barrier, chord=lambda alpha, at_a, at_b: at_a)
    ),
    "That is the height over the loss of b. Take it over the straight line between the ends.": (
        partial(barrier, chord=lambda alpha, at_a, at_b: at_b)
    ),
    "That is the largest loss on the way. Subtract the straight line between the ends.": partial(
        barrier, chord=lambda alpha, at_a, at_b: 0.0
    ),
    "The straight line runs the other way than the weights: at α = 0 both are at a.": partial(
        barrier, chord=lambda alpha, at_a, at_b: alpha * at_a + (1 - alpha) * at_b
    ),
    "You look at the middle only. The highest place may be elsewhere.": partial(
        barrier, alphas=lambda k: [0.5]
    ),
    "You look at the middle and at the ends only. The highest place may be elsewhere.": partial(
        barrier, alphas=lambda k: [0.0, 0.5, 1.0]
    ),
    "The ends are left out: where the loss sags on the way, the barrier is 0, at the ends.": (
        partial(barrier, alphas=lambda k: [i / k for i in range(1, k)])
    ),
    "There are `num_pieces` + 1 pieces. k pieces have k + 1 places: α = 0, 1/k, …, 1.": partial(
        barrier, alphas=lambda k: [i / (k + 1) for i in range(k + 2)]
    ),
    "The line always rises. Where the loss at a is the larger, it must fall.": partial(
        barrier,
        chord=lambda alpha, at_a, at_b: min(at_a, at_b) + alpha * abs(at_b - at_a),
    ),
    "You stop where the excess first falls. A higher hill may come behind.": partial(
        barrier, pick=_first_hill
    ),
    "There are `num_pieces` places only. k pieces have k + 1: α = 0, 1/k, …, 1.": partial(
        barrier, alphas=lambda k: [i / max(k - 1, 1) for i in range(k)]
    ),
    "The first tensor alone is mixed.": partial(
        barrier, mixed=lambda p, q, alpha, i: p if i else (1 - alpha) * p + alpha * q
    ),
    "That is the lowest place, not the highest.": partial(barrier, pick=min),
    "That is the mean over the way. The highest place is wanted.": partial(
        barrier, pick=lambda found: sum(found) / len(found)
    ),
    "That is the mean over the way, or 0 where it is below. The highest place is wanted.": partial(
        barrier, pick=lambda found: max(0.0, sum(found) / len(found))
    ),
    "That is the largest distance from the line, below it as well. Only what is above it is a "
    "barrier.": partial(barrier, pick=lambda found: max(map(abs, found))),
    "You subtract the loss from the line. Subtract the line from the loss.": partial(
        barrier, pick=lambda found: -min(found)
    ),
}
