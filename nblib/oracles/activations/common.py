"""What the answers of *Activations* share: a pair of value and slope, and how it is followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from nblib.checks import Exercise, grad_of
from nblib.oracles.draw import SHAPES, fresh_generator

__all__ = ["Pair", "Tensor", "follow_activation", "with_slope"]

Tensor = torch.Tensor


Pair = tuple[Tensor, Tensor]


def with_slope(function: Callable[..., Tensor]) -> Callable[..., Pair]:
    """Return the activation `(z, *settings)` whose slope is what autograd makes of `function`."""

    def activation(z: Tensor, *settings: float) -> Pair:
        z = z.detach()
        return function(z, *settings), grad_of(lambda z: function(z, *settings).sum(), z)

    return activation


def follow_activation(
    check: Exercise,
    function: Callable[..., Any],
    reference: Callable[..., Tensor],
    *settings: float,
    dtype: torch.dtype,
) -> None:
    """Check that `function(z, *settings)` returns the value and the slope of an activation.

    `reference(z, *settings)` is that activation in torch; its slope comes from autograd. The
    inputs, drawn here, have shapes that are not square, and among them are ±10,000 and 0.
    """
    generator = fresh_generator()
    inputs = []
    for shape in SHAPES:
        z = 3 * torch.randn(shape, generator=generator, dtype=dtype)
        z.view(-1)[:3] = torch.tensor([-1e4, 1e4, 0.0])
        inputs.append((z, *settings))
    check.agree(function, with_slope(reference), *inputs, same_dtype=True)
