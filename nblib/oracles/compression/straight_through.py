"""A loss in which the weights are rounded, and a gradient that does not see it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks import grad_of
from nblib.checks.mistakes import Mistakes

__all__ = ["AWARE", "aware_loss", "rounded_rows", "scores_to_round", "with_gradient"]

Round = Callable[[Tensor, int], Tensor]


def rounded_rows(W: Tensor, bits: int) -> Tensor:
    """Return each row of W on its symmetric grid of 2^bits − 1 numbers."""
    top = 2 ** (bits - 1) - 1
    scale = W.abs().amax(dim=1, keepdim=True) / top
    safe = torch.where(scale > 0, scale, torch.ones_like(scale))
    return (W / safe).round() * safe


def aware_loss(
    W: Tensor,
    X: Tensor,
    y: Tensor,
    bits: int,
    *,
    rounded: Round = rounded_rows,
    through: Callable[[Tensor, Tensor], Tensor] = lambda W, q: W + (q - W).detach(),
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
) -> Tensor:
    """Return the mean cross-entropy of X @ (rounded W).T, whose gradient goes straight through."""
    return loss(X @ through(W, rounded(W, bits)).T, y)


def with_gradient(
    loss: Callable[..., Tensor],
) -> Callable[[Tensor, Tensor, Tensor, int], tuple[Tensor, Tensor]]:
    """Return what gives the loss and its gradient by W."""

    def both(W: Tensor, X: Tensor, y: Tensor, bits: int) -> tuple[Tensor, Tensor]:
        value = loss(W, X, y, bits)
        return value.detach(), grad_of(loss, W, X, y, bits)

    return both


def _grid(
    scale: Callable[[Tensor], Tensor] = lambda W: W.abs().amax(dim=1, keepdim=True),
    top: Callable[[int], float] = lambda bits: 2 ** (bits - 1) - 1,
    to_whole: Callable[[Tensor], Tensor] = torch.round,
) -> Round:
    def rounded(W: Tensor, bits: int) -> Tensor:
        step = scale(W) / top(bits)
        step = torch.where(step == 0, torch.ones_like(step), step)
        return to_whole(W / step) * step

    return rounded


def _nan_rows(W: Tensor, bits: int) -> Tensor:
    step = W.abs().amax(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)
    return (W / step).round() * step


def _codes(W: Tensor, bits: int) -> Tensor:
    step = W.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / (2 ** (bits - 1) - 1)
    return (W / step).round()


def _with(**how: Any) -> Callable[..., tuple[Tensor, Tensor]]:
    return with_gradient(partial(aware_loss, **how))


def _signed_top(W: Tensor) -> Tensor:
    return W.amax(dim=1, keepdim=True)


AWARE: Mistakes = {
    "The gradient does not go straight through: only the largest weight of each row gets one, by "
    "way of the scale. The slope of rounding is 0.": _with(through=lambda W, q: q),
    "The gradient is 0 everywhere: the slope of rounding is 0, or all of it is detached.": _with(
        through=lambda W, q: q.detach() + 0 * W
    ),
    "The gradient is that of the loss *without* rounding. Take it at the rounded weights.": (
        lambda W, X, y, bits: (
            aware_loss(W, X, y, bits).detach(),
            grad_of(lambda at: F.cross_entropy(X @ at.T, y), W),
        )
    ),
    "The loss is that of the weights before rounding.": _with(through=lambda W, q: W),
    "The gradient counts twice: detach the difference between rounded and unrounded weights.": (
        _with(through=lambda W, q: W + (q - W).detach() + W - W.detach())
    ),
    "One scale serves all rows. Each row has its own.": _with(
        rounded=_grid(lambda W: W.abs().max().expand(len(W), 1))
    ),
    "Each column has a scale. Each row should have one: it belongs to one output.": _with(
        rounded=_grid(lambda W: W.abs().amax(dim=0, keepdim=True))
    ),
    "A row of zeros makes NaN: its scale is 0. Let it stay 0.": _with(rounded=_nan_rows),
    "The scale is the largest weight, and not the largest absolute value.": _with(
        rounded=_grid(_signed_top)
    ),
    "The whole numbers go from −2^(bits − 1), which a symmetric grid does not use. The largest "
    "is 2^(bits − 1) − 1.": _with(rounded=_grid(top=lambda bits: 2 ** (bits - 1))),
    "The largest whole number is 2^bits − 1 here. One bit is the sign: 2^(bits − 1) − 1.": _with(
        rounded=_grid(top=lambda bits: 2**bits - 1)
    ),
    "The codes are rounded down. Round to the nearest.": _with(rounded=_grid(to_whole=torch.floor)),
    "The codes are rounded towards 0. Round to the nearest.": _with(
        rounded=_grid(to_whole=torch.trunc)
    ),
    "The network computes with the codes. Multiply them by their scale again.": _with(
        rounded=_codes
    ),
    "The loss is a sum over the examples. The mean is wanted.": _with(
        loss=lambda z, y: F.cross_entropy(z, y, reduction="sum")
    ),
}


def scores_to_round(
    num_classes: int, num_inputs: int, n: int, generator: torch.Generator, dtype: torch.dtype
) -> tuple[Tensor, Tensor, Tensor]:
    """Return weights, a row of them 0, one small, one with its largest below 0; inputs, labels."""
    W = torch.randn(num_classes, num_inputs, generator=generator, dtype=torch.float64)
    W = W * (0.5 + torch.arange(num_classes))[:, None]
    W[0] = 0.0
    W[1, 0] = -1.5 * W[1].abs().max()
    W[2] *= 0.02 / W[2].abs().max()
    X = torch.randn(n, num_inputs, generator=generator, dtype=torch.float64)
    y = torch.randint(num_classes, (n,), generator=generator)
    return W.to(dtype), X.to(dtype), y
