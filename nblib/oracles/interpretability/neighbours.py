"""Trustworthiness of a map: right, and the ranks that are counted for it by mistake."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["TRUST", "trustworthiness"]


def _squares(A: Tensor) -> Tensor:
    return (A[:, None] - A).double().square().sum(dim=2)


def trustworthiness(
    X: Tensor,
    Z: Tensor,
    k: int,
    *,
    distance: Callable[[Tensor], Tensor] = _squares,
    first: int = 0,
    others: bool = True,
    penalty: Callable[[Tensor, int], Tensor] = lambda ranks, k: (ranks - k).clamp(min=0),
    scale: Callable[[int, int], float] = lambda n, k: 2 / (n * k * (2 * n - 3 * k - 1)),
    report: Callable[[float], float] = lambda lost: 1 - lost,
) -> float:
    """Return 1 − scale · Σ of (rank in X − k) over neighbours in Z that are none in X.

    Ranks count from 1, the nearest other. The parts, in which mistakes are made: the distance, a
    shift of the ranks, whether a point is its own neighbour, the penalty, the scale, the report.
    """
    n = len(X)
    far, near = distance(X), distance(Z)
    if others:
        far, near = (
            d + torch.diag(torch.full((n,), -torch.inf, dtype=d.dtype)) for d in (far, near)
        )
    ranks = far.argsort(dim=1, stable=True).argsort(dim=1)  # 0: itself
    skip = 1 if others else 0
    neighbours = near.argsort(dim=1, stable=True)[:, skip : skip + k]
    lost = penalty(ranks.gather(1, neighbours) + first, k).sum().item()
    return report(scale(n, k) * lost)


def _with(**how: Any) -> Callable[..., float]:
    return partial(trustworthiness, **how)


def _overlap(X: Tensor, Z: Tensor, k: int) -> float:
    return trustworthiness(
        X,
        Z,
        k,
        penalty=lambda ranks, k: (ranks <= k).double(),
        scale=lambda n, k: 1 / (n * k),
        report=lambda share: share,
    )


def _places_for_ranks(X: Tensor, Z: Tensor, k: int) -> float:
    n = len(X)
    places, nearest = (torch.cdist(A, A).argsort(dim=1) for A in (X, Z))
    lost = (places.gather(1, nearest[:, 1 : k + 1]) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


def _by_ranks(X: Tensor, Z: Tensor, k: int, *, farthest: bool = False, seen: bool = True) -> float:
    """Return what comes if the farthest of the picture are taken, or j's rank is that of i."""
    n, near = len(X), _squares(Z)
    ranks = _squares(X).argsort(dim=1, stable=True).argsort(dim=1)
    order = near.argsort(dim=1, stable=True, descending=farthest)
    neighbours = order[:, :k] if farthest else order[:, 1 : k + 1]
    lost = ((ranks if seen else ranks.T).gather(1, neighbours) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


TRUST: Mistakes = {
    "X and Z are exchanged: that is continuity, which asks for neighbours that were torn apart.": (
        lambda X, Z, k: trustworthiness(Z, X, k)
    ),
    "The ranks begin at 0. The nearest other point has rank 1.": _with(first=-1),
    "The ranks are one too high: a point itself has rank 0, the nearest other 1.": _with(first=1),
    "A point counts as its own neighbour: k − 1 others are left.": _with(others=False),
    "A false neighbour costs its rank. It costs its rank minus k.": _with(
        penalty=lambda ranks, k: torch.where(ranks > k, ranks, 0)
    ),
    "A false neighbour costs 1. It costs its rank minus k.": _with(
        penalty=lambda ranks, k: (ranks > k).long()
    ),
    "True neighbours get a reward: only those that are none in X count.": _with(
        penalty=lambda ranks, k: ranks - k
    ),
    "That is what is lost. Take it from 1.": _with(report=lambda lost: lost),
    "The 2 is missing in 2/(nk(2n − 3k − 1)).": _with(
        scale=lambda n, k: 1 / (n * k * (2 * n - 3 * k - 1))
    ),
    "The scale is 2/(nk(2n − 3k + 1)). It is 2/(nk(2n − 3k − 1)).": _with(
        scale=lambda n, k: 2 / (n * k * (2 * n - 3 * k + 1))
    ),
    "The loss is averaged over all neighbours. Multiply its sum by 2/(nk(2n − 3k − 1)).": _with(
        scale=lambda n, k: 1 / (n * k)
    ),
    "The sum is not scaled by 2/(nk(2n − 3k − 1)).": _with(scale=lambda n, k: 1.0),
    "k is missing in the scale 2/(nk(2n − 3k − 1)).": _with(
        scale=lambda n, k: 2 / (n * (2 * n - 3 * k - 1))
    ),
    "That is the share of neighbours that are kept. How far a false one was counts, too.": _overlap,
    "Distances are added up without squares. Take Euclidean ones.": _with(
        distance=lambda A: (A[:, None] - A).double().abs().sum(dim=2)
    ),
    "The *farthest* points are taken for neighbours.": _with(distance=lambda A: -_squares(A)),
    "The *farthest* points of the picture are taken for neighbours.": partial(
        _by_ranks, farthest=True
    ),
    "The rank of i is taken, seen from j. That of j, seen from i, is wanted.": partial(
        _by_ranks, seen=False
    ),
    "These are similarities by products. Take Euclidean distances.": _with(
        distance=lambda A: -(A.double() @ A.double().T)
    ),
    "`argsort` says who stands at which rank. For the ranks of all, take it twice.": (
        _places_for_ranks
    ),
    "These are per cent. A share is wanted.": lambda *args: 100 * trustworthiness(*args),
}
