"""A line that fits near one example: weighted least squares, and what goes wrong with weights."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["LOCAL_LINE", "local_line"]


def _near(squares: np.ndarray, width: float) -> np.ndarray:
    return np.exp(-squares / width**2)


def local_line(
    x: Tensor,
    Z: Tensor,
    scores: Tensor,
    width: float,
    *,
    near: Callable[[np.ndarray, float], np.ndarray] = _near,
    centre: Callable[[np.ndarray, np.ndarray], Any] = lambda x, Z: x,
    power: float = 0.5,
    intercept: bool = True,
    ridge: float = 0.0,
    origin: Callable[[np.ndarray], Any] = lambda x: 0.0,
    more: int = 0,
) -> Tensor:
    """Return the slopes of the line that fits scores at Z, each weighed by exp(−|z − x|²/width²).

    By NumPy's least squares, on rows times the root of their weight. The parts, in which mistakes
    are made: the weights, the centre of distances, the power of the weights on the rows, whether
    there is an intercept, a ridge, where the line's inputs are counted from, and how many more
    numbers are returned.
    """
    at, rows, target = (part.detach().double().numpy() for part in (x, Z, scores))
    weights = near(((rows - centre(at, rows)) ** 2).sum(axis=1), width) ** power
    design = np.concatenate([rows - origin(at), np.ones((len(rows), 1))], axis=1)
    design = design if intercept else design[:, :-1]
    A, b = design * weights[:, None], target * weights
    slopes = np.linalg.solve(A.T @ A + ridge * np.eye(A.shape[1]), A.T @ b)
    return torch.from_numpy(slopes[: rows.shape[1] + more]).to(Z.dtype)


def _with(**how: Any) -> Callable[..., Tensor]:
    return partial(local_line, **how)


LOCAL_LINE: Mistakes = {
    "All samples count the same: the weights are missing.": _with(power=0.0),
    "The width is not squared: exp(−|z − x|²/width²).": _with(
        near=lambda squares, width: np.exp(-squares / width)
    ),
    "The distance is not squared: exp(−|z − x|²/width²).": _with(
        near=lambda squares, width: np.exp(-np.sqrt(squares) / width**2)
    ),
    "Neither distance nor width is squared.": _with(
        near=lambda squares, width: np.exp(-np.sqrt(squares) / width)
    ),
    "The weight is exp(−|z − x|²/(2·width²)), the root of what it should be.": _with(power=0.25),
    "Rows and scores are multiplied by the weight, so that it counts squared in the squares. "
    "Multiply both by its root.": _with(power=1.0),
    "The weights grow with the distance. Near samples count more.": _with(
        near=lambda squares, width: 1 - np.exp(-squares / width**2)
    ),
    "Distances are taken from 0. Take them from x.": _with(centre=lambda x, Z: 0.0),
    "Distances are taken from the mean of the samples. Take them from x.": _with(
        centre=lambda x, Z: Z.mean(axis=0)
    ),
    "The line has no intercept, and goes through 0.": _with(intercept=False),
    "The line has no intercept, and goes through 0 at x.": _with(
        intercept=False, origin=lambda x: x
    ),
    "The slopes are shrunk by a ridge of 1. Plain least squares are wanted.": _with(ridge=1.0),
    "The weights stand on the rows alone. They belong on the scores, too.": lambda *args: (
        _one_sided(*args)
    ),
    "The distance is averaged over the features. Add the squares up.": lambda x, Z, scores, width: (
        local_line(x, Z, scores, width * len(x) ** 0.5)
    ),
    "The intercept is returned with the slopes. Return the slopes alone.": _with(more=1),
    "The slopes are multiplied by x. Return the slopes.": lambda x, *args: x * local_line(x, *args),
    "The signs are lost.": lambda *args: local_line(*args).abs(),
}


def _one_sided(x: Tensor, Z: Tensor, scores: Tensor, width: float) -> Tensor:
    at, rows, target = (part.detach().double().numpy() for part in (x, Z, scores))
    weights = np.sqrt(_near(((rows - at) ** 2).sum(axis=1), width))
    design = np.concatenate([rows, np.ones((len(rows), 1))], axis=1) * weights[:, None]
    return torch.from_numpy(np.linalg.lstsq(design, target, rcond=None)[0][:-1]).to(Z.dtype)
