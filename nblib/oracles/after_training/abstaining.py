"""From which confidence on may a model answer?"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["ABSTAINING", "some_answers", "some_just_good_enough", "threshold"]

Pair = tuple[float, float]


def threshold(
    confidence: Tensor,
    correct: Tensor,
    target: float,
    *,
    answered: Callable[[Tensor, float], Tensor] = lambda confidence, t: confidence >= t,
    enough: Callable[[float, float], bool] = lambda accuracy, target: accuracy >= target,
    accuracy: Callable[[Tensor, Tensor], float] = lambda right, some: right[some].mean().item(),
    choose: Callable[[list[float]], float] = min,
    nobody: float = math.inf,
) -> Pair:
    """Return the smallest threshold whose answers are right often enough, and their share."""
    right = correct.double()
    good = []
    for t in confidence.unique().tolist():
        some = answered(confidence, t)
        if some.any() and enough(accuracy(right, some), target):
            good.append(t)
    if not good:
        return nobody, 0.0
    t = choose(good)
    return t, answered(confidence, t).double().mean().item()


def some_answers(num: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return confidences with ties, (num,) float64, and whether each answer was right."""
    confidence = (torch.rand(num, generator=generator, dtype=torch.float64) * 40).ceil() / 40
    lucky = torch.rand(num, generator=generator, dtype=torch.float64)
    return confidence, lucky < 0.35 + 0.6 * confidence


def some_just_good_enough(generator: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    """Return confidences, whether each was right, and a target that all together just reach.

    The share is the target in float64; in float32, or as a product, it need not be.
    """
    cases = []
    for num_right, num in ((7, 25), (9, 10), (11, 20)):
        order = torch.randperm(num, generator=generator)
        confidence = (order + 1).double() / (num + 1)
        right = torch.randperm(num, generator=generator) < num_right
        cases.append((confidence, right, num_right / num))
    return cases


def _with(**parts: Any) -> Callable[..., Pair]:
    return lambda *case: threshold(*case, **parts)


def _row_by_row(confidence: Tensor, correct: Tensor, target: float, stop: bool) -> Pair:
    """Take examples one by one, the surest first; ties are cut."""
    order = confidence.argsort(descending=True, stable=True)
    best = 0
    right = correct[order].double().cumsum(dim=0)
    for k in range(1, len(order) + 1):
        if right[k - 1] / k >= target:
            best = k
        elif stop:
            break
    if not best:
        return math.inf, 0.0
    return confidence[order[best - 1]].item(), best / len(order)


def _with_ties_cut(stop: bool) -> Callable[..., Pair]:
    return lambda confidence, correct, target: _row_by_row(confidence, correct, target, stop)


def _until_failure(confidence: Tensor, correct: Tensor, target: float) -> Pair:
    found = (math.inf, 0.0)
    for t in confidence.unique().flip(0).tolist():
        some = confidence >= t
        if correct[some].double().mean() < target:
            break
        found = t, some.double().mean().item()
    return found


def _of_the_unsure(confidence: Tensor, correct: Tensor, target: float) -> Pair:
    t, share = threshold(-confidence, correct, target)
    return -t, share


ABSTAINING: Mistakes = {
    "You stop at the first threshold, from above, that is not good enough. A lower one may be good "
    "again: the accuracy goes up and down.": _until_failure,
    "Equal confidences are cut apart: some are answered and others are not. Whoever has just the "
    "threshold is answered.": _with_ties_cut(stop=False),
    "You stop at the first example that spoils the accuracy, and cut equal confidences apart.": (
        _with_ties_cut(stop=True)
    ),
    "Whoever has just the threshold is answered, too: ≥.": _with(
        answered=lambda confidence, t: confidence > t
    ),
    "An accuracy of just the target is enough.": _with(
        enough=lambda accuracy, target: accuracy > target
    ),
    "The right ones are divided by all examples. Divide by those that are answered.": _with(
        accuracy=lambda right, some: (right * some).mean().item()
    ),
    "That is the largest threshold that is good enough. The smallest answers most.": _with(
        choose=max
    ),
    "The unsure are answered, and the sure are not.": _of_the_unsure,
    "The threshold is right, and its share is that of the examples that are *not* answered.": (
        lambda *case: (threshold(*case)[0], 1 - threshold(*case)[1])
    ),
    "The threshold is right. The second number is the accuracy; the share of answered examples is "
    "wanted.": lambda confidence, correct, target: (
        t := threshold(confidence, correct, target)[0],
        correct[confidence >= t].double().mean().item() if t < math.inf else 0.0,
    ),
    "The threshold is right. The second is a number of examples; their share is wanted.": (
        lambda confidence, correct, target: (
            threshold(confidence, correct, target)[0],
            threshold(confidence, correct, target)[1] * len(confidence),
        )
    ),
    "Where no threshold is good enough, nobody is answered: math.inf, and a share of 0.": _with(
        nobody=1.0
    ),
    "That is the target taken as a threshold: whoever is sure to that degree. Measure how often "
    "the answers are right.": lambda confidence, correct, target: (
        target,
        (confidence >= target).double().mean().item(),
    ),
    "The two results are exchanged: the threshold first.": lambda *case: threshold(*case)[::-1],
}
