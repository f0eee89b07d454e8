"""Settings by lot: on a log scale, from a space; the facts by which a wrong draw is told."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import chance, draws, in_words, seeded
from nblib.oracles.draw import fresh_generator
from nblib.oracles.explaining import explain, first_fact

__all__ = [
    "DRAW",
    "LOG_UNIFORM",
    "SPACE",
    "draw",
    "facts_of_draws",
    "facts_of_logs",
    "log_uniform",
    "say_of_draws",
    "say_of_logs",
]

Play = Callable[[Callable[..., Any]], Any]
Space = Mapping[str, tuple[Any, ...]]


_CHANCE = {
    "another generator, another draw": "Other generators give the same.",
    "the same generator, the same draw": "From the same generator something else comes.",
    "moved on, another draw": "The generator has moved on, and the same comes.",
}


# On a log scale


def log_uniform(low: float, high: float, n: int, generator: torch.Generator) -> Tensor:
    """Return n numbers, float64, whose logarithm is uniform between those of low and high."""
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return low * (high / low) ** u


def _even(shares: Tensor, far: float) -> bool:
    return bool((shares - 1 / len(shares)).abs().max() < far)


def _independent(u: Tensor) -> bool:
    """Whether uniform numbers are not too even, and the second half does not follow the first."""
    counts = torch.histc(u, max(len(u) // 10, 1), 0, 1)  # about 10 each, deviation √10
    one, other = u[: len(u) // 2], u[len(u) // 2 :][: len(u) // 2]
    if len({one.std().item(), other.std().item()} & {0.0}):
        return False
    moved = torch.corrcoef(torch.stack([one, other]))[0, 1].abs().item()
    return counts.var().item() > 4 and moved < 6 / math.sqrt(len(one))


def facts_of_logs(low: float, high: float, n: int, seed: int) -> Play:
    """Return a play that says what is true of n numbers on a log scale, n ≥ 1,000."""

    def call(answer: Callable[..., Any], generator: torch.Generator) -> list[float]:
        found = torch.as_tensor(answer(low, high, n, generator), dtype=torch.float64)
        return found.flatten()[:8].tolist()

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        came = answer(low, high, n, seeded(seed))
        x = torch.as_tensor(came)
        facts = {
            "shape (n,)": x.shape == (n,),
            "a float64 tensor": isinstance(came, Tensor) and came.dtype == torch.float64,
        }
        x = x.double().flatten()
        inside = bool(((x >= low * (1 - 1e-6)) & (x <= high * (1 + 1e-6))).all())
        facts["between low and high"] = inside
        for name, log in (("natural", math.log), ("to base 10", math.log10)):
            is_log = bool(((x >= log(low) - 1e-6) & (x <= log(high) + 1e-6)).all())
            facts[f"logarithms, {name}"] = is_log and not inside
        facts["above 0"] = bool((x > 0).all())
        for name, y, ends in (
            ("e to numbers between low and high", x.log(), (low, high)),
            ("10 to numbers between low and high", x.log10(), (low, high)),
            ("10 to the natural logarithm", x.log10(), (math.log(low), math.log(high))),
            ("e to the logarithm to base 10", x.log(), (math.log10(low), math.log10(high))),
        ):
            is_so = bool(((y >= ends[0] - 1e-6) & (y <= ends[1] + 1e-6)).all())
            facts[name] = is_so and not inside
        if inside:
            facts["many different ones"] = len(x.unique()) > n / 2
            facts["rising"] = bool((x.diff() >= 0).all())
            way = (x / low).log() / math.log(high / low)
            facts["independent"] = _independent(way)
            shares = torch.histc(way, 5, 0, 1) / max(len(x), 1)
            far = 6 * math.sqrt(0.16 / len(x))
            facts["as many in each fifth of the logarithm"] = _even(shares, far)
            plain = torch.histc((x - low) / (high - low), 5, 0, 1) / len(x)
            facts["as many in each fifth of the values"] = _even(plain, far)
            facts["in the logarithm's upper half as many as in the lower"] = (
                abs((way > 0.5).double().mean().item() - 0.5) < 1.25 * far
            )
        return in_words(facts | chance(*draws(lambda generator: call(answer, generator), seed, 4)))

    return play


_OF_LOGS = {
    "shape (n,)": "A tensor of shape (n,) is wanted.",
    "a float64 tensor": "That is no float64 tensor.",
    "between low and high": "Some numbers lie below low or above high.",
    **_CHANCE,
    "many different ones": (
        "There are only a few different numbers: any between low and high may come."
    ),
    "rising": "The numbers come in order. Draw each by itself.",
    "in the logarithm's upper half as many as in the lower": (
        "One half of the log scale has more numbers than the other."
    ),
    "as many in each fifth of the logarithm": (
        "Some fifth of the log scale has more numbers than another."
    ),
    "independent": "The numbers are not independent: draw each without a look at the others.",
}


def say_of_logs(
    check: Exercise,
    answer: Callable[..., Any],
    reference: Callable[..., Any],
    mistakes: Mistakes,
    *plays: Play,
) -> None:
    """Say which fact fails first, of those that `facts_of_logs` tells."""
    explain(check, answer, reference, mistakes, plays, first_fact(_OF_LOGS))


def _uniform(low: float, high: float, n: int, generator: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(n, generator=generator, dtype=torch.float64)


LOG_UNIFORM: Mistakes = {
    "The numbers themselves are uniform: nine of ten lie within a factor of ten of high. Their "
    "logarithm should be uniform.": _uniform,
    "These are natural logarithms. Raise e to them.": (
        lambda low, high, n, generator: log_uniform(low, high, n, generator).log()
    ),
    "These are logarithms to base 10. Raise 10 to them.": (
        lambda low, high, n, generator: log_uniform(low, high, n, generator).log10()
    ),
    "You take the exponential of numbers between low and high. Put the logarithms of the ends "
    "there.": lambda low, high, n, generator: _uniform(low, high, n, generator).exp(),
    "You raise 10 to numbers between low and high. Put the logarithms of the ends there.": (
        lambda low, high, n, generator: 10 ** _uniform(low, high, n, generator)
    ),
    "The logarithm and the power have different bases: 10 to the natural logarithm.": (
        lambda low, high, n, generator: 10 ** log_uniform(low, high, n, generator).log()
    ),
    "The logarithm and the power have different bases: e to the logarithm to base 10.": (
        lambda low, high, n, generator: log_uniform(low, high, n, generator).log10().exp()
    ),
    "They are spaced evenly, and none is drawn: take `torch.rand` for the exponents.": (
        lambda low, high, n, generator: low * (high / low) ** torch.linspace(0, 1, n).double()
    ),
    "All draws are the same: draw from `generator`, and do not seed.": (
        lambda low, high, n, generator: log_uniform(low, high, n, seeded(0))
    ),
    "All draws with one seed are the same: let `generator` go on from where it is.": (
        lambda low, high, n, generator: log_uniform(low, high, n, seeded(generator.initial_seed()))
    ),
    "From the same generator something else comes: all randomness must come from `generator`.": (
        lambda low, high, n, generator: log_uniform(low, high, n, fresh_generator())
    ),
    "The numbers are right, and the tensor is not float64.": (
        lambda low, high, n, generator: log_uniform(low, high, n, generator).float()
    ),
    "One number comes n times. Draw n of them.": (
        lambda low, high, n, generator: log_uniform(low, high, 1, generator).expand(n)
    ),
}

# From a space

SPACE: dict[str, tuple[Any, ...]] = {
    "lr": ("log", 1e-4, 1.0),
    **{f"width{number}": ("int", 2, 4) for number in range(1, 6)},
    "shift": ("int", -1, 1),
    "size": ("int", 299, 301),
    "optimizer": ("choice", ["SGD", "Adam", "AdamW"]),
    "momentum": ("if", "optimizer", "SGD", ("log", 0.01, 1.0)),
    "beta2": ("if", "optimizer", "Adam", ("choice", [0.9, 0.99, 0.999])),
    "layers": ("if", "width1", 3, ("int", 2, 4)),
    "dropout": ("if", "layers", 3, ("log", 0.01, 0.5)),
    "warmup": ("if", "shift", 0, ("log", 0.1, 1.0)),
    "decay": ("if", "size", 300, ("log", 1e-6, 1e-2)),
    "batch": ("choice", [16, "all"]),
}


def draw(
    space: Space,
    generator: torch.Generator,
    *,
    log: Callable[[float, float, float], Any] = lambda low, high, u: low * (high / low) ** u,
    whole: Callable[[int, int, float], Any] = lambda low, high, u: low + int(u * (high - low + 1)),
    choice: Callable[[Sequence[Any], float], Any] = lambda among, u: among[int(u * len(among))],
    needed: Callable[[Any, Any], bool] = lambda drawn, value: drawn == value,
    skipped: Callable[[dict[str, Any], str], None] = lambda config, name: None,
    afresh: Callable[[torch.Generator], torch.Generator] = lambda generator: generator,
) -> dict[str, Any]:
    """Return a setting for each name of a space; those with "if" where their condition holds."""
    config: dict[str, Any] = {}
    generator = afresh(generator)
    for name, spec in space.items():
        if spec[0] == "if":
            _, other, value, spec = spec
            if not needed(config.get(other), value):
                skipped(config, name)
                continue
        u = torch.rand((), generator=generator, dtype=torch.float64).item()
        if spec[0] == "choice":
            config[name] = choice(spec[1], u)
        else:
            config[name] = (log if spec[0] == "log" else whole)(spec[1], spec[2], u)
    return config


def _value(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _plain(config: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in config.items()}


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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
        conditional = {name: spec for name, spec in space.items() if spec[0] == "if"}
        for name, (_, other, value, _) in conditional.items():
            met = [one.get(other) == value for one in drawn]
            there = [name in one for one in drawn]
            facts["some with a condition"] = facts.get("some with a condition", False) or any(there)
            facts["conditions that are met"] = facts.get("conditions that are met", True) and all(
                t for m, t in zip(met, there, strict=True) if m
            )
            facts["conditions that are not"] = facts.get(
                "conditions that are not", True
            ) and not any(t for m, t in zip(met, there, strict=True) if not m)
            facts["no None"] = facts.get("no None", True) and not any(
                name in one and one[name] is None for one in drawn
            )
        kinds: dict[str, list[tuple[tuple[Any, ...], list[Any]]]] = {}
        for name, spec in space.items():
            spec = spec[3] if spec[0] == "if" else spec
            kinds.setdefault(spec[0], []).append(
                (spec, [one[name] for one in drawn if one.get(name) is not None])
            )
        facts |= _of_logs(kinds.get("log", [])) | _of_ints(kinds.get("int", []))
        facts |= _of_choices(kinds.get("choice", []))
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


def _of_logs(found: list[tuple[tuple[Any, ...], list[Any]]]) -> dict[str, bool]:
    inside, ways, plain = True, [], []
    for (_, low, high), values in found:
        inside &= all(_number(v) and low * (1 - 1e-6) <= v <= high * (1 + 1e-6) for v in values)
        if inside:
            ways += [math.log(v / low) / math.log(high / low) for v in values]
            plain += [(v - low) / (high - low) for v in values]
    facts = {"log: between low and high": inside}
    if inside and ways:
        far = 6 * 0.5 / math.sqrt(len(ways))
        facts["log: as many in both halves of the log scale"] = (
            abs(sum(w > 0.5 for w in ways) / len(ways) - 0.5) < far
        )
        facts["log: as many in both halves of the values"] = (
            abs(sum(v > 0.5 for v in plain) / len(plain) - 0.5) < far
        )
    return facts


def _of_ints(found: list[tuple[tuple[Any, ...], list[Any]]]) -> dict[str, bool]:
    inside, low_end, high_end, places = True, True, True, []
    for (_, low, high), values in found:
        if not values:
            continue
        inside &= all(_number(v) and v == int(v) and low <= v <= high for v in values)
        low_end &= low in values
        high_end &= high in values
        places += [(v - low) / (high - low) for v in values if _number(v)]
    ends = sum(p in (0, 1) for p in places) / max(len(places), 1)
    return {
        "int: whole numbers from low to high": inside,
        "int: low comes": low_end,
        "int: high comes": high_end,
        "int: the ends come as often as others": ends > 0.57,  # 2/3, and 1/2 if one rounds
        "int: others come as often as the ends": ends < 0.77,
    }


def _of_choices(found: list[tuple[tuple[Any, ...], list[Any]]]) -> dict[str, bool]:
    among, every, even, several, places = True, True, True, True, True
    for (_, values), drawn in found:
        if not drawn:
            continue
        among &= all(v in values for v in drawn)
        places &= all(v in range(len(values)) for v in drawn)
        every &= all(v in drawn for v in values)
        several &= len(values) < 3 or any(v != drawn[0] for v in drawn)
        share, n = 1 / len(values), len(drawn)
        far = 6 * math.sqrt(share * (1 - share) / n)
        even &= all(abs(sum(d == v for d in drawn) / n - share) < far for v in values)
    return {
        "choice: places": places,
        "choice: among the values": among,
        "choice: each comes": every,
        "choice: even": even,
    } | {"choice: of three several come": several}


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
    **_CHANCE,
    "each setting has its own lot": "Two settings move together: draw a number for each.",
    "int: the ends come as often as others": 'The ends of an "int" come too seldom.',
    "int: others come as often as the ends": 'The ends of an "int" come too often.',
    "choice: even": 'Some value of a "choice" comes more often than another.',
    "log: as many in both halves of the log scale": (
        'Half of the log scale of a "log" has more numbers than the other half.'
    ),
}


def say_of_draws(
    check: Exercise,
    answer: Callable[..., Any],
    reference: Callable[..., Any],
    mistakes: Mistakes,
    *plays: Play,
) -> None:
    """Say which fact fails first, of those that `facts_of_draws` tells."""
    explain(check, answer, reference, mistakes, plays, first_fact(_OF_DRAWS))


def _with(**how: Any) -> Callable[[Space, torch.Generator], dict[str, Any]]:
    return lambda space, generator: draw(space, generator, **how)


def _none(config: dict[str, Any], name: str) -> None:
    config[name] = None


def _one_lot(space: Space, generator: torch.Generator) -> dict[str, Any]:
    """Every setting is drawn by a generator that stands where the others stood."""
    config: dict[str, Any] = {}
    seed = int(torch.randint(2**40, (), generator=generator))
    for name, spec in space.items():
        inner = spec[3] if spec[0] == "if" else spec
        if spec[0] != "if" or config.get(spec[1]) == spec[2]:
            config[name] = draw({name: inner}, seeded(seed))[name]
    return config


DRAW: Mistakes = {
    'The upper end of an "int" never comes: `torch.randint` leaves it out.': _with(
        whole=lambda low, high, u: low + int(u * (high - low))
    ),
    'The ends of an "int" come less often than the others: you round. Draw a whole number.': _with(
        whole=lambda low, high, u: round(low + u * (high - low))
    ),
    'A setting with "if" is there whether its condition is met or not.': _with(
        needed=lambda drawn, value: True
    ),
    'A setting with "if" is never there. Draw it where its condition is met.': _with(
        needed=lambda drawn, value: False
    ),
    'A setting with "if" is there where its condition is not met, and missing where it is.': _with(
        needed=lambda drawn, value: drawn != value
    ),
    "Where a condition is not met the setting is None. Leave its name out.": _with(skipped=_none),
    'A "log" is drawn on the plain scale. Its logarithm should be uniform.': _with(
        log=lambda low, high, u: low + (high - low) * u
    ),
    'A "log" gives its logarithm. Raise e, or 10, to it.': _with(
        log=lambda low, high, u: math.log(low * (high / low) ** u)
    ),
    'A "choice" gives the place of the value. Return the value.': _with(
        choice=lambda among, u: int(u * len(among))
    ),
    'The last value of a "choice" never comes.': _with(
        choice=lambda among, u: among[int(u * (len(among) - 1))]
    ),
    'A "choice" gives the first value each time.': _with(choice=lambda among, u: among[0]),
    'An "int" is no whole number.': _with(whole=lambda low, high, u: low + (high - low) * u),
    "All draws are the same: draw from `generator`, and do not seed.": _with(
        afresh=lambda generator: seeded(0)
    ),
    "All draws with one seed are the same: let `generator` go on from where it is.": _with(
        afresh=lambda generator: seeded(generator.initial_seed())
    ),
    "From the same generator something else comes: all randomness must come from `generator`.": (
        _with(afresh=lambda generator: fresh_generator())
    ),
    "All settings are drawn from the same place of the generator, so they move together.": _one_lot,
}
