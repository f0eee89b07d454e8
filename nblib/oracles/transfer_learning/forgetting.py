"""What a tuned network still knows: right, and wrong in the ways that people ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles import convnet
from nblib.oracles.convnet import HEAD, PARAMETERS
from nblib.oracles.transfer_learning.common import State, draw_network

__all__ = ["FORGOTTEN", "decided", "draw_forgetting", "forgetting"]

# Does it still read letters?


def forgetting(
    before: Mapping[str, Tensor],
    tuned: Mapping[str, Tensor],
    X: Tensor,
    y: Tensor,
    *,
    old: tuple[str, ...] = HEAD,
    training: bool = False,
    told: Callable[[float, float], Any] = lambda first, second: (first, second),
) -> Any:
    """Return the accuracies on X (n, 64) before tuning, and after it with the old head."""

    def accuracy(state: Mapping[str, Tensor]) -> float:
        guess = convnet.logits(state, X, training).argmax(dim=1)
        return (guess == y).double().mean().item()

    joined = {name: before[name] if name.endswith(old) else t for name, t in tuned.items()}
    return told(accuracy(before), accuracy(joined))


def decided(before: State, tuned: State, X: Tensor) -> Tensor:
    """Return at which pictures both networks, with the old head, are sure of their class, (n,).

    Elsewhere the best class leads by so little that rounding may decide.
    """
    states = (before, tuned | {name: before[name] for name in HEAD})
    best = [convnet.logits(state, X).topk(2, dim=1).values for state in states]
    return torch.stack([two[:, 0] - two[:, 1] > 1e-3 for two in best]).all(dim=0)


def draw_forgetting(
    num_classes: int, num_new: int, generator: torch.Generator
) -> tuple[State, State, Tensor, Tensor]:
    """Return arguments for `forgetting`: the old network is right at a half, the new at less."""
    before, X, _ = draw_network(num_classes, 450, generator)
    tuned, *_ = draw_network(num_new, 1, generator)
    X = X[decided(before, tuned, X)][:397]
    joined = tuned | {name: before[name] for name in HEAD}
    old, new = (convnet.logits(state, X).argmax(dim=1) for state in (before, joined))
    part = torch.rand(len(X), generator=generator)
    return before, tuned, X, torch.where(part < 0.5, old, torch.where(part < 0.8, new, 0))


FORGOTTEN: Mistakes = {
    "That is the tuned network with its new head, which knows the target's classes. "
    "Put the old head on.": partial(forgetting, old=("nothing",)),
    "The head has the old weights and the new bias. Both belong to it.": partial(
        forgetting, old=("head.weight",)
    ),
    "The running statistics are still the old ones: buffers belong to the backbone.": partial(
        forgetting, old=(*HEAD, "running_mean", "running_var")
    ),
    "Batch norm is still the old one, weights and statistics: it belongs to the backbone.": partial(
        forgetting, old=(*HEAD, "1.weight", "1.bias", "running_mean", "running_var")
    ),
    "Only the running statistics are new: the weights of the backbone never came in.": partial(
        forgetting, old=PARAMETERS
    ),
    "That is the old network twice: the new backbone never came in.": partial(
        forgetting, told=lambda first, second: (first, first)
    ),
    "The network is in train mode: it is judged as it would be used, in eval mode.": partial(
        forgetting, training=True
    ),
    "Before and after are exchanged.": partial(
        forgetting, told=lambda first, second: (second, first)
    ),
    "These are errors. Accuracies are wanted.": partial(
        forgetting, told=lambda first, second: (1 - first, 1 - second)
    ),
    "These are percentages. Shares between 0 and 1 are wanted.": partial(
        forgetting, told=lambda first, second: (100 * first, 100 * second)
    ),
    "That is how many are right. Divide by how many there are.": lambda before, tuned, X, y: (
        forgetting(
            before, tuned, X, y, told=lambda first, second: (first * len(y), second * len(y))
        )
    ),
    "The second is what was lost. The accuracy after tuning is wanted.": partial(
        forgetting, told=lambda first, second: (first, first - second)
    ),
}
