"""The areas under two curves: right, and wrong in the ways that people write them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["AUC", "AVERAGE_PRECISION", "TIES", "average_precision", "roc_auc"]

# --- Order ----------------------------------------------------------------------------------------


def roc_auc(y: Tensor, scores: Tensor, tie: float = 0.5) -> float:
    """Return the area under the ROC curve as a share of won pairs: Hanley and McNeil (1982)."""
    return _won(y, scores, tie).mean().item()


def _won(y: Tensor, scores: Tensor, tie: float = 0.5) -> Tensor:
    up, down = scores[y == 1][:, None], scores[y == 0]
    return (up > down).double() + tie * (up == down).double()  # (positives, negatives)


def _sorted_labels(
    y: Tensor, scores: Tensor, *, among_equals: int = 0, backwards: bool = False
) -> Tensor:
    """Return the labels from the highest score down.

    Equal scores stand in the order of the data, or, with `among_equals`, of ±label.
    """
    s, labels = scores.tolist(), y.tolist()
    places = range(len(s) - 1, -1, -1) if backwards else range(len(s))
    order = sorted(places, key=lambda i: (-s[i], among_equals * labels[i]))
    return y[order].double()


def _area_by_places(y: Tensor, scores: Tensor) -> float:
    labels = _sorted_labels(y, scores)
    found = labels.cumsum(0)
    return ((1 - labels) * found).sum().item() / (found[-1] * (1 - labels).sum()).item()


def _at_half(y: Tensor, scores: Tensor) -> Tensor:
    return (scores >= 0.5).long()


AUC: Mistakes = {
    "Ties count for nothing. A tie is half a win.": partial(roc_auc, tie=0.0),
    "Ties count as wins. A tie is half a win.": partial(roc_auc, tie=1.0),
    "A tie is half a win. Here each counts as a quarter.": partial(roc_auc, tie=0.25),
    "Equal scores are taken one by one, as they happen to stand. A tie is half a win.": (
        _area_by_places
    ),
    "Upside down: count how often the positive has the higher score.": (
        lambda y, scores: roc_auc(1 - y, scores)
    ),
    "You rounded the scores to decisions first. The order within them is lost: compare scores.": (
        lambda y, scores: roc_auc(y, _at_half(y, scores))
    ),
    "You divide by all pairs. Only pairs of one positive and one negative count.": (
        lambda y, scores: _won(y, scores).sum().item() / len(y) ** 2
    ),
    "You divide by n (n − 1) / 2, all pairs. Only pairs of one positive and one negative count.": (
        lambda y, scores: _won(y, scores).sum().item() / math.comb(len(y), 2)
    ),
    "That is the number of won pairs. Divide by the number of pairs.": (
        lambda y, scores: _won(y, scores).sum().item()
    ),
    "You divide by the positives alone. There are positives times negatives pairs.": (
        lambda y, scores: _won(y, scores).sum(dim=1).mean().item()
    ),
    "You divide by the negatives alone. There are positives times negatives pairs.": (
        lambda y, scores: _won(y, scores).sum(dim=0).mean().item()
    ),
    "That is the difference of the mean scores. Only the order of scores should matter.": (
        lambda y, scores: (scores[y == 1].mean() - scores[y == 0].mean()).item()
    ),
    "That is the accuracy at 0.5. The AUC knows no threshold.": (
        lambda y, scores: (_at_half(y, scores) == y).double().mean().item()
    ),
    "That is 2·AUC − 1, the Gini coefficient.": lambda y, scores: 2 * roc_auc(y, scores) - 1,
    "That is the average precision, the area under the other curve.": (
        lambda y, scores: average_precision(y, scores)
    ),
}


def average_precision(y: Tensor, scores: Tensor) -> float:
    """Return the average precision as the mean, over the positives, of precision at their score."""
    above = scores[None, :] >= scores[y == 1][:, None]  # (positives, n)
    return (above[:, y == 1].sum(dim=1).double() / above.sum(dim=1)).mean().item()


class _Curve(NamedTuple):
    """Precision and recall at each place from the top, where scores are taken one by one."""

    labels: Tensor  # (n,)
    precision: Tensor
    recall: Tensor


def _curve(labels: Tensor) -> _Curve:
    found = labels.double().cumsum(0)
    return _Curve(labels.double(), found / torch.arange(1, len(labels) + 1), found / found[-1])


def _along(area: Callable[[_Curve], Tensor], **order: Any) -> Callable[..., float]:
    return lambda y, scores: area(_curve(_sorted_labels(y, scores, **order))).item()


def _steps(curve: _Curve) -> Tensor:
    return (curve.labels * curve.precision).sum() / curve.labels.sum()


def _trapezoids(curve: _Curve, *first: float) -> Tensor:
    start = torch.tensor(first, dtype=torch.float64)
    return torch.trapezoid(
        torch.cat([start, curve.precision]), torch.cat([0 * start, curve.recall])
    )


def _eleven_points(curve: _Curve) -> Tensor:
    levels = [tenths / 10 for tenths in range(11)]
    best = [curve.precision[curve.recall >= level - 1e-9].max() for level in levels]
    return torch.stack(best).mean()


AVERAGE_PRECISION: Mistakes = {
    "You join the points by straight lines (trapezoids), which promises a precision that no "
    "threshold has. Steps, please.": _along(lambda c: _trapezoids(c, 1.0)),
    "You join the points by straight lines (trapezoids), and leave out the way to the first one. "
    "Steps, please, beginning at R₀ = 0.": _along(_trapezoids),
    "You join the points by straight lines (trapezoids), beginning at precision 0. Steps, "
    "please.": _along(lambda c: _trapezoids(c, 0.0)),
    "You begin with the lowest score. Begin with the highest.": (
        lambda y, scores: average_precision(y, -scores)
    ),
    "That is the mean precision over all places. It counts only where the recall grows.": (
        _along(lambda c: c.precision.mean())
    ),
    "You rounded the scores to decisions first. A curve needs the scores.": (
        lambda y, scores: average_precision(y, _at_half(y, scores))
    ),
    "You weigh precision by the recall itself. Weigh it by how much the recall has grown.": (
        _along(lambda c: (c.precision * c.recall).mean())
    ),
    "You add up precision times recall. Weigh each precision by how much the recall has grown.": (
        _along(lambda c: (c.precision * c.recall).sum())
    ),
    "You add up the precisions. Weigh each by how much the recall has grown.": (
        _along(lambda c: c.precision.sum())
    ),
    "You replace each precision by the best one at a higher recall (interpolated AP). Take it as "
    "it is.": _along(
        lambda c: _steps(c._replace(precision=c.precision.flip(0).cummax(0)[0].flip(0)))
    ),
    "That is the mean at eleven levels of recall (11-point AP). Take every step.": (
        _along(_eleven_points)
    ),
    "That is the area under the ROC curve.": roc_auc,
    "The first step is missing: R₀ is 0.": (
        _along(lambda c: (c.precision[1:] * c.recall.diff()).sum())
    ),
    "You divide by all examples. The recall divides by the positives.": (
        _along(lambda c: (c.labels * c.precision).mean())
    ),
    "The precisions at the positives are added up. Divide by the number of positives.": (
        _along(lambda c: (c.labels * c.precision).sum())
    ),
    "Each growth is weighed by the precision before it. Take the one after it, P_k.": (
        _along(lambda c: _steps(c._replace(precision=torch.cat([torch.ones(1), c.precision[:-1]]))))
    ),
    "Places are counted from 0. TP + FP is the place counted from 1.": (
        _along(lambda c: (c.labels * c.labels.cumsum(0) / torch.arange(len(c.labels))).sum())
    ),
    "The labels are not sorted along with the scores.": lambda y, scores: _steps(_curve(y)).item(),
}


def _one_of_each(y: Tensor, scores: Tensor) -> float:
    """Score → label in a dictionary, where the last of equal scores wins."""
    left = dict(zip(scores.tolist(), y.tolist(), strict=True))
    labels = torch.tensor(list(left.values()))
    if not labels.any():
        return math.nan
    return average_precision(labels, torch.tensor(list(left), dtype=torch.float64))


def _first_of_each(y: Tensor, scores: Tensor) -> float:
    curve = _curve(_sorted_labels(y, scores))
    ordered = scores.sort(descending=True).values
    is_first = torch.cat([torch.tensor([True]), ordered[1:] != ordered[:-1]])
    precision, recall = curve.precision[is_first], curve.recall[is_first]
    return (precision * recall.diff(prepend=torch.zeros(1, dtype=torch.float64))).sum().item()


TIES: Mistakes = {
    "Equal scores are taken one by one, as they happen to stand. They pass a threshold together.": (
        _along(_steps)
    ),
    "Equal scores are taken one by one, the last of them first. They pass a threshold together.": (
        _along(_steps, backwards=True)
    ),
    "Among equal scores the positives go first, which flatters. They pass a threshold together.": (
        _along(_steps, among_equals=-1)
    ),
    "Among equal scores the negatives go first, which is too hard. They pass a threshold "
    "together.": _along(_steps, among_equals=1),
    "You rounded the scores to decisions first. A curve needs the scores.": (
        lambda y, scores: average_precision(y, _at_half(y, scores))
    ),
    "Of equal scores only one example is left. All of them count.": _one_of_each,
    "Of each group of equal scores you take the first place. The group is complete at its last.": (
        _first_of_each
    ),
    "You begin with the lowest score. Begin with the highest.": (
        lambda y, scores: average_precision(y, -scores)
    ),
    "That is the area under the ROC curve.": roc_auc,
    "The lowest score is never a threshold, or no score passes its own: ≥.": (
        lambda y, scores: _strictly_above(y, scores)
    ),
}


def _strictly_above(y: Tensor, scores: Tensor) -> float:
    area, last = 0.0, 0.0
    for threshold in scores.unique().flip(0):
        said = scores > threshold
        if said.any():
            recall = y[said].sum().item() / y.sum().item()
            area += (recall - last) * y[said].double().mean().item()
            last = recall
    return area
