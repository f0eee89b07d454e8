"""Settings by lot, from a space; and the mistakes made in place of that."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import from_elsewhere, seeded

__all__ = ["DRAW", "SPACE", "Space", "draw"]

Space = Mapping[str, tuple[Any, ...]]

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
) -> dict[str, Any]:
    """Return a setting for each name of a space; those with "if" where their condition holds."""
    config: dict[str, Any] = {}
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
    **from_elsewhere(draw),
    "All settings are drawn from the same place of the generator, so they move together.": _one_lot,
}
