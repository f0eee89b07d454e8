"""Clipping by the global norm: right, and wrong in the ways that people write it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["CLIP", "CLIP_ZEROS", "clip", "global_norm"]


def clip(grads: list[Tensor], max_norm: float) -> list[Tensor]:
    """Return `grads`, shortened together to the norm `max_norm` if they are longer.

    Source: Pascanu, Mikolov and Bengio (2013), algorithm 1.
    """
    norm = global_norm(grads)
    return [g * (max_norm / norm) if norm > max_norm else g.clone() for g in grads]


def global_norm(grads: list[Tensor]) -> Tensor:
    return torch.cat([g.flatten() for g in grads]).norm()


def _clip(length: Callable[[Tensor], Tensor]) -> Callable[..., list[Tensor]]:
    """Clip by another length of all gradients in one vector."""

    def clipped(grads: list[Tensor], max_norm: float) -> list[Tensor]:
        norm = length(torch.cat([g.flatten() for g in grads]))
        return [g * (max_norm / norm) if norm > max_norm else g for g in grads]

    return clipped


def _scaled(factor: Callable[[Tensor, float], Any]) -> Callable[..., list[Tensor]]:
    """Multiply all gradients by a factor made of the global norm and the limit."""
    return lambda grads, max_norm: [g * factor(global_norm(grads), max_norm) for g in grads]


CLIP: Mistakes = {
    "You clip each tensor by itself, which bends the direction. One factor for all.": (
        lambda grads, max_norm: [clip([g], max_norm)[0] for g in grads]
    ),
    "You clip entries, which bends the direction. Shorten all of it by one factor.": (
        lambda grads, max_norm: [g.clamp(-max_norm, max_norm) for g in grads]
    ),
    "The global norm is not the sum of the norms: add up squares, then take the root.": (
        lambda grads, max_norm: _scaled(
            lambda _, limit: (limit / sum(g.norm() for g in grads)).clamp(max=1)
        )(grads, max_norm)
    ),
    "You took the longest tensor for all of them: add up the squares of all.": (
        lambda grads, max_norm: _scaled(
            lambda _, limit: (limit / max(g.norm() for g in grads)).clamp(max=1)
        )(grads, max_norm)
    ),
    "The root is missing: that is the squared norm.": _clip(lambda g: (g**2).sum()),
    "The norm adds up squares, not absolute values.": _clip(lambda g: g.abs().sum()),
    "You took the largest entry for the norm: add up all squares.": _clip(lambda g: g.abs().max()),
    "You took the mean of the squares. The norm has their sum.": _clip(
        lambda g: (g**2).mean().sqrt()
    ),
    "A short gradient is made longer. Clip only what is too long.": _scaled(
        lambda norm, limit: limit / norm if norm > 0 else 1.0
    ),
    "The factor is upside down.": _scaled(lambda norm, limit: (norm / limit).clamp(min=1)),
    "The factor stretches where it should shorten: it is never above 1.": _scaled(
        lambda norm, limit: (limit / norm).clamp(min=1) if norm > 0 else 1.0
    ),
    "You shorten to length 1; the length wanted is max_norm.": _scaled(
        lambda norm, limit: 1 / norm if norm > limit else 1.0
    ),
    "You multiply by max_norm, and do not divide by the norm.": _scaled(
        lambda norm, limit: limit if norm > limit else 1.0
    ),
    "What is too long becomes 0. Shorten it to max_norm.": _scaled(
        lambda norm, limit: 0.0 if norm > limit else 1.0
    ),
}


CLIP_ZEROS: Mistakes = {
    "Where all gradients are 0, so is the norm, and dividing by it gives NaN. "
    "They are short enough: leave them.": _scaled(lambda norm, limit: limit / norm),
    "Where all gradients are 0, so is the norm by which you divide. "
    "They are short enough: leave them.": _scaled(lambda norm, limit: limit / norm.item()),
}
