"""What the answers of *Transfer learning* share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.oracles import convnet

__all__ = ["Play", "State", "draw_network"]

State = dict[str, Tensor]


Play = Callable[[Callable[..., Any]], Any]


def draw_network(
    num_classes: int, n: int, generator: torch.Generator
) -> tuple[State, Tensor, Tensor]:
    """Return a state of a convnet, pictures X (n, 64), normalized, and their classes y (n,)."""
    state = convnet.random_state(num_classes, generator)
    X = torch.randn(n, 64, generator=generator)
    return state, X, torch.randint(num_classes, (n,), generator=generator)
