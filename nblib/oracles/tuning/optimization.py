"""Bayesian optimization: a search that learns from its trials."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["optimize", "spread", "standardized"]

Surrogate = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]
Acquire = Callable[[Tensor, Tensor, float], Tensor]


def spread(y: Tensor, correction: int = 1) -> float:
    """Return the standard deviation of scores, or 1 if they are all alike."""
    # of equal numbers, 0.1 say, std need not be 0
    return y.std(correction=correction).item() if y.max() > y.min() else 1.0


def standardized(y: Tensor, correction: int = 1) -> Tensor:
    """Return scores with mean 0 and standard deviation 1; all 0 where they are all alike."""
    return (y - y.mean()) / spread(y, correction)


def optimize(
    f: Callable[[Tensor], float],
    candidates: Tensor,
    surrogate: Surrogate,
    acquire: Acquire,
    num_starts: int,
    num_trials: int,
    *,
    scaled: Callable[[Tensor], Tensor] = standardized,
    best: Callable[[Tensor, Tensor], float] = lambda t, mean: float(t.max()),
    left_out: Callable[[list[int], Tensor], list[int]] = lambda places, candidates: places,
    pick: Callable[[Tensor], int] = lambda value: int(value.argmax()),
    known: Callable[[int, int], int] = lambda tried, num_starts: tried,
) -> tuple[list[int], list[float]]:
    """Return the places tried and their scores: the first few, then where `acquire` is largest."""
    places = list(range(num_starts))
    scores = [float(f(candidates[i])) for i in places]
    while len(places) < num_trials:
        use = known(len(places), num_starts)
        y = torch.tensor(scores[:use], dtype=torch.float64)
        t = scaled(y)
        mean, sd = surrogate(candidates[places[:use]], t, candidates)
        value = torch.as_tensor(acquire(mean, sd, best(t, mean))).double().clone()
        for place in left_out(places, candidates):
            value[place] = -math.inf
        places.append(pick(value))
        scores.append(float(f(candidates[places[-1]])))
    return places, scores
