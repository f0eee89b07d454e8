"""Which weights to cut: those with the smallest absolute value, over all layers together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = [
    "MASKS",
    "as_numbers",
    "cut_smallest",
    "dtypes_of",
    "magnitude_masks",
    "masks_of",
    "unequal_layers",
]

Score = Callable[[Tensor], Tensor]


def cut_smallest(scores: Tensor, count: int) -> Tensor:
    """Return a bool mask of the shape of `scores`, False at the `count` smallest."""
    kept = torch.ones(scores.numel(), dtype=torch.bool)
    kept[scores.flatten().argsort(stable=True)[:count]] = False
    return kept.view_as(scores)


def magnitude_masks(
    weights: Sequence[Tensor],
    sparsity: float,
    *,
    score: Score = torch.abs,
    count: Callable[[float, int], int] = lambda sparsity, n: round(sparsity * n),
) -> list[Tensor]:
    """Return a bool mask for each weight: False at the smallest, over all of them."""
    scores = torch.cat([score(w).flatten() for w in weights])
    kept = cut_smallest(scores, count(sparsity, len(scores)))
    parts = kept.split([w.numel() for w in weights])
    return [part.view_as(w) for part, w in zip(parts, weights, strict=True)]


def unequal_layers(
    shapes: Sequence[tuple[int, ...]], generator: torch.Generator, dtype: torch.dtype
) -> list[Tensor]:
    """Return weights of these shapes, each layer of another size, no two alike in size."""
    sizes = [1.0, 0.3, 2.0, 0.7]
    drawn = [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]
    return [(size * w).to(dtype) for size, w in zip(sizes, drawn, strict=False)]


def masks_of(weights: Sequence[Tensor], sparsity: float) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: the masks as numbers, whatever dtype they have."""

    def play(answer: Callable[..., Any]) -> list[Any]:
        return [as_numbers(mask) for mask in answer([*weights], sparsity)]

    return play


def as_numbers(mask: Any) -> Any:
    """Return a mask as float64, whatever dtype it has; what is no tensor stays."""
    return mask.double() if isinstance(mask, Tensor) else mask


def dtypes_of(tensors: Sequence[Any]) -> list[str]:
    """Return the dtypes of tensors in words, each once; of what is no tensor, its type."""
    return sorted({str(getattr(part, "dtype", type(part))) for part in tensors})


def _layer_by_layer(weights: Sequence[Tensor], sparsity: float) -> list[Tensor]:
    return [mask for w in weights for mask in magnitude_masks([w], sparsity)]


def _alike_in_each(weights: Sequence[Tensor], sparsity: float) -> list[Tensor]:
    """Cut as many weights from each layer, whatever its size."""
    share = round(sparsity * sum(w.numel() for w in weights) / len(weights))
    return [cut_smallest(w.abs(), share) for w in weights]


def _inverted(weights: Sequence[Tensor], sparsity: float) -> list[Tensor]:
    return [~mask for mask in magnitude_masks(weights, sparsity)]


def _below_a_share_of_the_largest(weights: Sequence[Tensor], sparsity: float) -> list[Tensor]:
    top = max(w.abs().max() for w in weights)
    return [w.abs() > sparsity * top for w in weights]


def _below(weights: Sequence[Tensor], sparsity: float) -> list[Tensor]:
    return [w.abs() > sparsity for w in weights]


def _by_quantile(weights: Sequence[Tensor], sparsity: float) -> list[Tensor]:
    threshold = torch.cat([w.abs().flatten() for w in weights]).double().quantile(sparsity)
    return [w.abs() > threshold for w in weights]


def _masked(weights: Sequence[Tensor], sparsity: float) -> list[Tensor]:
    return [w * m for w, m in zip(weights, magnitude_masks(weights, sparsity), strict=True)]


_with = partial(partial, magnitude_masks)

MASKS: Mistakes = {
    "The sign counts: what is far below 0 is cut first. Compare absolute values.": _with(
        score=lambda w: w
    ),
    "The *largest* are cut. Cut the smallest.": _with(score=lambda w: -w.abs()),
    "0 and 1 are exchanged: a mask is 1 where a weight stays.": _inverted,
    "The share `sparsity` is kept. It is the share to cut.": _with(
        count=lambda sparsity, n: round((1 - sparsity) * n)
    ),
    "Each layer loses the same share. Compare the weights of all layers with one another.": (
        _layer_by_layer
    ),
    "Each layer loses the same number. Compare the weights of all layers with one another.": (
        _alike_in_each
    ),
    "The number to cut is rounded down. Round to the nearest whole number.": _with(
        count=lambda sparsity, n: int(sparsity * n)
    ),
    "One too many is cut.": _with(count=lambda sparsity, n: round(sparsity * n) + 1),
    "One too few is cut: does the weight at the threshold itself go?": _with(
        count=lambda sparsity, n: max(0, round(sparsity * n) - 1)
    ),
    "That threshold is a share of the largest weight. `sparsity` is a share of their *number*.": (
        _below_a_share_of_the_largest
    ),
    "All weights below `sparsity` are cut. It is a share of their number, not a threshold.": _below,
    "A quantile lies between two weights, or on one: the number to cut comes out wrong now and "
    "then. Count them.": _by_quantile,
    "These are the weights with zeros in them. The masks are wanted, of 0 and 1.": _masked,
}
