"""Folds by lot: the facts by which a wrong partition is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import chance, draws, from_elsewhere, in_words, seeded

__all__ = ["FOLDS", "facts_of_folds", "folds"]

Play = Callable[[Callable[..., Any]], Any]


def folds(n: int, k: int, generator: torch.Generator) -> list[Tensor]:
    """Return k tensors of places, int64, that part 0 … n − 1 by lot, as even as can be."""
    return list(torch.randperm(n, generator=generator).tensor_split(k))


def facts_of_folds(n: int, k: int, seed: int) -> Play:
    """Return a play that says what is true of 30 partitions: all of it, if they are right."""

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        drawn, again, later = (
            [[*map(_flat, draw)] for draw in some]
            for some in draws(lambda generator: answer(n, k, generator), seed, 30)
        )
        places = [sorted(place for part in draw for place in part) for draw in drawn]
        sizes = [[len(part) for part in draw] for draw in drawn]
        whole = all(found == [*range(n)] for found in places)
        facts = {
            "int64 tensors": all(
                getattr(part, "dtype", None) == torch.int64
                for number in range(2)
                for part in answer(n, k, seeded(seed + number))
            ),
            "k parts": all(len(draw) == k for draw in drawn),
            "sizes differ by one at most": all(max(size) - min(size) <= 1 for size in sizes),
            "no place is missing": all({*range(n)} <= {*found} for found in places),
            "no place comes twice": all(len(found) == len({*found}) for found in places),
            "all are places": all({*found} <= {*range(n)} for found in places),
            **chance(drawn, again, later),
        }
        if whole and n >= 2 * k:
            together = [_share_together(draw, n) for draw in drawn]
            share, expected = sum(together) / len(together), (n / k - 1) / (n - 1)
            facts["neighbours are parted"] = share < (1 + expected) / 2
            facts["neighbours may be together"] = share > expected / 3
        return in_words(facts)

    return play


def _flat(part: Any) -> list[int]:
    if isinstance(part, tuple | list) and any(isinstance(one, Tensor) for one in part):
        return [place for one in part for place in torch.as_tensor(one).flatten().tolist()]
    return torch.as_tensor(part).flatten().tolist()


def _share_together(parts: Sequence[Sequence[int]], n: int) -> float:
    of = {place: number for number, part in enumerate(parts) for place in part}
    return sum(of[i] == of[i + 1] for i in range(n - 1)) / (n - 1)


def _changed(change: Callable[[list[Tensor], int, int], Any]) -> Callable[..., Any]:
    """Return `folds` with its result changed: `change(parts, n, k)`."""
    return lambda n, k, generator: change(folds(n, k, generator), n, k)


def _others(parts: list[Tensor]) -> list[Tensor]:
    return [
        torch.cat([part for other, part in enumerate(parts) if other != number])
        for number in range(len(parts))
    ]


def _as_masks(parts: list[Tensor], n: int) -> list[Tensor]:
    return [torch.isin(torch.arange(n), part) for part in parts]


FOLDS: Mistakes = {
    "The rest is left out: n // k in each part, so where k does not divide n some are in none.": (
        _changed(lambda parts, n, k: [part[: n // k] for part in parts])
    ),
    "The whole rest is in one part. Give some parts one more each.": _changed(
        lambda parts, n, k: _rest_last(torch.cat(parts), n, k)
    ),
    "Each part is filled up with n/k places, rounded up, and the last gets what is left. Sizes "
    "differ by one at most.": _changed(
        lambda parts, n, k: _filled_up(torch.cat(parts), -(-n // k), k)
    ),
    "These are the training parts, all but one fold each. The folds themselves are wanted.": (
        _changed(lambda parts, n, k: _others(parts))
    ),
    "These are pairs of a training and a test part. The folds alone are wanted.": _changed(
        lambda parts, n, k: [*zip(_others(parts), parts, strict=True)]
    ),
    "These are masks. Places are wanted: `.nonzero().flatten()`.": _changed(
        lambda parts, n, k: _as_masks(parts, n)
    ),
    "Neighbours stay together: the places are not shuffled. Where examples are sorted by class, a "
    "fold then has one class.": lambda n, k, generator: [*torch.arange(n).tensor_split(k)],
    "The places are dealt out in turn, without chance: shuffle them first.": (
        lambda n, k, generator: [torch.arange(i, n, k) for i in range(k)]
    ),
    **from_elsewhere(folds),
    "Some places come twice, others are missing. Shuffle all, then cut.": (
        lambda n, k, generator: [
            torch.randint(n, (len(part),), generator=generator)
            for part in torch.arange(n).tensor_split(k)
        ]
    ),
    "You count places from 1. They are 0 … n − 1.": _changed(
        lambda parts, n, k: [part + 1 for part in parts]
    ),
    "One part too many: k parts are wanted.": lambda n, k, generator: folds(n, k + 1, generator),
    "One part is missing: k parts are wanted.": _changed(lambda parts, n, k: parts[:-1]),
    "These are k numbers of examples in each part. k is the number of parts.": (
        lambda n, k, generator: list(torch.randperm(n, generator=generator).split(k))
    ),
}


def _rest_last(order: Tensor, n: int, k: int) -> list[Tensor]:
    size = n // k
    return [*(order[i * size : (i + 1) * size] for i in range(k - 1)), order[(k - 1) * size :]]


def _filled_up(order: Tensor, size: int, k: int) -> list[Tensor]:
    return [order[i * size : (i + 1) * size] for i in range(k)]
