"""Does an answer draw from the generator that it is given, and from nothing else?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from nblib.checks import Exercise, call_inplace

__all__ = ["chance", "in_words", "moves_on", "seeded", "unforeseen"]


def seeded(seed: int, moved_on: int = 0) -> torch.Generator:
    """Return a generator with this seed, from which some numbers have been drawn already."""
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


def chance(draws: Sequence[Any], again: Sequence[Any], later: Sequence[Any]) -> dict[str, bool]:
    """Return what is true of draws from different generators, from the same, from moved ones."""
    told, same, moved = ([repr(draw) for draw in some] for some in (draws, again, later))
    return {
        "another generator, another draw": len(set(told)) > 1,
        "the same generator, the same draw": same == told[: len(same)],
        "moved on, another draw": moved != told[: len(moved)],
    }


def in_words(facts: dict[str, bool]) -> dict[str, str]:
    """Return facts as they are compared and shown: "yes" or "no"."""
    return {fact: "yes" if is_so else "no" for fact, is_so in facts.items()}


def unforeseen() -> torch.Generator:
    """Return a generator that nobody has seeded."""
    generator = torch.Generator()
    generator.seed()
    return generator
