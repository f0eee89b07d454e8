"""Honest scores by cross-validation, and the leaks that make them dishonest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.imbalance.ensembles import FitPredict

__all__ = ["HONEST_SCORES", "LEAKS", "honest_scores", "what_leaks"]

# --- Honest scores --------------------------------------------------------------------------------

Resample = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


def honest_scores(
    X: Tensor,
    y: Tensor,
    fold: Tensor,
    resample: Resample,
    fit_predict: FitPredict,
    *,
    standardize: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] | None = None,
    swap: bool = False,
) -> Tensor:
    """Return a score for each example, (n,), from a model trained without its fold.

    `standardize(training part, fold)` returns both anew; with `swap` the two parts are exchanged.
    """
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = (fold != f) if swap else (fold == f)
        inside, outside = (standardize or _by_training)(X[~test], X[test])
        scores[test] = fit_predict(*resample(inside, y[~test]), outside).to(X.dtype)
    return scores


def _scaled(part: Tensor, by: Tensor, correction: int = 0) -> Tensor:
    return (part - by.mean(dim=0)) / by.std(dim=0, correction=correction)


def _by_training(inside: Tensor, outside: Tensor) -> tuple[Tensor, Tensor]:
    return _scaled(inside, inside), _scaled(outside, inside)


def _standardized(
    both: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]],
) -> Callable[..., Tensor]:
    return partial(honest_scores, standardize=both)


def _as_they_are(inside: Tensor, outside: Tensor) -> tuple[Tensor, Tensor]:
    return inside, outside


def _by_all(X: Tensor, y: Tensor, fold: Tensor, resample: Resample, fit: FitPredict) -> Tensor:
    return honest_scores(_scaled(X, X), y, fold, resample, fit, standardize=_as_they_are)


def _resampled_first(
    X: Tensor, y: Tensor, fold: Tensor, resample: Resample, fit: FitPredict
) -> Tensor:
    """Resample, standardize by what came, and score each fold."""

    def scaled_later(A: Tensor, b: Tensor, T: Tensor) -> Tensor:
        return fit(_scaled(A, A), b, _scaled(T, A))

    return honest_scores(X, y, fold, resample, scaled_later, standardize=_as_they_are)


def _in_order_of_folds(X: Tensor, y: Tensor, fold: Tensor, *others: Any) -> Tensor:
    return honest_scores(X, y, fold, *others)[fold.argsort(stable=True)]


def _scored_where(some: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """Return an answer that leaves the other folds at 0; some(fold) is a mask."""
    return lambda X, y, fold, *others: torch.where(
        some(fold), honest_scores(X, y, fold, *others), 0.0
    )


HONEST_SCORES: Mistakes = {
    "Mean and standard deviation come from all examples, those of the test fold included. Take the "
    "training part's.": _by_all,
    "The test fold is standardized by itself. Use the training part's mean and standard deviation "
    "for both.": _standardized(lambda A, T: (_scaled(A, A), _scaled(T, T))),
    "Both parts are standardized by the test fold. Take the training part's mean and standard "
    "deviation.": _standardized(lambda A, T: (_scaled(A, T), _scaled(T, T))),
    "Standardize first, then resample: copies shift the mean.": _resampled_first,
    "You train on the one fold and score the others. It is the other way round.": (
        partial(honest_scores, swap=True)
    ),
    "The scores stand fold after fold. Put each in the place of its example.": _in_order_of_folds,
    "Only the first fold is scored: does your `return` stand inside the loop?": (
        _scored_where(lambda fold: fold == fold.min())
    ),
    "Only the last fold is scored: do you begin anew in the loop?": (
        _scored_where(lambda fold: fold == fold.max())
    ),
    "The last fold is not scored: do you stop one too early?": (
        _scored_where(lambda fold: fold < fold.max())
    ),
    "The first fold is not scored: it is a fold like the others.": (
        _scored_where(lambda fold: fold > fold.min())
    ),
    "The training part is not resampled.": (
        lambda X, y, fold, resample, fit: honest_scores(X, y, fold, lambda X, y: (X, y), fit)
    ),
    "Nothing is standardized.": _standardized(_as_they_are),
    "The training part is not standardized, the test fold is.": (
        _standardized(lambda A, T: (A, _scaled(T, A)))
    ),
    "The test fold is not standardized, the training part is.": (
        _standardized(lambda A, T: (_scaled(A, A), T))
    ),
    "You divide by n − 1: `correction=0` divides by n.": (
        _standardized(lambda A, T: (_scaled(A, A, 1), _scaled(T, A, 1)))
    ),
    "The mean is taken away, and nothing is divided by the standard deviation.": (
        _standardized(lambda A, T: (A - A.mean(dim=0), T - A.mean(dim=0)))
    ),
    "You divide by the variance. Divide by the standard deviation.": (
        _standardized(lambda A, T: (_by_variance(A, A), _by_variance(T, A)))
    ),
    "One mean and one deviation serve all features. Take them for each feature, `dim=0`.": (
        _standardized(lambda A, T: (_by_one(A, A), _by_one(T, A)))
    ),
    "Mean and standard deviation are taken along the features. Take them over the examples, "
    "`dim=0`.": _standardized(lambda A, T: (_scaled(A.T, A.T).T, _scaled(T.T, T.T).T)),
    "Features are scaled to 0 … 1. Take mean and standard deviation.": (
        _standardized(lambda A, T: (_to_unit(A, A), _to_unit(T, A)))
    ),
}


def _by_variance(part: Tensor, by: Tensor) -> Tensor:
    return (part - by.mean(dim=0)) / by.var(dim=0, correction=0)


def _by_one(part: Tensor, by: Tensor) -> Tensor:
    return (part - by.mean()) / by.std(correction=0)


def _to_unit(part: Tensor, by: Tensor) -> Tensor:
    low, high = by.amin(dim=0), by.amax(dim=0)
    return (part - low) / (high - low)


class Leak(NamedTuple):
    """What goes through the hands of `resample` and `fit_predict`; True where it must not be."""

    resampled_all: bool  # `resample` was given all examples at once
    trained_on_all: bool  # a model was trained on as many examples as there are
    scored_copies: bool  # what `resample` had made was scored


def what_leaks(X: Tensor, y: Tensor, fold: Tensor) -> Callable[[Callable[..., Any]], list[bool]]:
    """Return a play: it runs an answer to *Honest scores*, and tells what leaked.

    All folds are of one size, and there are three or more.
    """

    size = int(torch.bincount(fold)[0])

    def play(answer: Callable[..., Any]) -> list[bool]:
        leaks = [Leak(False, False, False)]

        def resample(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
            leaks.append(Leak(len(y) >= len(fold), False, False))
            return torch.cat([X, X[:1]]), torch.cat([y, y[:1]])

        def fit_predict(X: Tensor, y: Tensor, X_new: Tensor) -> Tensor:
            has_copies = len(X_new) in (1 + size, 1 + len(fold))  # as `resample` adds one
            leaks.append(Leak(False, len(y) >= len(fold), has_copies))
            return X_new[:, 0].float()

        answer(X, y, fold, resample, fit_predict)
        return [any(column) for column in zip(*leaks, strict=True)]

    return play


def _masks(fold: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    return ((fold != f, fold == f) for f in fold.unique())


def _split_after(X: Tensor, y: Tensor, fold: Tensor, resample: Resample, fit: FitPredict) -> None:
    more, labels = resample(X, y)
    for train, test in _masks(fold):
        fit(more[: len(y)][train], labels[: len(y)][train], X[test])


def _both_resampled(
    X: Tensor, y: Tensor, fold: Tensor, resample: Resample, fit: FitPredict
) -> None:
    for train, test in _masks(fold):
        fit(*resample(X[train], y[train]), resample(X[test], y[test])[0])


LEAKS: Mistakes = {
    "You resampled before splitting: copies of test examples are in the training part. Resample "
    "inside each fold.": _split_after,
    "The test fold was resampled, too. It must look like the world: only the training part may be "
    "changed.": _both_resampled,
    "The model was trained on the examples that it scores: leave the fold out.": (
        lambda X, y, fold, resample, fit: fit(*resample(X, y), X)
    ),
    "A model was trained on all examples, those that it scores among them: leave the fold out.": (
        lambda X, y, fold, resample, fit: fit(X, y, X)
    ),
    "You resampled before splitting, and the copies were scored, too. Resample inside each fold, "
    "and only the training part.": lambda X, y, fold, resample, fit: fit(
        X[fold > 0], y[fold > 0], resample(X, y)[0]
    ),
}
