"""Fan-in and fan-out: right, and wrong in the ways that people read them off."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from nblib.checks.mistakes import Mistakes
from nblib.oracles.initialization.units import Shape

__all__ = ["FANS", "fans"]

# Fan-in and fan-out


def fans(
    shape: Shape, *, area: Callable[[Shape], int] = math.prod, both: Callable[..., Any] = tuple
) -> Any:
    """Return (fan_in, fan_out) of a weight of shape (outputs, inputs, *kernel sides)."""
    num_outputs, num_inputs, *kernel = shape
    places = area(kernel)
    return both((num_inputs * places, num_outputs * places))


FANS: Mistakes = {
    "The fans are exchanged: fan-in comes first, and the shape begins with the outputs.": partial(
        fans, both=lambda pair: pair[::-1]
    ),
    "The fans of a dense layer are exchanged: its shape is (outputs, inputs) as well.": (
        lambda shape: fans(shape)[::-1] if len(shape) == 2 else fans(shape)
    ),
    "The kernel is missing: each output adds up all its places.": partial(fans, area=lambda k: 1),
    "The fans are exchanged, and the kernel is missing: that is the shape as it stands.": (
        lambda shape: tuple(shape[:2])
    ),
    "The kernel counts for fan-out as well.": lambda shape: (fans(shape)[0], shape[0]),
    "The kernel counts for fan-in as well.": lambda shape: (shape[1], fans(shape)[1]),
    "Kernels need not be square: multiply the sides as they are.": partial(
        fans, area=lambda k: k[0] ** len(k) if k else 1
    ),
    "You squared the first side. Kernels have one, two or three sides, of any length.": partial(
        fans, area=lambda k: k[0] ** 2 if k else 1
    ),
    "Only the first side of the kernel counts here: multiply all of them.": partial(
        fans, area=lambda k: k[0] if k else 1
    ),
    "Only the last side of the kernel counts here: multiply all of them.": partial(
        fans, area=lambda k: k[-1] if k else 1
    ),
    "Kernels may have one or three sides as well: `math.prod(shape[2:])`.": partial(
        fans, area=lambda k: k[0] * k[1] if k else 1
    ),
    "Only kernels of two sides count here; one or three are kernels as well.": partial(
        fans, area=lambda k: k[0] * k[1] if len(k) == 2 else 1
    ),
    "The third side of a kernel is left out.": partial(fans, area=lambda k: math.prod(k[:2])),
    "The places of a kernel are the product of its sides, not their sum.": partial(
        fans, area=lambda k: sum(k) if k else 1
    ),
    "The product of no sides is 1, not 0: a dense layer has fans as well.": partial(
        fans, area=lambda k: math.prod(k) if k else 0
    ),
    "Multiply the channels by the places of the kernel; you added them.": (
        lambda shape: (shape[1] + math.prod(shape[2:]), shape[0] + math.prod(shape[2:]))
    ),
    "Multiply the channels by the sides of the kernel; you added all of them.": (
        lambda shape: (sum(shape[1:]), shape[0] + sum(shape[2:]))
    ),
    "Fan-out is outputs times kernel; you multiplied all but the last number of the shape.": (
        lambda shape: (math.prod(shape[1:]), math.prod(shape[:-1]))
    ),
    "That reads the shape from its end, as TensorFlow stores it. PyTorch has the outputs first.": (
        lambda shape: (shape[-2] * math.prod(shape[:-2]), shape[-1] * math.prod(shape[:-2]))
    ),
    "That is the number of all weights. One output sees only its own.": (
        lambda shape: (math.prod(shape),) * 2
    ),
    "That is fan-in alone: return (fan_in, fan_out).": lambda shape: fans(shape)[0],
    "That is fan-in twice.": partial(fans, both=lambda pair: (pair[0], pair[0])),
    "That is fan-out twice.": partial(fans, both=lambda pair: (pair[1], pair[1])),
    "The bias is no input: fan-in counts weights.": partial(
        fans, both=lambda pair: (pair[0] + 1, pair[1])
    ),
}
