"""Shapley values by enumeration: right, and the other ways to weigh coalitions."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from functools import partial
from itertools import combinations, permutations

from nblib.checks.mistakes import Mistakes

__all__ = ["SHAPLEY", "Game", "game", "glove", "marginals", "shapley"]

Game = Callable[[Collection[int]], float]


def game(values: list[float]) -> Game:
    """Return the value of a coalition, looked up by the bits of its members."""
    return lambda S: values[sum(1 << int(player) for player in {*map(int, S)})]


def glove(S: Collection[int]) -> float:
    """Player 0 has a left glove, 1 and 2 a right one each: a pair is worth 1."""
    members = {*map(int, S)}
    return float(0 in members and bool(members & {1, 2}))


def marginals(value: Game, n: int) -> list[list[float]]:
    """Return what each player adds, for each of the n! orders in which they can come."""
    return [
        [value(order[: order.index(i) + 1]) - value(order[: order.index(i)]) for i in range(n)]
        for order in permutations(range(n))
    ]


def _by_size(s: int, n: int) -> float:
    return math.factorial(s) * math.factorial(n - s - 1) / math.factorial(n)


def shapley(
    value: Game,
    n: int,
    *,
    weight: Callable[[int, int], float] = _by_size,
    gain: Callable[[float, float], float] = lambda with_i, without: with_i - without,
    sizes: Callable[[int], Collection[int]] = range,
) -> list[float]:
    """Return the Shapley value of each player: Σ over S without i of weight(|S|)·(v(S ∪ i) − v(S)).

    The parts, in which mistakes are made: the weight of a coalition, what counts as gain, and the
    sizes of S.
    """
    return [
        sum(
            weight(size, n) * gain(value((*S, i)), value(S))
            for size in sizes(n)
            for S in combinations([j for j in range(n) if j != i], size)
        )
        for i in range(n)
    ]


def _with(**how: object) -> Callable[..., list[float]]:
    return partial(shapley, **how)  # type: ignore[arg-type]


def _empty_is_0(value: Game, n: int) -> list[float]:
    return shapley(lambda S: value(S) if len(S) else 0.0, n)


def _scaled_to_the_whole(value: Game, n: int) -> list[float]:
    phi = shapley(value, n)
    return [part * value(range(n)) / sum(phi) for part in phi]


def _by_place(value: Game, n: int) -> list[float]:
    orders = [*permutations(range(n))]
    return [
        sum(value(order[: k + 1]) - value(order[:k]) for order in orders) / len(orders)
        for k in range(n)
    ]


def _rotations(value: Game, n: int) -> list[float]:
    rotated = [[(i - k) % n for k in range(n)][::-1] for i in range(n)]  # i comes last, next, …
    return [
        sum(value(rotated[i][k:]) - value(rotated[i][k:-1]) for k in range(n)) / n for i in range(n)
    ]


SHAPLEY: Mistakes = {
    "The weight is |S|!·(n − |S|)!/n!. It is |S|!·(n − |S| − 1)!/n!: i is apart.": _with(
        weight=lambda s, n: math.factorial(s) * math.factorial(n - s) / math.factorial(n)
    ),
    "The weight is (|S| − 1)!·(n − |S|)!/n!, which belongs to an S that has i in it.": _with(
        weight=lambda s, n: (
            math.factorial(max(s - 1, 0)) * math.factorial(n - s) / math.factorial(n)
        )
    ),
    "All coalitions weigh the same (that is Banzhaf's value). All *sizes* should weigh the same.": (
        _with(weight=lambda s, n: 2.0 ** (1 - n))
    ),
    "The gains are added up without weights.": _with(weight=lambda s, n: 1.0),
    "The weights are not divided by n!.": _with(
        weight=lambda s, n: math.factorial(s) * math.factorial(n - s - 1)
    ),
    "The mean over sizes is missing: 1/n of the mean gain of each size.": _with(
        weight=lambda s, n: 1 / math.comb(n - 1, s)
    ),
    "That is what a player is worth alone. Look at all coalitions that it may join.": _with(
        weight=lambda s, n: 1.0, sizes=lambda n: [0]
    ),
    "That is what is lost if a player leaves all others. Look at all coalitions it may join.": (
        _with(weight=lambda s, n: 1.0, sizes=lambda n: [n - 1])
    ),
    "The empty coalition is left out: a player may come first.": _with(sizes=lambda n: range(1, n)),
    "The largest coalition is left out: a player may come last.": _with(
        sizes=lambda n: range(n - 1)
    ),
    "The values of coalitions are averaged, not what a player adds to them.": _with(
        gain=lambda with_i, without: with_i
    ),
    "The sign is turned: v(S ∪ i) − v(S).": _with(gain=lambda with_i, without: without - with_i),
    "Gains below 0 are cut off. A player may do harm.": _with(
        gain=lambda with_i, without: max(0.0, with_i - without)
    ),
    "The sign of the gains is lost. A player may do harm.": _with(
        gain=lambda with_i, without: abs(with_i - without)
    ),
    "The empty coalition counts as 0. Ask for its value.": _empty_is_0,
    "One order alone was tried, 0, 1, 2, …: average over all orders.": lambda value, n: [
        value(range(i + 1)) - value(range(i)) for i in range(n)
    ],
    "The whole is divided equally. Players get what they add.": lambda value, n: (
        [(value(range(n)) - value(())) / n] * n
    ),
    "What is gained goes to the place in the order. It belongs to the player who comes there.": (
        _by_place
    ),
    "Only the n rotations of 0, 1, 2, … are tried. Average over all n! orders.": _rotations,
    "That is the mean of coming first and of coming last. Look at all coalitions.": (
        lambda value, n: [
            sum(pair) / 2
            for pair in zip(
                _with(weight=lambda s, n: 1.0, sizes=lambda n: [0])(value, n),
                _with(weight=lambda s, n: 1.0, sizes=lambda n: [n - 1])(value, n),
                strict=True,
            )
        ]
    ),
    "The result is scaled to add up to 1. It adds up to v(all) − v(nobody) by itself.": (
        lambda value, n: [part / (sum(shapley(value, n)) or 1.0) for part in shapley(value, n)]
    ),
    "The result is scaled to v(all). It adds up to v(all) − v(nobody) by itself.": (
        _scaled_to_the_whole
    ),
}
