"""Does an answer draw from the generator that it is given, and from nothing else?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from nblib.checks import Exercise, call_inplace
from nblib.checks.mistakes import Mistakes
from nblib.oracles.draw import fresh_generator

__all__ = [
    "SAID_OF_CHANCE",
    "chance",
    "drawn_by_the_generator",
    "draws",
    "from_elsewhere",
    "in_words",
    "moves_on",
    "seeded",
]

_ELSEWHERE = (
    "From the same generator something else comes: all randomness must come from `generator`."
)


def seeded(seed: int, moved_on: int = 0) -> torch.Generator:
    """Return a generator with this seed, from which some numbers have been drawn already."""
    new = torch.Generator().manual_seed(seed)
    torch.rand(moved_on, generator=new)
    return new


def draws(
    call: Callable[[torch.Generator], Any], seed: int, num_draws: int
) -> tuple[list[Any], list[Any], list[Any]]:
    """Return draws from different generators, the first three again, and from moved ones."""
    numbers = range(seed, seed + num_draws)
    return (
        [call(seeded(number)) for number in numbers],
        [call(seeded(number)) for number in numbers[:3]],
        [call(seeded(number, moved_on=9)) for number in numbers[:3]],
    )


def chance(drawn: Sequence[Any], again: Sequence[Any], later: Sequence[Any]) -> dict[str, bool]:
    """Return what is true of draws from different generators, from the same, from moved ones."""
    told, same, moved = ([repr(draw) for draw in some] for some in (drawn, again, later))
    return {
        "another generator, another draw": len(set(told)) > 1,
        "the same generator, the same draw": same == told[: len(same)],
        "moved on, another draw": moved != told[: len(moved)],
    }


SAID_OF_CHANCE = {
    "another generator, another draw": "Other generators give the same.",
    "the same generator, the same draw": "From the same generator something else comes.",
    "moved on, another draw": "The generator has moved on, and the same comes.",
}


def in_words(facts: dict[str, bool]) -> dict[str, str]:
    """Return facts as they are compared and shown: "yes" or "no"."""
    return {fact: "yes" if is_so else "no" for fact, is_so in facts.items()}


def from_elsewhere(reference: Callable[..., Any]) -> Mistakes:
    """Return the ways not to draw from the generator that is the last argument."""
    return {
        "All draws are the same: draw from `generator`, and do not seed.": (
            lambda *args: reference(*args[:-1], seeded(0))
        ),
        "All draws with one seed are the same: let `generator` go on from where it is.": (
            lambda *args: reference(*args[:-1], seeded(args[-1].initial_seed()))
        ),
        _ELSEWHERE: lambda *args: reference(*args[:-1], fresh_generator()),
    }


def moves_on(check: Exercise, answer: Callable[..., Any], *args: Any) -> None:
    """Check that the generator, which is the last argument, has moved on after a call."""
    _, after = call_inplace(answer, *args)
    check.that(
        not torch.equal(after[-1].get_state(), args[-1].get_state()),
        "The generator stands where it stood: draw from `generator` itself, not from a copy of it.",
    )


def drawn_by_the_generator(check: Exercise, draw: Callable[[torch.Generator], Any]) -> None:
    """Check that the generator alone decides what comes, by where it stands and not by its seed."""
    first, later, again = (torch.as_tensor(draw(seeded(1, moved_on))) for moved_on in (0, 7, 0))
    check.that(
        not torch.equal(first, later),
        "The same comes, although the generator has moved on. Do not seed: let `generator` go on.",
    )
    check.that(torch.equal(first, again), _ELSEWHERE)
