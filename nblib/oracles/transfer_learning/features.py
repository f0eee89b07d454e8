"""A machine for features: right, and wrong in the ways that people build it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles import convnet
from nblib.oracles.convnet import HEAD
from nblib.oracles.transfer_learning.common import Play, State

__all__ = ["BITS", "FEATURES", "bits", "extract_features", "features_alone"]

# A machine for features


def extract_features(
    state: State,
    mean: float,
    std: float,
    X: Tensor,
    *,
    scaled: Callable[[Tensor, float, float], Tensor] = lambda X, mean, std: (X - mean) / std,
    training: bool = False,
    seen: Callable[[Tensor, State], Tensor] = lambda features, state: features,
    kept: Callable[[State], State] = lambda state: state,
) -> tuple[Tensor, State]:
    """Return the features (n, 128) of pictures X (n, 64) of counts, and the state afterwards."""
    after = {name: tensor.clone() for name, tensor in state.items()}
    features = convnet.features(state, scaled(X, mean, std), training, after)
    return seen(features, state), kept(after)


def _logits(features: Tensor, state: State) -> Tensor:
    return features @ state["head.weight"].T + state["head.bias"]


def features_alone(*args: Any) -> Play:
    """Return a play: the first of the two results."""

    def play(answer: Callable[..., Any]) -> Any:
        features, _ = answer(*args)
        return features

    return play


def bits(state: State, *args: Any) -> Play:
    """Return a play: by name, what became of each tensor of the state that is not as it was."""

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        _, after = answer(state, *args)
        return convnet.differences(state, after)

    return play


FEATURES: Mistakes = {
    "The network is in train mode: batch norm uses this batch. Call model.eval() first.": partial(
        extract_features, training=True
    ),
    "The inputs are not normalized: (X − mean) / std.": partial(
        extract_features, scaled=lambda X, mean, std: X
    ),
    "You normalize with the mean and deviation of these pictures. "
    "The network expects the source's.": partial(
        extract_features, scaled=lambda X, mean, std: (X - X.mean()) / X.std()
    ),
    "You subtract the mean, and do not divide by the standard deviation.": partial(
        extract_features, scaled=lambda X, mean, std: X - mean
    ),
    "You divide by the standard deviation, and do not subtract the mean.": partial(
        extract_features, scaled=lambda X, mean, std: X / std
    ),
    "`X - mean / std` divides the mean alone. Put brackets around X − mean.": partial(
        extract_features, scaled=lambda X, mean, std: X - mean / std
    ),
    "mean and std have changed places.": partial(
        extract_features, scaled=lambda X, mean, std: (X - std) / mean
    ),
    "X · std + mean undoes a normalization. Subtract the mean, then divide.": partial(
        extract_features, scaled=lambda X, mean, std: X * std + mean
    ),
    "You divide by std². It is the standard deviation, and no variance.": partial(
        extract_features, scaled=lambda X, mean, std: (X - mean) / std**2
    ),
    "You divide by 16. This network was trained on (X − mean) / std.": partial(
        extract_features, scaled=lambda X, mean, std: X / 16
    ),
    "You divide by 16 before you normalize. mean and std are those of the counts.": partial(
        extract_features, scaled=lambda X, mean, std: (X / 16 - mean) / std
    ),
    "These are logits. Leave out the head.": partial(extract_features, seen=_logits),
    "These are probabilities of classes. Leave out the head, and the softmax.": partial(
        extract_features, seen=lambda *args: _logits(*args).softmax(dim=1)
    ),
    "These are the features of the first picture alone. A row for each is wanted.": partial(
        extract_features, seen=lambda features, state: features[0]
    ),
}


def _without(*ends: str) -> Callable[[State], State]:
    return lambda state: {name: t for name, t in state.items() if not name.endswith(ends)}


def _in_double(state: State) -> State:
    return {name: t.double() if t.is_floating_point() else t for name, t in state.items()}


BITS: Mistakes = {
    "Batch norm's running statistics are missing: they are buffers, not parameters. "
    "state_dict() has both.": partial(
        extract_features, kept=_without("running_mean", "running_var", "tracked")
    ),
    "Batch norm's counters are missing: `num_batches_tracked` is a part of the state.": partial(
        extract_features, kept=_without("tracked")
    ),
    "The head is missing: return the state of the whole network.": partial(
        extract_features, kept=_without(*HEAD)
    ),
    "Only the head is there: return the state of the whole network.": partial(
        extract_features, kept=lambda state: {name: state[name] for name in HEAD}
    ),
    "Batch norm's running statistics have moved: the network was in train mode.": partial(
        extract_features, training=True
    ),
    "All weights are others than those that you were given: `load_state_dict(state)`.": partial(
        extract_features, kept=lambda state: {name: t + 1 for name, t in state.items()}
    ),
    "All weights have another dtype. Leave them as they are.": partial(
        extract_features, kept=_in_double
    ),
}
