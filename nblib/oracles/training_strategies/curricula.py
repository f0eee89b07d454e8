"""Which examples a curriculum shows at a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["SHOWN", "seen_at", "shown"]

Count = Callable[[int, int, int, int], int]


def _count(n: int, step: int, first: int, num_growing: int) -> int:
    return min(n, first + (n - first) * step // num_growing)


def shown(
    difficulty: Tensor,
    step: int,
    first: int,
    num_growing: int,
    hard_first: bool,
    *,
    count: Count = _count,
    places: Callable[[Tensor, int], Tensor] = lambda order, m: order[:m],
) -> Tensor:
    """Return the places of the examples that are shown at a step, int64."""
    order = difficulty.argsort(descending=hard_first)
    return places(order, count(len(order), step, first, num_growing))


def seen_at(
    difficulty: Tensor, step: int, first: int, num_growing: int, hard_first: bool
) -> Callable[..., Any]:
    """Return a play: the places that are shown, in their order of size."""

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        came = answer(difficulty, step, first, num_growing, hard_first)
        came = torch.as_tensor(came)
        return {
            "a list of places, (m,)": "yes" if came.ndim == 1 else "no",
            "int64": "yes" if came.dtype == torch.int64 else f"no, {str(came.dtype)[6:]}",
            "how many": len(came) if came.ndim else 1,
            "which": sorted(came.flatten().tolist()),
        }

    return play


def _counted(count: Count) -> Callable[..., Tensor]:
    return lambda *args: shown(*args, count=count)


def _ranks(difficulty: Tensor, step: int, first: int, num_growing: int, hard_first: bool) -> Tensor:
    ranks = difficulty.argsort(descending=hard_first).argsort()
    return ranks[: _count(len(ranks), step, first, num_growing)]


def _by_value(
    difficulty: Tensor, step: int, first: int, num_growing: int, hard_first: bool
) -> Tensor:
    n = len(difficulty)
    share = _count(n, step, first, num_growing) / n
    low, high = difficulty.min(), difficulty.max()
    if hard_first:
        return (difficulty >= high - share * (high - low)).nonzero().flatten()
    return (difficulty <= low + share * (high - low)).nonzero().flatten()


def _window(
    difficulty: Tensor, step: int, first: int, num_growing: int, hard_first: bool
) -> Tensor:
    order = difficulty.argsort(descending=hard_first)
    m = _count(len(order), step, first, num_growing)
    return order[m - first : m]


def _mask(difficulty: Tensor, *how: Any) -> Tensor:
    return torch.zeros(len(difficulty), dtype=torch.bool).index_fill_(
        0, shown(difficulty, *how), True
    )


def _then_the_easiest(
    difficulty: Tensor, step: int, first: int, num_growing: int, hard_first: bool
) -> Tensor:
    order = difficulty.argsort()
    m = _count(len(order), step, first, num_growing)
    return order.roll(first)[:m] if hard_first else order[:m]


SHOWN: Mistakes = {
    "Easy and hard are exchanged: a large difficulty is a hard example.": (
        lambda difficulty, step, first, num_growing, hard_first: shown(
            difficulty, step, first, num_growing, not hard_first
        )
    ),
    "`hard_first` makes no difference: the easiest come first each time.": (
        lambda difficulty, step, first, num_growing, hard_first: shown(
            difficulty, step, first, num_growing, False
        )
    ),
    "These are the first places, whatever their difficulty: sort first.": (
        lambda difficulty, step, first, num_growing, hard_first: torch.arange(
            _count(len(difficulty), step, first, num_growing)
        )
    ),
    "These are ranks. `argsort()` once gives the places in their order; twice, the ranks.": _ranks,
    "The number grows from 0 and not from `first`.": _counted(
        lambda n, step, first, num_growing: min(n, n * step // num_growing)
    ),
    "The number grows from 0, with `first` as the least. It grows from `first`.": _counted(
        lambda n, step, first, num_growing: min(n, max(first, n * step // num_growing))
    ),
    "The number grows by n and not by n − first, so that all are shown too early.": _counted(
        lambda n, step, first, num_growing: min(n, first + n * step // num_growing)
    ),
    "The number does not grow.": _counted(lambda n, step, first, num_growing: first),
    "The number grows by `first` in all, and never reaches n.": _counted(
        lambda n, step, first, num_growing: min(n, first + first * step // num_growing)
    ),
    "All are shown a step too early: at step 0 there are `first`.": _counted(
        lambda n, step, first, num_growing: _count(n, step + 1, first, num_growing)
    ),
    "The number grows a step too late: at step `num_growing` all are shown.": _counted(
        lambda n, step, first, num_growing: _count(n, max(step - 1, 0), first, num_growing)
    ),
    "You round up. Round down: `//`.": _counted(
        lambda n, step, first, num_growing: min(n, first - ((first - n) * step // num_growing))
    ),
    "You round to the nearest number. Round down: `//`.": _counted(
        lambda n, step, first, num_growing: min(
            n, first + (2 * (n - first) * step + num_growing) // (2 * num_growing)
        )
    ),
    "One example is never shown: at the end there are all n.": _counted(
        lambda n, step, first, num_growing: min(n - 1, _count(n, step, first, num_growing))
    ),
    "A part of the *range* of difficulties is shown. A number of examples is wanted.": _by_value,
    "The easy ones are taken away again. What has been shown stays.": _window,
    "The share of the growth is a fraction, which is not exact, and at times one too few are "
    "shown. Multiply first, and divide by `//`.": _counted(
        lambda n, step, first, num_growing: first + int((n - first) * min(1.0, step / num_growing))
    ),
    "What comes in each step is a fraction, which is not exact, and at times one too few are "
    "shown. Multiply first, and divide by `//`.": _counted(
        lambda n, step, first, num_growing: min(n, first + int((n - first) / num_growing * step))
    ),
    "What comes in each step is rounded down, and then counted as often as there are steps. "
    "Multiply first, and divide by `//`.": _counted(
        lambda n, step, first, num_growing: min(n, first + (n - first) // num_growing * step)
    ),
    "These are the difficulties. Their places are wanted.": lambda difficulty, *how: difficulty[
        shown(difficulty, *how)
    ],
    "That is a mask, true or false for each example. The places are wanted.": _mask,
    "The places are right. They must be of dtype int64.": lambda *args: shown(*args).int(),
    "You sort by the size without the sign. What is below 0 is easiest.": (
        lambda difficulty, *how: shown(difficulty.abs(), *how)
    ),
    "With `hard_first` the hardest are followed by the easiest. The next hardest come.": (
        _then_the_easiest
    ),
    "These are the examples that are *not* shown yet.": lambda *args: shown(
        *args, places=lambda order, m: order[m:]
    ),
}
