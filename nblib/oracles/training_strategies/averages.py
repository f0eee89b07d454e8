"""The exponential moving average of weights, corrected for its start at 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["EMA", "ema"]


def ema(
    weights: Tensor,
    beta: float,
    *,
    keep: Callable[[float], float] = lambda beta: beta,
    add: Callable[[float], float] = lambda beta: 1 - beta,
    correction: Callable[[float, int], float] = lambda beta, t: 1 - beta**t,
    start: Callable[[Tensor], Tensor] = lambda weights: torch.zeros_like(weights[0]),
    stored: bool = False,
    first: int = 0,
) -> Tensor:
    """Return the corrected average after each step, (num_steps, n), of weights of that shape."""
    mean, found = start(weights), [weights[0]] * first
    for t, row in enumerate(weights[first:], 1):
        mean = keep(beta) * mean + add(beta) * row
        size = correction(beta, t)
        found.append(mean / size if size else torch.full_like(mean, torch.nan))
        mean = found[-1] if stored else mean
    return torch.stack(found)


def _with(**how: Any) -> Callable[[Tensor, float], Tensor]:
    return lambda weights, beta: ema(weights, beta, **how)


def _none(beta: float, t: int) -> float:
    return 1.0


def _plain(weights: Tensor, beta: float) -> Tensor:
    return weights.cumsum(dim=0) / torch.arange(1, len(weights) + 1)[:, None]


def _one_tensor(weights: Tensor, beta: float) -> Tensor:
    """Return the last average that is not corrected in each row, corrected then."""
    num_steps = len(weights)
    corrections = torch.tensor([1 - beta**t for t in range(1, num_steps + 1)])[:, None]
    return (ema(weights, beta)[-1] * (1 - beta**num_steps) / corrections).to(weights.dtype)


EMA: Mistakes = {
    "The correction is missing: starting at 0, the first averages are much too small. Divide by "
    "1 − βᵗ.": _with(correction=_none),
    "β and 1 − β are exchanged: β belongs to the old average.": _with(
        keep=lambda beta: 1 - beta, add=lambda beta: beta
    ),
    "β and 1 − β are exchanged, and the correction with them: β belongs to the old average.": _with(
        keep=lambda beta: 1 - beta,
        add=lambda beta: beta,
        correction=lambda beta, t: 1 - (1 - beta) ** t,
    ),
    "β and 1 − β are exchanged, and the correction is missing.": _with(
        keep=lambda beta: 1 - beta, add=lambda beta: beta, correction=_none
    ),
    "That begins at the first weights, without correction, as PyTorch's AveragedModel does: they "
    "count too much. Begin at 0.": _with(start=lambda weights: weights[0], correction=_none),
    "That begins at the first weights and corrects as well. The correction is for a start at 0.": (
        _with(start=lambda weights: weights[0])
    ),
    "The correction counts from 0: after the first step t is 1.": _with(
        correction=lambda beta, t: 1 - beta ** (t - 1)
    ),
    "The correction is one step ahead: after the first step t is 1.": _with(
        correction=lambda beta, t: 1 - beta ** (t + 1)
    ),
    "You divide by 1 − β at each step. Divide by 1 − βᵗ.": _with(
        correction=lambda beta, t: 1 - beta
    ),
    "You multiply β by t. It is a power: βᵗ.": _with(correction=lambda beta, t: 1 - beta * t),
    "You multiply by 1 − βᵗ. Divide.": _with(
        correction=lambda beta, t: 1 / (1 - beta**t) if beta**t < 1 else 0.0
    ),
    "The corrected average is carried on. Carry on the one that is not corrected.": (
        _with(stored=True)
    ),
    "The new weights are added whole. They count with 1 − β.": _with(add=lambda beta: 1.0),
    "That is the plain mean of all weights so far: β plays no part.": _plain,
    "These are the weights themselves.": lambda weights, beta: weights.clone(),
    "That is the last average alone. One for each step is wanted, as rows.": (
        lambda weights, beta: ema(weights, beta)[-1]
    ),
    "You go along the columns. Each row is a step.": lambda weights, beta: ema(weights.T, beta).T,
    "All rows are the same tensor, changed in place: make a new one in each step, or a copy.": (
        _one_tensor
    ),
}
