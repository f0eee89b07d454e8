"""Probabilities that are to be believed: temperature, and the expected calibration error."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from scipy.optimize import minimize_scalar
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["ECE", "TEMPERATURE", "TEMPERATURE_FAR", "ece", "fit_temperature", "guesses"]

# Temperature


def fit_temperature(logits: Tensor, y: Tensor) -> float:
    """Return the T with the smallest cross-entropy of logits / T; 1/T by bisection of its slope.

    The loss is convex in s = 1/T: its slope there is mean of Σ p_k z_k − z_y, which rises with s.
    """
    z = logits.double()
    true = z.gather(1, y[:, None])[:, 0]

    def slope(s: float) -> float:
        return (((s * z).softmax(dim=1) * z).sum(dim=1) - true).mean().item()

    low, high = math.log(1e-3), math.log(1e3)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(math.exp(middle)) < 0 else (low, middle)
    return math.exp(-(low + high) / 2)


def guesses(
    generator: torch.Generator, n: int, num_classes: int, temperature: float, size: float = 2.0
) -> tuple[Tensor, Tensor]:
    """Return logits, (n, num_classes) float64, and labels: T is about `temperature` for them."""
    z = size * torch.randn(n, num_classes, generator=generator, dtype=torch.float64)
    y = torch.multinomial(z.softmax(dim=1), 1, generator=generator)[:, 0]
    return temperature * z, y


def _searched(loss: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], float]:
    """Return an answer that minimizes loss(logits / T, y) over log T, by SciPy."""

    def wrong(logits: Tensor, y: Tensor) -> float:
        z = logits.double()
        found = minimize_scalar(
            lambda u: loss(z / math.exp(u), y).item(), bounds=(-7, 7), method="bounded"
        )
        return math.exp(found.x)

    return wrong


def _changed(change: Callable[[float], float]) -> Callable[[Tensor, Tensor], float]:
    return lambda logits, y: change(fit_temperature(logits, y))


def _brier(logits: Tensor, y: Tensor) -> Tensor:
    p = logits.softmax(dim=1)
    return (p - F.one_hot(y, p.shape[1])).square().sum(dim=1).mean()


def _confidence_gap(logits: Tensor, y: Tensor) -> Tensor:
    p = logits.softmax(dim=1)
    return (p.amax(dim=1).mean() - (p.argmax(dim=1) == y).double().mean()).square()


def _by_steps(lr: float, num_steps: int) -> Callable[[Tensor, Tensor], float]:
    """Return an answer by gradient descent on T, from 1."""

    def wrong(logits: Tensor, y: Tensor) -> float:
        z, T = logits.double(), torch.ones((), dtype=torch.float64, requires_grad=True)
        for _ in range(num_steps):
            (slope,) = torch.autograd.grad(F.cross_entropy(z / T, y), T)
            T = (T - lr * slope).detach().requires_grad_()
        return T.item()

    return wrong


TEMPERATURE: Mistakes = {
    "That is 1/T: you multiply the logits. Divide them.": _changed(lambda T: 1 / T),
    "That is log T. Return T.": _changed(math.log),
    "That is T². Return T.": _changed(lambda T: T * T),
    "That is √T. Return T.": _changed(math.sqrt),
    "Softmax is taken twice: `F.cross_entropy` wants logits, not probabilities.": _searched(
        lambda z, y: F.cross_entropy(z.softmax(dim=1), y)
    ),
    "The probabilities are divided by T. Divide the logits, before the softmax.": (
        lambda logits, y: fit_temperature(logits.double().softmax(dim=1), y)
    ),
    "T never falls below 1. A model may also be too shy.": _changed(lambda T: max(T, 1.0)),
    "T never rises above 1. A model may also be too sure.": _changed(lambda T: min(T, 1.0)),
    "T is rounded to one decimal. Find it within 1 %.": _changed(lambda T: round(T, 1)),
    "T is always 1: nothing is fitted.": lambda logits, y: 1.0,
    "That is the T of the smallest squared error of the probabilities. Take the cross-entropy.": (
        _searched(_brier)
    ),
    "That is the T at which the mean confidence is the accuracy. Take the cross-entropy.": (
        _searched(_confidence_gap)
    ),
    "That is the T of the largest loss in your range. Look for the smallest.": _searched(
        lambda z, y: -F.cross_entropy(z, y)
    ),
    "That is the smallest loss. The T that has it is wanted.": lambda logits, y: F.cross_entropy(
        logits.double() / fit_temperature(logits, y), y
    ).item(),
    "The steps stop too early: 100 steps of gradient descent with lr 0.01 from T = 1 do not get "
    "there.": _by_steps(0.01, 100),
}

TEMPERATURE_FAR: Mistakes = {
    "T never rises above 10: look further.": _changed(lambda T: min(T, 10.0)),
    "T never rises above 5: look further.": _changed(lambda T: min(T, 5.0)),
    "T never falls below 0.1: look further.": _changed(lambda T: max(T, 0.1)),
    "T never falls below 0.5: look further.": _changed(lambda T: max(T, 0.5)),
    "That is 1/T: you multiply the logits. Divide them.": _changed(lambda T: 1 / T),
    "T is rounded to one decimal. Find it within 1 %.": _changed(lambda T: round(T, 1)),
    "T is always 1: nothing is fitted.": lambda logits, y: 1.0,
    "T never falls below 1. A model may also be too shy.": _changed(lambda T: max(T, 1.0)),
    "T never rises above 1. A model may also be too sure.": _changed(lambda T: min(T, 1.0)),
    "T stays between 0.1 and 10: look further.": _changed(lambda T: min(max(T, 0.1), 10.0)),
    "T stays between 0.5 and 5: look further.": _changed(lambda T: min(max(T, 0.5), 5.0)),
    "T stays between 0.1 and 5: look further.": _changed(lambda T: min(max(T, 0.1), 5.0)),
}

# Expected calibration error


def ece(
    p: Tensor,
    y: Tensor,
    num_bins: int,
    *,
    gap: Callable[[Tensor, Tensor], float] = lambda right, sure: (
        (right.mean() - sure.mean()).abs().item()
    ),
    weight: Callable[[int, int, int], float] = lambda m, n, used: m / n,
    sure: Callable[[Tensor], Tensor] = lambda p: p.amax(dim=1),
    right: Callable[[Tensor, Tensor], Tensor] = lambda p, y: p.argmax(dim=1) == y,
    last: bool = True,
) -> float:
    """Return Σ m_b/n · |accuracy − mean confidence| over bins of equal width: Guo et al. (2017)."""
    confidence, hits = sure(p.double()), right(p, y).double()
    bins = (confidence * num_bins).floor().long()
    if last:
        bins = bins.clamp(max=num_bins - 1)
    inside = [bins == number for number in range(num_bins)]
    used = [some for some in inside if some.any()]
    return sum(
        weight(int(some.sum()), len(p), len(used)) * gap(hits[some], confidence[some])
        for some in used
    )


def _with(**how: object) -> Callable[[Tensor, Tensor, int], float]:
    return lambda p, y, num_bins: ece(p, y, num_bins, **how)  # type: ignore[arg-type]


def _largest(p: Tensor, y: Tensor, num_bins: int) -> float:
    found: list[float] = []

    def gap(right: Tensor, sure: Tensor) -> float:
        found.append((right.mean() - sure.mean()).abs().item())
        return found[-1]

    ece(p, y, num_bins, gap=gap)
    return max(found)


def _middle_of_bin(p: Tensor, y: Tensor, num_bins: int) -> float:
    def gap(right: Tensor, sure: Tensor) -> float:
        number = min(int(sure[0] * num_bins), num_bins - 1)
        return abs(right.mean().item() - (number + 0.5) / num_bins)

    return ece(p, y, num_bins, gap=gap)


def _rooted(p: Tensor, y: Tensor, num_bins: int) -> float:
    return math.sqrt(_with(gap=lambda r, s: (r.mean() - s.mean()).square().item())(p, y, num_bins))


def _alike_many(p: Tensor, y: Tensor, num_bins: int) -> float:
    sure, order = p.double().amax(dim=1).sort()
    hits = (p.argmax(dim=1) == y)[order].double()
    parts = zip(hits.tensor_split(num_bins), sure.tensor_split(num_bins), strict=True)
    return sum(len(h) / len(p) * (h.mean() - s.mean()).abs().item() for h, s in parts if len(h))


ECE: Mistakes = {
    "All bins weigh alike. Each counts by its share of the examples.": _with(
        weight=lambda m, n, used: 1 / used
    ),
    "You divide by the number of all bins. Each bin counts by its share of the examples.": (
        lambda p, y, num_bins: _with(weight=lambda m, n, used: 1 / num_bins)(p, y, num_bins)
    ),
    "Gaps of different signs cancel. Take the absolute value in each bin.": _with(
        gap=lambda right, sure: (sure.mean() - right.mean()).item()
    ),
    "Gaps of different signs cancel: accuracy minus confidence. Take the absolute value in each "
    "bin.": _with(gap=lambda right, sure: (right.mean() - sure.mean()).item()),
    "The absolute value is taken of the sum, which is that of all examples in one bin. Take it in "
    "each bin.": lambda p, y, num_bins: abs(
        _with(gap=lambda right, sure: (right.mean() - sure.mean()).item())(p, y, num_bins)
    ),
    "A confidence of just 1 is in no bin. It belongs to the last.": _with(last=False),
    "You look at the probability of class 1. The confidence is the highest one.": _with(
        sure=lambda p: p[:, 1], right=lambda p, y: y == 1
    ),
    "The probability of class 1 is compared with whether the decision is right. The confidence is "
    "the highest probability.": _with(sure=lambda p: p[:, 1]),
    "The probability of the true class is taken for the confidence. A model does not know which "
    "that is: take the highest.": lambda p, y, num_bins: _with(
        sure=lambda p: p.gather(1, y[:, None])[:, 0]
    )(p, y, num_bins),
    "The middle of the bin stands for its mean confidence.": _middle_of_bin,
    "That is the largest gap of a bin. Take the mean gap, weighted.": _largest,
    "The gaps are squared. Take their absolute values.": _with(
        gap=lambda right, sure: (right.mean() - sure.mean()).square().item()
    ),
    "That is the root of the mean square of the gaps. Take their absolute values.": _rooted,
    "The bins have as many examples each. Make them equally wide.": _alike_many,
    "You take the mean of |right − confidence| over the examples. First the means in each bin, "
    "then their gap.": _with(gap=lambda right, sure: (right - sure).abs().mean().item()),
    "The gaps are multiplied by the number of examples. Divide by n.": _with(
        weight=lambda m, n, used: m
    ),
    "That is a sum of the gaps. Each counts by its share of the examples.": _with(
        weight=lambda m, n, used: 1.0
    ),
    "There is one bin too many: num_bins bins have num_bins + 1 edges, not + 2.": (
        lambda p, y, num_bins: ece(p, y, num_bins + 1)
    ),
    "There is one bin too few: num_bins edges make num_bins − 1 bins.": lambda p, y, num_bins: ece(
        p, y, num_bins - 1
    ),
}
