"""References for *Imbalance*, and the mistakes that are made in place of each: one change apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks import Exercise, grad_of
from nblib.checks.mistakes import Mistakes

__all__ = [
    "AUC",
    "AVERAGE_PRECISION",
    "CLASS_WEIGHTS",
    "CONFUSION",
    "DRAWN_SHARES",
    "ENSEMBLE",
    "FOCAL",
    "FOCAL_ENDS",
    "FOCAL_SLOPE",
    "HONEST_SCORES",
    "LEAKS",
    "MACRO_F1",
    "POSITIVE_WEIGHT",
    "PRIOR",
    "RATIOS",
    "STARTING_BIAS",
    "THRESHOLD",
    "THRESHOLD_COST",
    "TIES",
    "UNDEFINED",
    "average_precision",
    "balanced_ensemble",
    "balanced_indices",
    "choose_threshold",
    "class_weights",
    "confusion",
    "correct_prior",
    "drawn_alike",
    "drawn_by_the_generator",
    "focal_loss",
    "focal_slope",
    "follow_members",
    "honest_scores",
    "macro_f1",
    "positive_weight",
    "priced_examples",
    "ratios",
    "roc_auc",
    "starting_bias",
    "what_leaks",
]

# --- Decisions ------------------------------------------------------------------------------------


def confusion(y: Tensor, y_hat: Tensor, num_classes: int) -> Tensor:
    """Return the counts, (num_classes, num_classes) int64, true class in the row."""
    return F.one_hot(y, num_classes).T @ F.one_hot(y_hat, num_classes)


def _changed_counts(change: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda y, y_hat, num_classes: change(confusion(y, y_hat, num_classes))


def _seen_only(y: Tensor, y_hat: Tensor, num_classes: int) -> Tensor:
    seen = torch.cat([y, y_hat]).unique()
    return confusion(y, y_hat, num_classes)[seen][:, seen]


def _up_to_the_largest(y: Tensor, y_hat: Tensor, num_classes: int) -> Tensor:
    size = int(torch.cat([y, y_hat]).max()) + 1
    return confusion(y, y_hat, size)


CONFUSION: Mistakes = {
    "Rows and columns are exchanged: the row is the truth, the column the decision.": (
        _changed_counts(lambda m: m.T)
    ),
    "Each pair counts only once. `m[y, y_hat] += 1` does not add up repeated places; bincount "
    "does.": _changed_counts(lambda m: (m > 0).long()),
    "These are shares of each true class. Return counts.": (
        _changed_counts(lambda m: m / m.sum(dim=1, keepdim=True).clamp(min=1))
    ),
    "These are shares of each true class, and 0 / 0 where there is none of it. Return counts.": (
        _changed_counts(lambda m: m / m.sum(dim=1, keepdim=True))
    ),
    "These are shares of each decision. Return counts.": (
        _changed_counts(lambda m: m / m.sum(dim=0).clamp(min=1))
    ),
    "These are shares of all examples. Return counts.": _changed_counts(lambda m: m / m.sum()),
    "A class that does not occur has lost its row and its column: there are num_classes of "
    "each.": _up_to_the_largest,
    "Classes that do not occur are left out, in the middle, too: there are num_classes rows and "
    "columns.": _seen_only,
    "Only right decisions are counted. The errors belong beside the diagonal.": (
        _changed_counts(lambda m: torch.diag(m.diagonal()))
    ),
    "The right decisions are missing from the diagonal.": (
        _changed_counts(lambda m: m - torch.diag(m.diagonal()))
    ),
    "The classes stand in reverse order. Class 0 has the first row and the first column.": (
        _changed_counts(lambda m: m.flip(0, 1))
    ),
    "You count the classes from 1. They are 0 … num_classes − 1.": (
        _changed_counts(lambda m: F.pad(m[1:, 1:], (0, 1, 0, 1)))
    ),
    "Class 0 is left out: it has a row and a column, too.": _changed_counts(lambda m: m[1:, 1:]),
}


def ratios(matrix: Tensor, undefined: Any = math.nan) -> tuple[float, float, float]:
    """Return (precision, recall, F1) of class 1, from [[TN, FP], [FN, TP]]."""
    (_, fp), (fn, tp) = matrix.tolist()

    def share(part: float, whole: float) -> float:
        return part / whole if whole else undefined

    return share(tp, tp + fp), share(tp, tp + fn), share(2 * tp, 2 * tp + fp + fn)


def _third(f1: Callable[[float, float], float]) -> Callable[[Tensor], tuple[float, ...]]:
    """Return `ratios` with another F1, made of precision and recall."""
    return lambda matrix: (*ratios(matrix)[:2], f1(*ratios(matrix)[:2]))


def _of_counts(change: Callable[..., tuple[float, ...]]) -> Callable[[Tensor], tuple[float, ...]]:
    """Return a function of TN, FP, FN, TP and the right three as one of the matrix."""
    return lambda matrix: change(*matrix.flatten().tolist(), *ratios(matrix))


RATIOS: Mistakes = {
    "Precision and recall are exchanged: precision divides by all that were called positive.": (
        _of_counts(lambda tn, fp, fn, tp, p, r, f: (r, p, f))
    ),
    "These are the ratios of class 0. The positive class is 1, in the second row and column.": (
        lambda matrix: ratios(matrix.flip(0, 1))
    ),
    "You read the matrix as [[TP, FP], [FN, TN]]. Here class 0 comes first.": (
        lambda matrix: ratios(matrix.flip(0, 1).T)
    ),
    "F1 is not the mean of the two. It is their harmonic mean.": _third(lambda p, r: (p + r) / 2),
    "That is the geometric mean. F1 is the harmonic one.": _third(lambda p, r: math.sqrt(p * r)),
    "The 2 is missing in F1: two equal numbers should be their own mean.": (
        _third(lambda p, r: p * r / (p + r))
    ),
    "F1 is the product of the two. It is their harmonic mean.": _third(lambda p, r: p * r),
    "F1 is the smaller of the two. It is their harmonic mean.": _third(min),
    "F1 divides TP by TP + FP + FN: that is the Jaccard index. F1 counts TP twice, above and "
    "below.": _of_counts(lambda tn, fp, fn, tp, p, r, f: (p, r, tp / (tp + fp + fn))),
    "The 2 is missing below in F1, and stands above: 2 TP / (2 TP + FP + FN).": (
        _of_counts(lambda tn, fp, fn, tp, p, r, f: (p, r, 2 * tp / (tp + fp + fn)))
    ),
    "The third number is the accuracy. F1 does not count TN.": (
        _of_counts(lambda tn, fp, fn, tp, p, r, f: (p, r, (tp + tn) / (tn + fp + fn + tp)))
    ),
    "The first number is the accuracy. Precision looks only at what was called positive.": (
        _of_counts(lambda tn, fp, fn, tp, p, r, f: ((tp + tn) / (tn + fp + fn + tp), r, f))
    ),
    "The first number is 1 − the false positive rate. Precision looks at those called positive, "
    "not at the negatives.": _of_counts(lambda tn, fp, fn, tp, p, r, f: (tn / (tn + fp), r, f)),
    "The second number is TN / (TN + FP), the recall of class 0. Recall looks at the positives.": (
        _of_counts(lambda tn, fp, fn, tp, p, r, f: (p, tn / (tn + fp), f))
    ),
    "The three are in another order: precision, recall, F1.": (
        _of_counts(lambda tn, fp, fn, tp, p, r, f: (f, p, r))
    ),
    "Two results came: F1 is missing.": lambda matrix: ratios(matrix)[:2],
    "All three are rounded. Return them as they are.": (
        lambda matrix: tuple(round(value, 2) for value in ratios(matrix))
    ),
}


def _all_or_none(matrix: Tensor) -> tuple[float, ...]:
    found = ratios(matrix)
    return (math.nan,) * 3 if any(map(math.isnan, found)) else found


UNDEFINED: Mistakes = {
    "What divides by zero is undefined, not 0: say nan.": partial(ratios, undefined=0.0),
    "What divides by zero is undefined, not perfect: say nan.": partial(ratios, undefined=1.0),
    "None stands where there is no answer: say nan.": partial(ratios, undefined=None),
    "F1 has a value where precision or recall has none: compute it from the counts.": (
        _third(lambda p, r: 2 * p * r / (p + r) if p + r else 0.0)
    ),
    "F1 has a value where precision or recall has none, and where both are 0: compute it from the "
    "counts.": _third(lambda p, r: 2 * p * r / (p + r) if p + r else math.nan),
    "You say nan wherever TP is 0. Only where the denominator is 0 is there no answer.": (
        lambda matrix: ratios(matrix) if matrix[1, 1] else (math.nan,) * 3
    ),
    "One question without an answer makes you say nan to all three. Each stands for itself.": (
        _all_or_none
    ),
    "F1 is 0 where its denominator is: say nan there, too.": (
        lambda matrix: (*ratios(matrix)[:2], ratios(matrix, undefined=0.0)[2])
    ),
    "Only F1 is nan where its denominator is 0. Say nan for precision and recall, too.": (
        lambda matrix: (*ratios(matrix, undefined=0.0)[:2], ratios(matrix)[2])
    ),
    "Precision is 0 where nothing was called positive: it has no answer there, say nan.": (
        lambda matrix: (ratios(matrix, undefined=0.0)[0], *ratios(matrix)[1:])
    ),
    "Recall is 0 where there is nothing to find: it has no answer there, say nan.": (
        _of_counts(lambda tn, fp, fn, tp, p, r, f: (p, r if tp + fn else 0.0, f))
    ),
}


def macro_f1(matrix: Tensor) -> float:
    """Return the mean over the classes of F1; `matrix` has the true class in the row."""
    return _f1(matrix).mean().item()


def _f1(matrix: Tensor) -> Tensor:
    m = matrix.double()
    return 2 * m.diagonal() / (m.sum(dim=0) + m.sum(dim=1))


def _precision_recall(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Return both for each class; where a class is never decided, its precision is 0."""
    m = matrix.double()
    return m.diagonal() / m.sum(dim=0).clamp(min=1), m.diagonal() / m.sum(dim=1)


def _f1_of_means(matrix: Tensor) -> float:
    p, r = (each.mean().item() for each in _precision_recall(matrix))
    return 2 * p * r / (p + r)


def _macro_jaccard(m: Tensor) -> float:
    return (m.diagonal() / (m.sum(dim=0) + m.sum(dim=1) - m.diagonal())).mean().item()


def _macro_accuracy(m: Tensor) -> float:
    wrong = m.sum(dim=0) + m.sum(dim=1) - 2 * m.diagonal()
    return (1 - wrong / m.sum()).mean().item()


def _nan_if_never_decided(matrix: Tensor) -> float:
    return math.nan if (matrix.sum(dim=0) == 0).any() else macro_f1(matrix)


MACRO_F1: Mistakes = {
    "That is the micro F1, which is the accuracy: large classes drown the small ones.": (
        lambda m: (m.diagonal().sum() / m.sum()).item()
    ),
    "You weigh each class by its size, so the large ones decide again. All classes count alike.": (
        lambda m: (_f1(m) * m.sum(dim=1)).sum().item() / m.sum().item()
    ),
    "You weigh each class by how often it is decided. All classes count alike.": (
        lambda m: (_f1(m) * m.sum(dim=0)).sum().item() / m.sum().item()
    ),
    "That is the F1 of mean precision and mean recall. First the F1 of each class, then the "
    "mean.": _f1_of_means,
    "A class that is never decided has F1 = 0, and it counts. Do not leave it out.": (
        lambda m: _f1(m)[m.sum(dim=0) > 0].mean().item()
    ),
    "A class of which none is found has F1 = 0, and it counts. Do not leave it out.": (
        lambda m: _f1(m)[m.diagonal() > 0].mean().item()
    ),
    "A class that is never decided makes it nan: its precision is 0 / 0. Compute F1 from the "
    "counts.": _nan_if_never_decided,
    "A class of which none is found makes it nan: precision and recall are both 0. Compute F1 from "
    "the counts.": lambda m: macro_f1(m) if m.diagonal().all() else math.nan,
    "Class 0 is a class like the others: with several classes there is no positive one.": (
        lambda m: _f1(m)[1:].mean().item()
    ),
    "That is the F1 of class 1 alone. Take the mean over all classes.": lambda m: _f1(m)[1].item(),
    "That is the mean recall, also called balanced accuracy. False alarms count as well.": (
        lambda m: _precision_recall(m)[1].mean().item()
    ),
    "That is the mean precision. What was missed counts as well.": (
        lambda m: _precision_recall(m)[0].mean().item()
    ),
    "You take the mean of precision and recall of each class. F1 is their harmonic mean.": (
        lambda m: torch.stack(_precision_recall(m)).mean().item()
    ),
    "That is the F1 of each class. Take their mean.": _f1,
    "That is the sum over the classes. Divide by their number.": lambda m: _f1(m).sum().item(),
    "The 2 is missing in F1: a perfect class has 1.": lambda m: macro_f1(m) / 2,
    "You divide TP by TP + FP + FN: that is the Jaccard index. F1 counts TP twice.": _macro_jaccard,
    "You count TN as right for each class, as the accuracy does. F1 does not look at TN.": (
        _macro_accuracy
    ),
    "That is the F1 of the worst class. Take the mean.": lambda m: _f1(m).min().item(),
}

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
    "You say yes above a threshold only. A score passes its own threshold: ≥.": (
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


# --- Probability ----------------------------------------------------------------------------------


def class_weights(y: Tensor, num_classes: int) -> Tensor:
    """Return balanced weights, (num_classes,) float64: n / (K n_c)."""
    return len(y) / (num_classes * _sizes(y, num_classes))


def _sizes(y: Tensor, num_classes: int) -> Tensor:
    return F.one_hot(y, num_classes).sum(dim=0).double()


def _weights(rule: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """Return weights as a function of the sizes of the classes."""
    return lambda y, num_classes: rule(_sizes(y, num_classes))


CLASS_WEIGHTS: Mistakes = {
    "Upside down: the rare class should weigh more.": _weights(lambda n: len(n) * n / n.sum()),
    "These are the shares of the classes, so a rare one weighs less. It should weigh more.": (
        _weights(lambda n: n / n.sum())
    ),
    "Not normalized: one over the size alone. The weights of all examples should add up to n.": (
        _weights(lambda n: 1 / n)
    ),
    "The weights themselves add up to 1. It is the examples' weights that should add up to n.": (
        _weights(lambda n: 1 / n / (1 / n).sum())
    ),
    "The weights themselves have the mean 1. It is the mean example that should weigh 1.": (
        _weights(lambda n: len(n) / n / (1 / n).sum())
    ),
    "The number of classes is missing: the examples' weights add up to K times n.": (
        _weights(lambda n: n.sum() / n)
    ),
    "n is missing: the examples' weights add up to 1.": _weights(lambda n: 1 / (len(n) * n)),
    "The largest class has weight 1, so the mean weight of an example is not 1.": (
        _weights(lambda n: n.max() / n)
    ),
    "The smallest class has weight 1, so the mean weight of an example is not 1.": (
        _weights(lambda n: n.min() / n)
    ),
    "The median class has weight 1, so the mean weight of an example is not 1.": (
        _weights(lambda n: n.quantile(0.5) / n)
    ),
    "That is the root of the weights, a tamer recipe. Here the classes should balance.": (
        _weights(lambda n: (n.sum() / (len(n) * n)).sqrt())
    ),
    "That is the logarithm, a tamer recipe. Here the classes should balance.": (
        _weights(lambda n: (n.sum() / n).log())
    ),
    "That is 1 minus the share of a class. Balanced classes need one over the size.": (
        _weights(lambda n: 1 - n / n.sum())
    ),
    "That is the others' number over its own, as for pos_weight. Take n / (K n_c).": (
        _weights(lambda n: (n.sum() - n) / n)
    ),
    "The division is rounded down: `//` drops what is behind the point.": (
        _weights(lambda n: n.sum() // (len(n) * n))
    ),
    "There is one weight for each example. There should be one for each class.": (
        lambda y, num_classes: class_weights(y, num_classes)[y]
    ),
}


def positive_weight(y: Tensor) -> float:
    """Return the weight of class 1 that balances it with class 0, whose weight is 1."""
    return (len(y) - y.sum().item()) / y.sum().item()


POSITIVE_WEIGHT: Mistakes = {
    "Upside down: divide the negatives by the positives.": lambda y: 1 / positive_weight(y),
    "That is the class weight of the positives. Negatives keep the weight 1 here, so it takes the "
    "ratio.": lambda y: len(y) / (2 * y.sum().item()),
    "You divide all examples by the positives. Divide the negatives by them.": (
        lambda y: 1 + positive_weight(y)
    ),
    "You divide the larger class by the smaller. Where positives are common, their weight is below "
    "1: negatives by positives.": lambda y: max(positive_weight(y), 1 / positive_weight(y)),
    "You divide the smaller class by the larger. Divide the negatives by the positives.": (
        lambda y: min(positive_weight(y), 1 / positive_weight(y))
    ),
    "That is the root, a tamer recipe. Here the classes should balance.": (
        lambda y: math.sqrt(positive_weight(y))
    ),
    "That is the share of the negatives. Divide them by the positives.": (
        lambda y: 1 - y.double().mean().item()
    ),
    "That is one over the share of the negatives. Divide them by the positives.": (
        lambda y: len(y) / (len(y) - y.sum().item())
    ),
    "The division is rounded down: `//` drops what is behind the point.": (
        lambda y: positive_weight(y) // 1
    ),
    "There is a weight for each class. Here it takes one number, for the positives.": (
        lambda y: class_weights(y, 2)
    ),
}


def correct_prior(p: Tensor, trained_share: float, true_share: float) -> Tensor:
    """Return probabilities at another share of positives, by log-odds: Elkan (2001), theorem 2."""
    shift = _logit(true_share) - _logit(trained_share)
    return torch.sigmoid(torch.logit(p.double()) + shift).to(p.dtype)


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _odds_times(
    factor: Callable[[float, float], float],
) -> Callable[[Tensor, float, float], Tensor]:
    """Return a correction that multiplies the odds by factor(trained share, true share)."""
    return lambda p, trained, true: (r := factor(trained, true)) * p / (r * p + 1 - p)


def _ratio(trained: float, true: float) -> float:
    return math.exp(_logit(true) - _logit(trained))


def _nan_at_one(p: Tensor, trained: float, true: float) -> Tensor:
    odds = p / (1 - p) * _ratio(trained, true)
    return odds / (1 + odds)


PRIOR: Mistakes = {
    "The shift goes the wrong way: where positives are rarer than in training, probabilities "
    "fall.": lambda p, trained, true: correct_prior(p, true, trained),
    "You took the ratio of the shares. It is the odds, share / (1 − share), that have the ratio.": (
        _odds_times(lambda trained, true: true / trained)
    ),
    "You took the ratio of 1 − share. It is the odds, share / (1 − share), that have the ratio.": (
        _odds_times(lambda trained, true: (1 - trained) / (1 - true))
    ),
    "You scale the probability. Scale the odds, p / (1 − p): a certain yes stays certain.": (
        lambda p, trained, true: p * true / trained
    ),
    "You scale the probability by the ratio of the odds. Scale the odds, p / (1 − p).": (
        lambda p, trained, true: p * _ratio(trained, true)
    ),
    "You scale the probability and cut it at 1. Scale the odds, p / (1 − p).": (
        lambda p, trained, true: (p * true / trained).clamp(max=1)
    ),
    "These are odds. Turn them back: odds / (1 + odds).": (
        lambda p, trained, true: p / (1 - p) * _ratio(trained, true)
    ),
    "These are log-odds. Turn them back: the sigmoid of them.": (
        lambda p, trained, true: torch.logit(p) + math.log(_ratio(trained, true))
    ),
    "You shift by the true prior alone. The model already has that of its training: take it "
    "away.": _odds_times(lambda trained, true: math.exp(_logit(true))),
    "You take the training's prior away and do not put the true one in its place.": (
        _odds_times(lambda trained, true: math.exp(-_logit(trained)))
    ),
    "You put the true prior on top of the training's. Take the training's away.": (
        _odds_times(lambda trained, true: math.exp(_logit(true) + _logit(trained)))
    ),
    "You subtract from the probability. The shift is in log-odds; probabilities must stay between "
    "0 and 1.": lambda p, trained, true: p + true - trained,
    "The logarithm is the natural one, as in the logit.": (
        _odds_times(lambda trained, true: math.exp(math.log10(_ratio(trained, true))))
    ),
    "You add the ratio of the odds to the log-odds. Add its logarithm.": (
        _odds_times(lambda trained, true: math.exp(_ratio(trained, true)))
    ),
    "r is missing above: p′ = rp / (rp + 1 − p).": (
        lambda p, trained, true: p / (_ratio(trained, true) * p + 1 - p)
    ),
    "p is not taken away below: p′ = rp / (rp + 1 − p).": (
        lambda p, trained, true: (r := _ratio(trained, true)) * p / (r * p + 1)
    ),
    "At p = 1 you divide by 0, and nan comes: p / (1 − p). Solve for p′ first.": _nan_at_one,
    "The probabilities come back as they are.": lambda p, trained, true: p.clone(),
}

# --- Even classes ---------------------------------------------------------------------------------


def balanced_indices(y: Tensor, num_draws: int, generator: torch.Generator) -> Tensor:
    """Return places in `y`, (num_draws,) int64; each class is drawn equally often."""
    weights = 1 / torch.bincount(y).double()
    return torch.multinomial(weights[y], num_draws, replacement=True, generator=generator)


def _power_of_size(power: float) -> Callable[[Tensor], Tensor]:
    """Return how often classes of these sizes come, if a place weighs size ** power."""
    return lambda n: n ** (1 + power) / (n ** (1 + power)).sum()


DRAWN_SHARES: dict[str, Callable[[Tensor], Tensor]] = {  # of the sizes of the classes
    "The classes come as often as they are. Rare ones should come as often as common ones.": (
        _power_of_size(0)
    ),
    "The weights are upside down: the rare class has become rarer still.": _power_of_size(1),
    "The weights are the roots of what they should be: one over the size.": _power_of_size(-0.5),
    "The weights are the squares of what they should be: one over the size.": _power_of_size(-2),
    "The weights are 1 minus the share of the class. Take one over its size.": (
        lambda n: n * (n.sum() - n) / (n * (n.sum() - n)).sum()
    ),
    "Only class 0 comes. All classes come equally often.": lambda n: torch.eye(len(n))[0].double(),
    "Only class 1 comes. All classes come equally often.": lambda n: torch.eye(len(n))[1].double(),
    "Classes 0 and 1 come, half and half, and no other. All classes come equally often.": (
        lambda n: torch.eye(len(n))[:2].sum(dim=0).double() / 2
    ),
    "Class 1 comes half of the time, the others share what is left. All classes come equally "
    "often.": lambda n: _half_for_class_1(n),
}


def _half_for_class_1(sizes: Tensor) -> Tensor:
    rest = sizes * (torch.arange(len(sizes)) != 1)
    return rest / rest.sum() / 2 + (torch.arange(len(sizes)) == 1) / 2


def drawn_alike(check: Exercise, drawn: Tensor, y: Tensor) -> None:
    """Check places in `y`, drawn with replacement: all classes alike likely, and their members.

    There should be some hundred draws for each example. Chance alone fails this once in 10⁷ times.
    """
    n, num_draws, sizes = len(y), len(drawn), torch.bincount(y).double()
    check.that(
        bool(((drawn >= 0) & (drawn < n)).all()),
        "Some of these numbers are no places in `y`: 0 … n − 1.",
        smallest=int(drawn.min()),
        largest=int(drawn.max()),
    )
    check.that(
        int(drawn.max()) >= len(sizes),
        "Only the first places come, as many as there are classes: are these classes? Return "
        "places in `y`.",
        different=drawn.unique().tolist(),
    )
    classes = y[drawn]
    shares = torch.bincount(classes, minlength=len(sizes)).double() / num_draws
    wanted = torch.full_like(sizes, 1 / len(sizes))
    far = 6 * (wanted * (1 - wanted) / num_draws).sqrt().max().item()
    known = {sentence: share(sizes) for sentence, share in DRAWN_SHARES.items()}
    wrong = {sentence: s for sentence, s in known.items() if (s - wanted).abs().max() > far}
    check.close(shares, wanted, rtol=0, atol=far, mistakes=wrong)
    counts, expected = torch.bincount(drawn, minlength=n).double(), (num_draws * wanted / sizes)[y]
    check.that(
        bool((counts > 0).all()),
        "Some examples never come. Within its class, each is as likely as any other.",
        different_examples=int((counts > 0).sum()),
        examples=n,
    )
    check.that(
        bool(((counts - expected).abs() < 6 * expected.sqrt()).all()),
        "Within a class, some examples come far more often than others. All are alike likely.",
        times=counts.long(),
    )
    # The sum of squares is about n ± √(2n) for independent draws.
    spread = ((counts - expected).square() / expected).sum().item() / n
    check.that(
        spread > 0.2,
        "Within a class, all examples come equally often, as no chance does it: draw with "
        "replacement.",
        times=counts.long(),
    )
    changes = (classes[1:] != classes[:-1]).double().mean().item()
    change = 1 - 1 / len(sizes)
    far = 6 * math.sqrt(change * (1 - change) / num_draws)
    check.that(
        changes > change - far,
        "A class follows itself too often: the classes come in blocks. Each draw is independent of "
        "the one before.",
        share_of_changes=changes,
        expected=change,
    )
    check.that(
        changes < change + far,
        "A class follows itself too seldom: the classes come in turn. Each draw is independent of "
        "the one before.",
        share_of_changes=changes,
        expected=change,
    )


def drawn_by_the_generator(check: Exercise, draw: Callable[[torch.Generator], Any]) -> None:
    """Check that the generator alone decides what comes, by where it stands and not by its seed."""

    def at(skipped: int) -> torch.Generator:
        generator = torch.Generator().manual_seed(1)
        torch.rand(skipped, generator=generator)
        return generator

    first, later, again = (torch.as_tensor(draw(at(skipped))) for skipped in (0, 7, 0))
    check.that(
        not torch.equal(first, later),
        "The same comes, although the generator has moved on. Do not seed: let `generator` go on.",
    )
    check.that(
        torch.equal(first, again),
        "From the same generator something else comes: all randomness must come from `generator`.",
    )


# --- The loss -------------------------------------------------------------------------------------


def starting_bias(y: Tensor) -> float:
    """Return the logit of the share of class 1: Lin et al. (2017), section 4.1."""
    return _logit(y.double().mean().item())


def _of_share(rule: Callable[[float], float]) -> Callable[[Tensor], float]:
    return lambda y: rule(y.double().mean().item())


STARTING_BIAS: Mistakes = {
    "The sign is flipped. Is σ(b) the share of the positives?": _of_share(lambda s: -_logit(s)),
    "You take the rarer class, whichever it is. π is the share of class 1.": (
        _of_share(lambda s: -abs(_logit(s)))
    ),
    "That is log π. The sigmoid wants log-odds: log(π / (1 − π)).": _of_share(math.log),
    "That is −log π. The sigmoid wants log-odds: log(π / (1 − π)).": (
        _of_share(lambda s: -math.log(s))
    ),
    "That is log(1 − π). The sigmoid wants log-odds: log(π / (1 − π)).": (
        _of_share(lambda s: math.log(1 - s))
    ),
    "That is the share itself. Which z has sigmoid(z) equal to it?": _of_share(lambda s: s),
    "These are the odds. The logarithm is missing.": _of_share(lambda s: s / (1 - s)),
    "That is negatives over positives. Turn it over, and take the logarithm.": (
        _of_share(lambda s: (1 - s) / s)
    ),
    "The logarithm is the natural one, not to base 10.": (
        _of_share(lambda s: _logit(s) / math.log(10))
    ),
    "The logarithm is the natural one, not to base 2.": (
        _of_share(lambda s: _logit(s) / math.log(2))
    ),
    "That is the sigmoid of the share. Its inverse is wanted, the logit.": (
        _of_share(lambda s: 1 / (1 + math.exp(-s)))
    ),
    "You took π = 0.01. Here π is the share of the positives in y.": lambda y: _logit(0.01),
    "That is 1 / (1 + e^π). Solve σ(b) = π for b.": _of_share(lambda s: 1 / (1 + math.exp(s))),
    "That is the inverse of tanh. The inverse of σ is wanted, log(π / (1 − π)).": (
        _of_share(math.atanh)
    ),
}


class _Parts(NamedTuple):
    """What the focal loss is made of, each (n,) float64."""

    p: Tensor  # of class 1
    p_t: Tensor  # of the true class
    a_t: Tensor
    y: Tensor
    gamma: float
    alpha: float


def _focal(mean: Callable[[_Parts], Tensor]) -> Callable[..., Tensor]:
    """Return a loss of (logits, y, gamma, alpha) that computes this."""

    def loss(logits: Tensor, y: Tensor, gamma: float, alpha: float) -> Tensor:
        p = torch.sigmoid(logits.double())
        p_t = torch.where(y == 1, p, 1 - p)
        return mean(_Parts(p, p_t, _alphas(y, alpha), y, gamma, alpha))

    return loss


def focal_loss(logits: Tensor, y: Tensor, gamma: float, alpha: float) -> Tensor:
    """Return the mean focal loss, a float64 scalar: Lin et al. (2017), equation 5."""
    z, a_t = _signed(logits, y), _alphas(y, alpha)
    return (a_t * torch.sigmoid(-z) ** gamma * F.softplus(-z)).mean()


def focal_slope(logits: Tensor, y: Tensor, gamma: float, alpha: float) -> Tensor:
    """Return the slope of the mean focal loss by each logit: Lin et al. (2017), appendix B."""
    z, a_t = _signed(logits, y), _alphas(y, alpha)
    p_t, log_p_t = torch.sigmoid(z), F.logsigmoid(z)
    by_z = a_t * torch.sigmoid(-z) ** gamma * (gamma * p_t * log_p_t - torch.sigmoid(-z))
    return torch.where(y == 1, by_z, -by_z) / len(y)


def _signed(logits: Tensor, y: Tensor) -> Tensor:
    return torch.where(y == 1, logits, -logits).double()


def _alphas(y: Tensor, alpha: float) -> Tensor:
    return torch.tensor([1 - alpha, alpha], dtype=torch.float64)[y]


def _each(s: _Parts) -> Tensor:
    return -s.a_t * (1 - s.p_t) ** s.gamma * s.p_t.log()


def _mean_first(s: _Parts) -> Tensor:
    entropy = -(s.a_t * s.p_t.log()).mean()
    return (1 - torch.exp(-entropy)) ** s.gamma * entropy


def _weighted_p_t(s: _Parts) -> Tensor:
    entropy = -s.a_t * s.p_t.log()
    return ((1 - torch.exp(-entropy)) ** s.gamma * entropy).mean()


FOCAL: Mistakes = {
    "(1 − p)^γ for all. For negatives p_t is 1 − p, so their factor is p^γ.": (
        _focal(lambda s: -(s.a_t * (1 - s.p) ** s.gamma * s.p_t.log()).mean())
    ),
    "log p for all. For negatives p_t is 1 − p, so their logarithm is log(1 − p).": (
        _focal(lambda s: -(s.a_t * (1 - s.p_t) ** s.gamma * s.p.log()).mean())
    ),
    "p for p_t: for negatives the probability of the true class is 1 − p.": (
        _focal(lambda s: -(s.a_t * (1 - s.p) ** s.gamma * s.p.log()).mean())
    ),
    "Positives and negatives are exchanged in p_t: it is p where y is 1.": (
        _focal(lambda s: -(s.a_t * s.p_t**s.gamma * (1 - s.p_t).log()).mean())
    ),
    "α is on the wrong class: positives have α, negatives 1 − α.": (
        _focal(lambda s: _each(s._replace(a_t=1 - s.a_t)).mean())
    ),
    "Negatives have the weight 1 − α, not 1.": (
        _focal(lambda s: _each(s._replace(a_t=torch.where(s.y == 1, s.alpha, 1.0))).mean())
    ),
    "Both classes have the weight α. Negatives have 1 − α.": (
        _focal(lambda s: _each(s._replace(a_t=torch.tensor(s.alpha))).mean())
    ),
    "α is missing.": _focal(lambda s: _each(s._replace(a_t=torch.ones(1))).mean()),
    "The factor is p_t^γ, which weakens the hard examples. Weaken the easy ones: (1 − p_t)^γ.": (
        _focal(lambda s: -(s.a_t * s.p_t**s.gamma * s.p_t.log()).mean())
    ),
    "γ is a power: (1 − p_t)^γ.": (
        _focal(lambda s: -(s.a_t * s.gamma * (1 - s.p_t) * s.p_t.log()).mean())
    ),
    "The power is on p_t alone, 1 − p_t^γ. It is (1 − p_t)^γ.": (
        _focal(lambda s: -(s.a_t * (1 - s.p_t**s.gamma) * s.p_t.log()).mean())
    ),
    "α_t has the power as well: only 1 − p_t has it.": (
        _focal(lambda s: _each(s._replace(a_t=s.a_t**s.gamma)).mean())
    ),
    "γ is always 2. It is an argument.": _focal(lambda s: _each(s._replace(gamma=2.0)).mean()),
    "You added up the examples. Take their mean.": _focal(lambda s: _each(s).sum()),
    "You divide by the sum of the α_t. Divide by the number of examples.": (
        _focal(lambda s: _each(s).sum() / s.a_t.sum())
    ),
    "You divide by the number of positives. Divide by that of all examples.": (
        _focal(lambda s: _each(s).sum() / s.y.sum().clamp(min=1))
    ),
    "Only the positives are counted. Negatives have a loss, too.": (
        _focal(lambda s: (_each(s) * s.y).mean())
    ),
    "You add the means of the two classes. Take the mean over all examples.": (
        _focal(lambda s: _mean_of(_each(s), s.y == 1) + _mean_of(_each(s), s.y == 0))
    ),
    "You take the mean first, then the factor. Each example has a factor of its own.": (
        _focal(_mean_first)
    ),
    "p_t is taken from a loss that already has α in it. It is the probability alone.": (
        _focal(_weighted_p_t)
    ),
    "That is the weighted cross-entropy: the factor (1 − p_t)^γ is missing.": (
        _focal(lambda s: _each(s._replace(gamma=0.0)).mean())
    ),
    "That is the factor alone: log p_t is missing.": (
        _focal(lambda s: (s.a_t * (1 - s.p_t) ** s.gamma).mean())
    ),
    "There is a sigmoid too many: the loss takes logits.": (
        lambda logits, *others: _focal(lambda s: _each(s).mean())(torch.sigmoid(logits), *others)
    ),
    "There is a loss for each example. Return their mean, one number.": _focal(_each),
    "The sign is flipped: the loss should be positive.": _focal(lambda s: -_each(s).mean()),
}


def _mean_of(values: Tensor, mask: Tensor) -> Tensor:
    return values[mask].sum() / mask.sum().clamp(min=1)


def _clamped(epsilon: float) -> Callable[[_Parts], Tensor]:
    return lambda s: _each(s._replace(p_t=s.p_t.clamp(epsilon, 1 - epsilon))).mean()


def _by_products(s: _Parts) -> Tensor:
    ones = s.alpha * s.y * (1 - s.p) ** s.gamma * s.p.log()
    zeros = (1 - s.alpha) * (1 - s.y) * s.p**s.gamma * (1 - s.p).log()
    return -(ones + zeros).mean()


def _cut_at_100(s: _Parts) -> Tensor:
    return (s.a_t * (1 - s.p_t) ** s.gamma * -s.p_t.log().clamp(min=-100)).mean()


FOCAL_ENDS: Mistakes = {
    "Sure and wrong, the loss must stay finite: take log p_t from the logit, not from the "
    "probability.": _focal(lambda s: _each(s).mean()),
    "Sure and right, there is 0 · log 0, which is nan: take log p_t from the logit, not from the "
    "probability.": _focal(_by_products),
    "The loss stops growing: you clamp the probability. Take log p_t from the logit.": (
        _focal(_clamped(1e-9))
    ),
    "The loss stops growing at 100, as F.binary_cross_entropy does: give the logits to "
    "F.binary_cross_entropy_with_logits, or take F.logsigmoid.": _focal(_cut_at_100),
}


def _slope(loss: Callable[[Tensor, Tensor, float], Tensor]) -> Callable[..., Tensor]:
    """Return the slope by each logit of the mean of loss(signed logit, α_t, γ)."""

    def slope(logits: Tensor, y: Tensor, gamma: float, alpha: float) -> Tensor:
        return grad_of(
            lambda x: loss(_signed(x, y), _alphas(y, alpha), gamma).mean(), logits.double()
        )

    return slope


def _stops_with(error: type[Exception]) -> Callable[..., Tensor]:
    def slope(*_: Any) -> Tensor:
        raise error

    return slope


FOCAL_SLOPE: Mistakes = {
    "The slope is that of a constant factor. The factor (1 − p_t)^γ depends on the logit, too: do "
    "not detach it.": (
        _slope(lambda z, a_t, gamma: a_t * torch.sigmoid(-z).detach() ** gamma * F.softplus(-z))
    ),
    "The slope is that of a constant log p_t. It depends on the logit, too: do not detach it.": (
        _slope(lambda z, a_t, gamma: a_t * torch.sigmoid(-z) ** gamma * F.softplus(-z).detach())
    ),
    "The slope is 0 everywhere: what is detached has none.": (
        lambda logits, *others: torch.zeros_like(logits)
    ),
    "Autograd finds no way from the loss back to the logits: what is detached has none.": (
        _stops_with(RuntimeError)
    ),
    "A plain number came, through which autograd cannot go: return a tensor.": (
        _stops_with(TypeError)
    ),
}

# --- Decide ---------------------------------------------------------------------------------------


def choose_threshold(
    y_valid: Tensor,
    p_valid: Tensor,
    y_test: Tensor,
    p_test: Tensor,
    false_alarm_cost: float,
    miss_cost: float,
    *,
    candidates: Callable[[list[float]], list[float]] = lambda p: [*sorted(p), math.inf],
    judge: Callable[[Errors, float, float], float] = lambda e, alarm, miss: _price(e, alarm, miss),
    strictly: bool = False,
    paid: Callable[[Errors, float, float], float] = lambda e, a, m: _price(e, a, m) / e.num_all,
) -> tuple[float, float]:
    """Return the cheapest threshold on validation data, and its mean cost on test data.

    The first of the best `candidates(p_valid)` is chosen, by `judge(errors, alarm, miss)`;
    `paid(errors, alarm, miss)` is the cost on test data; `strictly` says no at the threshold.
    """
    costs = false_alarm_cost, miss_cost
    choice = candidates(p_valid.tolist())
    found = [judge(_errors(y_valid, p_valid, t, strictly), *costs) for t in choice]
    threshold = choice[found.index(min(found))]
    return threshold, paid(_errors(y_test, p_test, threshold, strictly), *costs)


def priced_examples() -> list[tuple[Any, ...]]:
    """Return arguments of `choose_threshold` that tell the mistakes below apart.

    Prices are whole, and validation sets have 2ᵐ examples, so that rounding decides nothing.
    """

    def drawn(n: int, num_positive: int, seed: int) -> tuple[Tensor, Tensor]:
        generator = torch.Generator().manual_seed(seed)
        y = (torch.randperm(n, generator=generator) < num_positive).long()
        p = torch.randint(1, 15, (n,), generator=generator) + 5 * y
        return y, p.double() / 20

    def given(labels: list[int], p: list[float]) -> tuple[Tensor, Tensor]:
        return torch.tensor(labels), torch.tensor(p)

    y_test, p_test = given([1, 0, 0, 1, 0], [0.3, 0.55, 0.7, 0.45, 0.25])
    main = given([0, 1, 0, 0, 1, 0, 1, 0], [0.35, 0.4, 0.45, 0.6, 0.55, 0.2, 0.85, 0.9])
    best_no, best_yes = (
        given([0, 0, 1, 0], [0.5, 0.6, 0.1, 0.7]),
        given([1, 0, 1, 1], [0.3, 0.2, 0.15, 0.8]),
    )
    y_tied, p_tied = given([1, 0, 1, 0, 1, 0, 0, 0], [0.55, 0.3, 0.9, 0.15, 0.25, 0.7, 0.65, 0.4])
    return [
        (*main, y_test, p_test, 1.0, 4.0),
        (*best_no, y_test, p_test, 5.0, 1.0),
        (*best_yes, y_test, p_test, 1.0, 10.0),
        (y_tied, p_tied.double(), y_test, p_test.double(), 1.0, 2.0),
        (*drawn(32, 9, seed=3), *drawn(20, 9, seed=20), 2.0, 3.0),
        (*drawn(32, 9, seed=0), *drawn(20, 9, seed=20), 2.0, 3.0),
    ]


class Errors(NamedTuple):
    """What a threshold does to some examples, counted."""

    alarms: int  # false ones
    misses: int
    num_positive: int
    num_all: int

    @property
    def false_positive_rate(self) -> float:
        return self.alarms / (self.num_all - self.num_positive)

    @property
    def miss_rate(self) -> float:
        return self.misses / self.num_positive


def _errors(y: Tensor, p: Tensor, threshold: float, strictly: bool = False) -> Errors:
    said = p > threshold if strictly else p >= threshold
    alarms, misses = int((said & (y == 0)).sum()), int((~said & (y == 1)).sum())
    return Errors(alarms, misses, int(y.sum()), len(y))


def _price(errors: Errors, alarm: float, miss: float) -> float:
    return alarm * errors.alarms + miss * errors.misses


def _minus_f1(errors: Errors, *_: float) -> float:
    found = errors.num_positive - errors.misses
    return -2 * found / (2 * found + errors.alarms + errors.misses)


Chosen = Callable[..., tuple[float, float]]


def _at(rule: Callable[[float, float], float]) -> Chosen:
    """Return an answer whose threshold depends on the two costs alone."""
    return lambda y_v, p_v, y, p, *costs: choose_threshold(
        y_v, p_v, y, p, *costs, candidates=lambda _: [rule(*costs)]
    )


def _among(candidates: Callable[[list[float]], list[float]]) -> Chosen:
    return partial(choose_threshold, candidates=candidates)


def _judged(judge: Callable[[Errors, float, float], float]) -> Chosen:
    return partial(choose_threshold, judge=judge)


def _paid(paid: Callable[[Errors, float, float], float]) -> Chosen:
    return partial(choose_threshold, paid=paid)


def _on_the_test_set(y_v: Tensor, p_v: Tensor, y: Tensor, p: Tensor, *costs: float) -> Any:
    return choose_threshold(y, p, y, p, *costs)


def _on_both_sets(y_v: Tensor, p_v: Tensor, y: Tensor, p: Tensor, *costs: float) -> Any:
    return choose_threshold(torch.cat([y_v, y]), torch.cat([p_v, p]), y, p, *costs)


def _costs_exchanged(y_v: Tensor, p_v: Tensor, y: Tensor, p: Tensor, a: float, m: float) -> Any:
    return choose_threshold(y_v, p_v, y, p, m, a)


def _on_validation(
    y_v: Tensor, p_v: Tensor, y: Tensor, p: Tensor, *costs: float, **how: Any
) -> Any:
    return choose_threshold(y_v, p_v, y_v, p_v, *costs, **how)


def _cut_elsewhere(
    errors: Callable[[Tensor, Tensor, float], Errors],
) -> Chosen:
    """Return an answer with the right threshold that is not used on the test set."""

    def answer(y_v: Tensor, p_v: Tensor, y: Tensor, p: Tensor, *c: float) -> tuple[float, float]:
        threshold, _ = choose_threshold(y_v, p_v, y, p, *c)
        return threshold, _price(errors(y, p, threshold), *c) / len(y)

    return answer


def _midways(p: list[float]) -> list[float]:
    steps = sorted(set(p))
    return [0.0, *((a + b) / 2 for a, b in itertools.pairwise(steps)), math.inf]


THRESHOLD: Mistakes = {
    "The two results are exchanged: the threshold comes first.": (
        lambda *given: choose_threshold(*given)[::-1]
    ),
    "The threshold was chosen on the test set, and what it costs there is then no honest figure. "
    "Choose on the validation set.": _on_the_test_set,
    "The threshold was chosen on validation and test data together. The test set takes no part.": (
        _on_both_sets
    ),
    "The two costs are exchanged.": _costs_exchanged,
    "That is 0.5, which is right only if both errors cost the same.": _at(lambda a, m: 0.5),
    "That is the formula for calibrated probabilities. Nobody says that these are: look for the "
    "cheapest.": _at(lambda a, m: a / (a + m)),
    "That is the formula, upside down. Look for the cheapest threshold.": (
        _at(lambda a, m: m / (a + m))
    ),
    "That always says no to all.": _at(lambda a, m: math.inf),
    "That threshold makes the fewest errors. Errors have prices: make the cheapest ones.": (
        _judged(lambda e, a, m: e.alarms + e.misses)
    ),
    "That is the dearest threshold.": _judged(lambda e, a, m: -_price(e, a, m)),
    "False alarms cost nothing with you. Count both errors.": _judged(lambda e, a, m: m * e.misses),
    "Misses cost nothing with you. Count both errors.": _judged(lambda e, a, m: a * e.alarms),
    "That threshold has the best F1. Errors have prices: make the cheapest ones.": (
        _judged(_minus_f1)
    ),
    "That threshold has the best recall minus false positive rate. Errors have prices: make the "
    "cheapest ones.": _judged(lambda e, a, m: e.miss_rate + e.false_positive_rate),
    "You weigh the two error rates, each within its class. The mean cost counts every example "
    "alike.": _judged(lambda e, a, m: m * e.miss_rate + a * e.false_positive_rate),
    "You say yes only above the threshold. At it, too: p ≥ t.": (
        partial(choose_threshold, strictly=True)
    ),
    "Of equally cheap thresholds you take the highest. Take the lowest.": (
        _among(lambda p: [math.inf, *sorted(p, reverse=True)])
    ),
    "Of equally cheap thresholds you take the one that is first in the data. Take the lowest.": (
        _among(lambda p: [*p, math.inf])
    ),
    "Saying no to all may be cheapest: infinity is a candidate, too.": _among(sorted),
    "0 is no candidate. The lowest is the smallest validation probability.": (
        _among(lambda p: [0.0, *sorted(p), math.inf])
    ),
    "1 stands in for infinity. Who is quite sure, p = 1, would still get a yes.": (
        _among(lambda p: [*sorted(p), 1.0])
    ),
    "Your candidates are hundredths. They are the validation probabilities themselves, and "
    "infinity.": _among(lambda p: [i / 100 for i in range(101)]),
    "Your candidates lie midway between probabilities. They are the validation probabilities "
    "themselves, and infinity.": _among(_midways),
}
THRESHOLD_COST: Mistakes = {
    **THRESHOLD,
    "The threshold comes alone. Return what it costs as well.": (
        lambda *given: choose_threshold(*given)[0]
    ),
    "The cost comes alone. Return the threshold as well.": (
        lambda *given: choose_threshold(*given)[1]
    ),
    "That is the cost on the validation set, on which the threshold was chosen: too good to be "
    "true. Report the test set.": _on_validation,
    "That is the total cost. Divide by the number of examples.": _paid(_price),
    "That is the total cost on the validation set. Report the mean on the test set.": (
        partial(_on_validation, paid=_price)
    ),
    "That is the share of errors. Count each at its price.": (
        _paid(lambda e, a, m: (e.alarms + e.misses) / e.num_all)
    ),
    "The two prices are exchanged in the cost.": (
        _paid(lambda e, a, m: _price(e, m, a) / e.num_all)
    ),
    "You count only the misses. False alarms cost, too.": (
        _paid(lambda e, a, m: m * e.misses / e.num_all)
    ),
    "You count only the false alarms. Misses cost, too.": (
        _paid(lambda e, a, m: a * e.alarms / e.num_all)
    ),
    "You divide by the number of errors. Divide by that of all test examples.": (
        _paid(lambda e, a, m: _price(e, a, m) / max(e.alarms + e.misses, 1))
    ),
    "You divide by the number of positives. Divide by that of all test examples.": (
        _paid(lambda e, a, m: _price(e, a, m) / e.num_positive)
    ),
    "You add the two error rates, each within its class, at their price. Take the mean over all "
    "test examples.": _paid(lambda e, a, m: m * e.miss_rate + a * e.false_positive_rate),
    "You divide by the number of validation examples. Divide by that of the test examples.": (
        lambda y_v, *others: choose_threshold(
            y_v, *others, paid=lambda e, a, m: _price(e, a, m) / len(y_v)
        )
    ),
    "On the test set you say yes only above the threshold. At it, too: p ≥ t.": (
        _cut_elsewhere(partial(_errors, strictly=True))
    ),
    "On the test set you cut at 0.5. Cut at the threshold that was chosen.": (
        _cut_elsewhere(lambda y, p, threshold: _errors(y, p, 0.5))
    ),
}

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
        _scored_where(lambda fold: fold == 0)
    ),
    "Only the last fold is scored: do you begin anew in the loop?": (
        _scored_where(lambda fold: fold == fold.max())
    ),
    "The last fold is not scored: do you stop one too early?": (
        _scored_where(lambda fold: fold < fold.max())
    ),
    "Fold 0 is not scored: it is a fold like the others.": _scored_where(lambda fold: fold > 0),
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
