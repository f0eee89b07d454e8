"""The training loop on digits: right, and wrong in the ways that people write it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from nblib import data
from nblib.checks import Exercise
from nblib.checks.compare import as_array
from nblib.checks.mistakes import Mistakes
from nblib.oracles.backpropagation.networks import network_gradients
from nblib.oracles.draw import fresh_generator

__all__ = ["TRAIN", "insist_on_reading", "start", "train_network"]

Params = list[Tensor]
Result = tuple[Params, list[float]]


def start(sizes: Sequence[int], generator: torch.Generator, dtype: torch.dtype) -> Params:
    """Return W1, b1, W2, b2 for these three sizes, uniform between ±1/√(number of inputs)."""
    params = []
    for num_in, num_out in itertools.pairwise(sizes):
        for shape in ((num_in, num_out), (num_out,)):
            draw = 2 * torch.rand(shape, generator=generator, dtype=dtype) - 1
            params.append(draw / math.sqrt(num_in))
    return params


def _descend(params: Params, gradients: Params, lr: float, batch: Tensor) -> Params:
    return [p - lr * g for p, g in zip(params, gradients, strict=True)]


def train_network(
    X: Tensor,
    y: Tensor,
    params: Sequence[Tensor],
    batches: Sequence[Tensor],
    lr: float,
    *,
    pick: Callable[[Sequence[Tensor], int], tuple[Tensor, Tensor]] = lambda batches, k: (
        batches[k],
        batches[k],
    ),
    gradients_of: Callable[[Params, Params], Params] = lambda found, earlier: found,
    step: Callable[[Params, Params, float, Tensor], Params] = _descend,
    report: Callable[[float, float, int], float] = lambda before, after, size: before,
    gradients: Callable[..., Any] = network_gradients,
) -> Result:
    """Train a tanh network by a step for each batch; return its parameters and the losses.

    The parts, in which mistakes are made: which rows and labels a step sees, what becomes of the
    gradients, the step itself, the loss that is told, and the gradients of a network.
    """
    weights, losses = [p.clone() for p in params], []
    earlier: Params = []
    for k in range(len(batches)):
        rows, labels = pick(batches, k)
        loss, *found = gradients(X[rows], y[labels], *weights)
        earlier = gradients_of(found, earlier)
        weights = step(weights, earlier, lr, rows)
        after = network_gradients(X[rows], y[labels], *weights)[0]
        losses.append(report(float(loss), float(after), len(rows)))
    return weights, losses


def _old_gradients(found: Params, earlier: Params) -> Params:
    return [f + e for f, e in zip(found, earlier, strict=True)] if earlier else found


def _one_by_one(params: Params, X: Tensor, y: Tensor, lr: float) -> Params:
    """Move the last layer first, and go back through its new weights."""
    W1, b1, W2, b2 = params
    _, _, _, dW2, db2 = network_gradients(X, y, W1, b1, W2, b2)
    W2_new = W2 - lr * dW2
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    d = ((p - F.one_hot(y, p.shape[1])) / len(y)) @ W2_new.T * (1 - h**2)
    return [W1 - lr * X.T @ d, b1 - lr * d.sum(dim=0), W2_new, b2 - lr * db2]


def _last_layer_first(
    X: Tensor, y: Tensor, params: Sequence[Tensor], batches: Sequence[Tensor], lr: float
) -> Result:
    weights, losses = list(params), []
    for batch in batches:
        losses.append(float(network_gradients(X[batch], y[batch], *weights)[0]))
        weights = _one_by_one(weights, X[batch], y[batch], lr)
    return weights, losses


def _some(*which: int) -> Callable[[Params, Params, float, Tensor], Params]:
    def step(params: Params, gradients: Params, lr: float, batch: Tensor) -> Params:
        moved = _descend(params, gradients, lr, batch)
        return [moved[i] if i in which else params[i] for i in range(4)]

    return step


def _at(
    factor: Callable[[float, Tensor], float],
) -> Callable[[Params, Params, float, Tensor], Params]:
    return lambda params, gradients, lr, batch: _descend(
        params, gradients, factor(lr, batch), batch
    )


def _losses(change: Callable[[list[float]], Any]) -> Callable[..., Any]:
    """Return the right parameters, and what a change makes of the losses."""

    def wrong(*args: Any) -> Any:
        weights, losses = train_network(*args)
        return weights, change(losses)

    return wrong


def _everything(batches: Sequence[Tensor], k: int) -> tuple[Tensor, Tensor]:
    rows = torch.cat(list(batches)).unique()
    return rows, rows


_wrong = partial(partial, train_network)

TRAIN: Mistakes = {
    "The gradients of earlier batches are still in there. Each step has its own.": _wrong(
        gradients_of=_old_gradients
    ),
    "W2 moves before it is used on the way back. Find all four gradients first, then step.": (
        _last_layer_first
    ),
    "The losses are measured after the step. Measure each before it.": _wrong(
        report=lambda before, after, size: after
    ),
    "The losses are sums over the batch. Their means are wanted.": _wrong(
        report=lambda before, after, size: before * size
    ),
    "There is one loss for all. One for each batch is wanted.": _losses(
        lambda losses: sum(losses) / len(losses)
    ),
    "Only the last loss came. One for each batch is wanted.": _losses(lambda losses: losses[-1:]),
    "The steps go uphill: subtract.": _wrong(step=_at(lambda lr, batch: -lr)),
    "The learning rate is missing in the step.": _wrong(step=_at(lambda lr, batch: 1.0)),
    "1/n is missing: the gradient of a batch is a mean over its examples.": _wrong(
        step=_at(lambda lr, batch: lr * len(batch))
    ),
    "The step is divided by the number of examples once more.": _wrong(
        step=_at(lambda lr, batch: lr / len(batch))
    ),
    "The biases never move.": _wrong(step=_some(0, 2)),
    "Only the last layer moves.": _wrong(step=_some(2, 3)),
    "Every step sees the first batch. Each batch has its step.": _wrong(
        pick=lambda batches, k: (batches[0], batches[0])
    ),
    "Every step sees all examples. Each batch has its step.": _wrong(pick=_everything),
    "The rows are picked, and the labels are the first ones.": _wrong(
        pick=lambda batches, k: (batches[k], torch.arange(len(batches[k])))
    ),
    "An index that comes twice in a batch counts once. It counts twice.": (
        lambda X, y, params, batches, lr: train_network(
            X, y, params, [batch.unique() for batch in batches], lr
        )
    ),
    "Each step begins anew, from the parameters that were given. Go on from the last step.": (
        lambda X, y, params, batches, lr: (
            train_network(X, y, params, batches[-1:], lr)[0],
            [train_network(X, y, params, [batch], lr)[1][0] for batch in batches],
        )
    ),
    "There is one step alone. Each batch has its step.": lambda X, y, params, batches, lr: (
        train_network(X, y, params, batches[:1], lr)
    ),
    "The last batch is left out.": lambda X, y, params, batches, lr: train_network(
        X, y, params, batches[:-1], lr
    ),
    "The slope of tanh is missing on the way back: multiply by 1 − h².": _wrong(
        gradients=partial(network_gradients, slope=lambda z, h: 1.0)
    ),
    "The weights that you return are those of the start.": lambda X, y, params, batches, lr: (
        [p.clone() for p in params],
        train_network(X, y, params, batches, lr)[1],
    ),
}


def insist_on_reading(
    check: Exercise, train: Callable[..., Any], split: data.Split, at_least: float
) -> None:
    """Check that a network, trained on digits for 400 steps, reads so many that are new to it."""
    X, y, X_test, y_test = (part.cpu() for part in split)
    generator = fresh_generator()
    params = start((64, 24, 10), generator, torch.float32)
    batches = [torch.randint(len(X), (32,), generator=generator) for _ in range(400)]
    result = check.call(train, X, y, params, batches, 0.5)
    check.that(
        isinstance(result, list | tuple) and len(result) == 2,
        "Two results are wanted: the list of parameters, and the list of losses.",
    )
    weights, losses = result
    check.that(
        isinstance(weights, list | tuple) and len(weights) == 4,
        "The first result is a list of four: W1, b1, W2 and b2.",
    )
    arrays = [as_array(part) for part in (*weights, losses)]
    shapes = [tuple(p.shape) for p in params] + [(len(batches),)]
    for name, array, shape in zip(("W1", "b1", "W2", "b2", "losses"), arrays, shapes, strict=True):
        came = "no numbers" if array is None else array.shape
        check.that(
            array is not None and array.shape == shape,
            "Parameters must keep their shapes, and there must be a loss for each batch.",
            **{f"shape_of_{name}": came, "wanted": shape},
        )
        check.that(
            array is not None and bool(np.isfinite(array).all()),
            "There is a NaN or an infinity in what you return.",
            found_in=name,
        )
    W1, b1, W2, b2 = (torch.as_tensor(array).to(X) for array in arrays[:4])
    logits = (X_test @ W1 + b1).tanh() @ W2 + b2
    accuracy = (logits.argmax(dim=1) == y_test).double().mean().item()
    check.that(
        accuracy >= at_least,
        "Too few unseen digits are recognized. Is the first test of this exercise right?",
        accuracy=accuracy,
        wanted=at_least,
    )
