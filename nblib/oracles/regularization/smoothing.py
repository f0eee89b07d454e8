"""Smoothed labels."""

from __future__ import annotations

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["LABEL_SMOOTHING", "smoothed_cross_entropy", "smoothed_slope"]


def smoothed_cross_entropy(logits: Tensor, y: Tensor, eps: float) -> Tensor:
    """Return −Σ q log p̂, averaged over the rows of `logits`, (n, num_classes).

    q is 1 − ε for the class in `y`, and ε/num_classes more for all. Source: Szegedy et al. (2016).
    """
    return F.cross_entropy(logits, y, label_smoothing=eps)


def smoothed_slope(logits: Tensor, y: Tensor, eps: float) -> Tensor:
    """Return the gradient of the loss by the logits, (n, num_classes): (p̂ − q) / n."""
    n, k = logits.shape
    q = (1 - eps) * F.one_hot(y, k) + eps / k
    return (logits.softmax(dim=1) - q) / n


Targets = Callable[[Tensor, float, int], Tensor]  # of (one-hot labels, ε, number of classes)


def _mean(losses: Tensor) -> Tensor:
    return losses.sum(dim=1).mean()


def _loss(
    targets: Targets = lambda hot, eps, k: (1 - eps) * hot + eps / k,
    log_p: Callable[[Tensor], Tensor] = lambda logits: logits.log_softmax(dim=1),
    reduce: Callable[[Tensor], Tensor] = _mean,
) -> Callable[[Tensor, Tensor, float], Tensor]:
    def loss(logits: Tensor, y: Tensor, eps: float) -> Tensor:
        k = logits.shape[1]
        hot = F.one_hot(y, k).to(logits.dtype)
        return reduce(-targets(hot, eps, k) * log_p(logits))

    return loss


def _shifted_by_the_first(logits: Tensor) -> Tensor:
    shifted = logits - logits[:, :1]
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


LABEL_SMOOTHING: Mistakes = {
    "ε is shared among the wrong classes only. Here all K classes get ε/K.": _loss(
        lambda hot, eps, k: (1 - eps) * hot + eps / (k - 1) * (1 - hot)
    ),
    "The right class gets no share ε/K beside its 1 − ε: the targets do not add up to 1.": _loss(
        lambda hot, eps, k: (1 - eps) * hot + eps / k * (1 - hot)
    ),
    "The right class keeps its whole 1: it gives ε away, and the targets add up to 1.": _loss(
        lambda hot, eps, k: hot + eps / k
    ),
    "ε and 1 − ε are exchanged.": _loss(lambda hot, eps, k: eps * hot + (1 - eps) / k),
    "Every class gets ε, not ε/K.": _loss(lambda hot, eps, k: (1 - eps) * hot + eps),
    "ε is spread over K − 1 classes, and given to all K. Divide by K.": _loss(
        lambda hot, eps, k: (1 - eps) * hot + eps / (k - 1)
    ),
    "The labels are not smoothed.": _loss(lambda hot, eps, k: hot),
    "The part ε for all classes is missing.": _loss(lambda hot, eps, k: (1 - eps) * hot),
    "You added up the examples. Take their mean.": _loss(reduce=lambda each: each.sum()),
    "You divide by the number of classes once more.": _loss(reduce=lambda each: each.mean()),
    "These are the losses of the examples. Take their mean.": _loss(
        reduce=lambda each: each.sum(dim=1)
    ),
    "There is a softmax before the log-softmax, which has one inside.": _loss(
        log_p=lambda logits: logits.softmax(dim=1).log_softmax(dim=1)
    ),
    "The softmax runs over the examples. It runs over the classes: dim=1.": _loss(
        log_p=lambda logits: logits.log_softmax(dim=0)
    ),
    "For large logits exp overflows, or a probability becomes 0, whose log is −∞: take "
    "F.log_softmax.": _loss(log_p=lambda logits: logits.softmax(dim=1).log()),
    "exp overflows for large positive logits: take F.log_softmax.": _loss(
        log_p=lambda logits: logits - logits.exp().sum(dim=1, keepdim=True).log()
    ),
    "You subtract the first logit before exp. Subtract the largest, or exp overflows.": _loss(
        log_p=_shifted_by_the_first
    ),
    "The logarithm is missing: that is a mean of probabilities.": _loss(
        log_p=lambda logits: logits.softmax(dim=1)
    ),
    "The softmax is missing: those are the logits, not log p̂.": _loss(log_p=lambda logits: logits),
}
