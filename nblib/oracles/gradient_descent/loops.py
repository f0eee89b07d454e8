"""The whole training loop: right, and wrong in the ways that people write it."""

from __future__ import annotations

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
from nblib.oracles.draw import fresh_generator
from nblib.oracles.gradient_descent.clipping import clip, global_norm

__all__ = ["TRAIN_SOFTMAX", "insist_on_reading", "train_softmax"]

Batches = list[tuple[Tensor, Tensor]]  # whose features, whose labels


Adjust = Callable[[list[Tensor], float], list[Tensor]]


Seen = Sequence[tuple[float, float, int]]  # for each batch: loss before its step, after it, size


def _in_order(orders: Sequence[Tensor], epoch: int, batch_size: int) -> Batches:
    return [(batch, batch) for batch in orders[epoch].split(batch_size)]


def _per_example(seen: Seen, n: int) -> float:
    return sum(before * size for before, _, size in seen) / n


def train_softmax(
    X: Tensor,
    y: Tensor,
    orders: Sequence[Tensor],
    batch_size: int,
    schedule: Callable[[int], float],
    max_norm: float,
    *,
    batches: Callable[[Sequence[Tensor], int, int], Batches] = _in_order,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    adjust: Callable[[], Adjust] = lambda: clip,
    rate: Callable[[Callable[[int], float], int, int, int], float] = (
        lambda schedule, step, in_epoch, epoch: schedule(step)
    ),
    report: Callable[[Seen, int], float] = _per_example,
) -> tuple[Tensor, Tensor, list[float]]:
    """Train softmax regression from zero: X (n, num_features), y (n,), an order for each epoch.

    Returns W (num_features, num_classes), b (num_classes,), both in the dtype of X, and the mean
    loss per example of each epoch. The parts, in which mistakes are made: how an order is cut, the
    loss of scores and labels, what becomes of the gradients of a training, the learning rate of a
    step, and the loss of an epoch.
    """
    num_classes = int(y.max()) + 1
    W, b = X.new_zeros(X.shape[1], num_classes), X.new_zeros(num_classes)
    step, epoch_losses, adjusted = 0, [], adjust()
    for epoch in range(len(orders)):
        seen = []
        for in_epoch, (rows, labels) in enumerate(batches(orders, epoch, batch_size)):
            theta = [W.requires_grad_(), b.requires_grad_()]
            before = loss(X[rows] @ W + b, y[labels])
            grads = adjusted(list(torch.autograd.grad(before, theta)), max_norm)
            lr = rate(schedule, step, in_epoch, epoch)
            W, b = (p.detach() - lr * g for p, g in zip(theta, grads, strict=True))
            after = loss(X[rows] @ W + b, y[labels])
            seen.append((before.item(), after.item(), len(rows)))
            step += 1
        epoch_losses.append(report(seen, len(X)))
    return W, b, epoch_losses


def _train(**part: Any) -> Callable[..., tuple[Tensor, Tensor, list[float]]]:
    return partial(train_softmax, **part)


def _whole_ones(orders: Sequence[Tensor], epoch: int, batch_size: int) -> Batches:
    return [(b, b) for b in orders[epoch].split(batch_size) if len(b) == batch_size]


def _labels_stay(orders: Sequence[Tensor], epoch: int, batch_size: int) -> Batches:
    own = torch.arange(len(orders[epoch]))
    return [*zip(orders[epoch].split(batch_size), own.split(batch_size), strict=True)]


def _unordered(orders: Sequence[Tensor], epoch: int, batch_size: int) -> Batches:
    return _in_order([torch.arange(len(order)) for order in orders], epoch, batch_size)


def _summed(clipped: bool) -> Callable[[], Adjust]:
    """Let gradients add up over a training: those that came, or what was made of them."""

    def begin() -> Adjust:
        memory: list[Tensor] = []

        def adjust(grads: list[Tensor], max_norm: float) -> list[Tensor]:
            total = [m + g for m, g in zip(memory, grads, strict=True)] if memory else grads
            used = clip(total, max_norm)
            memory[:] = used if clipped else total
            return used

        return adjust

    return begin


def _adjusted(adjust: Adjust) -> Callable[..., tuple[Tensor, Tensor, list[float]]]:
    return _train(adjust=lambda: adjust)


TRAIN_SOFTMAX: Mistakes = {
    "The gradients of earlier batches are still in there: they add up unless you reset them.": (
        _train(adjust=_summed(clipped=False))
    ),
    "The clipped gradients of earlier batches are still in there: reset them before each batch.": (
        _train(adjust=_summed(clipped=True))
    ),
    "You took the sum over the batch as its loss. The mean is wanted.": _train(
        loss=partial(F.cross_entropy, reduction="sum"),
        report=lambda seen, n: sum(before for before, _, _ in seen) / n,
    ),
    "You took the sum over the batch as its loss, and weigh it by the batch's size again.": _train(
        loss=partial(F.cross_entropy, reduction="sum")
    ),
    "The last, short batch is left out.": _train(batches=_whole_ones),
    "The last, short batch is left out of the training and of the mean.": _train(
        batches=_whole_ones,
        report=lambda seen, n: _per_example(seen, sum(size for _, _, size in seen) or 1),
    ),
    "The mean of batch means overweights the short batch: weigh each by its size.": _train(
        report=lambda seen, n: sum(before for before, _, _ in seen) / len(seen)
    ),
    "That is the sum of the losses in an epoch. Divide by the number of examples.": _train(
        report=lambda seen, n: _per_example(seen, 1)
    ),
    "That is the sum of the batch means. Weigh each by its size, and divide by the examples.": (
        _train(report=lambda seen, n: sum(before for before, _, _ in seen))
    ),
    "The batch means are added up and divided by the number of examples. Weigh each by its size.": (
        _train(report=lambda seen, n: sum(before for before, _, _ in seen) / n)
    ),
    "That is the loss of the last batch alone. The mean over the epoch is wanted.": _train(
        report=lambda seen, n: seen[-1][0]
    ),
    "The loss is measured after the step. Measure it before.": _train(
        report=lambda seen, n: sum(after * size for _, after, size in seen) / n
    ),
    "The schedule is asked once per epoch. It counts steps.": _train(
        rate=lambda schedule, step, in_epoch, epoch: schedule(epoch)
    ),
    "The step count begins anew in each epoch. It runs through the whole training.": _train(
        rate=lambda schedule, step, in_epoch, epoch: schedule(in_epoch)
    ),
    "Steps count from 0: the first learning rate is schedule(0).": _train(
        rate=lambda schedule, step, in_epoch, epoch: schedule(step + 1)
    ),
    "The learning rate is schedule(0) all the time: count the steps.": _train(
        rate=lambda schedule, step, in_epoch, epoch: schedule(0)
    ),
    "The learning rate is missing in the step.": _train(
        rate=lambda schedule, step, in_epoch, epoch: 1.0
    ),
    "The gradient was not clipped, or only after it had been used.": _adjusted(
        lambda grads, max_norm: grads
    ),
    "W and b are clipped each by itself. One factor for both.": _adjusted(
        lambda grads, max_norm: [clip([g], max_norm)[0] for g in grads]
    ),
    "The entries of the gradient are clipped. Shorten all of it by one factor.": _adjusted(
        lambda grads, max_norm: [g.clamp(-max_norm, max_norm) for g in grads]
    ),
    "b is not clipped with W. One factor for both.": _adjusted(
        lambda grads, max_norm: [clip(grads[:1], max_norm)[0], grads[1]]
    ),
    "The norm is that of W's gradient alone. It is that of both.": _adjusted(
        lambda grads, max_norm: [g * (max_norm / grads[0].norm()).clamp(max=1) for g in grads]
    ),
    "The root is missing in the norm: that is its square.": _adjusted(
        lambda grads, max_norm: [
            g * (max_norm / global_norm(grads) ** 2).clamp(max=1) for g in grads
        ]
    ),
    "Short gradients are stretched to max_norm. Clip only what is too long.": _adjusted(
        lambda grads, max_norm: [g * (max_norm / global_norm(grads)) for g in grads]
    ),
    "The examples are reordered, and the labels are not.": _train(batches=_labels_stay),
    "The examples are visited in their own order, not in the one given.": _train(
        batches=_unordered
    ),
    "Every epoch visits the examples in the first order. Each epoch has its own.": _train(
        batches=lambda orders, epoch, batch_size: _in_order(orders, 0, batch_size)
    ),
    "One step for a whole epoch: cut the order into batches.": _train(
        batches=lambda orders, epoch, batch_size: _in_order(orders, epoch, len(orders[0]))
    ),
    "There is a softmax before a loss that has one inside. Hand it the raw scores.": _train(
        loss=lambda scores, labels: F.cross_entropy(scores.softmax(dim=1), labels)
    ),
    "The steps go uphill.": _adjusted(lambda grads, max_norm: [-g for g in clip(grads, max_norm)]),
    "b never moves.": _adjusted(
        lambda grads, max_norm: [clip(grads, max_norm)[0], torch.zeros_like(grads[1])]
    ),
}


def insist_on_reading(
    check: Exercise, train: Callable[..., Any], split: data.Split, at_least: float
) -> None:
    """Check that training on digits, for 8 epochs, reads so many of those that it has not seen."""
    X, y, X_test, y_test = (part.cpu() for part in split)
    generator = fresh_generator()
    orders = [torch.randperm(len(X), generator=generator) for _ in range(8)]
    result = check.call(train, X, y, orders, 32, lambda step: 0.2 / (1 + step / 100), 5.0)
    check.that(
        isinstance(result, list | tuple) and len(result) == 3,
        "Three results are wanted: W, b and the list of losses.",
    )
    W, b, losses = result
    for name, theirs, shape in (("W", W, (64, 10)), ("b", b, (10,)), ("losses", losses, (8,))):
        came = as_array(theirs)
        shape_came = "no numbers" if came is None else came.shape
        check.that(
            came is not None and came.shape == shape,
            "W, b and the list of losses have the shapes that the card names.",
            **{f"shape_of_{name}": shape_came, "wanted": shape},
        )
        check.that(
            came is not None and bool(np.isfinite(came).all()),
            "There is a NaN or an infinity in what you return.",
            found_in=name,
        )
    W, b = (torch.as_tensor(part).to(X) for part in (W, b))
    accuracy = ((X_test @ W + b).argmax(dim=1) == y_test).double().mean().item()
    check.that(
        accuracy >= at_least,
        "Too few unseen digits are recognized. Is the first test of this exercise right?",
        accuracy=accuracy,
        wanted=at_least,
    )
    check.that(losses[-1] < losses[0], "The loss does not fall from epoch to epoch.", losses=losses)
