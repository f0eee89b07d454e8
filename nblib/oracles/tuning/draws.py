"""The facts by which a wrong draw from a space is told."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

from nblib.oracles.chance import SAID_OF_CHANCE, chance, draws, in_words
from nblib.oracles.explaining import explaining, first_fact
from nblib.oracles.tuning.spaces import Space

__all__ = ["facts_of_draws", "say_of_draws"]

Play = Callable[[Callable[..., Any]], Any]
Found = Sequence[tuple[tuple[Any, ...], list[Any]]]  # what a spec says, and what was drawn


def _plain(config: Any) -> dict[str, Any]:
    """Return a configuration with numbers in place of tensors of one number."""
    return {name: v.item() if hasattr(v, "item") else v for name, v in config.items()}


def facts_of_draws(space: Space, num_draws: int, seed: int) -> Play:
    """Return a play that says what is true of configurations drawn one after another."""
    always = {name for name, spec in space.items() if spec[0] != "if"}

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        drawn, again, later = draws(
            lambda generator: _plain(answer(space, generator)), seed, num_draws
        )
        facts = {
            "names are those of the space": all({*one} <= {*space} for one in drawn),
            "nothing is missing": all(always <= {*one} for one in drawn),
        }
        by_chance = chance(drawn, again, later)
        if not by_chance["another generator, another draw"]:
            return in_words(facts | by_chance)  # of a single draw there is no more to say
        facts |= _of_conditions(space, drawn)
        specs = {name: spec[3] if spec[0] == "if" else spec for name, spec in space.items()}
        for kind, tell in (("log", _of_logs), ("int", _of_ints), ("choice", _of_choices)):
            found = [
                (spec[1:], [one[name] for one in drawn if one.get(name) is not None])
                for name, spec in specs.items()
                if spec[0] == kind
            ]
            facts |= tell([(spec, values) for spec, values in found if values])
        names = [name for name, spec in space.items() if spec[0] == "int"]
        pairs = [
            one[a] == one[b]
            for one in drawn
            for a, b in itertools.pairwise(names)
            if a in one and b in one
        ]
        facts["each setting has its own lot"] = not pairs or sum(pairs) / len(pairs) < 0.6
        return in_words(facts | by_chance)

    return play


def _of_conditions(space: Space, drawn: Sequence[dict[str, Any]]) -> dict[str, bool]:
    cases = [
        (one.get(spec[1]) == spec[2], name in one, one.get(name, 0) is None)
        for name, spec in space.items()
        if spec[0] == "if"
        for one in drawn
    ]
    return {
        "some with a condition": any(there for _, there, _ in cases),
        "conditions that are met": all(there for is_met, there, _ in cases if is_met),
        "conditions that are not": not any(there for is_met, there, _ in cases if not is_met),
        "no None": not any(is_none for *_, is_none in cases),
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _of_logs(found: Found) -> dict[str, bool]:
    inside = all(
        _is_number(v) and low * (1 - 1e-6) <= v <= high * (1 + 1e-6)
        for (low, high), values in found
        for v in values
    )
    if not inside or not found:
        return {"log: between low and high": inside}
    ways = [math.log(v / low) / math.log(high / low) for (low, high), vs in found for v in vs]
    plain = [(v - low) / (high - low) for (low, high), values in found for v in values]
    far = 6 * 0.5 / math.sqrt(len(ways))
    return {
        "log: between low and high": inside,
        "log: as many in both halves of the log scale": _halved(ways, far),
        "log: as many in both halves of the values": _halved(plain, far),
    }


def _halved(places: Sequence[float], far: float) -> bool:
    return abs(sum(place > 0.5 for place in places) / len(places) - 0.5) < far


def _of_ints(found: Found) -> dict[str, bool]:
    places = [(v - low) / (high - low) for (low, high), vs in found for v in vs if _is_number(v)]
    ends = sum(p in (0, 1) for p in places) / max(len(places), 1)
    return {
        "int: whole numbers from low to high": all(
            _is_number(v) and v == int(v) and low <= v <= high
            for (low, high), values in found
            for v in values
        ),
        "int: low comes": all(low in values for (low, _), values in found),
        "int: high comes": all(high in values for (_, high), values in found),
        "int: the ends come as often as others": ends > 0.57,  # 2/3, and 1/2 if one rounds
        "int: others come as often as the ends": ends < 0.77,
    }


def _of_choices(found: Found) -> dict[str, bool]:
    return {
        "choice: places": all(v in range(len(among)) for (among,), vs in found for v in vs),
        "choice: among the values": all(v in among for (among,), vs in found for v in vs),
        "choice: each comes": all(v in drawn for (among,), drawn in found for v in among),
        "choice: even": all(_is_even(among, drawn) for (among,), drawn in found),
        "choice: of three several come": all(
            len(among) < 3 or any(v != drawn[0] for v in drawn) for (among,), drawn in found
        ),
    }


def _is_even(among: Sequence[Any], drawn: Sequence[Any]) -> bool:
    share, n = 1 / len(among), len(drawn)
    far = 6 * math.sqrt(share * (1 - share) / n)
    return all(abs(sum(d == v for d in drawn) / n - share) < far for v in among)


_OF_DRAWS = {
    "names are those of the space": "Some names are not in the space.",
    "nothing is missing": "Some setting is missing that has no condition.",
    "conditions that are met": "A condition is met, and its setting is missing.",
    "conditions that are not": "A condition is not met, and its setting is there.",
    "no None": "Some setting is None.",
    "log: between low and high": 'Some number of a "log" lies below low or above high.',
    "int: whole numbers from low to high": 'Some "int" is no whole number from low to high.',
    "int: low comes": 'The lower end of an "int" never comes.',
    "int: high comes": 'The upper end of an "int" never comes.',
    "choice: among the values": 'Some "choice" is not among its values.',
    "choice: each comes": 'Some value of a "choice" never comes.',
    **SAID_OF_CHANCE,
    "each setting has its own lot": "Two settings move together: draw a number for each.",
    "int: the ends come as often as others": 'The ends of an "int" come too seldom.',
    "int: others come as often as the ends": 'The ends of an "int" come too often.',
    "choice: even": 'Some value of a "choice" comes more often than another.',
    "log: as many in both halves of the log scale": (
        'Half of the log scale of a "log" has more numbers than the other half.'
    ),
}

say_of_draws = explaining(first_fact(_OF_DRAWS))
