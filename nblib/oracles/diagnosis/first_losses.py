"""The loss before the first step: what a network that knows nothing must have."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["FIRST_LOSS", "first_loss"]

Pair = tuple[float, float]


def _entropy(shares: Tensor) -> float:
    return torch.special.entr(shares).sum().item()


def first_loss(counts: Tensor) -> Pair:
    """Return the log loss of equal probabilities, and of the classes' own shares."""
    shares = counts.double() / counts.sum()
    return math.log(len(counts)), _entropy(shares)


def _present(counts: Tensor) -> Tensor:
    return counts[counts > 0]


def _both(change: Callable[[float], float]) -> Callable[[Tensor], Pair]:
    def wrong(counts: Tensor) -> Pair:
        equal, own = first_loss(counts)
        return change(equal), change(own)

    return wrong


def _with(
    equal: Callable[[Tensor], float] | None = None, own: Callable[[Tensor], float] | None = None
) -> Callable[[Tensor], Pair]:
    """Return `first_loss` with one of its two numbers computed otherwise."""

    def wrong(counts: Tensor) -> Pair:
        right = first_loss(counts)
        return equal(counts) if equal else right[0], own(counts) if own else right[1]

    return wrong


def _products(counts: Tensor) -> float:
    shares = counts.double() / counts.sum()
    return -(shares * shares.log()).sum().item()  # 0 times −∞


def _plain_mean(counts: Tensor) -> float:
    return -(_present(counts).double() / counts.sum()).log().mean().item()


def _of_largest(counts: Tensor) -> float:
    return -math.log(counts.max().item() / counts.sum().item())


FIRST_LOSS: Mistakes = {
    "The logarithms are to the base 2. Natural ones are wanted, `math.log` and `torch.log`.": (
        _both(lambda x: x / math.log(2))
    ),
    "The logarithms are to the base 10. Natural ones are wanted, `math.log` and `torch.log`.": (
        _both(lambda x: x / math.log(10))
    ),
    "Both losses are negative: a probability is below 1, so its logarithm is.": _both(lambda x: -x),
    "The two losses are exchanged: equal probabilities first.": lambda counts: first_loss(counts)[
        ::-1
    ],
    "A class that never occurs makes NaN: 0 times the logarithm of 0. Let it count 0.": _with(
        own=_products
    ),
    "For equal probabilities, classes that do not occur are left out. The network has an output "
    "for them, too.": _with(equal=lambda counts: math.log(len(_present(counts)))),
    "The first is the probability 1/C. Its loss is wanted.": _with(
        equal=lambda counts: 1 / len(counts)
    ),
    "The first is the logarithm of the number of examples. The number of classes counts.": _with(
        equal=lambda counts: math.log(counts.sum().item())
    ),
    "The second weights all classes alike. A class counts as often as it occurs.": _with(
        own=_plain_mean
    ),
    "The second is a sum over all examples. Its mean is wanted.": _with(
        own=lambda counts: counts.sum().item() * first_loss(counts)[1]
    ),
    "The second divides by the number of classes once more: the weights p add up to 1 already.": (
        _with(own=lambda counts: first_loss(counts)[1] / len(counts))
    ),
    "The second is the loss on the largest class alone. All examples count.": _with(
        own=_of_largest
    ),
    "Both are the logarithm of the number of classes. The second knows how often each occurs.": (
        _with(own=lambda counts: math.log(len(counts)))
    ),
}
