"""Splits that look like the use: whole groups, and forward in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import in_words

__all__ = [
    "FORWARD",
    "GROUPED",
    "forward_chaining",
    "grouped",
    "whole_groups",
    "windows",
]

Play = Callable[[Callable[..., Any]], Any]

# Groups


def grouped(groups: Tensor, k: int) -> Tensor:
    """Return the fold of each example, (n,) int64: heaviest group first, to the lightest fold."""
    _, inverse, sizes = groups.unique(return_inverse=True, return_counts=True)
    order = sizes.argsort(descending=True, stable=True)
    return _dealt(order, sizes, k)[inverse]


def _dealt(order: Iterable[Any], sizes: Tensor, k: int, lightest: Any = torch.argmin) -> Tensor:
    """Give the groups, in this order, to folds, each to the one that `lightest` picks."""
    load, fold = torch.zeros(k, dtype=torch.int64), torch.zeros_like(sizes)
    for group in order:
        fold[group] = lightest(load)
        load[fold[group]] += sizes[group]
    return fold


def whole_groups(groups: Tensor, k: int) -> Play:
    """Return a play that tells whether groups are whole, and how many examples each fold has."""

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        fold = torch.as_tensor(answer(groups, k))
        if fold.shape != groups.shape:
            return {"a fold for each example": "no"}
        pairs = {(g, f) for g, f in zip(groups.tolist(), fold.tolist(), strict=True)}
        facts = {
            "a fold for each example": True,
            "groups are whole": len(pairs) == len({*groups.tolist()}),
            "folds 0 … k − 1": bool(((fold >= 0) & (fold < k)).all()),
            "int64": fold.dtype == torch.int64,
        }
        loads = sorted(torch.bincount(fold - fold.min(), minlength=k).tolist(), reverse=True)
        return in_words(facts) | {"examples in the folds": loads}

    return play


def _of_groups(deal: Callable[[Tensor, int], Tensor]) -> Callable[[Tensor, int], Tensor]:
    """Return an answer that deals groups 0, 1, … by their sizes: deal(sizes, k)."""

    def wrong(groups: Tensor, k: int) -> Tensor:
        _, inverse, sizes = groups.unique(return_inverse=True, return_counts=True)
        return deal(sizes, k)[inverse]

    return wrong


def _falling(sizes: Tensor) -> Tensor:
    return sizes.argsort(descending=True, stable=True)


def _in_turn(order: Tensor, k: int) -> Tensor:
    fold = torch.zeros_like(order)
    fold[order] = torch.arange(len(order)) % k
    return fold


def _snake(order: Tensor, k: int) -> Tensor:
    place = torch.arange(len(order))
    turn = torch.where(place // k % 2 == 0, place % k, k - 1 - place % k)
    fold = torch.zeros_like(order)
    fold[order] = turn
    return fold


GROUPED: Mistakes = {
    "Groups are dealt out in turn, however large they are. Give each to the lightest fold.": (
        _of_groups(lambda sizes, k: torch.arange(len(sizes)) % k)
    ),
    "The folds are as even as if groups were dealt out in turn, or the smallest came first. The "
    "heaviest comes first, each to the fold that is lightest then.": _of_groups(
        lambda sizes, k: _in_turn(_falling(sizes), k)
    ),
    "Groups are dealt out to and fro, the heaviest first. Give each to the fold that is lightest "
    "then.": _of_groups(lambda sizes, k: _snake(_falling(sizes), k)),
    "Each goes to the lightest fold, but the groups come as they are. The heaviest comes first.": (
        _of_groups(lambda sizes, k: _dealt(range(len(sizes)), sizes, k))
    ),
    "All groups come into one fold: each goes to the heaviest, or the loads are not kept. Give "
    "each to the lightest.": _of_groups(
        lambda sizes, k: _dealt(_falling(sizes), sizes, k, torch.argmax)
    ),
    "The fold is the group's number modulo k. Such numbers are names, with gaps between them.": (
        lambda groups, k: groups % k
    ),
    "Groups are parted: the rows go to several folds, as if each were a group of its own.": (
        lambda groups, k: torch.arange(len(groups)) % k
    ),
    "Groups are parted: the rows, sorted by group, are cut into blocks.": lambda groups, k: (
        _cut_rows(groups, k)
    ),
    "The groups, in order, are cut into blocks of as many groups each. Count their examples.": (
        _of_groups(lambda sizes, k: torch.arange(len(sizes)) * k // len(sizes))
    ),
    "Each group is a fold of its own. There are k folds.": (
        lambda groups, k: groups.unique(return_inverse=True)[1]
    ),
    "The folds are 1 … k. Count from 0.": lambda groups, k: grouped(groups, k) + 1,
    "That is one fold for each group. One for each example is wanted.": lambda groups, k: _dealt(
        _falling(groups.unique(return_counts=True)[1]), groups.unique(return_counts=True)[1], k
    ),
}


def _cut_rows(groups: Tensor, k: int) -> Tensor:
    fold = torch.zeros_like(groups)
    fold[groups.argsort(stable=True)] = torch.arange(len(groups)) * k // len(groups)
    return fold


# Forward in time

Pairs = list[tuple[Tensor, Tensor]]


def forward_chaining(times: Tensor, k: int, gap: int) -> Pairs:
    """Return k pairs (train, test) of places, int64: all before a block but for the last `gap`."""
    order = times.argsort()
    size = len(times) // (k + 1)
    starts = [len(times) - size * (k - number) for number in range(k)]
    return [(order[: start - gap], order[start : start + size]) for start in starts]


def windows(times: Tensor, k: int, gap: int) -> Play:
    """Return a play that tells each part as a sorted list of places, and the dtypes of both."""

    def play(answer: Callable[..., Any]) -> list[list[Any]]:
        pairs = [[torch.as_tensor(part) for part in pair] for pair in answer(times, k, gap)]
        return [
            [
                *(sorted(part.flatten().tolist()) for part in pair),
                {str(part.dtype) for part in pair},
            ]
            for pair in pairs
        ]

    return play


def _cut(
    parts: Callable[[Tensor, int, int, int, int], tuple[Tensor, Tensor]],
    order: Callable[[Tensor], Tensor] = torch.argsort,
) -> Callable[[Tensor, int, int], Pairs]:
    """Return an answer: parts(order, start, size, gap, number) of each of the k blocks."""

    def wrong(times: Tensor, k: int, gap: int) -> Pairs:
        size, ordered = len(times) // (k + 1), order(times)
        starts = [len(times) - size * (k - number) for number in range(k)]
        return [parts(ordered, start, size, gap, i) for i, start in enumerate(starts)]

    return wrong


def _right(o: Tensor, start: int, size: int, gap: int, number: int) -> tuple[Tensor, Tensor]:
    return o[: start - gap], o[start : start + size]


def _from_the_front(times: Tensor, k: int, gap: int) -> Pairs:
    size, o = len(times) // (k + 1), times.argsort()
    return [
        (o[: max(size * (i + 1) - gap, 0)], o[size * (i + 1) : size * (i + 2)]) for i in range(k)
    ]


def _first_block_tested(times: Tensor, k: int, gap: int) -> Pairs:
    o = times.argsort()
    size = len(times) // k
    return [(o[: max(size * i - gap, 0)], o[size * i : size * (i + 1)]) for i in range(k)]


FORWARD: Mistakes = {
    "The times make no difference: these are places as the examples stand, or among the sorted "
    "times. Cut the list `times.argsort()`, which has places.": _cut(
        _right, lambda times: torch.arange(len(times))
    ),
    "The latest comes first: time runs backwards.": _cut(
        _right, lambda times: times.argsort(descending=True)
    ),
    "You use the rank of each example as if it were a place: `argsort` once, not twice.": _cut(
        _right, lambda times: times.argsort().argsort()
    ),
    "There is no gap: the last `gap` examples before a block are not trained on.": _cut(
        lambda o, start, size, gap, i: (o[:start], o[start : start + size])
    ),
    "The gap is taken from the test block. It belongs to the training part.": _cut(
        lambda o, start, size, gap, i: (o[:start], o[start + gap : start + size])
    ),
    "The block is moved on by the gap. It stays where it is, and the training part ends earlier.": (
        _cut(lambda o, start, size, gap, i: (o[:start], o[start + gap : start + size + gap]))
    ),
    "The gap is there twice: once before the block, and once in it.": _cut(
        lambda o, start, size, gap, i: (o[: start - gap], o[start + gap : start + size])
    ),
    "The gap is counted twice.": _cut(
        lambda o, start, size, gap, i: (o[: max(start - 2 * gap, 0)], o[start : start + size])
    ),
    "The future is trained on: the training part is all but the block.": _cut(
        lambda o, start, size, gap, i: (
            torch.cat([o[: start - gap], o[start + size + gap :]]),
            o[start : start + size],
        )
    ),
    "The future is trained on, and there is no gap: the training part is all but the block.": _cut(
        lambda o, start, size, gap, i: (
            torch.cat([o[:start], o[start + size :]]),
            o[start : start + size],
        )
    ),
    "You train on the block before alone. Train on all that comes before.": _cut(
        lambda o, start, size, gap, i: (
            o[max(start - size, 0) : start - gap],
            o[start : start + size],
        )
    ),
    "Each test part has all that comes later. A block of n // (k + 1) is wanted.": _cut(
        lambda o, start, size, gap, i: (o[: start - gap], o[start:])
    ),
    "The blocks begin at the front, and the rest is left over at the end. The last block ends with "
    "the last example.": _from_the_front,
    "Before the first of your blocks there is nothing to train on: cut into k + 1.": (
        _first_block_tested
    ),
    "The pairs are (test, train). Train comes first.": _cut(
        lambda o, start, size, gap, i: _right(o, start, size, gap, i)[::-1]
    ),
    "The gap is measured in times. It is a number of examples.": lambda times, k, gap: _gap_in_time(
        times, k, gap
    ),
    "The last block comes first. Go forward in time.": lambda times, k, gap: forward_chaining(
        times, k, gap
    )[::-1],
    "The last block is missing: k pairs are wanted.": lambda times, k, gap: forward_chaining(
        times, k, gap
    )[:-1],
    "Only the last pair came. k pairs are wanted.": lambda times, k, gap: forward_chaining(
        times, k, gap
    )[-1:],
}


def _gap_in_time(times: Tensor, k: int, gap: int) -> Pairs:
    pairs = []
    for train, test in forward_chaining(times, k, 0):
        first = times[test].min()
        pairs.append((train[times[train] < first - gap], test))
    return pairs
