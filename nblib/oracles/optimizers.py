"""What torch.optim makes of the same gradients: the reference for update rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from nblib.checks import Exercise
from nblib.oracles.draw import SHAPES, fresh_generator

__all__ = ["follow_optimizer"]


def follow_optimizer(
    check: Exercise,
    step: Callable[..., Any],
    optimizer: Callable[[list[torch.Tensor]], torch.optim.Optimizer],
    *hyperparameters: float,
    lrs: Sequence[float],
    dtype: torch.dtype,
) -> None:
    """Check that an update rule follows a torch optimizer, on gradients drawn here.

    `step(params, grads, state, lr, *hyperparameters)` returns (new params, new state).
    It takes one step for each of `lrs`, on two tensors of different shapes, and is compared after
    each; `optimizer(params)` makes the reference.
    """
    generator = fresh_generator()

    def draw() -> list[torch.Tensor]:
        return [torch.randn(shape, generator=generator, dtype=dtype) for shape in SHAPES]

    params, state = draw(), dict[str, Any]()
    reference = [p.clone() for p in params]
    torch_optimizer = optimizer(reference)
    for lr in lrs:
        grads = draw()
        for p, grad in zip(reference, grads, strict=True):
            p.grad = grad.clone()
        torch_optimizer.param_groups[0]["lr"] = lr
        torch_optimizer.step()
        params, state = check.call(
            step, params, grads, state, lr, *hyperparameters, may_change=(2,)
        )
        check.close(params, reference, same_dtype=True)
