"""Choosing a source by its neighbours: right, and wrong in the ways that people do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["SOURCE", "draw_examples", "nearest_mean_accuracy"]

# Choose before you train


def nearest_mean_accuracy(
    features: Tensor,
    y: Tensor,
    *,
    own: Callable[[Tensor, Tensor], Tensor] = lambda others, point: others.mean(dim=0),
    other: Callable[[Tensor, Tensor], Tensor] = lambda others, point: others.mean(dim=0),
    far: Callable[[Tensor, Tensor], Tensor] = lambda point, means: (means - point).norm(dim=1),
    share: Callable[[Tensor, Tensor], float] = lambda right, y: right.double().mean().item(),
) -> float:
    """Return the share of examples (n, num_features) whose nearest class mean is their own.

    The mean of an example's own class is `own(the others of its class, the example)`.
    """
    right = []
    for i, (point, label) in enumerate(zip(features, y.tolist(), strict=True)):
        is_other = torch.arange(len(y)) != i
        means = [
            (own if k == label else other)(features[(y == k) & is_other], point)
            for k in range(int(y.max()) + 1)
        ]
        right.append(int(far(point, torch.stack(means)).argmin()) == label)
    return share(torch.tensor(right), y)


def draw_examples(
    counts: Sequence[int], width: int, dtype: torch.dtype, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return features (n, width) and classes (n,), so many of each, of which none is undecided.

    The nearest mean is nearer than the next by at least 0.1 %, so that rounding decides nothing.
    """
    y = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
    y = y[torch.randperm(len(y), generator=generator)]
    margins: list[float] = [0.0]

    def far(point: Tensor, means: Tensor) -> Tensor:
        distances = (means - point).norm(dim=1)
        near, next_near = distances.double().sort().values[:2].tolist()
        margins.append(1 - near / next_near)
        return distances

    while min(margins) < 1e-3:
        margins.clear()
        centres = torch.randn(len(counts), width, generator=generator, dtype=dtype)
        noise = torch.randn(len(y), width, generator=generator, dtype=dtype)
        features = 1 + centres[y] + 1.2 * noise
        nearest_mean_accuracy(features, y, far=far)
    return features, y


def _over_classes(right: Tensor, y: Tensor) -> float:
    return torch.stack([right[y == k].double().mean() for k in y.unique()]).mean().item()


def _nearest_example(features: Tensor, y: Tensor) -> float:
    distance = torch.cdist(features.double(), features.double()).fill_diagonal_(torch.inf)
    return (y[distance.argmin(dim=1)] == y).double().mean().item()


def _mean_distance(features: Tensor, y: Tensor) -> float:
    return nearest_mean_accuracy(
        features,
        y,
        own=lambda others, point: (others - point).norm(dim=1).mean()[None],
        other=lambda others, point: (others - point).norm(dim=1).mean()[None],
        far=lambda point, means: means[:, 0],
    )


def _own(own: Callable[[Tensor, Tensor], Tensor], **switches: Any) -> Callable[..., float]:
    return partial(nearest_mean_accuracy, own=own, **switches)


def _scaled(scale: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor], float]:
    return lambda features, y: nearest_mean_accuracy(scale(features), y)


SOURCE: Mistakes = {
    "Each example counts in the mean of its own class, and pulls it near. Leave it out.": _own(
        lambda others, point: torch.cat([others, point[None]]).mean(dim=0)
    ),
    "The own class's sum is without the example, but is divided by all: there is one less.": _own(
        lambda others, point: others.sum(dim=0) / (len(others) + 1)
    ),
    "The own class's sum is divided by one less, but still has the example in it.": _own(
        lambda others, point: (others.sum(dim=0) + point) / len(others)
    ),
    "The sums of the other classes are divided by one less as well. They miss no example.": partial(
        nearest_mean_accuracy, other=lambda others, point: others.sum(dim=0) / (len(others) - 1)
    ),
    "You compare with sums. Divide by how many there are.": partial(
        nearest_mean_accuracy,
        own=lambda others, point: others.sum(dim=0),
        other=lambda others, point: others.sum(dim=0),
    ),
    "You take medians of the classes. Their means are wanted.": partial(
        nearest_mean_accuracy,
        own=lambda others, point: others.quantile(0.5, dim=0),
        other=lambda others, point: others.quantile(0.5, dim=0),
    ),
    "That is the nearest example. The nearest class mean is wanted.": _nearest_example,
    "That is the mean distance to a class. The distance to its mean is wanted.": _mean_distance,
    "That is the sum of absolute differences. The distance is Euclidean.": partial(
        nearest_mean_accuracy, far=lambda point, means: (means - point).abs().sum(dim=1)
    ),
    "That is the largest difference in one feature. The distance is Euclidean.": partial(
        nearest_mean_accuracy, far=lambda point, means: (means - point).abs().amax(dim=1)
    ),
    "That is the largest inner product. The distance is Euclidean.": partial(
        nearest_mean_accuracy, far=lambda point, means: -means @ point
    ),
    "That is the farthest class mean: `argmin`.": partial(
        nearest_mean_accuracy, far=lambda point, means: -(means - point).norm(dim=1)
    ),
    "You scale the features to length 1 first. Take them as they are.": _scaled(
        partial(F.normalize, dim=1)
    ),
    "You standardize each feature first. Take them as they are.": _scaled(
        lambda features: (features - features.mean(dim=0)) / features.std(dim=0)
    ),
    "That is the mean over the classes. Take the share of all examples.": partial(
        nearest_mean_accuracy, share=_over_classes
    ),
    "That is the share of errors.": partial(
        nearest_mean_accuracy, share=lambda right, y: 1 - right.double().mean().item()
    ),
    "That is how many are right. Divide by how many there are.": partial(
        nearest_mean_accuracy, share=lambda right, y: right.sum().item()
    ),
}
