"""Class weights, and taking them back: right, and wrong in the ways that people write them."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = [
    "CLASS_WEIGHTS",
    "POSITIVE_WEIGHT",
    "PRIOR",
    "class_weights",
    "correct_prior",
    "logit",
    "positive_weight",
]

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
    shift = logit(true_share) - logit(trained_share)
    return torch.sigmoid(torch.logit(p.double()) + shift).to(p.dtype)


def logit(share: float) -> float:
    return math.log(share / (1 - share))


def _odds_times(
    factor: Callable[[float, float], float],
) -> Callable[[Tensor, float, float], Tensor]:
    """Return a correction that multiplies the odds by factor(trained share, true share)."""
    return lambda p, trained, true: (r := factor(trained, true)) * p / (r * p + 1 - p)


def _ratio(trained: float, true: float) -> float:
    return math.exp(logit(true) - logit(trained))


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
    "away.": _odds_times(lambda trained, true: math.exp(logit(true))),
    "You take the training's prior away and do not put the true one in its place.": (
        _odds_times(lambda trained, true: math.exp(-logit(trained)))
    ),
    "You put the true prior on top of the training's. Take the training's away.": (
        _odds_times(lambda trained, true: math.exp(logit(true) + logit(trained)))
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
