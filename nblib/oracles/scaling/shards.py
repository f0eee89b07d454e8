"""Which examples a worker has in an epoch: what is true of the shards of all workers together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import torch

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import in_words
from nblib.oracles.explaining import explaining, first_fact

__all__ = ["SHARDS", "facts_of_shards", "my_shard", "say_of_shards"]

Shard = Callable[[int, int, int, int, int], list[int]]


def _order(num_items: int, *numbers: int) -> list[int]:
    seed = 0
    for number in numbers:
        seed = (1_000_003 * seed + number + 1) % 2**60
    return torch.randperm(num_items, generator=torch.Generator().manual_seed(seed)).tolist()


def my_shard(
    num_items: int,
    rank: int,
    num_workers: int,
    epoch: int,
    seed: int,
    *,
    order: Callable[[int, int, int, int], list[int]] = lambda n, rank, epoch, seed: _order(
        n, seed, epoch
    ),
    pad: Callable[[list[int], int], list[int]] = lambda order, missing: order + order[:missing],
    take: Callable[[list[int], int, int], list[int]] = lambda order, rank, w: order[rank::w],
    finish: Callable[[list[int], int], list[int]] = lambda mine, epoch: mine,
) -> list[int]:
    """Return every num_workers-th item of an order that the seed and the epoch fix for all."""
    all_items = order(num_items, rank, epoch, seed)
    return finish(take(pad(all_items, -num_items % num_workers), rank, num_workers), epoch)


def facts_of_shards(
    num_items: int, num_workers: int, seed: int
) -> Callable[[Shard], dict[str, Any]]:
    """Return a play: what is true of the shards of all workers, in three epochs."""

    def facts(answer: Shard) -> dict[str, Any]:
        def epoch(number: int, seed: int = seed) -> list[list[int]]:
            return [
                [int(i) for i in answer(num_items, rank, num_workers, number, seed)]
                for rank in range(num_workers)
            ]

        first, *others = epochs = [epoch(number) for number in range(3)]
        other_seed, again = [epoch(number, seed + 1) for number in range(2)], epoch(1)
        counts = [Counter(i for shard in shards for i in shard) for shards in epochs]
        length = -(-num_items // num_workers)
        extra = length * num_workers - num_items
        found = {
            "the same again for the same numbers": again == epochs[1],
            "the workers have different shards": num_workers == 1 or first[0] != first[-1],
            "all items are given out": all(set(c) == {*range(num_items)} for c in counts),
            "all shards are equally long": all(
                len({len(shard) for shard in shards}) == 1 for shards in epochs
            ),
            "no more items twice than must be": all(
                sum(c.values()) - len(c) <= extra and max(c.values(), default=1) <= 2
                for c in counts
            ),
            "mixed, in the first epoch, too": all(
                shards != epoch_in_order
                for shards, epoch_in_order in zip(
                    epochs, [_plain(num_items, num_workers)] * 3, strict=True
                )
            )
            and any(shard != sorted(shard) for shard in first),
            "another order in each epoch": all(shards != first for shards in others),
            "other items for a worker in each epoch": any(
                set(shards[0]) != set(first[0]) for shards in others
            )
            or num_workers == 1,
            "another order with another seed": any(
                theirs != mine for theirs, mine in zip(other_seed, epochs, strict=False)
            ),
            "another order with another seed in each epoch": all(
                theirs != mine for theirs, mine in zip(other_seed, epochs, strict=False)
            ),
            "each shard in an order by lot": all(
                shard != sorted(shard) for shard in first if len(shard) > 4
            ),
        }
        return in_words(found)

    return facts


def _plain(num_items: int, num_workers: int) -> list[list[int]]:
    padded = [*range(num_items), *range(-num_items % num_workers)]
    return [padded[rank::num_workers] for rank in range(num_workers)]


_SAID = {
    "the same again for the same numbers": "Asked again with the same numbers, a worker gets "
    "another "
    "shard: all randomness must come from a generator seeded with `seed` and `epoch`.",
    "the workers have different shards": "Two workers have the same shard.",
    "all items are given out": "Some items are in no shard.",
    "all shards are equally long": "Shards differ in length: the worker with the longer one would "
    "wait for the others for ever.",
    "no more items twice than must be": "More items come twice than are needed to make the shards "
    "equally long.",
    "mixed, in the first epoch, too": "The items are not mixed, or not in each epoch.",
    "another order in each epoch": "Two epochs have the same shards: `epoch` must play a part.",
    "other items for a worker in each epoch": "A worker has the same items in each epoch: mix all "
    "items before they are given out.",
    "another order with another seed": "`seed` plays no part.",
    "another order with another seed in each epoch": "There is an epoch in which another seed has "
    "the same order.",
    "each shard in an order by lot": "A shard is sorted: leave it in the order of the lot.",
}


def say_of_shards(check: Exercise, answer: Shard, *plays: Any) -> None:
    """Say the first fact that is not so, unless a known mistake explains it."""
    explaining(first_fact(_SAID))(check, answer, my_shard, SHARDS, *plays)


def _with(**how: Any) -> Shard:
    return lambda *case: my_shard(*case, **how)


def _block(order: list[int], rank: int, w: int) -> list[int]:
    length = len(order) // w
    return order[rank * length : (rank + 1) * length]


SHARDS: Mistakes = {
    "Each worker mixes for itself, so that some items come several times and others never. All "
    "must "
    "make the same order: no `rank` in the seed.": _with(
        order=lambda n, rank, epoch, seed: _order(n, seed, epoch, rank)
    ),
    "The order is the same in each epoch: `epoch` must play a part.": _with(
        order=lambda n, rank, epoch, seed: _order(n, seed)
    ),
    "`seed` plays no part.": _with(order=lambda n, rank, epoch, seed: _order(n, epoch)),
    "Neither `seed` nor `epoch` plays a part: the order is always the same.": _with(
        order=lambda n, rank, epoch, seed: _order(n, 0)
    ),
    "The items are not mixed.": _with(order=lambda n, rank, epoch, seed: [*range(n)]),
    "Shards differ in length where the workers do not divide the items: the longer ones would wait "
    "for ever. Give some items twice.": _with(pad=lambda order, missing: order),
    "Items that are left over are in no shard. Give some items twice "
    "instead.": lambda n, rank, w, e, s: my_shard(
        n, rank, w, e, s, pad=lambda order, missing: order[: len(order) // w * w]
    ),
    "What fills up the shards comes three times. None may: others are there to come twice.": _with(
        pad=lambda order, missing: order + order[:1] * missing
    ),
    "Each worker has all items. Each has its own part.": _with(take=lambda order, rank, w: order),
    "All workers have the same part: `rank` plays no part.": _with(
        take=lambda order, rank, w: order[::w]
    ),
    "A worker has the same items in each epoch, in another order: mix all of them before they are "
    "given out.": _with(
        order=lambda n, rank, epoch, seed: [*range(n)],
        finish=lambda mine, epoch: [mine[i] for i in _order(len(mine), epoch, len(mine))],
    ),
    "Shards are sorted: leave them in the order of the lot.": _with(
        finish=lambda mine, epoch: sorted(mine)
    ),
}
