"""The census of dead units: right, and wrong in the ways that people write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import torch

from nblib.checks.mistakes import Mistakes
from nblib.oracles.activations.common import Tensor

__all__ = ["DEAD_UNITS", "dead_units", "draw_layer", "listed"]

# A census of the dead


def dead_units(batches: Sequence[Tensor]) -> list[int]:
    """Return the numbers of the units, columns, that are 0 in every row of every batch."""
    return torch.where((torch.cat([*batches]) == 0).all(dim=0))[0].tolist()


def listed(*args: Any) -> Callable[[Callable[..., Any]], list[Any]]:
    """Return a play that makes a list of what comes, so that a number is no list of one."""
    return lambda function: [*function(*args)]


def _silent_in_each(batches: Sequence[Tensor]) -> list[list[int]]:
    return [dead_units([batch]) for batch in batches]


DEAD_UNITS: Mistakes = {
    "You looked at the first batch only. A unit that sleeps there may wake in the next.": (
        lambda batches: dead_units(batches[:1])
    ),
    "Only the last batch counts in your answer: the earlier ones are forgotten.": (
        lambda batches: dead_units(batches[-1:])
    ),
    "The last batch, a short one, is left out.": lambda batches: dead_units(batches[:-1]),
    "These are silent in some batch. Dead means: in every batch.": (
        lambda batches: sorted(set().union(*_silent_in_each(batches)))
    ),
    "These are silent in some batch, one batch after the other. Dead means: in every batch.": (
        lambda batches: [*chain(*_silent_in_each(batches))]
    ),
    "That is a list for each batch. One list is wanted, of the units silent in all of them.": (
        _silent_in_each
    ),
    "These are zero for some example. Half of all units are: dead means for every example.": (
        lambda batches: torch.where((torch.cat(batches) == 0).any(dim=0))[0].tolist()
    ),
    "These are examples for which no unit answers. The axes are exchanged.": (
        lambda batches: torch.where((torch.cat(batches) == 0).all(dim=1))[0].tolist()
    ),
    "These are the living ones.": (
        lambda batches: torch.where((torch.cat(batches) > 0).any(dim=0))[0].tolist()
    ),
    "A unit that is above 0 for one example, however faintly, is not dead.": (
        lambda batches: torch.where((torch.cat(batches) < 1e-6).all(dim=0))[0].tolist()
    ),
    "That is a mask, a yes or no for each unit. Their numbers are wanted.": (
        lambda batches: (torch.cat(batches) == 0).all(dim=0).tolist()
    ),
    "That is how many are dead. Their numbers are wanted, in a list.": (
        lambda batches: len(dead_units(batches))
    ),
    "A tuple came, as torch.where makes it. Return its part with index 0.": (
        lambda batches: (torch.tensor(dead_units(batches)),)
    ),
    "Units are counted from 0.": lambda batches: [unit + 1 for unit in dead_units(batches)],
    "They are wanted in rising order.": lambda batches: dead_units(batches)[::-1],
    "Where one unit is dead a number came. A list of one is wanted: `squeeze` takes it away.": (
        lambda batches: torch.tensor(dead_units(batches)).squeeze().tolist()
    ),
    "Your list is empty, though some are dead. Their outputs are equal to 0, not below.": (
        lambda batches: torch.where((torch.cat(batches) < 0).all(dim=0))[0].tolist()
    ),
}


def draw_layer(
    num_units: int, num_dead: int, generator: torch.Generator, dtype: torch.dtype
) -> list[Tensor]:
    """Draw the outputs of a ReLU layer, in batches of 16, 16 and 8, with so many dead units.

    One of the living answers to a single example of the last batch, and barely.
    """
    h = torch.relu(torch.randn(40, num_units, generator=generator, dtype=dtype) - 1)
    h[0] += 1  # or one in a thousand would be dead by chance
    order = torch.randperm(num_units, generator=generator)
    h[:, order[: num_dead + 1]] = 0
    h[37, order[num_dead]] = 1e-30
    return [*h.split(16)]
