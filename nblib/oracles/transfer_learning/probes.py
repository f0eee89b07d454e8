"""The linear probe: right, and wrong in the ways that people train it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.transfer_learning.common import Play

__all__ = ["PROBE", "SHAPES", "centred", "lengths", "probabilities", "shapes", "train_probe"]

# The linear probe

Objective = Callable[[], Tensor]


def _to_the_end(objective: Objective, params: list[Tensor]) -> None:
    optimizer = torch.optim.LBFGS(
        params,
        max_iter=1000,
        tolerance_grad=1e-9,
        tolerance_change=1e-14,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = objective()
        loss.backward()
        return loss

    optimizer.step(closure)


def _few_steps(objective: Objective, params: list[Tensor], *, number: int) -> None:
    optimizer = torch.optim.SGD(params, lr=0.1)
    for _ in range(number):
        optimizer.zero_grad()
        objective().backward()
        optimizer.step()


def train_probe(
    features: Tensor,
    y: Tensor,
    num_classes: int,
    strength: float,
    *,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    penalty: Callable[[Tensor, Tensor], Tensor] = lambda W, b: W.square().sum() / 2,
    has_bias: bool = True,
    minimize: Callable[[Objective, list[Tensor]], None] = _to_the_end,
) -> tuple[Tensor, Tensor]:
    """Return W (num_classes, num_features) and b (num_classes,) of softmax regression with L2.

    In float64, from zero, and in the end in the dtype of the features (n, num_features). Raises
    ValueError unless there are just `num_classes` classes in y.
    """
    if len(y.unique()) != num_classes:
        raise ValueError(f"not all of the {num_classes} classes are in y")
    f = features.double()
    W = f.new_zeros(num_classes, f.shape[1], requires_grad=True)
    shifted = f.new_zeros(num_classes, requires_grad=has_bias)
    # The same minimum, found much faster: the bias of features whose mean is 0.
    centre = f.mean(dim=0) if has_bias and minimize is _to_the_end else f.new_zeros(f.shape[1])

    def bias() -> Tensor:
        return shifted - W @ centre

    def objective() -> Tensor:
        return loss(f @ W.T + bias(), y) + strength * penalty(W, bias())

    minimize(objective, [W, shifted] if has_bias else [W])
    W = W.detach()
    return W.to(features.dtype), bias().detach().to(features.dtype)


def shapes(*args: Any) -> Play:
    """Return a play: the shapes of W and b."""
    return lambda answer: [tuple(torch.as_tensor(part).shape) for part in answer(*args)]


def centred(*args: Any) -> Play:
    """Return a play: W, and b up to the one number that may be added to all of it."""

    def play(answer: Callable[..., Any]) -> Any:
        W, b = answer(*args)
        return [W, b - b.mean()]

    return play


def lengths(*args: Any) -> Play:
    """Return a play: the lengths of W and of b, of which neither hangs on how b is shifted.

    A solver that stops a little early changes them much less than any mistake does.
    """

    def play(answer: Callable[..., Any]) -> Any:
        W, b = answer(*args)
        return {"length of W": W.norm(), "length of b − mean(b)": (b - b.mean()).norm()}

    return play


def probabilities(features: Tensor, *args: Any) -> Play:
    """Return a play: what W and b make of the features, (n, num_classes)."""

    def play(answer: Callable[..., Any]) -> Any:
        W, b = answer(features, *args)
        return (features @ W.to(features).T + b.to(features)[None]).softmax(dim=1)

    return play


def _standardized(features: Tensor, *args: Any) -> tuple[Tensor, Tensor]:
    return train_probe((features - features.mean(0)) / features.std(0, correction=0), *args)


def _reshaped(change: Callable[[Tensor, Tensor], Any]) -> Callable[..., Any]:
    return lambda *args: change(*train_probe(*args))


SHAPES: Mistakes = {
    "W is transposed: (num_classes, num_features) is wanted.": _reshaped(lambda W, b: (W.T, b)),
    "b is wanted with one dimension, (num_classes,).": _reshaped(lambda W, b: (W, b[None])),
    "b is a column. (num_classes,) is wanted.": _reshaped(lambda W, b: (W, b[:, None])),
    "W and b have changed places: (W, b).": _reshaped(lambda W, b: (b, W)),
    "The biases are still a column of W. Return them apart, as b.": _reshaped(
        lambda W, b: (torch.cat([W, b[:, None]], dim=1), b)
    ),
}


PROBE: Mistakes = {
    "That is λ‖W‖². The penalty has a ½ in front.": partial(
        train_probe, penalty=lambda W, b: W.square().sum()
    ),
    "You add up the examples. Take their mean, or the penalty is n times too weak.": partial(
        train_probe, loss=partial(F.cross_entropy, reduction="sum")
    ),
    "scikit-learn's C is not λ: C = 1/(n λ).": lambda features, y, num_classes, strength: (
        train_probe(features, y, num_classes, 1 / (len(y) * strength))
    ),
    "The biases are penalized too. Leave them free.": partial(
        train_probe, penalty=lambda W, b: (W.square().sum() + b.square().sum()) / 2
    ),
    "There are no biases: b must be learned as well.": partial(train_probe, has_bias=False),
    "There is a softmax before the cross-entropy, which has one inside.": partial(
        train_probe, loss=lambda logits, y: F.cross_entropy(logits.softmax(dim=1), y)
    ),
    "The penalty is ‖W‖. It is the square of it, ‖W‖², that is wanted.": partial(
        train_probe, penalty=lambda W, b: W.norm() / 2
    ),
    "The penalty is the mean of the squares of W. ‖W‖² is their sum.": partial(
        train_probe, penalty=lambda W, b: W.square().mean() / 2
    ),
    "The penalty is the mean of the squares of W, without the ½. ‖W‖² is their sum.": partial(
        train_probe, penalty=lambda W, b: W.square().mean()
    ),
    "These weights belong to standardized features. Take the features as they are.": _standardized,
    "The weights have not moved: it is the minimum that is wanted.": partial(
        train_probe, minimize=lambda objective, params: None
    ),
    "There stand ten steps of gradient descent with rate 0.1. Go on to the minimum.": partial(
        train_probe, minimize=partial(_few_steps, number=10)
    ),
    "There stand 100 steps of gradient descent with rate 0.1. Go on to the minimum.": partial(
        train_probe, minimize=partial(_few_steps, number=100)
    ),
}
