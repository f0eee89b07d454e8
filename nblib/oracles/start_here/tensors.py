"""Three small exercises on tensors: right, and wrong in the ways that beginners write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["CAPPED", "CENTRED", "GRADIENT", "capped", "centre_columns", "mse_gradient"]


def centre_columns(X: Tensor) -> Tensor:
    """Return X (n, num_columns) with the mean of each column taken off."""
    return X - X.mean(dim=0)


CENTRED: Mistakes = {
    "You subtract the mean of all entries. Each column has a mean of its own: `dim=0`.": lambda X: (
        X - X.mean()
    ),
    "You subtract the mean of each row. `dim=0` runs down the rows and leaves one for each "
    "column.": lambda X: X - X.mean(dim=1, keepdim=True),
    "These are the means of the rows, subtracted along the columns, which only fits where there "
    "are as many of both: `dim=0`.": lambda X: X - X.mean(dim=1),
    "These are the means of the columns. Subtract them from X.": lambda X: X.mean(dim=0),
    "You subtract X from the means. It is the other way round.": lambda X: X.mean(dim=0) - X,
    "You add the means. Subtract them.": lambda X: X + X.mean(dim=0),
    "You subtract the sums of the columns. Their means are wanted.": lambda X: X - X.sum(dim=0),
    "You subtract the smallest of each column. The mean is wanted.": lambda X: X - X.amin(dim=0),
    "You subtract the largest of each column. The mean is wanted.": lambda X: X - X.amax(dim=0),
    "You subtract the first row. The mean of each column is wanted.": lambda X: X - X[0],
    "You subtract the median of each column. The mean is wanted.": lambda X: (
        X - X.median(dim=0).values
    ),
    "You divide by the standard deviation too. Only the mean is to go.": lambda X: (
        (X - X.mean(dim=0)) / X.std(dim=0, correction=min(1, len(X) - 1))
    ),
    "You divide by the mean of each column. Subtract it.": lambda X: X / X.mean(dim=0),
}


def capped(x: Tensor, limit: float) -> Tensor:
    """Return a new tensor like `x`, of any shape, in which what is above `limit` is `limit`."""
    return x.clamp(max=limit)


def _shrunk(x: Tensor, limit: float) -> Tensor:
    largest = float(x.max())
    return x * (limit / largest) if largest > limit else x.clone()


def _largest_alone(x: Tensor, limit: float) -> Tensor:
    flat = x.flatten().clone()
    place = flat.argmax()
    flat[place] = flat[place].clamp(max=limit)
    return flat.reshape(x.shape)


CAPPED: Mistakes = {
    "What is below the limit is raised to it. It is what is above that comes down.": lambda x, c: (
        x.clamp(min=c)
    ),
    "You cap at −limit below as well. Small numbers stay as they are.": lambda x, c: x.clamp(-c, c),
    "What is above the limit becomes 0. It is to become the limit.": lambda x, c: x * (x <= c),
    "What is above the limit is left out. The shape is to stay.": lambda x, c: x[x <= c],
    "That says where x is above the limit. Numbers are wanted.": lambda x, c: x > c,
    "You shrink all of x. Only what is above the limit is to change.": _shrunk,
    "The largest alone is capped. Everything above the limit is to be.": _largest_alone,
    "The limit stands everywhere. What is below it stays as it is.": lambda x, c: torch.full_like(
        x, c
    ),
    "The limit is subtracted from what is above it. It is to stand there itself.": lambda x, c: (
        torch.where(x > c, x - c, x)
    ),
    "Nothing is capped.": lambda x, c: x.clone(),
    "You compare the sizes without their signs: a large negative number is below the limit.": (
        lambda x, c: torch.where(x.abs() > c, c, x)
    ),
}


def mse_gradient(w: Tensor, X: Tensor, y: Tensor) -> Tensor:
    """Return the gradient by w (k,) of the mean of (Xw − y)²; X is (n, k), y (n,)."""
    return 2 / len(y) * X.T @ (X @ w - y)


Loss = Callable[[Tensor, Tensor, Tensor], Tensor]


def _mean_squared(w: Tensor, X: Tensor, y: Tensor) -> Tensor:
    return ((X @ w - y) ** 2).mean()


def _gradient(loss: Loss, by: int = 0) -> Callable[..., Tensor]:
    """Return the function that gives the gradient of a loss by one of its arguments."""

    def wrong(*args: Any) -> Tensor:
        given = [arg.detach().clone() for arg in args]
        given[by].requires_grad_()
        (gradient,) = torch.autograd.grad(loss(*given), given[by])
        return gradient

    return wrong


GRADIENT: Mistakes = {
    "That is half of it: is there a ½ in your loss, or is the 2 of the square missing?": (
        lambda *args: mse_gradient(*args) / 2
    ),
    "That is the gradient of the sum of the squares. Take their mean.": _gradient(
        lambda w, X, y: ((X @ w - y) ** 2).sum()
    ),
    "The sign is flipped: that points downhill. The gradient points uphill.": lambda *args: (
        -mse_gradient(*args)
    ),
    "That is the loss. Its gradient is wanted: `w.grad` after `loss.backward()`.": _mean_squared,
    "These are the predictions X @ w. The gradient of the loss is wanted.": lambda w, X, y: X @ w,
    "These are the differences X @ w − y. The gradient of the loss is wanted.": lambda w, X, y: (
        X @ w - y
    ),
    "That is the gradient by X. The one by w is wanted.": _gradient(_mean_squared, by=1),
    "That is the gradient by y. The one by w is wanted.": _gradient(_mean_squared, by=2),
    "That is the gradient of the mean absolute difference. Square the differences.": _gradient(
        lambda w, X, y: (X @ w - y).abs().mean()
    ),
    "That is the gradient of the mean difference. Square the differences.": _gradient(
        lambda w, X, y: (X @ w - y).mean()
    ),
    "That is the gradient of the root of the loss. There is no root.": _gradient(
        lambda w, X, y: _mean_squared(w, X, y).sqrt()
    ),
    "That is the gradient of the squared mean. Square first, then take the mean.": _gradient(
        lambda w, X, y: (X @ w - y).mean() ** 2
    ),
    "The targets are not subtracted.": _gradient(lambda w, X, y: ((X @ w) ** 2).mean()),
    "These are weights after a step. The gradient itself is wanted.": lambda w, X, y: (
        w - mse_gradient(w, X, y)
    ),
}
