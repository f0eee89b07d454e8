"""Log-softmax and cross-entropy: right, and wrong in the ways that people write them."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F

from nblib.checks import grad_of
from nblib.checks.mistakes import Mistakes
from nblib.oracles.activations.common import Tensor

__all__ = [
    "CROSS_ENTROPY",
    "CROSS_ENTROPY_EXTREME",
    "LOG_SOFTMAX",
    "LOG_SOFTMAX_EXTREME",
    "cross_entropy",
    "log_softmax",
]

# The logarithm of the softmax


def log_softmax(logits: Tensor) -> Tensor:
    """Return the logarithm of the softmax of each row, shifted first by its largest entry.

    Source: Blanchard, Higham and Higham (2021).
    """
    shifted = logits - logits.max(dim=1, keepdim=True).values
    return shifted - _lse(shifted)


def _lse(s: Tensor) -> Tensor:
    """Return log Σ exp of each row, (n, 1)."""
    return torch.logsumexp(s, dim=1, keepdim=True)


def _sum(s: Tensor) -> Tensor:
    return s.sum(dim=1, keepdim=True)


def _shifted(s: Tensor, by: Tensor) -> Tensor:
    return s - by - _sum(torch.exp(s - by)).log()


LOG_SOFTMAX: Mistakes = {
    "Each column sums to 1 here. The classes lie side by side: sum over the rows.": (
        lambda s: torch.log_softmax(s, dim=0)
    ),
    "That is the softmax itself. Its logarithm is wanted.": lambda s: torch.softmax(s, dim=1),
    "One sum over all entries: each example needs its own.": lambda s: s - s.logsumexp((0, 1)),
    "The largest score was taken out of the sum, and not of the score: shift both, or neither.": (
        lambda s: s - _lse(s - s.max(dim=1, keepdim=True).values)
    ),
    "The largest score was taken out of the score, and not of the sum: shift both, or neither.": (
        lambda s: s - s.max(dim=1, keepdim=True).values - _lse(s)
    ),
    "The largest of each column was taken out. All scores of an example are shifted alike.": (
        lambda s: log_softmax(s - s.max(dim=0).values)
    ),
    "The logarithm of the sum is missing.": lambda s: s - _sum(s.exp()),
    "The sum is of e to the scores; you add the scores themselves.": lambda s: s - _sum(s).log(),
    "The mean stands where the sum is wanted.": lambda s: s - _lse(s) + math.log(s.shape[1]),
    "That is the distance to the largest score. The softmax counts the others, too.": (
        lambda s: s - s.max(dim=1, keepdim=True).values
    ),
    "Subtract the logarithm of the sum; you divide by it.": lambda s: s / _lse(s),
    "That is a softmax of the softmax. Once is enough.": (
        lambda s: log_softmax(torch.softmax(s, dim=1))
    ),
    "That is the logarithm of the sigmoid, each score by itself. A softmax divides by the sum.": (
        F.logsigmoid
    ),
    "The logarithm is the natural one; you took that to base 10.": (
        lambda s: log_softmax(s) / math.log(10)
    ),
    "The logarithm is the natural one; you took that to base 2.": (
        lambda s: log_softmax(s) / math.log(2)
    ),
}


LOG_SOFTMAX_EXTREME: Mistakes = {
    "exp overflows at 10,000. Take the largest score out first.": lambda s: s - _sum(s.exp()).log(),
    "The softmax has rounded to 0, and log 0 = −∞. Never form it: stay in logarithms.": (
        lambda s: torch.softmax(s, dim=1).log()
    ),
    "A small number inside the logarithm hides the zero, and puts a wrong number there.": (
        lambda s: (torch.softmax(s, dim=1) + 1e-9).log()
    ),
    "What you take out is not the largest score of each example.": (lambda s: _shifted(s, s.max())),
    "You took the first score out. Another may be larger, and overflows: take the largest.": (
        lambda s: _shifted(s, s[:, :1])
    ),
    "You took the smallest score out, or the mean. Larger ones overflow: take the largest.": (
        lambda s: _shifted(s, s.min(dim=1, keepdim=True).values)
    ),
}


# Cross-entropy, and its gradient


def cross_entropy(logits: Tensor, y: Tensor) -> tuple[float, Tensor]:
    """Return the mean cross-entropy of labels y, (n,), and its gradient by the logits, (n, C)."""
    return _cross_entropy()(logits, y)


def _cross_entropy(
    loss: Callable[[Tensor, Tensor], Tensor] = lambda log_p, hot: -(log_p * hot).sum() / len(hot),
    gradient: Callable[[Tensor, Tensor], Tensor] = lambda p, hot: (p - hot) / len(hot),
    log_p: Callable[[Tensor], Tensor] = log_softmax,
) -> Callable[[Tensor, Tensor], tuple[float, Tensor]]:
    """Return a cross-entropy whose loss is made of log p and one-hot labels, its gradient of p."""

    def answer(logits: Tensor, y: Tensor) -> tuple[float, Tensor]:
        hot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
        log = log_p(logits)
        return loss(log, hot).item(), gradient(log.exp(), hot)

    return answer


def _two_softmaxes(logits: Tensor, y: Tensor) -> tuple[float, Tensor]:
    def loss(s: Tensor) -> Tensor:
        return F.cross_entropy(torch.softmax(s, dim=1), y)

    return loss(logits).item(), grad_of(loss, logits)


CROSS_ENTROPY: Mistakes = {
    "There is a softmax before a loss that has one inside. Hand it the raw scores.": _two_softmaxes,
    "Your loss has a softmax before a loss that has one inside. Hand it the raw scores.": (
        lambda s, y: (_two_softmaxes(s, y)[0], cross_entropy(s, y)[1])
    ),
    "That is the sum over the examples. The mean is wanted.": _cross_entropy(
        lambda log_p, hot: -(log_p * hot).sum(), lambda p, hot: p - hot
    ),
    "The loss is a mean, its gradient is not: divide it by the number of examples as well.": (
        _cross_entropy(gradient=lambda p, hot: p - hot)
    ),
    "The gradient is that of a mean, the loss is not: divide it by the number of examples.": (
        _cross_entropy(lambda log_p, hot: -(log_p * hot).sum())
    ),
    "The gradient points the wrong way: softmax minus one-hot.": _cross_entropy(
        gradient=lambda p, hot: (hot - p) / len(hot)
    ),
    "The minus is missing: a loss is never negative here.": _cross_entropy(
        lambda log_p, hot: (log_p * hot).sum() / len(hot)
    ),
    "The mean is over the examples, not over examples and classes.": _cross_entropy(
        lambda log_p, hot: -(log_p * hot).mean(), lambda p, hot: (p - hot) / hot.numel()
    ),
    "Your loss is a mean over examples and classes. It is wanted over the examples.": (
        _cross_entropy(lambda log_p, hot: -(log_p * hot).mean())
    ),
    "Your gradient is divided by the number of entries. Divide it by the number of examples.": (
        _cross_entropy(gradient=lambda p, hot: (p - hot) / hot.numel())
    ),
    "That is minus the probability of the label. Its logarithm is wanted.": _cross_entropy(
        lambda log_p, hot: -(log_p.exp() * hot).sum() / len(hot)
    ),
    "The softmax runs over the examples. It runs over the classes of each.": _cross_entropy(
        log_p=lambda s: torch.log_softmax(s, dim=0)
    ),
    "That is the loss of the surest class. The label decides which one counts.": (
        lambda s, y: cross_entropy(s, s.argmax(dim=1))
    ),
    "That is the binary cross-entropy of every class. Only the label's logarithm counts.": (
        _cross_entropy(
            lambda log_p, hot: F.binary_cross_entropy(log_p.exp(), hot, reduction="sum") / len(hot)
        )
    ),
    "That is the squared error. The cross-entropy is minus the logarithm that the label got.": (
        _cross_entropy(lambda log_p, hot: ((log_p.exp() - hot) ** 2).sum() / len(hot))
    ),
    "One-hot is missing in the gradient: softmax minus one-hot.": _cross_entropy(
        gradient=lambda p, hot: p / len(hot)
    ),
    "The other classes are missing in the gradient: only the label's entry is left.": (
        _cross_entropy(gradient=lambda p, hot: (p - hot) * hot / len(hot))
    ),
    "That is the gradient by the probabilities, −1/p. It is wanted by the scores.": _cross_entropy(
        gradient=lambda p, hot: -hot / p / len(hot)
    ),
    "Your gradient has the logarithm of the softmax. Softmax minus one-hot is wanted.": (
        _cross_entropy(gradient=lambda p, hot: (p.log() - hot) / len(hot))
    ),
    "Your gradient has the scores themselves. Softmax minus one-hot is wanted.": lambda s, y: (
        cross_entropy(s, y)[0],
        (s - F.one_hot(y, s.shape[1])) / len(y),
    ),
}


CROSS_ENTROPY_EXTREME: Mistakes = {
    "exp overflows at 10,000. Use log_softmax, or take the largest score out first.": (
        _cross_entropy(log_p=lambda s: (s.exp() / _sum(s.exp())).log())
    ),
    "Your loss holds, the softmax of your gradient overflows. Take the largest score out.": (
        lambda s, y: (
            cross_entropy(s, y)[0],
            (s.exp() / _sum(s.exp()) - F.one_hot(y, s.shape[1])) / len(y),
        )
    ),
    "The softmax has rounded to 0, and log 0 = −∞. Never form it: stay in logarithms.": (
        lambda s, y: (
            F.nll_loss(torch.softmax(s, dim=1).log(), y).item(),
            cross_entropy(s, y)[1],
        )
    ),
    "A small number inside the logarithm hides the zero, and puts a wrong number there.": (
        lambda s, y: (
            F.nll_loss((torch.softmax(s, dim=1) + 1e-9).log(), y).item(),
            cross_entropy(s, y)[1],
        )
    ),
}
