"""How hard each example is to a model that has not seen it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["HELD_OUT", "NUM_CLASSES", "held_out_losses", "of_a_class", "predict"]

NUM_CLASSES = 3
Predict = Callable[[Tensor, Tensor, Tensor], Tensor]


def held_out_losses(
    X: Tensor,
    y: Tensor,
    fold: Tensor,
    predict: Predict,
    *,
    learn: Callable[[Tensor, int, int], Tensor] = lambda fold, k, num: fold != k,
    score: Callable[[Tensor, Tensor], Tensor] = lambda logits, y: F.cross_entropy(
        logits, y, reduction="none"
    ),
    ordered: bool = True,
    judged: Callable[[Tensor, int], Tensor] = lambda fold, k: fold == k,
    last: Callable[[Tensor], int] = lambda fold: int(fold.max()),
) -> Tensor:
    """Return the loss of each example, (n,), by a model that learned from the other folds."""
    num, rows, found = int(fold.max()) + 1, [], []
    for k in range(last(fold) + 1):
        mine, others = judged(fold, k).nonzero().flatten(), learn(fold, k, num)
        logits = predict(X[others], y[others], X[mine])
        rows.append(mine)
        found.append(score(logits, y[mine]).expand(len(mine)))
    if not ordered:
        return torch.cat(found)
    losses = torch.zeros(len(X), dtype=X.dtype)
    for mine, of_these in zip(rows, found, strict=True):
        losses[mine] = of_these
    return losses


def predict(X_train: Tensor, y_train: Tensor, X: Tensor) -> Tensor:
    """Return logits (m, 3): minus the squared distance to the mean of each class."""
    logits = X.new_full((len(X), NUM_CLASSES), -9.0)
    for label in y_train.unique():
        centre = X_train[y_train == label].mean(dim=0)
        logits[:, label] = -((X - centre) ** 2).sum(dim=1) / 2
    return logits


def of_a_class(
    seed: int, n: int, num_folds: int, dtype: torch.dtype = torch.float64, far: float = 1.0
) -> Callable[..., Any]:
    """Return a play: n examples of three overlapping classes, in folds by lot.

    With `far` above 1 the examples lie as many times as far apart, and some p are as good as 0.
    """
    drawn = torch.Generator().manual_seed(seed)
    y = torch.randint(NUM_CLASSES, (n,), generator=drawn)
    X = torch.randn(n, 4, generator=drawn).to(dtype)
    X = X + F.one_hot(y, 4).to(dtype) * 1.5
    X = far * X
    fold = torch.arange(n)[torch.randperm(n, generator=drawn)] % num_folds

    def play(answer: Callable[..., Any]) -> Any:
        def fit(X_train: Tensor, y_train: Tensor, X: Tensor) -> Tensor:
            return predict(X_train, y_train, X)

        return answer(X, y, fold, fit)

    return play


def _scored(score: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda X, y, fold, predict: held_out_losses(X, y, fold, predict, score=score)


def _learned(learn: Callable[[Tensor, int, int], Tensor]) -> Callable[..., Tensor]:
    return lambda X, y, fold, predict: held_out_losses(X, y, fold, predict, learn=learn)


def _of_the_label(logits: Tensor, y: Tensor) -> Tensor:
    return logits.softmax(dim=1).gather(1, y[:, None])[:, 0]


HELD_OUT: Mistakes = {
    "Each model learned from its own fold and judges all others. It learns from the others and "
    "judges its own.": (
        lambda X, y, fold, predict: held_out_losses(
            X, y, fold, predict, learn=lambda f, k, num: f == k, judged=lambda f, k: f != k
        )
    ),
    "The last fold gets no losses: there are `fold.max()` + 1 of them.": (
        lambda X, y, fold, predict: held_out_losses(
            X, y, fold, predict, last=lambda f: int(f.max()) - 1
        )
    ),
    "The number of folds is taken from the last example. The folds stand in any order: take "
    "the largest.": (
        lambda X, y, fold, predict: held_out_losses(X, y, fold, predict, last=lambda f: int(f[-1]))
    ),
    "The softmax goes over the examples. It goes over the classes: `dim=1`.": _scored(
        lambda logits, y: -logits.log_softmax(dim=0).gather(1, y[:, None])[:, 0]
    ),
    "Where p is tiny it is rounded to 0, and its log is infinite. `F.cross_entropy` takes the "
    "logits, and `log_softmax` as well.": _scored(
        lambda logits, y: -_of_the_label(logits, y).log()
    ),
    "Each model learned from the folds before its own only, the first from the second.": _learned(
        lambda fold, k, num: fold < k if k else fold == 1
    ),
    "Each model learned from all examples, also from those that it judges: a leak.": _learned(
        lambda fold, k, num: fold > -1
    ),
    "Each model is judged on what it learned from. It learns from the *other* folds.": _learned(
        lambda fold, k, num: fold == k
    ),
    "Each model learned from one other fold. It learns from all of the others.": _learned(
        lambda fold, k, num: fold == (k + 1) % num
    ),
    "Each model learned from the folds before its own only, the first from all others.": _learned(
        lambda fold, k, num: fold < k if k else fold > 0
    ),
    "The losses are right, and stand fold by fold. Put each into the place of its example.": (
        lambda X, y, fold, predict: held_out_losses(X, y, fold, predict, ordered=False)
    ),
    'That is the mean loss of the fold, for each example in it: `reduction="none"`.': _scored(
        lambda logits, y: F.cross_entropy(logits, y)
    ),
    "That is the probability of the labelled class. Its loss is wanted, −log p.": _scored(
        _of_the_label
    ),
    "That is 1 − p of the labelled class. Its loss is wanted, −log p.": _scored(
        lambda logits, y: 1 - _of_the_label(logits, y)
    ),
    "The sign is wrong: the loss is −log p, and a hard example has a large one.": _scored(
        lambda logits, y: -F.cross_entropy(logits, y, reduction="none")
    ),
    "That says whether the decision is wrong, 0 or 1. The loss is wanted.": _scored(
        lambda logits, y: (logits.argmax(dim=1) != y).to(logits.dtype)
    ),
    "The softmax is taken twice: `cross_entropy` wants logits.": _scored(
        lambda logits, y: F.cross_entropy(logits.softmax(dim=1), y, reduction="none")
    ),
    "That is the loss for the class that the model itself decides for. Take that for the label.": (
        _scored(lambda logits, y: -logits.log_softmax(dim=1).amax(dim=1))
    ),
    "That is minus the logit of the labelled class. Take the cross-entropy.": _scored(
        lambda logits, y: -logits.gather(1, y[:, None])[:, 0]
    ),
}
