"""The proof by intervention: whose decision follows when some pixels are exchanged."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["FOLLOWS", "decided_by", "share_that_follows"]

Decide = Callable[[Tensor], Tensor]


def decided_by(weights: Tensor) -> Decide:
    """Return a linear model's decisions, (m,) int64; `weights` is (num_classes, num_inputs)."""
    return lambda X: (X.double() @ weights.T).argmax(dim=1)


def share_that_follows(
    decide: Decide,
    X: Tensor,
    mask: Tensor,
    donors: Tensor,
    *,
    mix: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda X, other, mask: torch.where(
        mask, other, X
    ),
    count: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda own, donor, mixed: (mixed == donor)[
        own != donor
    ],
    empty: float = 0.0,
) -> float:
    """Return how often a picture decides as its donor, given the donor's masked pixels.

    The parts, in which mistakes are made: how pixels are put together, which pictures count and
    how, and what is said where none counts.
    """
    own = decide(X)
    mixed = decide(mix(X, X[donors], mask))
    counted = count(own, own[donors], mixed).double()
    return counted.mean().item() if len(counted) else empty


def _with(**how: Any) -> Callable[..., float]:
    return partial(share_that_follows, **how)


def _in_a_row(decide: Decide, X: Tensor, mask: Tensor, donors: Tensor) -> float:
    Z, own = X.clone(), decide(X)
    for i in range(len(X)):
        Z[i, mask] = Z[donors[i], mask]  # the donor may have been changed already
    counted = (decide(Z) == own[donors])[own != own[donors]].double()
    return counted.mean().item() if len(counted) else 0.0


FOLLOWS: Mistakes = {
    "All pictures count. Those that decide as their donor from the start cannot show anything.": (
        _with(count=lambda own, donor, mixed: mixed == donor)
    ),
    "Those that follow are divided by all. Divide by those that differed from their donor.": (
        _with(count=lambda own, donor, mixed: (mixed == donor) & (own != donor))
    ),
    "Any change counts. It should be a change to the donor's decision.": _with(
        count=lambda own, donor, mixed: (mixed != own)[own != donor]
    ),
    "The share that stays as it was is returned. The share that follows is wanted.": _with(
        count=lambda own, donor, mixed: (mixed == own)[own != donor]
    ),
    "The share that does *not* follow is returned.": _with(
        count=lambda own, donor, mixed: (mixed != donor)[own != donor]
    ),
    "The pixels *outside* the mask are exchanged.": _with(
        mix=lambda X, other, mask: torch.where(mask, X, other)
    ),
    "The masked pixels are set to 0. They are to come from the donor.": _with(
        mix=lambda X, other, mask: torch.where(mask, torch.zeros_like(X), X)
    ),
    "The donor's pixels are added. Put them in place of the picture's own.": _with(
        mix=lambda X, other, mask: X + mask * other
    ),
    "The masked pixels get their mean. They are to come from the donor.": _with(
        mix=lambda X, other, mask: torch.where(mask, X.mean(dim=0), X)
    ),
    "The whole picture of the donor is put in.": _with(mix=lambda X, other, mask: other),
    "Donors that were changed already are used: take their pixels from X as it was.": _in_a_row,
    "The number of pictures is returned. Their share is wanted.": lambda decide, X, mask, donors: (
        _total(decide, X, mask, donors)
    ),
    "Where no picture differs from its donor, 0 is wanted.": _with(empty=float("nan")),
    "Where no picture differs from its donor, 0 is wanted, not 1.": _with(empty=1.0),
    "The picture's pixels are put into the donor. Put the donor's into the picture.": _with(
        mix=lambda X, other, mask: torch.where(mask, X, other),
        count=lambda own, donor, mixed: (mixed == own)[own != donor],
    ),
    "The donor's decision is asked for after the exchange. Ask for that of the donor as it was.": (
        lambda decide, X, mask, donors: _both_mixed(decide, X, mask, donors)
    ),
    "Pictures that agree with their donor from the start count, unless they are their own donor. "
    "They cannot show anything.": lambda decide, X, mask, donors: _all_but_own(
        decide, X, mask, donors
    ),
}


def _both_mixed(decide: Decide, X: Tensor, mask: Tensor, donors: Tensor) -> float:
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    counted = (mixed == mixed[donors])[own != own[donors]].double()
    return counted.mean().item() if len(counted) else 0.0


def _all_but_own(decide: Decide, X: Tensor, mask: Tensor, donors: Tensor) -> float:
    mixed = decide(torch.where(mask, X[donors], X))
    counted = (mixed == decide(X)[donors])[donors != torch.arange(len(X))].double()
    return counted.mean().item() if len(counted) else 0.0


def _total(decide: Decide, X: Tensor, mask: Tensor, donors: Tensor) -> float:
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    return float(((mixed == own[donors]) & (own != own[donors])).sum())
