"""A stream that is shuffled through a buffer: what is true of the order that comes out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import torch

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import SAID_OF_CHANCE, chance, draws, from_elsewhere, in_words
from nblib.oracles.explaining import explaining, first_fact

__all__ = ["BUFFER", "facts_of_buffer", "say_of_buffer", "shuffled"]

Shuffle = Callable[[list[int], int, torch.Generator], list[int]]
_DRAWS = 120


def _below(n: int, generator: torch.Generator) -> int:
    return int(torch.randint(n, (), generator=generator))


def _mixed(items: list[int], generator: torch.Generator) -> list[int]:
    return [items[i] for i in torch.randperm(len(items), generator=generator).tolist()]


def shuffled(
    items: Sequence[int],
    size: int,
    generator: torch.Generator,
    *,
    pick: Callable[[int, torch.Generator], int] = _below,
    more: int = 0,
    removes: bool = True,
    rest: Callable[[list[int], torch.Generator], list[int]] = _mixed,
) -> list[int]:
    """Return all items, each taken by lot from a buffer of `size` that the next ones go into."""
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) >= size + more:
            place = pick(len(buffer), generator)
            out.append(buffer[place])
            if removes:
                del buffer[place]
            else:
                del buffer[0]
    return out + rest(buffer, generator)


def _places(order: list[int], num_items: int, size: int) -> list[int]:
    """Return the place, by age, that each item had in the full buffer from which it came."""
    buffer, places = [*range(size)], []
    for item, following in zip(order, range(size, num_items), strict=False):
        if item not in buffer:
            break
        places.append(buffer.index(item))
        buffer.remove(item)
        buffer.append(following)
    return places


def _ranks(items: list[int]) -> tuple[int, ...]:
    return tuple(sorted(items).index(item) for item in items)


def facts_of_buffer(num_items: int, size: int, seed: int) -> Callable[[Shuffle], dict[str, str]]:
    """Return a play: what is true of many orders in which a stream 0, 1, 2, … comes out."""

    def facts(answer: Shuffle) -> dict[str, str]:
        def order_by(generator: torch.Generator) -> list[int]:
            return [int(item) for item in answer([*range(num_items)], size, generator)]

        drawn, again, later = draws(order_by, seed, _DRAWS)
        ahead = max(
            (item - place for order in drawn for place, item in enumerate(order)), default=0
        )
        behind = max(
            (place - item for order in drawn for place, item in enumerate(order)), default=0
        )
        firsts = Counter(order[0] for order in drawn if order)
        seconds = {pair for order in drawn for pair in [tuple(order[:2])]}
        places = Counter(place for order in drawn for place in _places(order, num_items, size))
        fair = (num_items - size) * _DRAWS / size
        lasts = {_ranks(order[len(order) - size + 1 :]) for order in drawn}
        complete = all(sorted(order) == [*range(num_items)] for order in drawn)
        found = {
            "each item comes once": complete,
            "an item comes when the buffer can have it": ahead < size,
            "no item comes long before the buffer can have it": ahead <= size,
            "the first item is drawn by lot": len(firsts) > 1,
            "an item may wait longer than `size`": behind >= size,
            "each next item is drawn by lot": all(
                sum(first == item for first, *_ in seconds) > 1 for item in firsts
            ),
            "the newest item may come": places[size - 1] > 0,
            "each place of the full buffer is as likely": all(
                0.75 * fair < places[place] < 1.25 * fair for place in range(size)
            ),
            "the last items are mixed, too": len(lasts) > math.factorial(size - 1) / 2,
        }
        return in_words(found | chance(drawn, again, later))

    return facts


_SAID = SAID_OF_CHANCE | {
    "each item comes once": "Some items come twice, or never.",
    "an item comes when the buffer can have it": "An item comes too early: as output p + 1 comes, "
    "only the first p + `size` items have been read, and all others lie ahead.",
    "an item may wait longer than `size`": "No item waits long: in a buffer one may be left over "
    "again and again, while new ones come in.",
    "the first item is drawn by lot": "The same item comes first each time.",
    "each next item is drawn by lot": "The first item is drawn by lot, and with it the second one "
    "is fixed. Draw anew for each.",
    "the newest item may come": "The newest item of the buffer is never drawn.",
    "each place of the full buffer is as likely": "The places of the full buffer are not drawn "
    "equally often.",
    "the last items are mixed, too": "When the stream ends, the rest comes in a fixed order. Draw "
    "it by lot.",
}


def say_of_buffer(check: Exercise, answer: Shuffle, *plays: Any) -> None:
    """Say the first fact that is not so, unless a known mistake explains it."""
    explaining(first_fact(_SAID))(check, answer, shuffled, BUFFER, *plays)


def _with(**how: Any) -> Shuffle:
    return lambda items, size, generator: shuffled(items, size, generator, **how)


def _in_chunks(items: list[int], size: int, generator: torch.Generator) -> list[int]:
    return [
        item
        for start in range(0, len(items), size)
        for item in _mixed(items[start : start + size], generator)
    ]


BUFFER: Mistakes = {
    "The items that are in the buffer when the stream ends are lost. Let them come, too, by lot.": (
        _with(rest=lambda buffer, generator: [])
    ),
    "The items that are in the buffer when the stream ends come in a fixed order, that of the "
    "stream or its reverse. Mix them, too.": _with(rest=lambda buffer, generator: buffer),
    "The whole stream is mixed. A buffer holds `size` items only: as output p + 1 comes, only the "
    "first p + `size` have been read.": lambda items, size, generator: _mixed(items, generator),
    "Each `size` items are mixed among themselves. A buffer takes in a new one for each that comes "
    "out.": _in_chunks,
    "The buffer holds one item more than `size`.": _with(more=1),
    "The newest item of the buffer never comes first. Either the buffer holds one item fewer than "
    "`size`, or its last place is never drawn: `randint` leaves its upper end out already.": _with(
        more=-1
    ),
    "Some items come twice, others never: what is drawn must be taken out of the buffer.": _with(
        removes=False
    ),
    "The oldest item always comes first: draw a place of the buffer.": _with(
        pick=lambda n, generator: 0
    ),
    "The newest item always comes first: draw a place of the buffer.": _with(
        pick=lambda n, generator: n - 1
    ),
    **from_elsewhere(shuffled),
}
