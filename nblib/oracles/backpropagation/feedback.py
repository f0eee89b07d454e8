"""A step of feedback alignment: right, and wrong in the ways that people write it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.backpropagation.networks import network_gradients

__all__ = ["FEEDBACK", "feedback_step"]

Weights = tuple[Tensor, ...]


def _subtract(params: Weights, gradients: Weights, lr: float, X: Tensor) -> Weights:
    return tuple(p - lr * g for p, g in zip(params, gradients, strict=True))


def feedback_step(
    X: Tensor,
    y: Tensor,
    W1: Tensor,
    b1: Tensor,
    W2: Tensor,
    b2: Tensor,
    B: Tensor,
    lr: float,
    *,
    back: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda d, W2, B: d @ B,
    step: Callable[[Weights, Weights, float, Tensor], Weights] = _subtract,
    **parts: Any,
) -> Weights:
    """Return W1, b1, W2, b2 after a step in which the errors travel back through B, not W2ᵀ.

    B (num_classes, num_hidden). The other parts are those of `network_gradients`.
    Source: Lillicrap et al. (2016).
    """
    _, *gradients = network_gradients(
        X, y, W1, b1, W2, b2, back=lambda d, W2, dW2: back(d, W2, B), **parts
    )
    return step((W1, b1, W2, b2), tuple(gradients), lr, X)


def _only(*which: int) -> Callable[..., Weights]:
    """Move some of the parameters alone."""

    def step(params: Weights, gradients: Weights, lr: float, X: Tensor) -> Weights:
        moved = _subtract(params, gradients, lr, X)
        return tuple(moved[i] if i in which else params[i].clone() for i in range(4))

    return step


def _scaled(factor: Callable[[float, Tensor], float]) -> Callable[..., Weights]:
    """Step with another factor, of learning rate and examples, in place of the learning rate."""
    return lambda params, gradients, lr, X: _subtract(params, gradients, factor(lr, X), X)


_wrong = partial(partial, feedback_step)

FEEDBACK: Mistakes = {
    "That is plain backpropagation: the way back goes through B, not through W2ᵀ.": _wrong(
        back=lambda d, W2, B: d @ W2.T
    ),
    "The way back goes through W2ᵀ and B added up. It goes through B alone.": _wrong(
        back=lambda d, W2, B: d @ (W2.T + B)
    ),
    "B is transposed on the way back: it has the shape (classes, hidden), so `@ B`.": _wrong(
        back=lambda d, W2, B: d @ B.T
    ),
    "The slope of tanh is missing on the way back.": _wrong(slope=lambda z, h: 1.0),
    "You put z itself into the slope of tanh: it is 1 − h².": _wrong(slope=lambda z, h: 1 - z**2),
    "W2 and b2 do not move. They learn by their own gradients.": _wrong(step=_only(0, 1)),
    "W1 and b1 do not move. They learn by what comes back through B.": _wrong(step=_only(2, 3)),
    "p(1 − p) is multiplied in as well. Softmax and logarithm have p − [k = y] together.": _wrong(
        delta=lambda logits, p, y: (p - F.one_hot(y, p.shape[1])) / len(y) * p * (1 - p)
    ),
    "The softmax runs down the columns. Each row, an example, has its own: `dim=1`.": _wrong(
        delta=lambda logits, p, y: (logits.softmax(dim=0) - F.one_hot(y, p.shape[1])) / len(y)
    ),
    "B stands on the way forward too, in place of W2. It belongs on the way back alone.": (
        lambda X, y, W1, b1, W2, b2, B, lr: _subtract(
            (W1, b1, W2, b2), network_gradients(X, y, W1, b1, B.T, b2)[1:], lr, X
        )
    ),
    "The biases do not move.": _wrong(step=_only(0, 2)),
    "The steps go uphill: subtract.": _wrong(step=_scaled(lambda lr, X: -lr)),
    "The learning rate is missing.": _wrong(step=_scaled(lambda lr, X: 1.0)),
    "1/n is missing: the loss is a mean over the examples.": _wrong(
        step=_scaled(lambda lr, X: lr * len(X))
    ),
    "The steps are divided by n twice.": _wrong(step=_scaled(lambda lr, X: lr / len(X))),
    "These are the gradients. The weights after the step are wanted.": _wrong(
        step=lambda params, gradients, lr, X: gradients
    ),
}
