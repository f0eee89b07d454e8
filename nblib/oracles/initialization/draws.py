"""How an answer draws from a generator, seen from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.initialization.units import Play, compared, seeded

__all__ = ["from_generator", "has_moved", "sources"]

# From a generator


def from_generator(*args: Any) -> Play:
    """Return a play that asks whether the result is decided by a generator, the last argument."""

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        def result(seed: int, *, drawn: int = 0) -> Tensor:
            generator = seeded(seed)
            torch.rand(drawn, generator=generator)
            return torch.as_tensor(answer(*args, generator)).detach()

        first = result(3)
        return {
            "the same generator": compared(first, result(3)),
            "another generator": compared(first, result(4)),
            "the generator, later on": compared(first, result(3, drawn=50)),
        }

    return play


def sources(reference: Callable[..., Any]) -> Mistakes:
    """Return the ways not to draw from the generator, the last argument, for any reference."""
    return {
        "The same generator gave other numbers: draw from the one that you are given.": (
            lambda *a: reference(*a[:-1], torch.default_generator)
        ),
        "Another generator gave the same numbers: draw from yours, and never seed it anew.": (
            lambda *a: reference(*a[:-1], seeded(0))
        ),
        "A generator that has moved on gave the same numbers again: never seed it anew.": (
            lambda *a: reference(*a[:-1], seeded(a[-1].initial_seed()))
        ),
    }


def has_moved(generator: torch.Generator) -> bool:
    """Whether anything was drawn from a generator since it was seeded."""
    fresh = seeded(generator.initial_seed())
    return not torch.equal(generator.get_state(), fresh.get_state())
