"""Where a model has too many parameters: the shortest fit, and the peak of its error."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.regularization.measure import Play

__all__ = ["FIND_PEAK", "SHORTEST_FIT", "find_peak", "peak_of", "shortest_fit"]


def shortest_fit(features: Tensor, y: Tensor, ridge: float) -> Tensor:
    """Return the weights (p,) that minimize ‖y − features·w‖² + ridge·‖w‖²; the shortest for 0."""
    return _fit()(features, y, ridge)


def _pinv(features: Tensor, y: Tensor) -> Tensor:
    return torch.linalg.pinv(features) @ y


def _ridge(matrix: Callable[[Tensor, float], Tensor]) -> Callable[[Tensor, Tensor, float], Tensor]:
    """Return (matrix(Φ, λ))⁻¹ Φᵀy."""
    return lambda A, y, ridge: torch.linalg.solve(matrix(A, ridge), A.T @ y)


def _eye(A: Tensor) -> Tensor:
    return torch.eye(A.shape[1], dtype=A.dtype)


def _plus(strength: Callable[[Tensor, float], Any]) -> Callable[[Tensor, float], Tensor]:
    """Return ΦᵀΦ plus a strength on its diagonal."""
    return lambda A, ridge: A.T @ A + strength(A, ridge) * _eye(A)


_with_ridge = _ridge(_plus(lambda A, r: r))


def _fit(
    with_ridge: Callable[[Tensor, Tensor, float], Tensor] = _with_ridge,
    without: Callable[[Tensor, Tensor], Tensor] = _pinv,
) -> Callable[[Tensor, Tensor, float], Tensor]:
    def fit(features: Tensor, y: Tensor, ridge: float) -> Tensor:
        return with_ridge(features, y, ridge) if ridge else without(features, y)

    return fit


def _few_features(features: Tensor, y: Tensor) -> Tensor:
    """Return a fit with the first features alone, as many as there are examples."""
    w = torch.zeros(features.shape[1], dtype=features.dtype)
    count = min(features.shape)
    w[:count] = _pinv(features[:, :count], y)
    return w


def _with_intercept(A: Tensor, y: Tensor, ridge: float) -> Tensor:
    return shortest_fit(A - A.mean(dim=0), y - y.mean(), ridge)


SHORTEST_FIT: Mistakes = {
    "There is no ridge in it.": _fit(lambda A, y, ridge: _pinv(A, y)),
    "The ridge is multiplied by the number of examples. Here it is not.": _fit(
        _ridge(_plus(lambda A, r: r * len(A)))
    ),
    "The ridge is divided by the number of examples. Here it is not.": _fit(
        _ridge(_plus(lambda A, r: r / len(A)))
    ),
    "Half the ridge: the 2 of both derivatives cancels.": _fit(_ridge(_plus(lambda A, r: r / 2))),
    "Twice the ridge: the 2 of both derivatives cancels.": _fit(_ridge(_plus(lambda A, r: 2 * r))),
    "The ridge is squared.": _fit(_ridge(_plus(lambda A, r: r**2))),
    "That is the root of the ridge.": _fit(_ridge(_plus(lambda A, r: r**0.5))),
    "The ridge is added to every entry. It belongs on the diagonal: times I.": _fit(
        _ridge(lambda A, ridge: A.T @ A + ridge)
    ),
    "The ridge is subtracted.": _fit(_ridge(_plus(lambda A, r: -r))),
    "The best fit is divided by 1 + λ. The ridge stands inside the inverse.": _fit(
        lambda A, y, ridge: _pinv(A, y) / (1 + ridge)
    ),
    "You fit an intercept as well, as scikit-learn does by default. There is none here.": _fit(
        _with_intercept, lambda A, y: _with_intercept(A, y, 0.0)
    ),
    "It fits, but it is not the shortest: there is a pseudo-inverse for that.": _fit(
        without=_few_features
    ),
    "For λ = 0 the inverse need not exist: take the pseudo-inverse there.": _fit(
        without=lambda A, y: torch.linalg.solve(A.T @ A, A.T @ y)
    ),
    "Without a ridge the weights are not 0: they are the shortest of the best fits.": _fit(
        without=lambda A, y: torch.zeros(A.shape[1], dtype=A.dtype)
    ),
}

_Error = Callable[[int, int, int], float]
_Runs = Mapping[int, Sequence[float]]


def find_peak(error: _Error, num_examples: int, widths: list[int], seeds: list[int]) -> int:
    """Return the width at which the median error over the seeds is largest."""
    return _highest(statistics.median)(error, num_examples, widths, seeds)


def peak_of(runs: _Runs, seeds: list[int], num_examples: int) -> Play:
    """Return a play whose experiments have these errors: for each width, one for each seed."""

    def error(n: int, p: int, seed: int) -> float:
        if n != num_examples and p == num_examples:
            raise ValueError("call error(num_examples, p, seed), in this order")
        if n != num_examples:
            raise RuntimeError(f"there are {num_examples} examples, not {n}")
        if p not in runs:
            raise IndexError(f"{p} features are none of the widths {list(runs)}")
        if seed not in seeds:
            raise LookupError(f"there is no seed {seed}: it must be one of {seeds}")
        return runs[p][seeds.index(seed)]

    return lambda find_peak: find_peak(error, num_examples, list(runs), list(seeds))


def _highest(
    middle: Callable[[list[float]], float],
    best: Callable[[dict[int, float]], Any] = lambda found: max(found, key=found.__getitem__),
    call: Callable[[_Error, int, int, int], float] = lambda error, n, p, seed: error(n, p, seed),
    chosen: Callable[[list[int]], Sequence[int]] = lambda seeds: seeds,
) -> Callable[[_Error, int, list[int], list[int]], Any]:
    """Make a search of what it takes of the runs, and of how it chooses among the widths."""

    def search(error: _Error, num_examples: int, widths: list[int], seeds: list[int]) -> Any:
        runs = {p: [call(error, num_examples, p, seed) for seed in chosen(seeds)] for p in widths}
        return best({p: middle(errors) for p, errors in runs.items()})

    return search


def _steepest(found: dict[int, float]) -> int:
    widths = list(found)
    rises = [found[q] - found[p] for p, q in pairwise(widths)]
    return widths[1 + rises.index(max(rises))]


FIND_PEAK: Mistakes = {
    "That is the peak of the mean, which a single wild run drags along. Take the median.": _highest(
        statistics.fmean
    ),
    "That is where the single worst run was. Take the median over the seeds.": _highest(max),
    "That is the peak of the best runs. Take the median over the seeds.": _highest(min),
    "Only the first seed counts. Take the median over all of them.": _highest(
        lambda errors: errors[0]
    ),
    "Only the last seed counts. Take the median over all of them.": _highest(
        lambda errors: errors[-1]
    ),
    "You take the run in the middle of the list. Sort the errors first.": _highest(
        lambda errors: errors[len(errors) // 2]
    ),
    "You leave the highest and the lowest run out, and average. Take the median.": _highest(
        lambda errors: statistics.fmean(sorted(errors)[1:-1])
    ),
    "That is where the error is smallest. The peak is wanted.": _highest(
        statistics.median, best=lambda found: min(found, key=found.__getitem__)
    ),
    "That is where the error rises most. The peak is wanted.": _highest(
        statistics.median, best=_steepest
    ),
    "That is the place in the list. Return the number of features.": _highest(
        statistics.median, best=lambda found: list(found.values()).index(max(found.values()))
    ),
    "That is the error at the peak. Return the number of features.": _highest(
        statistics.median, best=lambda found: max(found.values())
    ),
    "You return the width nearest to the number of examples. Measure it.": (
        lambda error, n, widths, seeds: min(widths, key=lambda p: abs(p - n))
    ),
    "Call error(num_examples, p, seed), in this order.": _highest(
        statistics.median, call=lambda error, n, p, seed: error(p, n, seed)
    ),
    "`error` is called with another number of examples: hand on `num_examples`.": _highest(
        statistics.median, call=lambda error, n, p, seed: error(n + 1000, p, seed)
    ),
    "You call seeds that were not given: go through `seeds` itself.": _highest(
        statistics.median, chosen=lambda seeds: range(len(seeds))
    ),
}
