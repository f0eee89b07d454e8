"""First the probe, then everything: right, and wrong in the ways that people train it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles import convnet
from nblib.oracles.convnet import HEAD, PARAMETERS, probe_then_tune
from nblib.oracles.transfer_learning.common import Play, State

__all__ = ["CHANGED", "FIRST", "IDLE", "MOVED", "THEN", "changed", "head", "idle", "moved_parts"]

# First the probe, then everything


def _tune(
    *,
    steps: Callable[[int, int], tuple[int, int]] = lambda first, second: (first, second),
    lrs: Callable[[float, float], tuple[float, float]] = lambda first, second: (first, second),
    **switches: Any,
) -> Callable[..., State]:
    """Return `probe_then_tune` with other steps, rates or switches."""
    return lambda state, X, y, n, r: probe_then_tune(state, X, y, steps(*n), lrs(*r), **switches)


def changed(state: State, *plan: Any) -> Play:
    """Return a play: by name, what became of each tensor of the state that is not as it was."""
    return lambda answer: convnet.differences(state, answer(state, *plan))


def idle(state: State, *plan: Any) -> Play:
    """Return a play: what `changed` says, and how many batches batch norm has counted."""

    def play(answer: Callable[..., Any]) -> tuple[dict[str, str], int]:
        after = answer(state, *plan)
        count = int(after.get("block1.1.num_batches_tracked", -1))
        return convnet.differences(state, after), count

    return play


def moved_parts(state: State, *plan: Any) -> Play:
    """Return a play: which parts of the network have moved at all."""

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        moved = convnet.differences(state, answer(state, *plan))
        parts = {
            "the head": HEAD,
            "weights below the head": _BACKBONE,
            "statistics of batch norm": [n for n in state if n not in PARAMETERS],
        }
        return {
            part: "moved" if any(name in moved for name in names) else "not moved"
            for part, names in parts.items()
        }

    return play


def head(*args: Any) -> Play:
    """Return a play: the head afterwards."""

    def play(answer: Callable[..., Any]) -> list[Tensor]:
        after = answer(*args)
        return [after[name] for name in HEAD]

    return play


_BACKBONE = tuple(name for name in PARAMETERS if name not in HEAD)


_ALIKE: Mistakes = {
    "The rates of the two phases are exchanged.": _tune(lrs=lambda first, second: (second, first)),
    "The numbers of steps are exchanged.": _tune(steps=lambda first, second: (second, first)),
    "The step goes uphill.": _tune(optimizer=partial(torch.optim.SGD, maximize=True)),
    "Gradients add up from step to step: zero them before each backward.": _tune(zero="none"),
    "The loss is the sum over the examples. Take their mean.": _tune(
        loss=partial(F.cross_entropy, reduction="sum")
    ),
    "There is a softmax before the cross-entropy, which has one inside.": _tune(
        loss=lambda logits, y: F.cross_entropy(logits.softmax(dim=1), y)
    ),
    "That is Adam. Plain gradient descent is wanted: SGD.": _tune(optimizer=torch.optim.Adam),
    "That is AdamW. Plain gradient descent is wanted: SGD.": _tune(optimizer=torch.optim.AdamW),
    "That is gradient descent with momentum 0.9. The plain one is wanted.": _tune(
        optimizer=partial(torch.optim.SGD, momentum=0.9)
    ),
}


CHANGED: Mistakes = {
    "Frozen, and yet it moves: no step of the second phase is due, and a pass was made in train "
    "mode, so batch norm's statistics drifted.": _tune(training=(True, True)),
    "The backbone is trained in the first phase: only the head may be.": _tune(
        trained=(PARAMETERS, PARAMETERS)
    ),
    "Everything is trained in the first phase, and in train mode: the head only, in eval mode.": (
        _tune(trained=(PARAMETERS, PARAMETERS), training=(True, True))
    ),
    "Nothing has changed, not even the head: is it frozen, or does no step come?": _tune(
        steps=lambda first, second: (0, second)
    ),
    "The head's weights alone are trained. Its bias belongs to it.": _tune(
        trained=(HEAD[:1], PARAMETERS)
    ),
}


def _passed_once_more(state: State, X: Tensor, *plan: Any) -> State:
    after = probe_then_tune(state, X, *plan)
    convnet.features(dict(after), X, True, after)
    return after


IDLE: Mistakes = {
    "Everything is other than what you were given, with no step to take: is `state` loaded?": (
        lambda state, *plan: {
            name: tensor + 1 if tensor.is_floating_point() else torch.zeros_like(tensor)
            for name, tensor in state.items()
        }
    ),
    "Batch norm's statistics have moved, with no step to take: a pass too many, in train mode.": (
        _passed_once_more
    ),
    "The head was trained, with no step to take: you take one step too many.": _tune(
        steps=lambda first, second: (first + 1, second)
    ),
    "Everything was trained once, with no step to take: you take one step too many.": _tune(
        steps=lambda first, second: (first, second + 1)
    ),
}


FIRST: Mistakes = {
    "You take one step too many.": _tune(steps=lambda first, second: (first + 1, second)),
    "You take one step too few.": _tune(steps=lambda first, second: (first - 1, second)),
    **_ALIKE,
}


MOVED: Mistakes = {
    "The backbone never learns in the second phase. Is it still frozen, or is the optimizer older, "
    "and does not know of it?": _tune(unfreeze=False),
    "The network is still in eval mode in the second phase: model.train().": _tune(
        training=(False, False)
    ),
    "Below the head nothing has changed. Is there a second phase, on everything, in train mode?": (
        _tune(training=(False, False), unfreeze=False)
    ),
}


THEN: Mistakes = {
    "The head is not trained in the second phase. Everything is to be.": _tune(
        trained=(HEAD, _BACKBONE)
    ),
    "The backbone is in train mode in the first phase, so batch norm's statistics drift.": _tune(
        training=(True, True)
    ),
    "The modes have changed places: eval in the first phase, train in the second.": _tune(
        training=(True, False)
    ),
    "The second phase has the rate of the first.": _tune(lrs=lambda first, second: (first, first)),
    "What the first phase learned is not in it. Is there one, and does the second go on from it?": (
        _tune(steps=lambda first, second: (0, second))
    ),
    "The second phase takes one step too many.": _tune(
        steps=lambda first, second: (first, second + 1)
    ),
    "The second phase takes one step too few.": _tune(
        steps=lambda first, second: (first, max(second - 1, 0))
    ),
    "The second phase begins with gradients that the first has left. "
    "Zero those of the whole network.": _tune(zero="trained"),
    **_ALIKE,
}
