"""How wrong is it? The mean squared error: right, and wrong in the ways that people write it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["MSE", "mean_squared_error"]


def mean_squared_error(y_hat: Tensor, y: Tensor) -> Tensor:
    """Return the mean of the squared differences of two tensors of one shape, a scalar."""
    return ((y_hat - y) ** 2).mean()


def _of_error(loss: Callable[[Tensor], Any]) -> Callable[[Tensor, Tensor], Any]:
    return lambda y_hat, y: loss(y_hat - y)


MSE: Mistakes = {
    "That is the mean difference. Square each difference first, or they cancel.": _of_error(
        lambda e: e.mean()
    ),
    "That is the mean of y - y_hat. Square each difference first, or they cancel.": _of_error(
        lambda e: (-e).mean()
    ),
    "That is the mean absolute difference. Square instead.": _of_error(lambda e: e.abs().mean()),
    "That is the sum. Divide by how many there are.": _of_error(lambda e: (e**2).sum()),
    "You add up the differences. Square each, and divide the sum by how many there are.": (
        _of_error(lambda e: e.sum())
    ),
    "Half of it: some books write ½ in front, this formula has none.": _of_error(
        lambda e: (e**2).mean() / 2
    ),
    "The square comes before the mean, not after it.": _of_error(lambda e: e.mean() ** 2),
    "The square comes before the sum, and the sum is divided by n, not by n².": _of_error(
        lambda e: e.sum() ** 2 / e.numel()
    ),
    "That is the root of it. The formula has no root.": _of_error(lambda e: (e**2).mean().sqrt()),
    "That is the length of the differences, a root of a sum. The mean of the squares is wanted.": (
        _of_error(lambda e: e.norm())
    ),
    "Divide by n, not by n - 1: this is no estimate of a variance.": _of_error(
        lambda e: (e**2).sum() / (e.numel() - 1)
    ),
    "That is the variance of the differences. Do not subtract their mean.": _of_error(
        lambda e: e.var(correction=0)
    ),
    "You divide by the number of rows. Divide by the number of all entries.": _of_error(
        lambda e: (e**2).sum() / len(e)
    ),
    "These are the means of the columns. One number is wanted: the mean of all.": _of_error(
        lambda e: (e**2).mean(dim=0)
    ),
    "These are the squares. One number is wanted: their mean.": _of_error(lambda e: e**2),
    "You square the numbers before you subtract. Subtract, then square.": (
        lambda y_hat, y: (y_hat**2 - y**2).mean()
    ),
    "You multiply the difference by 2. Square it.": _of_error(lambda e: (2 * e).mean()),
    "That is the median of the squares. Their mean is wanted.": _of_error(
        lambda e: (e**2).median()
    ),
    "The predictions are squared, and the targets are not subtracted.": (
        lambda y_hat, y: (y_hat**2).mean()
    ),
    "You add prediction and target. Subtract.": lambda y_hat, y: ((y_hat + y) ** 2).mean(),
}
