"""Permutation importance of groups of columns: what is true of the tables that are scored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.oracles.chance import chance, draws, in_words, seeded

__all__ = ["facts_of_permuting", "permutation_importance"]

Answer = Callable[..., Any]


def permutation_importance(
    score: Callable[[Tensor], float],
    X: Tensor,
    groups: list[list[int]],
    num_repeats: int,
    generator: torch.Generator,
) -> list[float]:
    """Return, for each group, how much the score falls when its columns are shuffled together."""
    before, falls = float(score(X)), []
    for columns in groups:
        after = 0.0
        for _ in range(num_repeats):
            Z, order = X.clone(), torch.randperm(len(X), generator=generator)
            Z[:, columns] = X[order][:, columns]
            after += float(score(Z)) / num_repeats
        falls.append(before - after)
    return falls


def _score(X: Tensor) -> float:
    """Return a score in which neighbouring columns work together."""
    steps = torch.arange(1, X.shape[1], dtype=X.dtype)
    return float((X[:, 1:] * X[:, :-1] * steps).sum() / len(X) + (X[:, 0] ** 2).mean())


def _rows(table: Tensor) -> list[list[float]]:
    return sorted(table.tolist())


def facts_of_permuting(
    X: Tensor, groups: list[list[int]], num_repeats: int, seed: int
) -> Callable[[Answer], dict[str, str]]:
    """Return a play that watches the tables that come to the score, and what is made of them."""

    def play(answer: Answer) -> dict[str, str]:
        seen: list[Tensor] = []

        def watched(table: Tensor) -> float:
            seen.append(torch.as_tensor(table).detach().double().clone())
            return _score(seen[-1])

        returned = torch.as_tensor(answer(watched, X, groups, num_repeats, seeded(seed)))
        came: list[float] = returned.double().flatten().tolist()
        facts = {
            "the score sees tables of the shape of X": all(t.shape == X.shape for t in seen),
            "one number for each group": len(came) == len(groups),
        }
        if all(facts.values()):
            facts |= _facts_of_tables(X.double(), groups, num_repeats, seen, came)
        one, again, later = draws(
            lambda g: torch.as_tensor(answer(_score, X, groups, 1, g)).tolist(), seed + 1, 5
        )
        return in_words(facts | chance(one, again, later))

    return play


def _facts_of_tables(
    X: Tensor, groups: list[list[int]], num_repeats: int, seen: list[Tensor], came: list[float]
) -> dict[str, bool]:
    tables: dict[int, list[Tensor]] = {number: [] for number in range(len(groups))}
    strange = 0
    for table in (table for table in seen if not torch.equal(table, X)):
        moved = {*(table != X).any(dim=0).nonzero().flatten().tolist()}
        fits = [number for number, group in enumerate(groups) if moved <= {*group}]
        strange += not fits
        if fits:
            tables[min(fits, key=lambda number: len(groups[number]))].append(table)
    own = [(number, t) for number, some in tables.items() for t in some]
    facts = {
        "only the columns of one group are moved at a time": not strange,
        "each column keeps its numbers": all(
            torch.equal(t.sort(dim=0).values, X.sort(dim=0).values) for _, t in own
        ),
        "the columns of a group move together": all(
            _rows(t[:, groups[number]]) == _rows(X[:, groups[number]]) for number, t in own
        ),
        "each group is shuffled num_repeats times": all(
            len(some) == num_repeats for some in tables.values()
        ),
        "each time anew": all(
            len({repr(t.tolist()) for t in some}) == len(some) for some in tables.values()
        ),
    }
    if all(facts.values()):
        after = [sum(map(_score, some)) / len(some) for some in tables.values()]
        falls = [_score(X) - one for one in after]
        right = _near(came, falls)
        facts |= {
            "a fall is above 0": right or not _near(came, [-fall for fall in falls]),
            "the fall, not the score": right or not _near(came, after),
            "the mean, not the sum": right
            or not _near(came, [num_repeats * fall for fall in falls]),
            "the mean fall is returned": right,
        }
    return facts


def _near(came: list[float], wanted: list[float]) -> bool:
    return all(abs(c - w) <= 1e-4 * (1 + abs(w)) for c, w in zip(came, wanted, strict=True))
