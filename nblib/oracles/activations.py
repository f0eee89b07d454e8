"""What torch and central differences say of an activation and its slope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from nblib.checks import Exercise, grad_of
from nblib.oracles.draw import SHAPES, fresh_generator

__all__ = ["follow_activation"]


def follow_activation(
    check: Exercise,
    function: Callable[..., Any],
    reference: Callable[[torch.Tensor], torch.Tensor],
    *settings: float,
    dtype: torch.dtype,
) -> None:
    """Check that `function(z, *settings)` returns the value and the slope of an activation.

    `reference(z)` is that activation, with its settings, in torch; its slope comes from autograd.
    The inputs, drawn here, have shapes that are not square, and among them are ±10,000. In float64
    the slope must also agree with the central differences of the values that were returned.
    """
    generator = fresh_generator()
    for shape in SHAPES:
        z = 3 * torch.randn(shape, generator=generator, dtype=dtype)
        z.view(-1)[:2] = torch.tensor([-1e4, 1e4])
        wanted = [reference(z), grad_of(lambda z: reference(z).sum(), z)]
        check.close(check.call(function, z, *settings), wanted, same_dtype=True)
        if dtype == torch.float64:
            z = z[z.abs() > 0.01].clamp(-30, 30)  # beside a kink, where there is a slope
            right, left = (function(z + h, *settings)[0] for h in (1e-6, -1e-6))
            slope = check.call(function, z, *settings)[1]
            check.close(slope, (right - left) / 2e-6, rtol=1e-5, atol=1e-7)
