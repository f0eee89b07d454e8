"""An ensemble of balanced members, and what its members are watched for."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes

__all__ = ["ENSEMBLE", "FitPredict", "balanced_ensemble", "follow_members"]

FitPredict = Callable[[Tensor, Tensor, Tensor], Tensor]


def balanced_ensemble(
    X: Tensor,
    y: Tensor,
    X_new: Tensor,
    fit_predict: FitPredict,
    num_members: int,
    generator: torch.Generator,
    *,
    combine: Callable[[Tensor], Tensor] = lambda votes: votes.mean(dim=0),
) -> Tensor:
    """Return what members say together, (num_new,): EasyEnsemble of Liu et al. (2009)."""
    positives, negatives = (torch.where(y == label)[0] for label in (1, 0))
    votes = []
    for _ in range(num_members):
        lot = torch.rand(len(negatives), generator=generator).argsort()[: len(positives)]
        rows = torch.cat([positives, negatives[lot]])
        votes.append(fit_predict(X[rows], y[rows], X_new))
    return combine(torch.stack(votes).double())


def _combined(combine: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    return partial(balanced_ensemble, combine=combine)


ENSEMBLE: Mistakes = {
    "These are shares of votes. Average the probabilities, which say more.": (
        _combined(lambda votes: (votes >= 0.5).double().mean(dim=0))
    ),
    "That is what most members vote for. Average the probabilities.": (
        _combined(lambda votes: ((votes >= 0.5).double().mean(dim=0) > 0.5).double())
    ),
    "That is the last member alone.": _combined(lambda votes: votes[-1]),
    "That is the first member alone.": _combined(lambda votes: votes[0]),
    "That is the sum of the members. Take the mean.": _combined(lambda votes: votes.sum(dim=0)),
    "That is the largest of the probabilities. Take their mean.": (
        _combined(lambda votes: votes.amax(dim=0))
    ),
    "That is the median of the probabilities. Take their mean.": (
        _combined(lambda votes: votes.quantile(0.5, dim=0))
    ),
    "That is the median of the probabilities, the lower of the middle two. Take their mean.": (
        _combined(lambda votes: votes.median(dim=0).values)
    ),
    "That is the geometric mean. Take the plain one.": (
        _combined(lambda votes: votes.prod(dim=0) ** (1 / len(votes)))
    ),
    "That is the product of the probabilities. Take their mean.": (
        _combined(lambda votes: votes.prod(dim=0))
    ),
    "That is the mean of the log-odds, turned back. Take the mean of the probabilities.": (
        _combined(lambda votes: torch.sigmoid(torch.logit(votes).mean(dim=0)))
    ),
    "That is one number for each member. Take the mean over the members, one for each row of "
    "`X_new`.": _combined(lambda votes: votes.mean(dim=1)),
    "That is one number for all. Take the mean over the members alone.": _combined(Tensor.mean),
    "These are the probabilities of all members. Take their mean.": _combined(lambda votes: votes),
    "These are decisions. Return the mean probability.": (
        _combined(lambda votes: (votes.mean(dim=0) >= 0.5).double())
    ),
    "You divide the sum by num_members + 1.": (
        _combined(lambda votes: votes.sum(dim=0) / (len(votes) + 1))
    ),
    "Each mean is halved with the next member, so the last count most. All count alike.": (
        _combined(lambda votes: _halving(votes))
    ),
}


def _halving(votes: Tensor) -> Tensor:
    mean = votes[0]
    for vote in votes[1:]:
        mean = (mean + vote) / 2
    return mean


def follow_members(
    check: Exercise,
    answer: Callable[..., Any],
    X: Tensor,
    y: Tensor,
    num_members: int,
    generator: torch.Generator,
) -> None:
    """Check what the members of a balanced ensemble are trained on; the rows of `X` all differ.

    From 40 members on, also that all negatives come, and alike often.
    """
    seen: list[tuple[Tensor, Tensor, Tensor]] = []
    X_new = X[:3] + 0.5

    def fit_predict(X: Tensor, y: Tensor, X_new: Tensor) -> Tensor:
        seen.append((torch.as_tensor(X), torch.as_tensor(y).flatten(), torch.as_tensor(X_new)))
        return torch.full((len(X_new),), 0.25, dtype=X_new.dtype)

    check.call(answer, X, y, X_new, fit_predict, num_members, generator)
    count = {"trained": len(seen), "num_members": num_members}
    check.that(len(seen) <= num_members, "More members are trained than num_members.", **count)
    check.that(len(seen) >= num_members, "Fewer members are trained than num_members.", **count)
    drawn = [_negatives_of(check, X, y, X_new, *member) for member in seen]
    if num_members > 2:
        check.that(len(set(drawn)) > 1, "All members see the same negatives. Draw anew for each.")
    if num_members >= 40:
        times = torch.zeros(len(y)).double()
        for rows in drawn:
            times[list(rows)] += 1
        times, share = times[y == 0], y.sum().item() / (1 - y).sum().item()
        check.that(
            bool((times > 0).all()),
            "Some negatives are seen by no member: draw from all of them.",
            times_seen=times.long(),
        )
        far = 6 * math.sqrt(num_members * share * (1 - share))
        check.that(
            bool(((times - num_members * share).abs() < far).all()),
            "Some negatives are seen by far more members than others. All are alike likely.",
            times_seen=times.long(),
        )


def _negatives_of(
    check: Exercise, X: Tensor, y: Tensor, X_new: Tensor, *member: Tensor
) -> tuple[int, ...]:
    """Check one member; return the rows of its negatives, in order."""
    rows_seen, labels, asked = member
    is_asked = asked.shape == X_new.shape and torch.equal(asked, X_new)
    check.that(is_asked, "A member is asked about other rows than `X_new`.", asked_about=asked)
    is_alike = rows_seen.ndim == 2 and rows_seen.shape[1] == X.shape[1]
    same = (rows_seen[:, None] == X).all(dim=2) if is_alike else torch.zeros(1, 1).bool()
    check.that(
        bool(same.any(dim=1).all()),
        "A member is trained on rows that are not in `X`.",
        rows=rows_seen,
    )
    rows = same.double().argmax(dim=1)
    check.that(
        len(labels) == len(rows) and bool((labels == y[rows]).all()),
        "The labels do not belong to their examples.",
        labels=labels,
        wanted=y[rows],
    )
    here, others = rows[y[rows] == 1], rows[y[rows] == 0]
    facts = {"positives": len(here), "negatives": len(others), "positives_in_all": int(y.sum())}
    check.that(
        len(here.unique()) == int(y.sum()),
        "A member misses some positives. They are rare: give each member all of them.",
        **facts,
    )
    check.that(len(here) == int(y.sum()), "A member sees a positive twice.", **facts)
    check.that(len(others) <= len(here), "A member sees more negatives than positives.", **facts)
    check.that(len(others) >= len(here), "A member sees fewer negatives than positives.", **facts)
    check.that(
        len(others.unique()) == len(others),
        "A member sees a negative twice. Draw without replacement.",
        negatives=others,
    )
    return tuple(sorted(others.tolist()))
