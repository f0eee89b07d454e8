"""What moves in a frozen network: right, and wrong in the ways that people look."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles import convnet
from nblib.oracles.transfer_learning.common import State

__all__ = ["MOVES", "settled", "what_moves"]

# Frozen, and yet it moves


def what_moves(
    state: State,
    X: Tensor,
    training: bool,
    *,
    measure: Callable[[Tensor, Tensor], Tensor] = lambda new, old: (new - old).abs().max(),
    missing: tuple[str, ...] = (),
    passes: int = 1,
) -> dict[str, float]:
    """Return name → largest absolute change, of what a pass of X (n, 64) changes in a network.

    Batch norm's statistics move as Ioffe and Szegedy (2015) have it, with PyTorch's momentum 0.1.
    """
    after = dict(state)
    for _ in range(passes):
        convnet.features(dict(after), X, training, after)
    return {
        name: measure(after[name].double(), old.double()).item()
        for name, old in state.items()
        if not torch.equal(after[name], old) and not name.endswith(missing)
    }


def settled(state: State, X: Tensor) -> State:
    """Return the state after sixty passes of X in train mode: one more moves little."""
    after = dict(state)
    for _ in range(60):
        convnet.features(dict(after), X, True, after)
    return after


MOVES: Mistakes = {
    "These have not moved: leave out changes of 0.": lambda state, X, training: {
        **dict.fromkeys(state, 0.0),
        **what_moves(state, X, training),
    },
    "You found nothing, and something has moved. Are the tensors before the pass clones, "
    "and are buffers among them?": lambda state, X, training: {},
    "Small changes are left out. Whatever has changed at all counts.": lambda *args: {
        name: change for name, change in what_moves(*args).items() if change > 1e-3
    },
    "The counters of batches are missing: they are part of the state too.": partial(
        what_moves, missing=("tracked",)
    ),
    "The running variances are missing: batch norm keeps them beside the means.": partial(
        what_moves, missing=("running_var",)
    ),
    "That is the mean change. The largest is wanted.": partial(
        what_moves, measure=lambda new, old: (new - old).abs().mean()
    ),
    "That is the sum of the changes. The largest is wanted.": partial(
        what_moves, measure=lambda new, old: (new - old).abs().sum()
    ),
    "That is the root of the sum of squares. The largest change is wanted.": partial(
        what_moves, measure=lambda new, old: (new - old).norm()
    ),
    "That is the largest change with its sign: take the absolute value first.": partial(
        what_moves, measure=lambda new, old: (new - old).max()
    ),
    "That is before minus after, with its sign: take the absolute value first.": partial(
        what_moves, measure=lambda new, old: (old - new).max()
    ),
    "That is how much the largest entry has changed. The largest change of all is wanted.": partial(
        what_moves, measure=lambda new, old: (new.max() - old.max()).abs()
    ),
    "These are largest values after the pass. How much they have changed is wanted.": partial(
        what_moves, measure=lambda new, old: new.abs().max()
    ),
    "These are changes in proportion. The change itself is wanted.": partial(
        what_moves, measure=lambda new, old: ((new - old) / old).abs().max()
    ),
    "The network is in train mode both times: `model.train(training)`.": (
        lambda state, X, training: what_moves(state, X, True)
    ),
    "Train and eval mode have changed places.": (
        lambda state, X, training: what_moves(state, X, not training)
    ),
    "Two passes have been made. One is wanted.": partial(what_moves, passes=2),
}
