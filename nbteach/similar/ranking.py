"""Pairs of students, the most unusual first, and what chance would make of them.

The rarities of a pair's likenesses in several exercises are multiplied, as in Fisher's method;
frequent likenesses are left out (Zaykin et al. 2002, doi:10.1002/gepi.0042). What chance makes of
that is measured: the answers to each exercise are dealt anew among those who answered it. They are
as alike as before, but two students who share one answer share the next only by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from nbteach.similar.likeness import Likenesses

__all__ = ["DEALS", "Pair", "Ranking", "ranking"]

DEALS = 20  # so about one honest class in twenty has a pair beyond the limit
_SEED = 0  # the same class has the same page

_Weights = tuple[np.ndarray, np.ndarray, np.ndarray]  # first, second, weight: (pairs listed,) each


@dataclass(frozen=True)
class Pair:
    """Two students, by position, and how rare their likenesses are together, as a power of ten.

    `exercises` has, for each in which they are unusually alike, the likeness in percent and the
    number of pairs of the class that are at least as alike.
    """

    first: int
    second: int
    weight: float
    exercises: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Ranking:
    """Pairs in order; the largest weight that dealing anew gave; and how many pairs are beyond."""

    pairs: tuple[Pair, ...]
    chance: float
    num_beyond: int  # of all pairs, not only of those in `pairs`


def ranking(found: Mapping[str, Likenesses], num_own: int, at_most: int) -> Ranking:
    """Rank the pairs of a class.

    Args:
        found: what `likeness.compare` found in each exercise, for the same students.
        num_own: how many of the students are this class's, as there.
        at_most: how many pairs to return.
    """
    rng = np.random.default_rng(_SEED)
    size = max((len(each.answered) for each in found.values()), default=0)
    listed = [(each.first, each.second, each.weight) for each in found.values()]
    total = coo_array(_total(listed, size))
    chance = 0.0
    for _ in range(DEALS):
        dealt = _total((_dealt(each, num_own, rng) for each in found.values()), size)
        chance = float(dealt.data.max(initial=chance))
    first, second = total.coords
    best = np.lexsort((second, first, -total.data))[:at_most]
    pairs = tuple(_pair(found, first[at], second[at], total.data[at]) for at in best)
    return Ranking(pairs, chance, int((total.data > chance).sum()))


def _total(listed: Iterable[_Weights], size: int) -> csr_array:
    """Return the sum of the weights of each pair: (size, size), most of it empty."""
    total = csr_array((size, size))
    for first, second, weight in listed:
        total = total + csr_array((weight, (first, second)), shape=(size, size))
    total.data = total.data.round(6)  # so that the order of a sum makes no difference
    return total


def _dealt(found: Likenesses, num_own: int, rng: np.random.Generator) -> _Weights:
    """Return the weights of an exercise after its answers were dealt anew, in each class apart."""
    to = np.arange(len(found.answered))
    for group in (to[:num_own], to[num_own:]):
        answered = group[found.answered[group]]
        to[answered] = rng.permutation(answered)
    first, second = to[found.first], to[found.second]
    return np.minimum(first, second), np.maximum(first, second), found.weight


def _pair(found: Mapping[str, Likenesses], first: int, second: int, weight: float) -> Pair:
    def alike() -> Iterator[tuple[str, tuple[int, int]]]:
        for name, each in found.items():
            for at in np.flatnonzero((each.first == first) & (each.second == second)):
                yield name, (int(each.percent[at]), int(each.rank[at]))

    return Pair(int(first), int(second), float(weight), dict(alike()))
