"""A starting bias and the focal loss: right, and wrong in the ways that people write them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks import grad_of
from nblib.checks.mistakes import Mistakes
from nblib.oracles.imbalance.weighting import logit

__all__ = [
    "FOCAL",
    "FOCAL_ENDS",
    "FOCAL_SLOPE",
    "STARTING_BIAS",
    "focal_loss",
    "focal_slope",
    "starting_bias",
]

# --- The loss -------------------------------------------------------------------------------------


def starting_bias(y: Tensor) -> float:
    """Return the logit of the share of class 1: Lin et al. (2017), section 4.1."""
    return logit(y.double().mean().item())


def _of_share(rule: Callable[[float], float]) -> Callable[[Tensor], float]:
    return lambda y: rule(y.double().mean().item())


STARTING_BIAS: Mistakes = {
    "The sign is flipped. Is σ(b) the share of the positives?": _of_share(lambda s: -logit(s)),
    "You take the rarer class, whichever it is. π is the share of class 1.": (
        _of_share(lambda s: -abs(logit(s)))
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
        _of_share(lambda s: logit(s) / math.log(10))
    ),
    "The logarithm is the natural one, not to base 2.": (
        _of_share(lambda s: logit(s) / math.log(2))
    ),
    "That is the sigmoid of the share. Its inverse is wanted, the logit.": (
        _of_share(lambda s: 1 / (1 + math.exp(-s)))
    ),
    "You took π = 0.01. Here π is the share of the positives in y.": lambda y: logit(0.01),
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
    "The loss stops growing: something is clamped, or an ε is added in the logarithm. Take log p_t "
    "from the logit as it is.": _focal(_clamped(1e-9)),
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
