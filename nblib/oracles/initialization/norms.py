"""Batch norm: what is normalized, and by what."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["BATCH_NORM", "FAR", "batch_norm", "mixed", "new_mean", "new_var", "normalized", "right"]

# Batch norm


def normalized(p: Any, shift: Tensor, spread: Tensor) -> Tensor:
    return p.gamma * (p.x - shift) / (spread + p.eps).sqrt() + p.beta


def right(p: Any) -> Tensor:
    return normalized(p, p.shift, p.spread)


def mixed(p: Any, old: Tensor, new: Tensor) -> Tensor:
    return (1 - p.momentum) * old + p.momentum * new


def batch_norm(
    x: Tensor,
    gamma: Tensor,
    beta: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    train: bool,
    momentum: float,
    eps: float,
    *,
    y: Callable[[Any], Tensor] = right,
    mean: Callable[[Any], Tensor] = lambda p: (
        mixed(p, p.old_mean, p.mean) if p.train else p.old_mean
    ),
    var: Callable[[Any], Tensor] = lambda p: (
        mixed(p, p.old_var, p.unbiased) if p.train else p.old_var
    ),
    change: Callable[..., Any] = tuple,
) -> Any:
    """Return (y, running mean, running variance); y is like x, (n, units, ...) of any dimension.

    Source: Ioffe and Szegedy (2015), algorithms 1 and 2, in PyTorch's conventions.
    """
    dims = [0, *range(2, x.dim())]
    shape = [-1, *[1] * (x.dim() - 2)]  # (units,) or (channels, 1, 1)
    count = x.numel() / x.shape[1]
    p = SimpleNamespace(x=x, gamma=gamma.view(shape), beta=beta.view(shape), train=train)
    p.momentum, p.eps, p.count = momentum, eps, count
    p.old_mean, p.old_var = running_mean.view(shape), running_var.view(shape)
    p.mean = x.mean(dims).view(shape)
    p.biased = x.var(dims, correction=0).view(shape)
    p.unbiased = p.biased * count / max(count - 1, 1)
    p.shift, p.spread = (p.mean, p.biased) if train else (p.old_mean, p.old_var)
    like = torch.zeros_like(gamma).view(shape)  # a mistake may have one number for all units
    kept = ((like + part(p)).flatten() for part in (mean, var))
    return change((y(p), *kept))


def new_mean(p: Any) -> Tensor:
    return mixed(p, p.old_mean, p.mean)


def new_var(p: Any) -> Tensor:
    return mixed(p, p.old_var, p.unbiased)


BATCH_NORM: Mistakes = {
    "That is the mean of each example (layer norm): take it over the batch, dimension 0.": partial(
        batch_norm,
        y=lambda p: normalized(p, p.x.mean(1, True), p.x.var(1, correction=0, keepdim=True)),
    ),
    "One mean and variance for all units: each unit has its own.": partial(
        batch_norm,
        y=lambda p: normalized(p, p.x.mean(), p.x.var(correction=0)),
        mean=lambda p: mixed(p, p.old_mean, p.x.mean()),
        var=lambda p: mixed(p, p.old_var, p.x.var()),
    ),
    "The variance that normalizes divides by N, not by N − 1.": partial(
        batch_norm, y=lambda p: normalized(p, p.mean, p.unbiased)
    ),
    "The variance in the running average divides by N − 1.": partial(
        batch_norm, var=lambda p: mixed(p, p.old_var, p.biased)
    ),
    "The two variances are exchanged: N normalizes, N − 1 goes into the running one.": partial(
        batch_norm,
        y=lambda p: normalized(p, p.mean, p.unbiased),
        var=lambda p: mixed(p, p.old_var, p.biased),
    ),
    "momentum is the share of the new batch here; you gave it to the old value.": partial(
        batch_norm,
        mean=lambda p: mixed(p, p.mean, p.old_mean),
        var=lambda p: mixed(p, p.unbiased, p.old_var),
    ),
    "The old value keeps the share 1 − momentum; you added all of it.": partial(
        batch_norm,
        mean=lambda p: p.old_mean + p.momentum * p.mean,
        var=lambda p: p.old_var + p.momentum * p.unbiased,
    ),
    "Those are the batch's own statistics: the running ones take up a share of them.": partial(
        batch_norm, mean=lambda p: p.mean, var=lambda p: p.unbiased
    ),
    "ε stands inside the root.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.mean) / (p.biased.sqrt() + p.eps) + p.beta
    ),
    "ε is missing: a unit that never changes has the variance 0.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.mean) / p.biased.sqrt() + p.beta
    ),
    "ε went into the running variance too: it belongs under the root only.": partial(
        batch_norm, var=lambda p: mixed(p, p.old_var, p.unbiased + p.eps)
    ),
    "The root is missing: divide by the standard deviation.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.mean) / (p.biased + p.eps) + p.beta
    ),
    "γ and β are missing.": partial(
        batch_norm, y=lambda p: (p.x - p.mean) / (p.biased + p.eps).sqrt()
    ),
    "γ is missing.": partial(
        batch_norm, y=lambda p: (p.x - p.mean) / (p.biased + p.eps).sqrt() + p.beta
    ),
    "β is missing.": partial(batch_norm, y=lambda p: right(p) - p.beta),
    "γ multiplies, β is added; you exchanged them.": partial(
        batch_norm,
        y=lambda p: p.beta * (p.x - p.mean) / (p.biased + p.eps).sqrt() + p.gamma,
    ),
    "β is added after γ has multiplied.": partial(
        batch_norm,
        y=lambda p: p.gamma * ((p.x - p.mean) / (p.biased + p.eps).sqrt() + p.beta),
    ),
    "The running statistics have not moved.": partial(
        batch_norm, mean=lambda p: p.old_mean, var=lambda p: p.old_var
    ),
    "The running mean has moved, the running variance has not.": partial(
        batch_norm, var=lambda p: p.old_var
    ),
    "The running variance has moved, the running mean has not.": partial(
        batch_norm, mean=lambda p: p.old_mean
    ),
    "In training the batch's own statistics normalize; you used the running ones.": partial(
        batch_norm, y=lambda p: normalized(p, new_mean(p), new_var(p))
    ),
    "In training the batch normalizes; you used the running statistics from before it.": partial(
        batch_norm, y=lambda p: normalized(p, p.old_mean, p.old_var)
    ),
    "That is what is done in use. In training the batch's own statistics normalize.": partial(
        batch_norm,
        y=lambda p: normalized(p, p.old_mean, p.old_var),
        mean=lambda p: p.old_mean,
        var=lambda p: p.old_var,
    ),
    "The running variance took up a standard deviation.": partial(
        batch_norm, var=lambda p: mixed(p, p.old_var, p.unbiased.sqrt())
    ),
    "The mean was not subtracted.": partial(
        batch_norm, y=lambda p: p.gamma * p.x / (p.biased + p.eps).sqrt() + p.beta
    ),
    "The last two are exchanged: the mean comes before the variance.": partial(
        batch_norm, change=lambda parts: (parts[0], parts[2], parts[1])
    ),
}


FAR: Mistakes = {
    "Far from zero E[x²] − E[x]² loses its digits: subtract the mean before you square.": partial(
        batch_norm, y=lambda p: normalized(p, p.mean, _by_squares(p))
    ),
    "Far from zero E[x²] − E[x]² loses its digits, in the running variance too.": partial(
        batch_norm,
        y=lambda p: normalized(p, p.mean, _by_squares(p)),
        var=lambda p: mixed(p, p.old_var, _by_squares(p) * p.count / (p.count - 1)),
    ),
}


def _by_squares(p: Any) -> Tensor:
    return (p.x**2).mean(0) - p.mean**2
