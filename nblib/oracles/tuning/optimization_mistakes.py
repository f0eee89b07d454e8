"""The mistakes made in place of Bayesian optimization."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.tuning.optimization import optimize, spread, standardized

__all__ = ["OPTIMIZE"]


def _with(**how: Any) -> Callable[..., Any]:
    return lambda *task: optimize(*task, **how)


def _results(change: Callable[[Tensor, list[int], list[float]], Any]) -> Callable[..., Any]:
    """Return an answer with other results: change(candidates, places, scores)."""
    return lambda f, candidates, *task: change(candidates, *optimize(f, candidates, *task))


def _model(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return an answer with another model: change(surrogate, candidates)(X, t, X_new)."""
    return lambda f, candidates, surrogate, *task: optimize(
        f, candidates, change(surrogate, candidates), *task
    )


def _acquired(change: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Any]:
    """Return an answer that tries the largest of something else: change(mean, sd)."""
    return lambda f, candidates, surrogate, acquire, *counts: optimize(
        f, candidates, surrogate, lambda mean, sd, best: change(mean, sd), *counts
    )


def _trials(change: Callable[[int, int], int]) -> Callable[..., Any]:
    """Return an answer with another number of trials: change(num_starts, num_trials)."""
    return lambda f, candidates, surrogate, acquire, num_starts, num_trials: optimize(
        f, candidates, surrogate, acquire, num_starts, change(num_starts, num_trials)
    )


def _twice(f: Any, candidates: Tensor, *task: Any) -> Any:
    places, _ = optimize(f, candidates, *task)
    return places, [float(f(candidates[i])) for i in places]


def _twice_after_the_starts(f: Any, candidates: Tensor, *task: Any) -> Any:
    num_starts, called = task[-2], []

    def noted(x: Tensor) -> float:
        called.append(f(x))
        return float(f(x) if len(called) > num_starts else called[-1])

    return optimize(noted, candidates, *task)


def _raw_best(f: Any, candidates: Tensor, surrogate: Any, acquire: Any, *counts: int) -> Any:
    """The best of the scores as they came, while the model knows standardized ones."""
    seen: list[float] = []

    def noted(x: Tensor) -> float:
        seen.append(float(f(x)))
        return seen[-1]

    def by_raw(mean: Tensor, sd: Tensor, best: float) -> Any:
        return acquire(mean, sd, max(seen))

    return optimize(noted, candidates, surrogate, by_raw, *counts)


def _of_the_starts(*task: Any) -> Any:
    num_starts = task[-2]
    return optimize(*task, scaled=lambda y: (y - y[:num_starts].mean()) / spread(y[:num_starts]))


def _in_order_of_rows(surrogate: Any, candidates: Tensor) -> Any:
    def model(X: Tensor, t: Tensor, X_new: Tensor) -> Any:
        rows = [int((candidates == x).all(dim=1).nonzero()[0]) for x in X]
        return surrogate(candidates[sorted(rows)], t, X_new)

    return model


def _rows_like(places: list[int], candidates: Tensor) -> list[int]:
    alike = (candidates[:, None] == candidates[places][None]).all(dim=2).any(dim=1)
    return alike.nonzero().flatten().tolist()


def _by_score(places: list[int], scores: list[float]) -> tuple[list[int], list[float]]:
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    return [places[i] for i in order], [scores[i] for i in order]


OPTIMIZE: Mistakes = {
    "The scores are not standardized: the model believes that all unknown ones are near 0.": (
        _with(scaled=lambda y: y)
    ),
    "The mean of the scores is subtracted, and they are not divided by their standard deviation.": (
        _with(scaled=lambda y: y - y.mean())
    ),
    "The scores are divided by their standard deviation, and their mean is not subtracted.": (
        _with(scaled=lambda y: standardized(y) + y.mean() / spread(y))
    ),
    "`best` is the largest raw score, and the model's means are standardized: standardize both.": (
        _raw_best
    ),
    "`best` is the largest mean of the model. Take the best score seen.": _with(
        best=lambda t, mean: float(torch.as_tensor(mean).max())
    ),
    "`best` is the last score. Take the largest.": _with(best=lambda t, mean: float(t[-1])),
    "`best` is the smallest score. Higher is better.": _with(best=lambda t, mean: float(t.min())),
    "Some candidate is tried again. Leave out those that were tried.": _with(
        left_out=lambda places, candidates: []
    ),
    "The candidate with the smallest value is taken. Take the largest.": _with(
        pick=lambda value: int(torch.where(value.isinf(), torch.inf, value).argmin())
    ),
    "The model is not fitted again: it knows the starts alone.": _with(
        known=lambda tried, num_starts: num_starts
    ),
    "The candidates are tried in turn, whatever the model says.": _with(
        pick=lambda value: int((~value.isinf()).nonzero()[0])
    ),
    "f is called twice for each trial: keep its results.": _twice,
    "The starts are not counted as trials: num_trials is the number of all.": _trials(
        lambda num_starts, num_trials: num_starts + num_trials
    ),
    "The candidate with the largest mean is tried: `acquire` is not asked.": _acquired(
        lambda mean, sd: mean
    ),
    "The most uncertain candidate is tried: `acquire` is not asked.": _acquired(
        lambda mean, sd: sd
    ),
    "The trials are sorted by score. Return them in the order in which they were made.": _results(
        lambda candidates, places, scores: _by_score(places, scores)
    ),
    "The scores returned are standardized. Return those that f gave.": _results(
        lambda candidates, places, scores: (
            places,
            standardized(torch.tensor(scores, dtype=torch.float64)).tolist(),
        )
    ),
    "The standard deviation divides by n. Take `y.std()`, which divides by n − 1.": _with(
        scaled=lambda y: standardized(y, correction=0)
    ),
    "The mean and the standard deviation are those of the starts. Take those of all scores.": (
        _of_the_starts
    ),
    "Where all scores are alike you get nan, 0/0. Take 1 in place of the standard deviation.": (
        _with(scaled=lambda y: (y - y.mean()) / (y.std() if len(y) > 1 else 1.0))
    ),
    "Of one score alone `y.std()` is nan. Take 1 in its place.": _with(
        scaled=lambda y: (y - y.mean()) / (spread(y) if len(y) > 1 else math.nan)
    ),
    "One trial too few is made.": _trials(
        lambda num_starts, num_trials: max(num_starts, num_trials - 1)
    ),
    "f is called twice for each trial after the starts: keep its result.": (
        _twice_after_the_starts
    ),
    "The model gets the rows in another order than their scores.": _model(_in_order_of_rows),
    "The model gets float32 scores. All three tensors are float64.": _model(
        lambda surrogate, candidates: lambda X, t, X_new: surrogate(X, t.float(), X_new)
    ),
    "A row equal to one that was tried is left out, too. Each row counts by itself.": _with(
        left_out=_rows_like
    ),
    "The latest trial alone is left out. Leave out all that were made.": _with(
        left_out=lambda places, candidates: places[-1:]
    ),
    "Of several largest values the last is taken. Take the first.": _with(
        pick=lambda value: len(value) - 1 - int(value.flip(0).argmax())
    ),
    "A number among the rows that are left is taken for one among all.": _with(
        pick=lambda value: int(value[~value.isinf()].argmax())
    ),
    "The candidates themselves are returned. Return the numbers of their rows.": _results(
        lambda candidates, places, scores: (list(candidates[places]), scores)
    ),
    "The best trial alone is returned. Return all of them, in order.": _results(
        lambda candidates, places, scores: (
            places[scores.index(max(scores))],
            max(scores),
        )
    ),
}
