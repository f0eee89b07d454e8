"""Shapley values by sampling: what is true of averages over random orders."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from nblib.checks import Exercise
from nblib.oracles.chance import chance, draws, in_words, seeded
from nblib.oracles.interpretability.coalitions import Game, marginals, shapley

__all__ = ["facts_of_orders", "follow_sampling", "shapley_sampled"]

Answer = Callable[..., Any]


def shapley_sampled(
    value: Game, n: int, num_orders: int, generator: torch.Generator
) -> list[float]:
    """Return what each player adds, on average over random orders (Castro et al. 2009)."""
    phi = [0.0] * n
    for _ in range(num_orders):
        order = torch.randperm(n, generator=generator).tolist()
        for place, i in enumerate(order):
            phi[i] += (value(order[: place + 1]) - value(order[:place])) / num_orders
    return phi


def _numbers(came: Any) -> list[float]:
    return torch.as_tensor(came).double().flatten().tolist()


def facts_of_orders(value: Game, n: int, seed: int) -> Callable[[Answer], dict[str, str]]:
    """Return a play that says what is true of single orders, and of the mean of two."""
    rows = torch.tensor(marginals(value, n), dtype=torch.float64)
    whole = value(range(n)) - value(())

    def is_row(came: list[float]) -> bool:
        return bool((rows - torch.tensor(came)).abs().amax(dim=1).min() < 1e-4)

    def play(answer: Answer) -> dict[str, str]:
        one = [_numbers(answer(value, n, 1, seeded(seed + i))) for i in range(24)]
        if {len(draw) for draw in one} != {n}:
            return {"one number for each player": "no"}
        two = [_numbers(answer(value, n, 2, seeded(seed + 99 + i))) for i in range(24)]
        pairs = ((rows[:, None] + rows) / 2).flatten(0, 1)
        gaps = [(pairs - torch.tensor(draw)).abs().amax(dim=1).min() for draw in two]
        return {
            "one number for each player": "yes",
            **in_words(
                {
                    "they add up to v(all) − v(nobody)": all(
                        abs(sum(draw) - whole) < 1e-4 for draw in one
                    ),
                    "one order gives what each player adds in it": all(map(is_row, one)),
                    "two orders give the mean of two": all(gap < 1e-4 for gap in gaps),
                    "the two orders may differ": not all(map(is_row, two)),
                    **chance(*draws(lambda g: _numbers(answer(value, n, 4, g)), seed + 50, 5)),
                    "more than n orders come": len({repr(draw) for draw in one}) > n,
                }
            ),
        }

    return play


def follow_sampling(
    check: Exercise, answer: Answer, value: Game, n: int, num_orders: int, seed: int
) -> None:
    """Check a mean over many orders, up to six standard errors, against the enumeration."""
    rows = torch.tensor(marginals(value, n), dtype=torch.float64)
    came = check.call(answer, value, n, num_orders, seeded(seed))
    far = 6 * rows.std(dim=0, correction=0).max().item() / math.sqrt(num_orders)
    wanted = shapley(value, n)
    known = {"The orders are always 0, 1, 2, …: shuffle.": rows[0].tolist()}
    if max(abs(a - b) for a, b in zip(rows[0].tolist(), wanted, strict=True)) < 2 * far:
        known = {}
    check.close(came, wanted, mistakes=known, rtol=0, atol=far)
