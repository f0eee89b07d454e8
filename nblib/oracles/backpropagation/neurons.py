"""Gradients of a neuron, by hand: right, and wrong as people write them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["NEURON", "neuron_gradients"]

Result = tuple[Any, ...]


def neuron_gradients(
    w: Tensor,
    b: Tensor,
    x: Tensor,
    y: Tensor,
    *,
    error: Callable[[Tensor, Tensor], Tensor] = lambda h, y: 2 * (h - y),
    slope: Callable[[Tensor, Tensor], Any] = lambda z, h: 1 - h**2,
    loss: Callable[[Tensor, Tensor], Tensor] = lambda h, y: (h - y) ** 2,
    by_w: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda d, x, w: d * x,
    by_b: Callable[[Tensor, Tensor], Tensor] = lambda d, b: d,
    add_up: Callable[[Tensor, Tensor], Tensor] = lambda products, b: products.sum() + b,
) -> Result:
    """Return the loss (tanh(w·x + b) − y)² and its gradients by w (k,) and b ().

    The parts, in which mistakes are made: the slope of the loss, that of tanh, the loss itself,
    what the slope by z is multiplied with for w and for b, and the sum of the forward pass.
    """
    z = add_up(w * x, b)
    h = z.tanh()
    d = error(h, y) * slope(z, h)
    return loss(h, y), by_w(d, x, w), by_b(d, b)


NEURON: Mistakes = {
    "The slope of tanh is missing: multiply by 1 − h².": partial(
        neuron_gradients, slope=lambda z, h: 1.0
    ),
    "The slope of tanh is 1 − h², with h = tanh(z). You put z itself into it.": partial(
        neuron_gradients, slope=lambda z, h: 1 - z**2
    ),
    "The slope of tanh is 1 − h². You took 1 − h.": partial(
        neuron_gradients, slope=lambda z, h: 1 - h
    ),
    "You multiply by h itself in place of its slope, 1 − h².": partial(
        neuron_gradients, slope=lambda z, h: h
    ),
    "h(1 − h) is the slope of another function, the sigmoid. That of tanh is 1 − h².": partial(
        neuron_gradients, slope=lambda z, h: h * (1 - h)
    ),
    "The slope of the square is 2(h − y). The 2 is missing.": partial(
        neuron_gradients, error=lambda h, y: h - y
    ),
    "The sign is flipped: the slope of (h − y)² by h is 2(h − y).": partial(
        neuron_gradients, error=lambda h, y: 2 * (y - h)
    ),
    "The slope of (h − y)² is 2(h − y), not the loss itself.": partial(
        neuron_gradients, error=lambda h, y: (h - y) ** 2
    ),
    "b is added to each product, so it counts k times. Add up first, then add b once.": partial(
        neuron_gradients, add_up=lambda products, b: (products + b).sum()
    ),
    "The products are averaged. Add them up.": partial(
        neuron_gradients,
        add_up=lambda products, b: products.mean() + b,
        by_w=lambda d, x, w: d * x / len(x),
    ),
    "You left the target out: the slope of the loss by h is 2(h − y).": partial(
        neuron_gradients, error=lambda h, y: 2 * h
    ),
    "The gradient by w is multiplied by w. By w the sum w·x + b has the slope x.": partial(
        neuron_gradients, by_w=lambda d, x, w: d * w
    ),
    "The gradient by w lacks the input: by w the sum w·x + b has the slope x.": partial(
        neuron_gradients, by_w=lambda d, x, w: d * torch.ones_like(x)
    ),
    "The gradient by w is one number. There is a slope for each weight.": partial(
        neuron_gradients, by_w=lambda d, x, w: (d * x).sum()
    ),
    "The gradient by b is multiplied by b. By b the sum w·x + b has the slope 1.": partial(
        neuron_gradients, by_b=lambda d, b: d * b
    ),
    "That is half the loss: here it is (h − y)², without a ½.": partial(
        neuron_gradients, loss=lambda h, y: (h - y) ** 2 / 2
    ),
    "There is a ½ in your loss. Here it is (h − y)², and its slope 2(h − y).": partial(
        neuron_gradients,
        loss=lambda h, y: (h - y) ** 2 / 2,
        error=lambda h, y: h - y,
    ),
    "The loss is taken of z. The neuron's output is h = tanh(z).": partial(
        neuron_gradients, loss=lambda h, y: (torch.atanh(h) - y) ** 2
    ),
    "These are new weights after a step. The gradients themselves are wanted.": partial(
        neuron_gradients, by_w=lambda d, x, w: w - d * x, by_b=lambda d, b: b - d
    ),
}
