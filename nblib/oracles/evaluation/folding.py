"""Folds by lot, and stratified ones: the facts by which a wrong split is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise, call_inplace
from nblib.checks.mistakes import Mistakes

__all__ = [
    "FOLDS",
    "STRATIFIED",
    "facts_of_folds",
    "facts_of_strata",
    "folds",
    "moves_on",
    "stratified",
]

Play = Callable[[Callable[..., Any]], Any]

# Folds


def folds(n: int, k: int, generator: torch.Generator) -> list[Tensor]:
    """Return k tensors of places, int64, that part 0 … n − 1 by lot, as even as can be."""
    return list(torch.randperm(n, generator=generator).tensor_split(k))


def _generator(seed: int, moved_on: int = 0) -> torch.Generator:
    new = torch.Generator().manual_seed(seed)
    torch.rand(moved_on, generator=new)
    return new


def moves_on(check: Exercise, answer: Callable[..., Any], *args: Any) -> None:
    """Check that the generator, which is the last argument, has moved on after a call."""
    _, after = call_inplace(answer, *args)
    check.that(
        not torch.equal(after[-1].get_state(), args[-1].get_state()),
        "The generator stands where it stood: draw from `generator` itself, not from a copy of it.",
    )


def _chance(draws: Sequence[Any], again: Sequence[Any], later: Sequence[Any]) -> dict[str, bool]:
    """Return what is true of draws from different generators, from the same, from moved ones."""
    told, same, moved = ([repr(draw) for draw in some] for some in (draws, again, later))
    return {
        "another generator, another draw": len(set(told)) > 1,
        "the same generator, the same draw": same == told[: len(same)],
        "moved on, another draw": moved != told[: len(moved)],
    }


def _in_words(facts: dict[str, bool]) -> dict[str, str]:
    return {fact: "yes" if is_so else "no" for fact, is_so in facts.items()}


def facts_of_folds(n: int, k: int, seed: int) -> Play:
    """Return a play that says what is true of 30 partitions: all of it, if they are right."""

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        draws = [answer(n, k, _generator(seed + number)) for number in range(30)]
        again = [answer(n, k, _generator(seed + number)) for number in range(3)]
        later = [answer(n, k, _generator(seed + number, moved_on=9)) for number in range(3)]
        draws, again, later = (
            [[*map(_flat, draw)] for draw in some] for some in (draws, again, later)
        )
        places = [sorted(place for part in draw for place in part) for draw in draws]
        sizes = [[len(part) for part in draw] for draw in draws]
        whole = all(found == [*range(n)] for found in places)
        facts = {
            "int64 tensors": all(
                getattr(part, "dtype", None) == torch.int64
                for number in range(2)
                for part in answer(n, k, _generator(seed + number))
            ),
            "k parts": all(len(draw) == k for draw in draws),
            "sizes differ by one at most": all(max(size) - min(size) <= 1 for size in sizes),
            "no place is missing": all({*range(n)} <= {*found} for found in places),
            "no place comes twice": all(len(found) == len({*found}) for found in places),
            "all are places": all({*found} <= {*range(n)} for found in places),
            **_chance(draws, again, later),
        }
        if whole and n >= 2 * k:
            together = [_share_together(draw, n) for draw in draws]
            share, expected = sum(together) / len(together), (n / k - 1) / (n - 1)
            facts["neighbours are parted"] = share < (1 + expected) / 2
            facts["neighbours may be together"] = share > expected / 3
        return _in_words(facts)

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
    "All draws are the same: draw from `generator`, and do not seed.": (
        lambda n, k, generator: folds(n, k, torch.Generator().manual_seed(0))
    ),
    "All draws with one seed are the same: let `generator` go on from where it is.": (
        lambda n, k, generator: folds(n, k, _generator(generator.initial_seed()))
    ),
    "From the same generator something else comes: all randomness must come from `generator`.": (
        lambda n, k, generator: folds(n, k, _unforeseen())
    ),
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


def _unforeseen() -> torch.Generator:
    generator = torch.Generator()
    generator.seed()
    return generator


def _rest_last(order: Tensor, n: int, k: int) -> list[Tensor]:
    size = n // k
    return [*(order[i * size : (i + 1) * size] for i in range(k - 1)), order[(k - 1) * size :]]


def _filled_up(order: Tensor, size: int, k: int) -> list[Tensor]:
    return [order[i * size : (i + 1) * size] for i in range(k)]


# Stratified


def stratified(y: Tensor, k: int, generator: torch.Generator) -> Tensor:
    """Return the fold of each example, (n,) int64: each class is dealt out evenly, by lot."""
    fold = torch.empty_like(y)
    order = torch.randperm(len(y), generator=generator)
    order = order[y[order].argsort(stable=True)]  # class by class, shuffled within
    fold[order] = torch.arange(len(y)) % k
    return fold


def facts_of_strata(y: Tensor, k: int, seed: int) -> Play:
    """Return a play that says what is true of 30 stratified splits: all, if they are right."""
    members = [(y == label).nonzero().flatten() for label in y.unique()]

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        draws = [torch.as_tensor(answer(y, k, _generator(seed + i))) for i in range(30)]
        again = [torch.as_tensor(answer(y, k, _generator(seed + i))) for i in range(3)]
        later = [torch.as_tensor(answer(y, k, _generator(seed + i, moved_on=9))) for i in range(3)]
        facts = {
            "a fold for each example": all(fold.shape == y.shape for fold in draws),
            "numbers, not True or False": all(fold.dtype != torch.bool for fold in draws),
            "int64": all(fold.dtype == torch.int64 for fold in draws),
            "folds 0 … k − 1": all(int(f.min()) >= 0 and int(f.max()) < k for f in draws),
        }
        if all(facts.values()):
            counts = [
                [torch.bincount(fold[some], minlength=k) for some in members] for fold in draws
            ]
            facts["each class is even"] = all(
                int(c.max() - c.min()) <= 1 for count in counts for c in count
            )
            sizes = [torch.bincount(fold, minlength=k) for fold in draws]
            facts["the folds are even"] = all(int(s.max() - s.min()) <= 1 for s in sizes)
            large = [some for some in members if len(some) >= 3 * k]
            together = [
                (fold[some][1:] == fold[some][:-1]).double().mean().item()
                for fold in draws
                for some in large
            ]
            share = sum(together) / len(together) if together else 1 / k
            facts["neighbours in a class are parted"] = share < (1 + 1 / k) / 2
            facts["neighbours in a class may be together"] = share > 0.3 / k
        lists = [[fold.tolist() for fold in some] for some in (draws, again, later)]
        return _in_words(facts | _chance(*lists))

    return play


def _by_class(
    deal: Callable[[int, int, torch.Generator, int], Tensor],
) -> Callable[..., Tensor]:
    """Return an answer that deals class by class: deal(size, k, generator, dealt before)."""

    def wrong(y: Tensor, k: int, generator: torch.Generator) -> Tensor:
        fold, before = torch.empty_like(y), 0
        for label in y.unique():
            places = (y == label).nonzero().flatten()
            fold[places] = deal(len(places), k, generator, before)
            before += len(places)
        return fold

    return wrong


def _lot(size: int, k: int, generator: torch.Generator, before: int) -> Tensor:
    return (torch.arange(size) + before)[torch.randperm(size, generator=generator)] % k


STRATIFIED: Mistakes = {
    "Each class is even, and the folds as a whole are not: the rests of the classes pile up. Go on "
    "where the last class ended.": _by_class(
        lambda size, k, generator, before: _lot(size, k, generator, 0)
    ),
    "The classes are not looked at: the folds are even, and the classes in them are not.": (
        lambda y, k, generator: torch.randperm(len(y), generator=generator) % k
    ),
    "Neither the folds nor the classes in them are even. Deal each class out in turn.": (
        lambda y, k, generator: torch.randint(k, y.shape, generator=generator)
    ),
    "Nothing is shuffled: within a class the examples go to the folds in turn.": _by_class(
        lambda size, k, generator, before: (torch.arange(size) + before) % k
    ),
    "Within a class neighbours stay together: blocks are cut, and nothing is shuffled.": (
        lambda y, k, generator: _blocks(y, k)
    ),
    "In some class a fold has two or more above another. Deal the rest out, too.": _by_class(
        lambda size, k, generator, before: (torch.arange(size) // max(size // k, 1)).clamp(
            max=k - 1
        )[torch.randperm(size, generator=generator)]
    ),
    "The folds are 1 … k. Count from 0.": lambda y, k, generator: stratified(y, k, generator) + 1,
    "All draws are the same: draw from `generator`, and do not seed.": (
        lambda y, k, generator: stratified(y, k, _generator(0))
    ),
    "All draws with one seed are the same: let `generator` go on from where it is.": (
        lambda y, k, generator: stratified(y, k, _generator(generator.initial_seed()))
    ),
    "From the same generator something else comes: all randomness must come from `generator`.": (
        lambda y, k, generator: stratified(y, k, _unforeseen())
    ),
    "These are the folds class by class. Put each into the place of its example.": (
        lambda y, k, generator: stratified(y, k, generator)[y.argsort(stable=True)]
    ),
    "Only the first fold is told, True or False. The number of the fold is wanted.": (
        lambda y, k, generator: stratified(y, k, generator) == 0
    ),
}


def _blocks(y: Tensor, k: int) -> Tensor:
    """Cut each class into blocks, even ones; the folds with one more go on from class to class."""
    fold, before = torch.empty_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        numbers = ((torch.arange(len(places)) + before) % k).sort().values
        fold[places] = numbers
        before += len(places)
    return fold
