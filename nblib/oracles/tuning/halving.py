"""Successive halving: start many, stop most, at each rung."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from nblib.checks.mistakes import Mistakes

__all__ = ["HALVING", "successive_halving", "trained"]


def successive_halving(
    configs: Sequence[Any],
    train: Callable[[Any, int, int], float],
    eta: int,
    min_epochs: int,
    max_epochs: int,
    *,
    keep: Callable[[int, int, int], int] = lambda now, eta, start: now // eta,
    sign: int = 1,
    trains: Callable[[list[int], int], list[int]] = lambda alive, start: alive,
    start: Callable[[int], int] = lambda before: before,
    until_one: bool = False,
    earlier: bool = True,
    at_least: int = 1,
    best: Callable[[list[int]], int] = lambda order: order[0],
    next_rung: Callable[[int, int, int], int] = lambda epochs, eta, least: epochs * eta,
    result: Callable[[Any, float, int], Any] = lambda config, score, place: config,
) -> Any:
    """Return the best at max_epochs of those that were among the best 1/eta at each rung before."""
    alive = list(range(len(configs)))
    before, epochs = 0, min_epochs
    while True:
        on_rung = trains(alive, len(configs))
        scores = {i: float(train(configs[i], start(before), epochs)) for i in on_rung}
        order = sorted(alive, key=lambda i: (-sign * scores[i], i if earlier else -i))
        nxt = next_rung(epochs, eta, min_epochs)
        if nxt > max_epochs or (until_one and len(alive) == 1):
            winner = best(order)
            return result(configs[winner], scores[winner], winner)
        alive = order[: max(at_least, keep(len(alive), eta, len(configs)))]
        if until_one and len(alive) == 1:
            return result(configs[alive[0]], scores[alive[0]], alive[0])
        before, epochs = epochs, nxt


def _curve(seed: int) -> Callable[[int], float]:
    generator = torch.Generator().manual_seed(seed)
    last, speed, bump = torch.rand(3, generator=generator, dtype=torch.float64).tolist()
    return lambda epoch: round(
        last * (1 - math.exp(-epoch * (0.05 + speed))) + 2.5 * bump / (3 + epoch), 6
    )


def trained(
    seed: int, num_configs: int, eta: int, least: int, most: int, ties: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: the winner, and who was trained from where to where, in order of the rungs."""

    def play(answer: Callable[..., Any]) -> Any:
        configs = [
            {"name": f"c{(7 * i + 3) % 101}", "lr": 0.1 + i / 100} for i in range(num_configs)
        ]
        curves = {one["name"]: _curve(seed * 1000 + i) for i, one in enumerate(configs)}
        log: list[tuple[str, int, int]] = []

        def train(config: Mapping[str, Any], from_epoch: int, to_epoch: int) -> float:
            log.append((config["name"], int(from_epoch), int(to_epoch)))
            if len(log) > 2000:
                raise RuntimeError("train was called more than 2,000 times")
            score = curves[config["name"]](int(to_epoch))
            return round(score, 1) if ties else score

        winner = answer(configs, train, eta, least, most)
        numbers = {one["name"]: i for i, one in enumerate(configs)}
        told = winner["name"] if isinstance(winner, Mapping) and "name" in winner else repr(winner)
        rows = sorted((to, start, numbers.get(name, -1)) for name, start, to in log)
        return {
            "winner": told,
            "trained, as (to epoch, from epoch, place)": [str(row) for row in rows],
            "epochs": sum(to - start for to, start, _ in rows),
        }

    return play


def _halving(**how: Any) -> Callable[..., Any]:
    return lambda configs, train, eta, least, most: successive_halving(
        configs, train, eta, least, most, **how
    )


def _old_scores(
    configs: Sequence[Any], train: Callable[..., float], eta: int, least: int, most: int
) -> Any:
    """The best score of any rung wins, whoever had it."""
    seen: dict[int, float] = {}

    def noted(config: Any, start: int, end: int) -> float:
        score = float(train(config, start, end))
        place = next(i for i, one in enumerate(configs) if one is config)
        seen[place] = max(score, seen.get(place, -math.inf))
        return score

    successive_halving(configs, noted, eta, least, most)
    return configs[max(seen, key=lambda i: seen[i])]


HALVING: Mistakes = {
    "Each rung trains from 0 again. Go on from where the configuration stands.": _halving(
        start=lambda before: 0
    ),
    "The worst are kept. A higher score is better.": _halving(sign=-1),
    "Each time as many are kept as after the first rung: 1/eta of all. Keep 1/eta of those "
    "that are left.": _halving(keep=lambda now, eta, start: start // eta),
    "eta are kept. Keep one in eta.": _halving(keep=lambda now, eta, start: min(now, eta)),
    "A half is kept each time. Keep one in eta.": _halving(keep=lambda now, eta, start: now // 2),
    "All but one in eta are kept. Keep one in eta.": _halving(
        keep=lambda now, eta, start: now - now // eta
    ),
    "You round up how many are kept. Round down, and keep one at least.": _halving(
        keep=lambda now, eta, start: -(-now // eta)
    ),
    "Nobody is dropped. Keep one in eta.": _halving(keep=lambda now, eta, start: now),
    "Those that were dropped are trained on. Train those that are left, and nobody else.": _halving(
        trains=lambda alive, start: list(range(start))
    ),
    # two, since the error at the end depends on how the best of nobody is looked for
    "Nobody is left where fewer than eta are there. Keep one at least.": _halving(at_least=0),
    "Where fewer than eta are there, none is left. Keep one at least.": _halving(
        at_least=0, best=lambda order: max(order, key=lambda i: -order.index(i))
    ),
    "You stop as soon as one is left. It is trained up to max_epochs, too.": _halving(
        until_one=True
    ),
    "Of two equal scores the later one is kept. Keep the earlier.": _halving(earlier=False),
    "The rungs are min_epochs apart. Each is eta times as many epochs as the one before.": _halving(
        next_rung=lambda epochs, eta, least: epochs + least
    ),
    "The rungs are twice as many epochs each. Multiply by eta.": _halving(
        next_rung=lambda epochs, eta, least: epochs * 2
    ),
    "The winner's score is returned. Return its configuration.": _halving(
        result=lambda config, score, place: score
    ),
    "The winner's place is returned. Return its configuration.": _halving(
        result=lambda config, score, place: place
    ),
    "The winner is the one with the best score of any age. Compare those of max_epochs alone.": (
        _old_scores
    ),
    "The epochs begin one later than the last rung ended. from_epoch is how many are done.": (
        _halving(start=lambda before: before + 1)
    ),
    "Only one rung: all are trained to max_epochs.": (
        lambda configs, train, eta, least, most: successive_halving(configs, train, eta, most, most)
    ),
}
