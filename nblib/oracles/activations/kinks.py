"""The sigmoid, and the ReLU that leaks: right, and wrong in the ways that people write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from nblib.checks.mistakes import Mistakes
from nblib.oracles.activations.common import Pair, Tensor, with_slope

__all__ = ["LEAKY_RELU", "SIGMOID", "SIGMOID_EXTREME", "leaky_relu", "sigmoid", "where"]

# The sigmoid


def sigmoid(z: Tensor) -> Pair:
    """Return σ(z) and σ′(z)."""
    y = torch.sigmoid(z)
    return y, y * (1 - y)


def _from_output(slope: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor], Pair]:
    """Return the sigmoid with the slope `slope(y, z)`."""
    return lambda z: (torch.sigmoid(z), slope(torch.sigmoid(z), z))


def _from(value: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Pair]:
    """Return the value y = `value(z)` with the slope y(1 − y)."""
    return lambda z: (value(z), value(z) * (1 - value(z)))


SIGMOID: Mistakes = {
    "y(1 − y) wants the output y; you put the input in.": _from_output(lambda y, z: z * (1 - z)),
    "That is the slope at the place y. It is wanted at z.": _from_output(
        lambda y, z: sigmoid(y)[1]
    ),
    "It falls: the exponent is −z, with a minus.": lambda z: sigmoid(-z),
    "1 − y² is the slope of tanh. Here it is y(1 − y).": _from_output(lambda y, z: 1 - y**2),
    "That is tanh, which runs from −1 to 1. The sigmoid runs from 0 to 1.": with_slope(torch.tanh),
    "The slope has the wrong sign: the sigmoid rises everywhere.": _from_output(
        lambda y, z: y * (y - 1)
    ),
    "A factor is missing: the slope is y times (1 − y).": _from_output(lambda y, z: 1 - y),
    "That is the value twice. The slope is y(1 − y).": _from_output(lambda y, z: y),
    "Your slope is y². Its second factor is 1 − y.": _from_output(lambda y, z: y**2),
    "Your slope is −y². By the chain rule it is multiplied by the derivative of 1 + e^−z.": (
        _from_output(lambda y, z: -(y**2))
    ),
    "Your slope is y(1 + y). In the bracket stands a minus: y(1 − y).": _from_output(
        lambda y, z: y * (1 + y)
    ),
    "In the denominator stands 1 + e^−z, with a plus.": _from(lambda z: 1 / (1 - torch.exp(-z))),
    "Brackets are missing: 1 / (1 + e^−z).": _from(lambda z: 1 + torch.exp(-z)),
}


SIGMOID_EXTREME: Mistakes = {
    "exp(z) overflows at 10,000, and infinity over infinity is no number.": _from(
        lambda z: torch.exp(z) / (1 + torch.exp(z))
    ),
    "Your slope divides infinity by infinity at −10,000. Make it from y.": _from_output(
        lambda y, z: torch.exp(-z) / (1 + torch.exp(-z)) ** 2
    ),
    "Your slope divides infinity by infinity at 10,000. Make it from y.": _from_output(
        lambda y, z: torch.exp(z) / (1 + torch.exp(z)) ** 2
    ),
}


# ReLU, and one that leaks


def leaky_relu(z: Tensor, leak: float) -> Pair:
    """Return the leaky ReLU (Maas, Hannun and Ng, 2013) and its slope, which is `leak` at 0."""
    slope = where(z > 0, z, 1, leak)
    return slope * z, slope


def where(condition: Tensor, z: Tensor, this: Any, other: Any) -> Tensor:
    """Choose entry by entry between numbers or tensors, in the dtype of z."""
    this, other = (torch.as_tensor(part, dtype=z.dtype) for part in (this, other))
    return torch.where(condition, this, other)


def _leaky(
    value: Callable[[Tensor, float], Tensor] = lambda z, a: leaky_relu(z, a)[0],
    slope: Callable[[Tensor, float], Tensor] = lambda z, a: leaky_relu(z, a)[1],
) -> Callable[[Tensor, float], Pair]:
    return lambda z, leak: (value(z, leak), slope(z, leak))


def _at_zero(slope: Callable[[float], float]) -> Callable[[Tensor, float], Pair]:
    return _leaky(slope=lambda z, a: where(z == 0, z, slope(a), leaky_relu(z, a)[1]))


LEAKY_RELU: Mistakes = {
    "It leaks forward only. The slope for z < 0 is the leak, not 0.": _leaky(
        slope=lambda z, a: where(z > 0, z, 1, 0)
    ),
    "It leaks backward only: the value for z < 0 is leak · z.": _leaky(lambda z, a: torch.relu(z)),
    "The slope is 1 for z < 0 as well. There the function rises by the leak only.": _leaky(
        slope=lambda z, a: torch.ones_like(z)
    ),
    "max(z, leak) is flat on the left. The leak is a factor: leak · z.": _leaky(
        lambda z, a: z.clamp(min=a)
    ),
    "On the left it must still rise: the leak has no minus.": lambda z, a: leaky_relu(z, -a),
    "The sides are exchanged: it leaks where z is negative.": _leaky(
        lambda z, a: where(z < 0, z, z, a * z), lambda z, a: where(z < 0, z, 1, a)
    ),
    "The slopes of the two sides are exchanged: 1 is that of z > 0.": _leaky(
        slope=lambda z, a: where(z > 0, z, a, 1)
    ),
    "That is the slope times z. The slope alone is 1 or the leak.": _leaky(
        slope=lambda z, a: leaky_relu(z, a)[0]
    ),
    "On the right the slope is 1, not z.": _leaky(slope=lambda z, a: where(z > 0, z, z, a)),
    "On the left the slope is the leak, not leak · z.": _leaky(
        slope=lambda z, a: where(z > 0, z, 1, a * z)
    ),
    "The leak is an argument; you took 0.01.": lambda z, a: leaky_relu(z, 0.01),
    "That is ReLU: the leak is not used.": lambda z, a: leaky_relu(z, 0),
    "On the left z is multiplied by the leak; you subtract it.": _leaky(
        lambda z, a: where(z > 0, z, z, z - a)
    ),
    "The bend is at z = 0, not where z is the leak.": _leaky(
        lambda z, a: where(z > a, z, z, a * z), lambda z, a: where(z > a, z, 1, a)
    ),
    "At z = 0 your slope is 1; the card takes the leak.": _at_zero(lambda a: 1),
    "At z = 0 your slope is 0; the card takes the leak.": _at_zero(lambda a: 0),
    "At z = 0 your slope is the mean of both sides; the card takes the leak.": _at_zero(
        lambda a: (1 + a) / 2
    ),
    "At z = 0 your slope is 1 + leak, that of both sides at once; the card takes the leak.": (
        _at_zero(lambda a: 1 + a)
    ),
}
