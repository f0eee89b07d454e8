"""Batch norm: mistakes of training, of use and of pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.initialization.norms import (
    batch_norm,
    mixed,
    new_mean,
    new_var,
    normalized,
    right,
)

__all__ = ["IN_USE", "PICTURES"]

IN_USE: Mistakes = {
    "In use the running statistics normalize; you used the batch's.": partial(
        batch_norm, y=lambda p: normalized(p, p.mean, p.biased)
    ),
    "In use the running statistics stay as they are.": partial(
        batch_norm, mean=new_mean, var=new_var
    ),
    "`train` makes no difference: without it the running statistics normalize, and stay.": partial(
        batch_norm, y=lambda p: normalized(p, p.mean, p.biased), mean=new_mean, var=new_var
    ),
    "In use the running statistics normalize as they are; you let the batch into them.": partial(
        batch_norm,
        y=lambda p: normalized(p, new_mean(p), new_var(p)),
        mean=new_mean,
        var=new_var,
    ),
    "The running mean is subtracted, but the batch's variance divides.": partial(
        batch_norm, y=lambda p: normalized(p, p.old_mean, p.biased)
    ),
    "The running variance divides, but the batch's mean is subtracted.": partial(
        batch_norm, y=lambda p: normalized(p, p.mean, p.old_var)
    ),
    "The batch's statistics came back: in use the running ones are returned.": partial(
        batch_norm, mean=lambda p: p.mean, var=lambda p: p.unbiased
    ),
    "ε is missing in use; the same formula holds.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.old_mean) / p.old_var.sqrt() + p.beta
    ),
    "ε stands inside the root, in use as well.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.old_mean) / (p.old_var.sqrt() + p.eps) + p.beta
    ),
    "The root is missing in use: divide by the standard deviation.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.old_mean) / (p.old_var + p.eps) + p.beta
    ),
    "γ and β are missing in use.": partial(
        batch_norm, y=lambda p: (p.x - p.old_mean) / (p.old_var + p.eps).sqrt()
    ),
    "The mean is not subtracted in use.": partial(
        batch_norm, y=lambda p: normalized(p, torch.zeros(()), p.old_var)
    ),
    "In use x is normalized as well; it came back as it was.": partial(batch_norm, y=lambda p: p.x),
}


def _along_last(p: Any) -> Tensor:
    gamma, beta, shift, spread = (part.flatten() for part in (p.gamma, p.beta, p.shift, p.spread))
    return gamma * (p.x - shift) / (spread + p.eps).sqrt() + beta


def _over(p: Any, dims: Sequence[int]) -> Tensor:
    if not p.train:
        return right(p)
    mean = p.x.mean(dims, keepdim=True)
    return normalized(p, mean, p.x.var(dims, correction=0, keepdim=True))


def _per_channel(p: Any, old: Tensor, statistic: Callable[[Tensor], Tensor]) -> Tensor:
    return mixed(p, old, statistic(p.x).view_as(old)) if p.train else old


PICTURES: Mistakes = {
    "Each pixel has statistics of its own. A channel has one mean, over examples and pixels.": (
        partial(
            batch_norm,
            y=lambda p: _over(p, (0,)),
            var=lambda p: _per_channel(p, p.old_var, lambda x: x.var(0).flatten(1).mean(1)),
        )
    ),
    "That is the rule for dense layers. For pictures take (0, 2, 3), and mind the shapes.": (
        lambda *args: _as_dense(*args)
    ),
    "Each picture has statistics of its own (instance norm). Take the batch together.": partial(
        batch_norm, y=lambda p: _over(p, (2, 3))
    ),
    "That is the mean of each picture over all channels (layer norm): each channel has its own.": (
        partial(batch_norm, y=lambda p: _over(p, (1, 2, 3)))
    ),
    "One mean and variance for all channels: each channel has its own.": partial(
        batch_norm,
        y=lambda p: _over(p, (0, 1, 2, 3)),
        mean=lambda p: _per_channel(p, p.old_mean, lambda x: x.mean().expand(x.shape[1])),
        var=lambda p: _per_channel(p, p.old_var, lambda x: x.var().expand(x.shape[1])),
    ),
    "Each column of pixels has its own statistics: take the width as well.": partial(
        batch_norm,
        y=lambda p: _over(p, (0, 2)),
        var=lambda p: _per_channel(p, p.old_var, lambda x: x.var((0, 2)).mean(1)),
    ),
    "N is the number of values of a channel: examples times pixels.": partial(
        batch_norm,
        var=lambda p: _per_channel(
            p, p.old_var, lambda x: x.var((0, 2, 3), correction=0) * len(x) / (len(x) - 1)
        ),
    ),
    "The variance is over all values of a channel, not over the means of pictures.": partial(
        batch_norm,
        var=lambda p: _per_channel(p, p.old_var, lambda x: x.mean((2, 3)).var(0)),
    ),
    "`reshape` mixes the channels here: move them to the end first.": partial(
        batch_norm,
        y=lambda p: _mingled(p),
        mean=lambda p: _per_channel(p, p.old_mean, lambda x: _rows(x).mean(0)),
        var=lambda p: _per_channel(p, p.old_var, lambda x: _rows(x).var(0)),
    ),
    "γ and β lie along the last axis here. A channel is dimension 1.": partial(
        batch_norm,
        y=lambda p: (
            p.gamma.flatten() * (p.x - p.shift) / (p.spread + p.eps).sqrt() + p.beta.flatten()
        ),
    ),
    "Statistics, γ and β lie along the last axis here. A channel is dimension 1.": partial(
        batch_norm, y=_along_last
    ),
}


def _as_dense(
    x: Tensor,
    gamma: Tensor,
    beta: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    train: bool,
    momentum: float,
    eps: float,
) -> tuple[Tensor, Tensor, Tensor]:
    mean, var = running_mean, running_var
    if train:
        mean, var = x.mean(0), x.var(0, correction=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(0)
    return gamma * (x - mean) / (var + eps).sqrt() + beta, running_mean, running_var


def _rows(x: Tensor) -> Tensor:
    return x.reshape(-1, x.shape[1])


def _mingled(p: Any) -> Tensor:
    if not p.train:
        return right(p)
    mean, var = _rows(p.x).mean(0), _rows(p.x).var(0, correction=0)
    return normalized(p, mean.view_as(p.gamma), var.view_as(p.gamma))
