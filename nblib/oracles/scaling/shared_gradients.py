"""The gradient of the mean over all examples, from the gradients of shards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["GRADIENTS", "mean_gradient"]


def mean_gradient(gradients: Sequence[Tensor], counts: Sequence[int]) -> Tensor:
    """Return the gradient of the mean loss of all examples, from those of the shards' mean losses.

    A shard of no examples has a gradient of NaN, and does not count.
    """
    parts = [c * g.double() for g, c in zip(gradients, counts, strict=True) if c]
    return (sum(parts, torch.zeros_like(gradients[0], dtype=torch.float64)) / sum(counts)).to(
        gradients[0].dtype
    )


def _present(gradients: Sequence[Tensor], counts: Sequence[int]) -> list[tuple[Tensor, int]]:
    return [(g, c) for g, c in zip(gradients, counts, strict=True) if c]


def _weighted(gradients: Sequence[Tensor], counts: Sequence[int]) -> Tensor:
    total = torch.zeros_like(gradients[0])
    for g, c in zip(gradients, counts, strict=True):
        total = total + c * g
    return total / sum(counts)


def _mean_of_present(gradients: Sequence[Tensor], counts: Sequence[int]) -> Tensor:
    return torch.stack([g for g, _ in _present(gradients, counts)]).mean(dim=0)


def _until_empty(gradients: Sequence[Tensor], counts: Sequence[int]) -> Tensor:
    first = list(counts).index(0) if 0 in counts else len(counts)
    parts = [c * g for g, c in zip(gradients[:first], counts[:first], strict=True)]
    return sum(parts, torch.zeros_like(gradients[0])) / sum(counts)


def _sums(weight: Callable[[int, int], float]) -> Callable[..., Tensor]:
    """Return a sum over the workers that have examples, each with weight(count, all counts)."""
    return lambda gradients, counts: sum(
        (g * weight(c, sum(counts)) for g, c in _present(gradients, counts)),
        torch.zeros_like(gradients[0]),
    )


def _times(factor: Callable[[Sequence[int]], float]) -> Callable[..., Tensor]:
    return lambda gradients, counts: mean_gradient(gradients, counts) * factor(counts)


GRADIENTS: Mistakes = {
    "That is the mean of the workers' gradients. Shards differ in size: a gradient counts as often "
    "as its shard has examples.": lambda gradients, counts: torch.stack(list(gradients)).mean(
        dim=0
    ),
    "That is the mean of the gradients of workers that have examples. A gradient counts as often "
    "as "
    "its shard has examples.": _mean_of_present,
    "The gradient of an empty shard is NaN, and 0 · NaN is NaN: leave it out.": _weighted,
    "Empty shards add nothing, and yet you divide by the number of all workers. A gradient counts "
    "as often as its shard has examples.": lambda gradients, counts: torch.stack(
        [g.nan_to_num() for g in gradients]
    ).mean(dim=0),
    "That is the sum of the gradients. They are gradients of means, and a weighted mean "
    "of them is wanted.": (
        lambda gradients, counts: sum(g for g, _ in _present(gradients, counts))
    ),
    "That is the gradient of the sum of all losses. Divide by the number of examples.": _times(sum),
    "You divide by the number of workers. Divide by the number of examples.": _times(
        lambda counts: sum(counts) / len(counts)
    ),
    "You divide by the number of examples and by that of workers.": _times(
        lambda counts: 1 / len(counts)
    ),
    "The counts divide the gradients. They multiply them: a large shard counts more.": _sums(
        lambda c, total: 1 / c / total
    ),
    "The gradients are taken for those of sums. They are gradients of means: multiply each by its "
    "count first.": _sums(lambda c, total: 1 / total),
    "A shard of one example is left out as well.": _sums(
        lambda c, total: c / total if c > 1 else 0.0
    ),
    "Shares are cut to whole numbers, and so to 0: `/`, not `//`.": _sums(
        lambda c, total: c // total
    ),
    "All workers behind the first empty shard are left out, too.": _until_empty,
    "Behind an empty shard, counts and gradients are those of different workers: leave out both.": (
        lambda gradients, counts: (
            sum(c * g for (g, _), c in zip(_present(gradients, counts), counts, strict=False))
            / sum(counts)
        )
    ),
    "That is the gradient of the largest shard alone.": lambda gradients, counts: gradients[
        max(range(len(counts)), key=lambda k: counts[k])
    ].clone(),
    "That is the gradient of the first worker alone.": lambda gradients, counts: gradients[
        0
    ].clone(),
}
