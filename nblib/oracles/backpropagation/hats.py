"""A network that passes through given points: right, and wrong as people build it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.compare import as_array
from nblib.checks.mistakes import Mistakes

__all__ = ["HATS", "drawn_through", "hat_network", "through"]

Weights = tuple[Tensor, Tensor, Tensor, Tensor]


def hat_network(
    knots: Tensor,
    values: Tensor,
    *,
    w: float = 1.0,
    bend: Callable[[Tensor], Tensor] = lambda slopes: torch.diff(
        slopes, prepend=slopes.new_zeros(1)
    ),
    rise: Callable[[Tensor, Tensor], Tensor] = lambda knots, values: values.diff() / knots.diff(),
    at: Callable[[Tensor], Tensor] = lambda knots: knots[:-1],
    bias: float = -1.0,
    base: Callable[[Tensor], Tensor] = lambda values: values[0],
) -> Weights:
    """Return w, b, v (n,) and c () of Σ v·relu(w·x + b) + c, through n + 1 points in order.

    The parts, in which mistakes are made: the weight of the input, what a unit adds, the slopes
    between points, where each unit begins, the sign of its bias, and where all begins.
    """
    starts = at(knots)
    return (
        torch.full_like(starts, w),
        bias * starts,
        bend(rise(knots, values)),
        base(values),
    )


def through(knots: Tensor, values: Tensor, points: Tensor) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: what the network, made for these knots, gives at these points, (n,)."""

    def play(answer: Callable[..., Any]) -> Any:
        result = answer(knots, values)
        if not isinstance(result, list | tuple) or len(result) != 4:
            return result
        arrays = [as_array(part, nested=True) for part in result]
        if any(array is None for array in arrays):
            return result
        w, b, v, c = (torch.as_tensor(array).double().flatten() for array in arrays)
        return (points.double()[:, None] * w + b).clamp(min=0) @ v + c

    return play


def drawn_through(generator: torch.Generator, num_knots: int) -> Callable[..., Any]:
    """Return a play with random points in order, looked at on all of their range."""
    steps = 0.3 + torch.rand(num_knots, generator=generator, dtype=torch.float64)
    knots = steps.cumsum(0) - 2
    values = torch.randn(num_knots, generator=generator, dtype=torch.float64)
    return through(knots, values, torch.linspace(float(knots[0]), float(knots[-1]), 97))


_wrong = partial(partial, hat_network)

HATS: Mistakes = {
    "v holds the slopes. Each unit stays on, so it adds the *change* of the slope.": _wrong(
        bend=lambda slopes: slopes
    ),
    "The first piece has no unit that gives it its slope: the change there is from 0.": _wrong(
        bend=lambda slopes: torch.diff(slopes, prepend=slopes[:1])
    ),
    "b is +knot. A unit switches on where x − knot is 0: b = −knot.": _wrong(bias=1.0),
    "c is missing: at the first knot every unit is off, and only c is left.": _wrong(
        base=lambda values: values[0] * 0
    ),
    "c is the last value. At the first knot every unit is off, and only c is left.": _wrong(
        base=lambda values: values[-1]
    ),
    "c is the mean of the values. At the first knot every unit is off, and only c is left.": _wrong(
        base=lambda values: values.mean()
    ),
    "The slopes are differences of values. Divide by the distance of the knots.": _wrong(
        rise=lambda knots, values: values.diff()
    ),
    "The slopes are upside down: rise divided by run.": _wrong(
        rise=lambda knots, values: knots.diff() / values.diff()
    ),
    "Each unit begins one knot too late: unit i begins where piece i does.": _wrong(
        at=lambda knots: knots[1:]
    ),
    "The units begin in the middle of the pieces. They begin at the knots.": _wrong(
        at=lambda knots: (knots[1:] + knots[:-1]) / 2
    ),
    "v holds the values. It holds changes of slope.": lambda knots, values: (
        torch.ones_like(knots),
        -knots,
        values.clone(),
        values[0] * 0,
    ),
    "The changes of slope have the wrong sign: new slope minus old one.": _wrong(
        bend=lambda slopes: -torch.diff(slopes, prepend=slopes.new_zeros(1))
    ),
    "Each later v is the slope before minus its own. It is its own minus the one before.": _wrong(
        bend=lambda slopes: torch.cat([slopes[:1], -slopes.diff()])
    ),
    "The first slope is subtracted from every other one. Subtract the slope just before.": _wrong(
        bend=lambda slopes: torch.cat([slopes[:1], slopes[1:] - slopes[0]])
    ),
    "The length of the first step is taken for all. The knots may rise in steps of any length.": (
        _wrong(rise=lambda knots, values: values.diff() / knots.diff()[0])
    ),
    "The mean step is taken for all. The knots may rise in steps of any length.": _wrong(
        rise=lambda knots, values: values.diff() / knots.diff().mean()
    ),
    "The last piece has no unit of its own, and goes on with the slope before it.": _wrong(
        bend=lambda slopes: (
            torch.diff(slopes, prepend=slopes.new_zeros(1))
            * (torch.arange(len(slopes)) < max(1, len(slopes) - 1))
        )
    ),
    "The input's weight is −1, so that each unit is on to the left of its knot.": _wrong(
        w=-1.0, bias=1.0
    ),
}
