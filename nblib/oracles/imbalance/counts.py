"""The confusion matrix and what is read off it: right, and wrong as people write it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["CONFUSION", "MACRO_F1", "RATIOS", "UNDEFINED", "confusion", "macro_f1", "ratios"]

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
