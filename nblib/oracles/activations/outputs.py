"""Yes or no, and what an output can say: right, and wrong in the ways that people write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.oracles.activations.common import Tensor

__all__ = ["BCE", "BCE_EXTREME", "OUTPUTS", "bce_with_logits", "follow_choice"]

# Yes or no


def bce_with_logits(z: Tensor, y: Tensor) -> float:
    """Return the mean binary cross-entropy of the scores z for the labels y, 0 or 1."""
    return _bce_each(z, y).mean().item()


def _bce_each(z: Tensor, y: Tensor) -> Tensor:
    return z.clamp(min=0) - z * y + _soft(z)


def _soft(z: Tensor) -> Tensor:
    return torch.log1p(torch.exp(-z.abs()))


BCE: Mistakes = {
    "There is a sigmoid before a loss that has one inside. Hand it the raw scores.": (
        lambda z, y: bce_with_logits(torch.sigmoid(z), y)
    ),
    "The labels are exchanged: y = 1 wants a high score.": lambda z, y: bce_with_logits(z, 1 - y),
    "That is the sum. The mean is wanted.": lambda z, y: _bce_each(z, y).sum().item(),
    "The sum is divided by the number of rows. Divide it by the number of entries.": (
        lambda z, y: _bce_each(z, y).sum().item() / len(z)
    ),
    "That is the cost of each example. Return the mean over all of them.": _bce_each,
    "That is a mean for each column. One mean over all examples is wanted.": (
        lambda z, y: _bce_each(z, y).mean(dim=0)
    ),
    "Only the examples with y = 1 count in your loss. The others lose −log(1 − σ).": (
        lambda z, y: (y * _bce_each(z, y)).mean().item()
    ),
    "Only the examples with y = 0 count in your loss. The others lose −log σ.": (
        lambda z, y: ((1 - y) * _bce_each(z, y)).mean().item()
    ),
    "The minus is missing: this loss is never negative.": lambda z, y: -bce_with_logits(z, y),
    "That is the squared error of σ(z), which goes flat where the score is far off.": (
        lambda z, y: ((torch.sigmoid(z) - y) ** 2).mean().item()
    ),
    "max(z, 0) is missing.": lambda z, y: (_soft(z) - z * y).mean().item(),
    "The first term is max(z, 0), not |z|.": (
        lambda z, y: (z.abs() - z * y + _soft(z)).mean().item()
    ),
    "The first term is max(z, 0), not z.": lambda z, y: (z - z * y + _soft(z)).mean().item(),
    "The middle term is −zy, with a minus.": (
        lambda z, y: (z.clamp(min=0) + z * y + _soft(z)).mean().item()
    ),
    "The middle term, −zy, is missing.": lambda z, y: (z.clamp(min=0) + _soft(z)).mean().item(),
    "The last term, log(1 + e^−|z|), is missing.": (
        lambda z, y: (z.clamp(min=0) - z * y).mean().item()
    ),
    "In the last term the exponent is −|z|, with a minus.": (
        lambda z, y: (z.clamp(min=0) - z * y + torch.log1p(z.abs().exp())).mean().item()
    ),
    "The last term is added; you subtract it.": (
        lambda z, y: (z.clamp(min=0) - z * y - _soft(z)).mean().item()
    ),
    "log(1 + e^−zy) is for labels −1 and 1. Here they are 0 and 1.": (
        lambda z, y: F.softplus(-z * y).mean().item()
    ),
    "The labels stand in the place of the scores, and the scores in theirs.": (
        lambda z, y: bce_with_logits(y, z)
    ),
}


BCE_EXTREME: Mistakes = {
    "Without the |z|, exp(−z) overflows at −10,000.": (
        lambda z, y: (z - z * y + torch.log(1 + torch.exp(-z))).mean().item()
    ),
    "exp(z) overflows at 10,000: take max(z, 0) out first.": (
        lambda z, y: (torch.log(1 + torch.exp(z)) - z * y).mean().item()
    ),
    "0 · log 0 is no number. Never form σ: stay with the score.": (
        lambda z, y: (
            -(y * torch.sigmoid(z).log() + (1 - y) * (1 - torch.sigmoid(z)).log()).mean().item()
        )
    ),
    "σ has rounded to 0 or 1, and log 0 = −∞. Never form it: stay with the score.": (
        lambda z, y: -torch.where(y > 0, torch.sigmoid(z), 1 - torch.sigmoid(z)).log().mean().item()
    ),
    "The loss stops at 100, as that of F.binary_cross_entropy does; there its gradient is 0.": (
        lambda z, y: F.binary_cross_entropy(torch.sigmoid(z), y).item()
    ),
    "A small number inside the logarithm hides the zero, and puts a wrong number there.": (
        lambda z, y: (
            -torch.where(y > 0, torch.sigmoid(z) + 1e-9, 1 - torch.sigmoid(z) + 1e-9)
            .log()
            .mean()
            .item()
        )
    ),
}


# What can it say?

_FLAT = (
    "A sigmoid with squared error goes flat where it is most wrong: its gradient carries the "
    "factor y(1 − y)."
)


# For each task the right (activation, loss), and what is to be said of each wrong name.
OUTPUTS: dict[str, tuple[tuple[str, str], dict[str, str]]] = {
    "digit": (
        ("softmax", "cross-entropy"),
        {
            "none": "Raw scores are no probabilities: they neither lie between 0 and 1 nor sum to "
            "1. For one of ten classes: softmax.",
            "sigmoid": "Ten sigmoids could all say yes. Exactly one class is right: let them "
            "compete.",
            "exp": "exp makes scores positive, and still they do not sum to 1. Divided by their "
            "sum it is the softmax.",
            "squared error": "Squared error behind a softmax goes flat where the network is surely "
            "wrong. The logarithm undoes the exponential.",
            "binary cross-entropy": "With softmax goes cross-entropy: minus the logarithm of the "
            "one right class.",
            "Poisson": "A class is no count: the digit 9 is not more than the digit 3.",
        },
    ),
    "tags": (
        ("sigmoid", "binary cross-entropy"),
        {
            "none": "Raw scores are no probabilities. Each tag is a question of yes or no by "
            "itself: which activation runs from 0 to 1?",
            "softmax": "Softmax outputs sum to 1: a second tag could only be had at the cost of "
            "the first.",
            "exp": "exp grows above 1. For each tag a probability is wanted.",
            "squared error": _FLAT,
            "cross-entropy": "Cross-entropy knows one right class for each photo. Here any number "
            "of tags may fit.",
            "Poisson": "For each tag it is yes or no: there is nothing to count.",
        },
    ),
    "spam": (
        ("sigmoid", "binary cross-entropy"),
        {
            "none": "A raw score is no probability. Which activation runs from 0 to 1?",
            "softmax": "The softmax of a single score is 1, whatever the score.",
            "exp": "exp grows above 1. A probability of spam is wanted.",
            "squared error": _FLAT,
            "cross-entropy": "Cross-entropy picks one of several outputs. Here is a single one, "
            "for yes or no.",
            "Poisson": "A mail is spam or it is not: there is nothing to count.",
        },
    ),
    "temperature": (
        ("none", "squared error"),
        {
            "sigmoid": "A sigmoid never leaves the range from 0 to 1, which is cold for noon.",
            "softmax": "The softmax of a single number is 1: every day the same temperature.",
            "exp": "A temperature may be below zero, and exp is not.",
            "cross-entropy": "Cross-entropy is for classes. A temperature is a number, and near "
            "is better than far.",
            "binary cross-entropy": "Binary cross-entropy is for yes or no. A temperature is a "
            "number.",
            "Poisson": "Poisson is for counts, 0, 1, 2, …; a temperature may be −3.5.",
        },
    ),
    "visitors": (
        ("exp", "Poisson"),
        {
            "none": "Without an activation the expected number of visitors may come out negative.",
            "sigmoid": "A sigmoid never says more than 1. A museum hopes for more visitors.",
            "softmax": "The softmax of a single number is 1: one visitor, every day.",
            "squared error": "Squared error minds ten too many at 20 visitors and at 20,000 alike. "
            "The scatter of a count grows with it: Poisson.",
            "cross-entropy": "Cross-entropy is for classes. 100 visitors are nearer to 101 than "
            "to 5,000, and it does not know.",
            "binary cross-entropy": "Binary cross-entropy is for yes or no. Visitors are counted.",
        },
    ),
}


_NAMES = (
    ("none", "sigmoid", "softmax", "exp"),
    ("squared error", "cross-entropy", "binary cross-entropy", "Poisson"),
)


def follow_choice(check: Exercise, answer: Callable[[str], Any]) -> None:
    """Check that an answer names the output activation and the loss of every task."""
    for task, (right, why_not) in OUTPUTS.items():
        came = check.call(answer, task)
        check.that(came is not None, "Your function returned None: is the `return` missing?")
        check.that(
            isinstance(came, list | tuple) and len(came) == 2,
            "Two names are wanted, the activation and the loss: `return activation, loss`.",
        )
        came = tuple(came)
        check.that(
            came[::-1] != right, "The two are exchanged: the activation first, then the loss."
        )
        for name, known in zip(came, _NAMES, strict=True):
            check.that(name in known, f"{name!r} is not on the list: {', '.join(known)}.")
        for name, wanted in zip(came, right, strict=True):
            check.that(name == wanted, why_not.get(name, ""))
