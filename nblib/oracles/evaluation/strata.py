"""Stratified folds: the facts by which a wrong split is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import chance, draws, from_elsewhere, in_words

__all__ = ["STRATIFIED", "facts_of_strata", "stratified"]

Play = Callable[[Callable[..., Any]], Any]


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
        every = draws(lambda generator: torch.as_tensor(answer(y, k, generator)), seed, 30)
        drawn = every[0]
        facts = {
            "a fold for each example": all(fold.shape == y.shape for fold in drawn),
            "numbers, not True or False": all(fold.dtype != torch.bool for fold in drawn),
            "int64": all(fold.dtype == torch.int64 for fold in drawn),
            "folds 0 … k − 1": all(int(f.min()) >= 0 and int(f.max()) < k for f in drawn),
        }
        if all(facts.values()):
            counts = [
                [torch.bincount(fold[some], minlength=k) for some in members] for fold in drawn
            ]
            facts["each class is even"] = all(
                int(c.max() - c.min()) <= 1 for count in counts for c in count
            )
            sizes = [torch.bincount(fold, minlength=k) for fold in drawn]
            facts["the folds are even"] = all(int(s.max() - s.min()) <= 1 for s in sizes)
            large = [some for some in members if len(some) >= 3 * k]
            together = [
                (fold[some][1:] == fold[some][:-1]).double().mean().item()
                for fold in drawn
                for some in large
            ]
            share = sum(together) / len(together) if together else 1 / k
            facts["neighbours in a class are parted"] = share < (1 + 1 / k) / 2
            facts["neighbours in a class may be together"] = share > 0.3 / k
        lists = [[fold.tolist() for fold in some] for some in every]
        return in_words(facts | chance(*lists))

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
    **from_elsewhere(stratified),
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
