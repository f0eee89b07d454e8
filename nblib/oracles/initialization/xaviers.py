"""Xavier's start: right, and wrong in the ways that people write it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.initialization.shapes import fans
from nblib.oracles.initialization.units import Play, Shape, seeded, snap, tensor

__all__ = ["XAVIER", "normal", "uniform", "weights", "xavier"]

# Xavier


def _xavier_bound(shape: Shape) -> float:
    return math.sqrt(6 / sum(fans(shape)))


def uniform(shape: Shape, generator: torch.Generator, bound: float) -> Tensor:
    return bound * (2 * torch.rand(*shape, generator=generator) - 1)


def normal(shape: Shape, generator: torch.Generator, std: float) -> Tensor:
    return std * torch.randn(*shape, generator=generator)


def xavier(
    shape: Shape,
    generator: torch.Generator,
    *,
    bound: Callable[[Shape], float] = _xavier_bound,
    draw: Callable[..., Tensor] = uniform,
) -> Tensor:
    """Return float32 weights, uniform with variance 2/(fan_in + fan_out): Glorot, Bengio (2010)."""
    return draw(shape, generator, bound(shape))


def weights(shape: Shape, seed: int) -> Play:
    """Return a play that measures a start of Xavier, relative to its bound a."""
    a = _xavier_bound(shape)

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        w = tensor(answer(tuple(shape), seeded(seed)))
        return {
            "shape": list(w.shape),
            "a ÷ standard deviation": snap(a / w.std().clamp_min(1e-30), 3**0.5, 0.045),
            "mean ÷ a": snap(w.mean() / a, 0, 0.02),
            "share below −a/2": snap((w < -a / 2).double().mean(), 0.25, 0.015),
            "share above a/2": snap((w > a / 2).double().mean(), 0.25, 0.015),
            "share beyond ±a": (w.abs() > a * (1 + 1e-6)).double().mean().item(),
            "different units": _num_different(w.flatten(1)),
            "different inputs": _num_different(w.movedim(1, 0).flatten(1)),
            "dtype": str(w.dtype),
        }

    return play


def _num_different(rows: Tensor) -> int:
    return len({row.tobytes() for row in rows.numpy()})  # `unique` sorts them, which takes long


XAVIER: Mistakes = {
    "The shape is transposed: keep it as it is given.": (
        lambda s, g: xavier((s[1], s[0], *s[2:]), g)
    ),
    "You took the standard deviation for the bound; a uniform number in ±a has a/√3.": partial(
        xavier, bound=lambda s: math.sqrt(2 / sum(fans(s)))
    ),
    "You took the bound for the standard deviation.": partial(xavier, draw=normal),
    "You took the variance for the standard deviation: its root is missing.": partial(
        xavier, bound=lambda s: 2 / sum(fans(s)), draw=normal
    ),
    "These weights have the right variance but no bound: draw them uniformly.": partial(
        xavier, bound=lambda s: math.sqrt(2 / sum(fans(s))), draw=normal
    ),
    "These are normal numbers, cut off at ±a: draw them uniformly.": partial(
        xavier, draw=lambda s, g, a: normal(s, g, a / math.sqrt(3)).clamp(-a, a)
    ),
    "The root is missing in the bound.": partial(xavier, bound=lambda s: 6 / sum(fans(s))),
    "The root goes over all of it: √(6/(fan-in + fan-out)), not √6/(fan-in + fan-out).": partial(
        xavier, bound=lambda s: math.sqrt(6) / sum(fans(s))
    ),
    "You took the variance for the bound: a is √(6/(fan-in + fan-out)).": partial(
        xavier, bound=lambda s: 2 / sum(fans(s))
    ),
    "a² is three times the variance, not a third of it.": partial(
        xavier, bound=lambda s: math.sqrt(2 / 3 / sum(fans(s)))
    ),
    "Twice too wide: a uniform number in ±a has the variance a²/3, not a²/12.": partial(
        xavier, bound=lambda s: 2 * _xavier_bound(s)
    ),
    "Half as wide as it should be: `rand − ½` lies between −½ and ½.": partial(
        xavier, bound=lambda s: _xavier_bound(s) / 2
    ),
    "The kernel is missing in the fans.": partial(
        xavier, bound=lambda s: math.sqrt(6 / (s[0] + s[1]))
    ),
    "The kernel counts for both fans.": partial(
        xavier, bound=lambda s: math.sqrt(6 / (fans(s)[0] + s[0]))
    ),
    "The kernel counts for both fans; fan-in lacks it.": partial(
        xavier, bound=lambda s: math.sqrt(6 / (s[1] + fans(s)[1]))
    ),
    "That is He's start, which looks at fan-in alone.": partial(
        xavier, bound=lambda s: math.sqrt(6 / fans(s)[0])
    ),
    "That looks at fan-in alone; Xavier takes both fans.": partial(
        xavier, bound=lambda s: math.sqrt(3 / fans(s)[0])
    ),
    "That looks at fan-out alone; Xavier takes both fans.": partial(
        xavier, bound=lambda s: math.sqrt(3 / fans(s)[1])
    ),
    "That is PyTorch's default, ±1/√fan-in.": partial(
        xavier, bound=lambda s: math.sqrt(1 / fans(s)[0])
    ),
    "Add the fans up; you took their mean.": partial(
        xavier, bound=lambda s: math.sqrt(12 / sum(fans(s)))
    ),
    "rand lies between 0 and 1: stretch it to −a … a.": partial(
        xavier, draw=lambda s, g, a: a * torch.rand(*s, generator=g)
    ),
    "These lie to one side: spread them around 0.": partial(
        xavier, draw=lambda s, g, a: 2 * a * torch.rand(*s, generator=g)
    ),
    "These lie between −a and 0: `2 * rand − 1` lies around 0.": partial(
        xavier, draw=lambda s, g, a: a * torch.rand(*s, generator=g) - a
    ),
    "The range is as wide as it should be, but its middle is not 0: take a off.": partial(
        xavier, draw=lambda s, g, a: 2 * a * torch.rand(*s, generator=g) - a / 2
    ),
    "Add the fans up; you multiplied them.": partial(
        xavier, bound=lambda s: math.sqrt(6 / math.prod(fans(s)))
    ),
    "Put the sum of the fans in brackets: 6/(fan-in + fan-out), not 6/fan-in + fan-out.": partial(
        xavier, bound=lambda s: math.sqrt(6 / fans(s)[0] + fans(s)[1])
    ),
    "From −1 on: take the 1 off before you multiply by a.": partial(
        xavier, draw=lambda s, g, a: 2 * a * torch.rand(*s, generator=g) - 1
    ),
    "float32 is wanted.": lambda s, g: xavier(s, g).double(),
    "All units of the layer got the same weights: draw each of them.": (
        lambda s, g: xavier(s, g)[:1].expand(*s)
    ),
}
