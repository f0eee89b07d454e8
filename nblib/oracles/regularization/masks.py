"""Dropout: the right one, its mistakes, and what can be told of a random mask."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import torch
from torch import Generator, Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.regularization.measure import Play, draws, form, snapped

__all__ = ["DROPOUT_IN_TRAINING", "DROPOUT_IN_USE", "dropout", "dropped"]


def dropped(x: Tensor, p: float, training: bool) -> Play:
    """Return a play: what dropout makes of `x`, which has no zeros, told in facts."""

    def play(dropout: Callable[..., Tensor]) -> dict[str, Any]:
        y, depends = draws(dropout, x, p, training)
        facts, fits = form(y, like=x)
        if not fits:
            return facts
        kept = (y != 0).double()  # the masks, as numbers
        share = snapped(kept.mean().item(), 1 - p, p, 0.0, 1.0, within=0.04)
        more = _several(dropout, x, p) if training else []
        factors = torch.cat([(each / x)[each != 0].double() for each in (y, *more)])
        facts["share that is kept"] = share
        facts["smallest and largest factor"] = _ends(factors)
        facts["rows have masks of their own"] = bool((kept != kept[:1]).any())
        if x.ndim > 1:
            facts["columns have masks of their own"] = bool((kept != kept[..., :1]).any())
        if training:
            facts["the number dropped varies"] = len({int((each == 0).sum()) for each in more}) > 1
        return facts | depends

    return play


def _ends(factors: Tensor) -> list[float]:
    return [round(factors.min().item(), 3), round(factors.max().item(), 3)] if len(factors) else []


def _several(dropout: Callable[..., Tensor], x: Tensor, p: float) -> list[Tensor]:
    generators = (Generator().manual_seed(seed) for seed in range(20, 24))
    return [dropout(x, p, True, generator) for generator in generators]


def dropout(x: Tensor, p: float, training: bool, generator: Generator) -> Tensor:
    """Return `x` with each number dropped with probability `p`, the others times 1/(1 − p).

    With `training` False it returns `x`. Source: Srivastava et al. (2014), inverted.
    """
    return _dropout()(x, p, training, generator)


def _each(x: Tensor, p: float, generator: Generator) -> Tensor:
    return torch.rand(x.shape, generator=generator) >= p


def _exactly(x: Tensor, p: float, generator: Generator) -> Tensor:
    order = torch.randperm(x.numel(), generator=generator)
    return (order >= round(p * x.numel())).reshape(x.shape)


def _unseeded(x: Tensor, p: float, generator: Generator) -> Tensor:
    return _each(x, p, Generator().manual_seed(random.getrandbits(60)))


def _dropout(
    mask: Callable[[Tensor, float, Generator], Tensor] = _each,
    factor: Callable[[float], float] = lambda p: 1 / (1 - p),
    in_use: Callable[[Tensor, float], Tensor] | None = lambda x, p: x,
    in_training: bool = True,
) -> Callable[[Tensor, float, bool, Generator], Tensor]:
    """Make a dropout of its mask and factor; `in_use` None leaves it on."""

    def dropout(x: Tensor, p: float, training: bool, generator: Generator) -> Tensor:
        if in_use is not None and training is not in_training:
            return in_use(x, p)
        return (x * mask(x, p, generator) * factor(p)).to(x.dtype)

    return dropout


def _rand(*shape: int, p: float, generator: Generator) -> Tensor:
    return torch.rand(shape, generator=generator) >= p


DROPOUT_IN_TRAINING: Mistakes = {
    "p is the probability to drop; you keep with probability p.": _dropout(
        lambda x, p, g: torch.rand(x.shape, generator=g) < p, lambda p: 1 / p if p else 0.0
    ),
    "You drop with probability 1 − p: what is below p is dropped, not kept.": _dropout(
        lambda x, p, g: torch.rand(x.shape, generator=g) < p
    ),
    "Nothing is dropped, although this is training.": _dropout(in_training=False),
    "Nothing is dropped, and all is enlarged. Where is the mask?": _dropout(
        lambda x, p, g: torch.ones(x.shape)
    ),
    "What is left is not enlarged: divide by the share that is kept.": _dropout(factor=lambda p: 1),
    "You divide by p. The share that is kept is 1 − p.": _dropout(
        factor=lambda p: 1 / p if p else 1.0
    ),
    "You multiply by the share that is kept. Divide by it.": _dropout(factor=lambda p: 1 - p),
    "You divide twice by the share that is kept.": _dropout(factor=lambda p: (1 - p) ** -2),
    "All examples share one mask: draw one for each.": _dropout(
        lambda x, p, g: _rand(1, *x.shape[1:], p=p, generator=g).expand(x.shape)
    ),
    "Whole examples are dropped: each number has a fate of its own.": _dropout(
        lambda x, p, g: _rand(len(x), *[1] * (x.ndim - 1), p=p, generator=g).expand(x.shape)
    ),
    "Just the share p is dropped, each time. Each number has a fate of its own.": _dropout(
        _exactly
    ),
    "randn draws normal numbers. torch.rand is uniform between 0 and 1.": _dropout(
        lambda x, p, g: torch.randn(x.shape, generator=g) >= p
    ),
    "The mask is frozen: do not seed, and do not store it.": _dropout(
        lambda x, p, g: _each(x, p, Generator().manual_seed(0))
    ),
    "The same generator gives another mask: all randomness must come from `generator`.": _dropout(
        _unseeded
    ),
}
DROPOUT_IN_USE: Mistakes = {
    "Dropout is left on. In use, nothing is dropped.": _dropout(in_use=None),
    "Dropout is left on, and enlarges nothing. In use, nothing is dropped.": _dropout(
        factor=lambda p: 1, in_use=None
    ),
    "You shrink the outputs in use. That is the other convention: inverted dropout has done all in "
    "training.": _dropout(in_use=lambda x, p: x * (1 - p)),
    "You enlarge the outputs although nothing was dropped.": _dropout(
        in_use=lambda x, p: x / (1 - p)
    ),
    "You multiply by p. In use, the outputs stay as they are.": _dropout(in_use=lambda x, p: x * p),
}
