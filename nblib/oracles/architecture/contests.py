"""Who is not beaten in a table of measured runs: right, and wrong as people read such tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from statistics import mean, median
from typing import Any

from nblib.checks.mistakes import Mistakes

__all__ = ["CONTENDERS", "contenders", "names_of"]

Runs = Mapping[str, list[float]]


def _unbeaten(runs: Runs) -> list[str]:
    limit = max(min(own) for own in runs.values())
    return [name for name, own in runs.items() if max(own) >= limit]


def contenders(
    table: Mapping[str, Runs], *, choose: Callable[[Runs], list[str]] = _unbeaten
) -> dict[str, list[str]]:
    """Return, for each task, the models whose best run reaches the worst run of every other."""
    return {task: choose(runs) for task, runs in table.items()}


def _best_by(score: Callable[[list[float]], float]) -> Callable[[Runs], list[str]]:
    def choose(runs: Runs) -> list[str]:
        top = max(map(score, runs.values()))
        return [name for name, own in runs.items() if score(own) == top]

    return choose


def _reaching(
    limit: Callable[[Runs], float], by: Callable[[list[float]], float] = max
) -> Callable[[Runs], list[str]]:
    return lambda runs: [name for name, own in runs.items() if by(own) >= limit(runs)]


def _strictly(runs: Runs) -> list[str]:
    limit = max(min(own) for own in runs.values())
    return [name for name, own in runs.items() if max(own) > limit]


def _above_all_others(runs: Runs) -> list[str]:
    return [
        name
        for name, own in runs.items()
        if all(max(own) > min(other) for key, other in runs.items() if key != name)
    ]


def _one_line(table: Mapping[str, Runs]) -> dict[str, list[str]]:
    limit = max(min(own) for runs in table.values() for own in runs.values())
    return contenders(table, choose=_reaching(lambda runs: limit))


def _highest_median(runs: Runs) -> float:
    return max(map(median, runs.values()))


CONTENDERS: Mistakes = {
    "You name the model with the best median alone. Others may not be beaten.": partial(
        contenders, choose=_best_by(median)
    ),
    "You name the model with the best mean alone. Others may not be beaten.": partial(
        contenders, choose=_best_by(mean)
    ),
    "You name the model with the best single run alone. Others may not be beaten.": partial(
        contenders, choose=_best_by(max)
    ),
    "To reach the worst run is enough: where the two are equal, a model is not beaten.": partial(
        contenders, choose=_strictly
    ),
    "Where a best run just equals another's worst run, the model is not beaten: `>=`, not `>`.": (
        partial(contenders, choose=_above_all_others)
    ),
    "One line is drawn for all tasks together. Each task has its own.": _one_line,
    "You ask for models that beat all others. Not to be beaten is enough.": partial(
        contenders,
        choose=lambda runs: [
            name
            for name, own in runs.items()
            if all(min(own) >= max(other) for key, other in runs.items() if key != name)
        ],
    ),
    "You compare best runs with medians. A model is beaten if even a *worst* run is above it.": (
        partial(contenders, choose=_reaching(_highest_median))
    ),
    "You compare medians with worst runs. A model is beaten if its *best* run stays below.": (
        partial(
            contenders,
            choose=_reaching(lambda runs: max(map(min, runs.values())), by=median),
        )
    ),
    "You compare worst runs with worst runs. Take the best run of the model in question.": partial(
        contenders, choose=_reaching(lambda runs: max(map(min, runs.values())), by=min)
    ),
    "You compare with the worst run of the model whose median is best. Another's worst run may be "
    "higher.": partial(
        contenders,
        choose=_reaching(lambda runs: min(max(runs.values(), key=median))),
    ),
    "You compare with the worst run of all. Then nobody is ever beaten.": partial(
        contenders, choose=_reaching(lambda runs: min(map(min, runs.values())))
    ),
    "These are the models that are beaten. The others are wanted.": partial(
        contenders,
        choose=lambda runs: [name for name in runs if name not in _unbeaten(runs)],
    ),
    "You take the lowest runs for the best. Here a higher number is better.": partial(
        contenders,
        choose=lambda runs: [
            name for name, own in runs.items() if min(own) <= min(map(max, runs.values()))
        ],
    ),
}


def names_of(table: Mapping[str, Runs]) -> Callable[[Callable[..., Any]], Any]:
    """Return a play that compares the names of each task in any order, as a list, set or tuple."""

    def play(answer: Callable[..., Any]) -> Any:
        found = answer(table)
        if not isinstance(found, Mapping):
            return found
        kinds = list | tuple | set | frozenset
        return {
            task: sorted(names) if isinstance(names, kinds) else names
            for task, names in found.items()
        }

    return play
