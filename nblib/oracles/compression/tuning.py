"""To train what is left after a cut: what was cut stays 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.compression.masks import dtypes_of

__all__ = ["TUNED", "bowl", "tune_pruned"]

Weights = Sequence[Tensor]
Gradient = Callable[[Weights], Weights]


def _times(weights: Weights, masks: Weights) -> list[Tensor]:
    return [w * m for w, m in zip(weights, masks, strict=True)]


def tune_pruned(
    weights: Weights,
    masks: Weights,
    gradient: Gradient,
    lr: float,
    num_steps: int,
    *,
    first: bool = True,
    each: bool = True,
    last: bool = True,
    seen: bool = True,
    masked_gradient: bool = False,
    new_optimizer: bool = False,
    make: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
    sign: float = 1.0,
) -> list[Tensor]:
    """Return the weights after Adam's steps, with what the masks cut at 0 all along."""
    now = [*weights] if not first else _times(weights, masks)
    params = [w.detach().clone().requires_grad_() for w in now]
    optimizer = make(params, lr=lr)
    for _ in range(num_steps):
        optimizer = make(params, lr=lr) if new_optimizer else optimizer
        now = [p.detach().clone() for p in params]
        grads = gradient(_times(now, masks) if each and seen else now)
        grads = _times(grads, masks) if masked_gradient else grads
        for p, g in zip(params, grads, strict=True):
            p.grad = sign * g
        optimizer.step()
        if each:
            with torch.no_grad():
                for p, m in zip(params, masks, strict=True):
                    p.mul_(m)
    found = [p.detach() for p in params]
    return _times(found, masks) if last else found


def bowl(
    seed: int, lr: float, num_steps: int, dtype: torch.dtype = torch.float64
) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: two tensors and the gradient of a bowl in which all weights hang together."""
    shapes = ((3, 4), (5,))
    drawn = torch.Generator().manual_seed(seed)
    weights = [torch.randn(s, generator=drawn, dtype=torch.float64).to(dtype) for s in shapes]
    masks = [(torch.rand(s, generator=drawn) < 0.55).to(dtype) for s in shapes]
    for mask in masks:  # something is cut of each, something stays
        mask.flatten()[0], mask.flatten()[1] = 0.0, 1.0
    root = torch.randn(17, 17, generator=drawn, dtype=torch.float64)
    bend, centre = root @ root.T / 17, torch.randn(17, generator=drawn, dtype=torch.float64)

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        asked = []

        def gradient(at: Weights) -> list[Tensor]:
            asked.append(1)
            flat = torch.cat([torch.as_tensor(w).detach().flatten() for w in at]).double()
            slope = bend @ (flat - centre)
            parts = slope.split([w.numel() for w in weights])
            return [g.view(s).to(dtype) for g, s in zip(parts, shapes, strict=True)]

        came = [*answer(weights, masks, gradient, lr, num_steps)]
        return {
            "gradients asked for": len(asked),
            "the weights": came,
            "dtypes": dtypes_of(came),
        }

    return play


_with = partial(partial, tune_pruned)

TUNED: Mistakes = {
    "The cut weights come alive: they are 0 at first, and the steps move them. Apply the masks "
    "after each step.": _with(each=False, last=False),
    "Nothing is ever cut: the masks make no difference.": _with(
        first=False, each=False, last=False
    ),
    "The masks are applied at the beginning and at the end only. In between the cut weights come "
    "alive, and the others learn to rely on them.": _with(each=False),
    "The masks are applied at the end only: all weights are trained as if none was cut.": _with(
        first=False, each=False
    ),
    "The gradient is masked, and the weights are not: the cut ones keep their values.": _with(
        first=False, each=False, last=False, masked_gradient=True
    ),
    "The gradient is masked, and the weights only at the end: until then the cut ones keep their "
    "values, and the gradient is that of another network.": _with(
        first=False, each=False, masked_gradient=True
    ),
    "The first gradient is that of the uncut network. Cut before the first step.": _with(
        first=False, seen=False
    ),
    "A new Adam is made in each step, which forgets its averages. Make one, before the loop.": (
        _with(new_optimizer=True)
    ),
    "Those are steps of SGD. Adam is wanted.": _with(make=torch.optim.SGD),
    "Those are steps of AdamW, which also shrinks the weights. `torch.optim.Adam` is wanted.": (
        _with(make=torch.optim.AdamW)
    ),
    "The steps go uphill: what `gradient` returns goes into `.grad` as it is.": _with(sign=-1.0),
    "The weights are what they were: cut, and not trained.": (
        lambda weights, masks, gradient, lr, num_steps: (
            [gradient(weights) for _ in range(num_steps)] and _times(weights, masks)
        )
    ),
    "One step too few is made.": lambda weights, masks, gradient, lr, num_steps: tune_pruned(
        weights, masks, gradient, lr, num_steps - 1
    ),
    "What is cut and what stays are exchanged: a mask is 1 where a weight stays.": (
        lambda weights, masks, *how: tune_pruned(weights, [1 - m for m in masks], *how)
    ),
}
