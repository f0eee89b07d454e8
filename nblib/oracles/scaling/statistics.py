"""Mean and variance of all rows, from those of shards (Chan, Golub and LeVeque 1983)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes

__all__ = ["STATISTICS", "merged_statistics", "say_of_digits", "say_of_squares", "some_shards"]


def some_shards(
    counts: Sequence[int],
    num_columns: int,
    generator: torch.Generator,
    dtype: torch.dtype,
    centre: float = 0.0,
) -> tuple[list[int], Tensor, Tensor]:
    """Return counts, means and variances (num_workers, d) of shards drawn with different means."""
    means, variances = [], []
    for count in counts:
        shift = 2 * torch.randn(num_columns, generator=generator, dtype=torch.float64)
        x = torch.randn(count, num_columns, generator=generator, dtype=torch.float64)
        x = centre + shift + x
        means.append(x.mean(dim=0))
        variances.append(x.var(dim=0, correction=0))
    return [*counts], torch.stack(means).to(dtype), torch.stack(variances).to(dtype)


def merged_statistics(
    counts: Sequence[int],
    means: Tensor,
    variances: Tensor,
    *,
    weigh: Callable[[Tensor], Tensor] = lambda n: n / n.sum(),
    weigh_variance: Callable[[Tensor], Tensor] | None = None,
    between: float = 1.0,
    factor: Callable[[Tensor], Tensor] = lambda n: torch.ones(()),
    finish: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] = lambda m, v: (m, v),
) -> tuple[Tensor, Tensor]:
    """Return mean and biased variance (d,) of all rows, from those of the shards."""
    n = torch.as_tensor(counts, dtype=torch.float64)
    share = weigh(n)[:, None]
    own = (weigh_variance or weigh)(n)[:, None]
    m, v = means.double(), variances.double()
    mean = (share * m).sum(dim=0)
    spread = (own * (v + between * (m - mean) ** 2)).sum(dim=0) * factor(n)
    mean, spread = finish(mean, spread)
    return mean.to(means.dtype), spread.to(means.dtype)


def _stats(**how: Any) -> Callable[..., tuple[Tensor, Tensor]]:
    return lambda *case: merged_statistics(*case, **how)


def _alike(n: Tensor) -> Tensor:
    return torch.full_like(n, 1 / len(n))


def _no_weights_between(
    counts: Sequence[int], means: Tensor, variances: Tensor
) -> tuple[Tensor, Tensor]:
    mean, inside = merged_statistics(counts, means, variances, between=0.0)
    spread = (means.double() - mean).square().mean(dim=0)
    return mean, (inside.double() + spread).to(means.dtype)


def say_of_squares(check: Exercise, answer: Callable[..., Any], case: Any) -> None:
    """Say it where variances are wrong just because the means are large beside them."""
    _, variance = check.call(answer, *case)
    _, wanted = merged_statistics(*case)
    off = (torch.as_tensor(variance).double() - wanted.double()).abs().max()
    check.that(
        bool(off < 2e-3 * wanted.double().max()),
        "With means of 3,000 the variance is wrong: as a difference of large squares it is lost in "
        "rounding. Add up squared distances from the mean instead.",
        wanted=wanted,
    )


def say_of_digits(check: Exercise, answer: Callable[..., Any], case: Any) -> None:
    """Say it where float64 comes with the digits of float32."""
    wanted = merged_statistics(*case)
    off = [
        ((torch.as_tensor(a).double() - w).abs() / w.abs()).max()
        for a, w in zip(check.call(answer, *case), wanted, strict=True)
    ]
    check.that(
        bool(max(off) < 1e-9),
        "For float64 the result has fewer than 10 right digits: was something float32 on the way?",
        wanted=wanted,
    )


STATISTICS: Mistakes = {
    "That is the mean of the variances. The shards' means differ from that of all, and this adds "
    "to "
    "the variance.": _stats(between=0.0),
    "All shards count alike, in the mean and in the variance. They differ in size.": _stats(
        weigh=_alike
    ),
    "All shards count alike, and the variance between them is missing.": _stats(
        weigh=_alike, between=0.0
    ),
    "In the variance, all shards count alike. They differ in size.": _stats(weigh_variance=_alike),
    "The distance of the shards' means counts alike for all. It counts by the size of the shard.": (
        _no_weights_between
    ),
    "That is the variance with n − 1 below. Batch norm divides by n.": _stats(
        factor=lambda n: n.sum() / (n.sum() - 1)
    ),
    "The second is the standard deviation. The variance is wanted.": _stats(
        finish=lambda m, v: (m, v.sqrt())
    ),
    "The two are exchanged: the mean first.": _stats(finish=lambda m, v: (v, m)),
    "The variance between the shards alone is left: that inside each adds to it.": (
        lambda counts, means, variances: merged_statistics(counts, means, 0 * variances)
    ),
    "The distance of the shards' means from that of all enters squared.": lambda c, m, v: (
        _not_squared(c, m, v)
    ),
}


def _not_squared(counts: Sequence[int], means: Tensor, variances: Tensor) -> tuple[Tensor, Tensor]:
    mean, inside = merged_statistics(counts, means, variances, between=0.0)
    share = torch.as_tensor(counts, dtype=torch.float64)[:, None] / sum(counts)
    spread = (share * (means.double() - mean).abs()).sum(dim=0)
    return mean, (inside.double() + spread).to(means.dtype)
