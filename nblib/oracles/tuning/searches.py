"""What a search is tried on: hills, and a record of what it asks for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nblib.oracles.tuning.improvement import expected_improvement
from nblib.oracles.tuning.kernels import matern52
from nblib.oracles.tuning.optimization import optimize, standardized
from nblib.oracles.tuning.posteriors import posterior

__all__ = ["hills", "searched"]


def hills(
    generator: torch.Generator, flat: bool = False, unit: float = 1.0
) -> Callable[[Tensor], float]:
    """Return a smooth score in the unit square, about 40 to 90 units; or one with a plateau."""
    centres = torch.rand(3, 2, generator=generator, dtype=torch.float64)
    heights = torch.tensor([50.0, 38.0, 30.0], dtype=torch.float64)

    def f(x: Tensor) -> float:
        x = torch.as_tensor(x).double()
        bumps = heights * (-8 * (x - centres).square().sum(dim=1)).exp()
        score = 40 + bumps.max().item()
        return unit * (max(score, 75.0) if flat else score)

    return f


def _surrogate(X: Tensor, y: Tensor, X_new: Tensor) -> tuple[Tensor, Tensor]:
    X, y, X_new = (torch.as_tensor(part).double() for part in (X, y, X_new))
    return posterior(X, y, X_new, lambda A, B: matern52(A, B, 0.3), 0.1)


def _acquire(mean: Tensor, sd: Tensor, best: float) -> Tensor:
    mean, sd = (torch.as_tensor(part).double() for part in (mean, sd))
    return expected_improvement(mean, sd, float(best), 0.0)


def searched(
    seed: int,
    num_candidates: int,
    num_starts: int,
    num_trials: int,
    flat: bool = False,
    many: bool = False,
    unit: float = 1.0,
    by_n: bool = False,
) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: which candidates are tried, in order, with what scores, in how many calls.

    If `flat`, the starts lie on the plateau, all alike. If `many`, each candidate comes twice.

    Seeds are passed over until dividing by n in place of n − 1 leads to the same places, or, if
    `by_n`, to others.
    """
    while True:
        generator = torch.Generator().manual_seed(seed)
        candidates = torch.rand(num_candidates, 2, generator=generator, dtype=torch.float64)
        if many:
            candidates = candidates[torch.arange(num_candidates) // 2]  # each point twice
        f = hills(generator, flat, unit)
        task = (candidates, _surrogate, _acquire, num_starts, num_trials)
        one, other = (
            optimize(f, *task, scaled=functools.partial(standardized, correction=c))[0]
            for c in (0, 1)
        )
        starts = {f(candidates[i]) for i in range(num_starts)}
        if (one != other) == by_n and not (flat and len(starts) > 1):
            break
        seed += 1

    def play(answer: Callable[..., Any]) -> Any:
        asked: list[int] = []
        kinds: set[str] = set()

        def surrogate(X: Tensor, y: Tensor, X_new: Tensor) -> tuple[Tensor, Tensor]:
            kinds.update(str(np.asarray(part).dtype) for part in (X, y, X_new))
            return _surrogate(X, y, X_new)

        def counted(x: Tensor) -> float:
            x = torch.as_tensor(x).double().flatten()
            match = (candidates - x).abs().amax(dim=1) < 1e-6 if len(x) == 2 else torch.zeros(1)
            asked.append(int(match.nonzero()[0]) if match.any() else -1)
            if len(asked) > 10 * num_trials:
                raise RuntimeError("f was called more than ten times for each trial")
            return f(x)

        places, scores = answer(counted, candidates, surrogate, *task[2:])
        return {
            "places": [int(i) for i in torch.as_tensor(places).flatten()],
            "scores": torch.as_tensor(scores).double().flatten(),
            "calls of f": len(asked),
            "asked": asked,
            "other dtypes than float64 that the model is given": sorted(kinds - {"float64"}),
        }

    return play
