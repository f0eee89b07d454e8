"""A few examples of each class: the facts by which a wrong choice is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import chance, draws, from_elsewhere, in_words
from nblib.oracles.transfer_learning.common import Play

__all__ = ["SHOTS", "draw_few", "facts_of_draws"]

# A few of each


def draw_few(
    y: Tensor,
    per_class: int,
    generator: torch.Generator | None,
    *,
    pick: Callable[[int, int, torch.Generator | None], Tensor] = lambda size, number, generator: (
        torch.randperm(size, generator=generator)[:number]
    ),
    classes: Callable[[Tensor], Sequence[int]] = lambda y: y.unique().tolist(),
) -> tuple[Tensor, Tensor]:
    """Return places of `per_class` examples of each class, and all others, rising; both int64."""
    places = [(y == k).nonzero().flatten() for k in classes(y)]
    chosen = torch.cat([some[pick(len(some), per_class, generator)] for some in places])
    return chosen, _others(y, chosen)


def _others(y: Tensor, chosen: Tensor) -> Tensor:
    return torch.tensor(sorted({*range(len(y))} - {*chosen.tolist()}), dtype=torch.int64)


def facts_of_draws(y: Tensor, per_class: int, seed: int) -> Play:
    """Return a play that says what is true of 24 draws: all of it, if they are right."""

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        every = draws(lambda generator: answer(y, per_class, generator), seed, 24)
        drawn = every[0]
        chosen, others = (
            [torch.as_tensor(part).long().flatten() for part in parts]
            for parts in zip(*drawn, strict=True)
        )
        labels = [y[some] for some in chosen]
        runs = [some.unique_consecutive().tolist() for some in labels]
        wanted = y.unique().repeat_interleave(per_class)
        of = {k: (y == k).nonzero().flatten() for k in y.unique().tolist()}
        ranks = [[_ranks(places, some) for places in of.values()] for some in chosen]
        seen = set(torch.cat(chosen).tolist())
        told = ([torch.as_tensor(draw[0]).tolist() for draw in some] for some in every)
        by_chance = chance(*told)
        vary = by_chance["another generator, another draw"]
        facts = {
            "two int64 tensors of places": all(
                getattr(part, "dtype", None) == torch.int64 for draw in drawn for part in draw
            ),
            "the chosen have one dimension": all(torch.as_tensor(c).ndim == 1 for c, _ in drawn),
            "the others have one dimension": all(torch.as_tensor(o).ndim == 1 for _, o in drawn),
            "so many of each class": all(torch.equal(l.sort().values, wanted) for l in labels),
            "each class's together": all(len(run) == len(set(run)) for run in runs),
            "classes rise": all(run == sorted(run) for run in runs),
            "none drawn twice": all(len(some) == len(some.unique()) for some in chosen),
            "none in both parts": not any(
                torch.isin(o, c).any() for o, c in zip(others, chosen, strict=True)
            ),
            "none in neither part": all(
                len({*c.tolist(), *o.tolist()}) == len(y)
                for c, o in zip(chosen, others, strict=True)
            ),
            "others rise": all(bool((o.diff() > 0).all()) for o in others),
            **by_chance,
            "each class for itself": not vary
            or len(of) == 1
            or any(rank.count(rank[0]) < len(rank) for rank in ranks),
            "all come now and then": not vary
            or all(
                seen >= {*places.tolist()} for places in of.values() if len(places) <= 2 * per_class
            ),
        }
        return in_words(facts)

    return play


def _ranks(places: Tensor, chosen: Tensor) -> list[int]:
    """Return which of the places of a class were chosen, counted within the class."""
    return torch.isin(places, chosen).nonzero().flatten().tolist()


def _in_all(y: Tensor, per_class: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    chosen = torch.randperm(len(y), generator=generator)[:per_class]
    return chosen, _others(y, chosen)


def _changed(change: Callable[[Tensor, Tensor, Tensor, int], Any]) -> Callable[..., Any]:
    """Return `draw_few` with its result changed: `change(y, chosen, others, per_class)`."""
    return lambda y, per_class, generator: change(y, *draw_few(y, per_class, generator), per_class)


def _smallest(y: Tensor) -> int:
    return int(y.unique(return_counts=True)[1].min())


def _one_draw(y: Tensor, per_class: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    at = torch.randperm(_smallest(y), generator=generator)[:per_class]
    return draw_few(y, per_class, None, pick=lambda *args: at)


SHOTS: Mistakes = {
    "The classes are mixed: first those of the smallest class, and so on.": _changed(
        lambda y, chosen, others, n: (chosen.reshape(-1, n).T.flatten(), others)
    ),
    "You draw `per_class` in all. So many of each class are wanted.": _in_all,
    "All that you left out is here, and the other way round: (chosen, others).": _changed(
        lambda y, chosen, others, n: (others, chosen)
    ),
    "An example was drawn twice. Draw without putting back.": partial(
        draw_few,
        pick=lambda size, number, generator: torch.randint(size, (number,), generator=generator),
    ),
    "Some examples are in both parts: what was drawn must not be judged on.": _changed(
        lambda y, chosen, others, n: (chosen, torch.arange(len(y)))
    ),
    "Some examples are in neither part: `others` are all that were not drawn.": _changed(
        lambda y, chosen, others, n: (chosen, others[: len(chosen)])
    ),
    **from_elsewhere(draw_few),
    "One draw serves for all classes. Draw anew for each, from all that it has.": _one_draw,
    "The others are not in rising order.": _changed(
        lambda y, chosen, others, n: (chosen, others.flip(0))
    ),
    "The classes come in the order in which `y` has them. Begin with the smallest.": partial(
        draw_few, classes=lambda y: list(dict.fromkeys(y.tolist()))
    ),
    "The chosen are sorted by place. Let the classes follow one another.": _changed(
        lambda y, chosen, others, n: (chosen.sort().values, others)
    ),
    "The others have a second dimension, of length 1: `.flatten()` after `.nonzero()`.": _changed(
        lambda y, chosen, others, n: (chosen, others[:, None])
    ),
    "The chosen have two dimensions, a row for each class. One is wanted: `torch.cat`.": _changed(
        lambda y, chosen, others, n: (chosen.reshape(-1, n), others)
    ),
    "A mask of booleans came. Places are wanted: `.nonzero().flatten()`.": _changed(
        lambda y, chosen, others, n: (chosen, torch.isin(torch.arange(len(y)), others))
    ),
    "These are classes, `y[chosen]`. Places are wanted.": _changed(
        lambda y, chosen, others, n: (y[chosen], y[others])
    ),
}
