"""SGD with the mean of the last weights beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["AVERAGED_SGD", "FROM_0", "averaged_sgd", "walk"]

Weights = Sequence[Tensor]
Gradient = Callable[[Weights], Weights]


def averaged_sgd(
    weights: Weights,
    gradient: Gradient,
    lr: float,
    num_steps: int,
    start: int,
    *,
    mean: Callable[[list[Weights], int], Weights] = lambda path, start: _mean(path[start + 1 :]),
    sign: float = -1.0,
) -> tuple[Weights, Weights]:
    """Return the weights after the last step, and their mean over the steps after `start`."""
    path: list[Weights] = [[w.clone() for w in weights]]
    for _ in range(num_steps):
        grads = gradient(path[-1])
        path.append([w + sign * lr * g for w, g in zip(path[-1], grads, strict=True)])
    return path[-1], mean(path, start)


def walk(
    seed: int, lr: float, num_steps: int, start: int, dtype: torch.dtype = torch.float64
) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: two tensors, and gradients of a bowl whose centre jumps at each step."""
    shapes = ((3, 2), (4,))
    drawn = torch.Generator().manual_seed(seed)
    weights = [torch.randn(s, generator=drawn, dtype=torch.float64).to(dtype) for s in shapes]
    bends = [(0.3 + torch.rand(s, generator=drawn)).to(dtype) for s in shapes]

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        luck, asked = torch.Generator().manual_seed(seed + 1), []

        def gradient(at: Weights) -> list[Tensor]:
            asked.append(1)
            centres = [1 + torch.randn(s, generator=luck) for s in shapes]
            return [b * (w - c.to(dtype)) for b, w, c in zip(bends, at, centres, strict=True)]

        last, mean = answer(weights, gradient, lr, num_steps, start)
        return {
            "gradients asked for": len(asked),
            "the last weights": [*last],
            "the mean weights": [*mean],
            "dtypes": sorted({str(getattr(w, "dtype", type(w))) for w in (*last, *mean)}),
        }

    return play


def _mean(path: Sequence[Weights]) -> list[Tensor]:
    return [torch.stack(list(each)).mean(dim=0) for each in zip(*path, strict=True)]


def _of_path(mean: Callable[[list[Weights], int], Weights]) -> Callable[..., Any]:
    return lambda *args: averaged_sgd(*args, mean=mean)


def _scaled(weights: Weights, factor: float) -> Weights:
    return [factor * w for w in weights]


def _miscounted(path: list[Weights], start: int) -> Weights:
    mean = path[start + 1]
    for step in range(start + 2, len(path)):
        mean = [m + (w - m) / step for m, w in zip(mean, path[step], strict=True)]
    return mean


def _halved(path: list[Weights], start: int) -> Weights:
    mean = path[start + 1]
    for weights in path[start + 2 :]:
        mean = [(m + w) / 2 for m, w in zip(mean, weights, strict=True)]
    return mean


def _goes_on_from_the_mean(
    weights: Weights, gradient: Gradient, lr: float, num_steps: int, start: int
) -> tuple[Weights, Weights]:
    now: Weights = [w.clone() for w in weights]
    kept: list[Weights] = []
    for step in range(num_steps):
        now = [w - lr * g for w, g in zip(now, gradient(now), strict=True)]
        if step >= start:
            kept.append(now)
            now = _mean(kept)
    return now, now


def _steps_from_the_mean(
    weights: Weights, gradient: Gradient, lr: float, num_steps: int, start: int
) -> tuple[Weights, Weights]:
    now: Weights = [w.clone() for w in weights]
    kept: list[Weights] = []
    for step in range(num_steps):
        at = _mean(kept) if kept else now
        now = [w - lr * g for w, g in zip(now, gradient(at), strict=True)]
        if step >= start:
            kept.append(now)
    return now, _mean(kept)


def _one_gradient(
    weights: Weights, gradient: Gradient, lr: float, num_steps: int, start: int
) -> tuple[Weights, Weights]:
    grads = gradient(weights)
    return averaged_sgd(weights, lambda _: grads, lr, num_steps, start)


def _asked_once_more(
    weights: Weights, gradient: Gradient, lr: float, num_steps: int, start: int
) -> tuple[Weights, Weights]:
    found = averaged_sgd(weights, gradient, lr, num_steps, start)
    gradient(found[0])
    return found


def _tensor_by_tensor(
    weights: Weights, gradient: Gradient, lr: float, num_steps: int, start: int
) -> tuple[Weights, Weights]:
    now = [w.clone() for w in weights]
    path: list[Weights] = [[*now]]
    for _ in range(num_steps):
        for i in range(len(now)):
            now[i] = now[i] - lr * gradient(now)[i]
        path.append([*now])
    return path[-1], _mean(path[start + 1 :])


AVERAGED_SGD: Mistakes = {
    "The mean is that of the weights *before* each step: take them after it.": _of_path(
        lambda path, start: _mean(path[start:-1])
    ),
    "The mean has one set of weights too many: those after step `start` itself are in it.": (
        _of_path(lambda path, start: _mean(path[start:]))
    ),
    "The mean begins a step late: the weights after step `start` + 1 belong to it.": _of_path(
        lambda path, start: _mean(path[start + 2 :] or path[-1:])
    ),
    "The last weights are missing in the mean.": _of_path(
        lambda path, start: _mean(path[start + 1 : -1] or path[-1:])
    ),
    "That is the mean over all steps. `start` of them do not count.": _of_path(
        lambda path, start: _mean(path[1:])
    ),
    "That is the mean over all steps and over the weights at the beginning. The first `start` do "
    "not count, nor does the beginning.": _of_path(lambda path, start: _mean(path)),
    "The sum is divided by `num_steps`. Fewer weights are in it.": _of_path(
        lambda path, start: _scaled(_mean(path[start + 1 :]), 1 - start / (len(path) - 1))
    ),
    "That is the sum of the weights. Divide by how many they are.": _of_path(
        lambda path, start: _scaled(_mean(path[start + 1 :]), len(path) - 1 - start)
    ),
    "The running mean divides by the number of all steps so far. Count those that are in it.": (
        _of_path(_miscounted)
    ),
    "You take the mean of the mean and the new weights: each counts twice as much as the one "
    "before. All count alike.": _of_path(_halved),
    "The mean equals the last weights: is it a second name for the same tensors, or is nothing "
    "added up?": _of_path(lambda path, start: path[-1]),
    "The training goes on from the mean. It goes on from the weights, as if nobody averaged.": (
        _goes_on_from_the_mean
    ),
    "The gradient is taken at the mean. Take it at the weights.": _steps_from_the_mean,
    "The mean is that of the first `start` steps. Those after them are wanted.": _of_path(
        lambda path, start: _mean(path[1 : start + 1] or path[1:2])
    ),
    "The gradient is asked for once in all. Ask anew in each step, at the weights of then.": (
        _one_gradient
    ),
    "The gradient is asked for once more than there are steps: each call is another batch.": (
        _asked_once_more
    ),
    "The gradient is asked for anew for each tensor. One call has all of them.": _tensor_by_tensor,
    "The steps go uphill: subtract the gradient.": lambda *args: averaged_sgd(*args, sign=1.0),
}

FROM_0: Mistakes = {
    "With `start` 0 the weights at the beginning are in the mean. They never count.": _of_path(
        lambda path, start: _mean(path[start + 1 :] if start else path)
    ),
}
