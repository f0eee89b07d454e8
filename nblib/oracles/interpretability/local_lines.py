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
    "The minus in the exponent is missing: far samples count more.": _with(
        near=lambda squares, width: np.exp(squares / width**2)
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
    "The slopes are shrunk by a ridge of 1, as `Ridge()` does it. Plain least squares are "
    "wanted.": lambda *args: _centred(*args, ridge=1.0),
    "The plain means are taken off in place of an intercept. The weighted ones would do, or a "
    "column of ones.": lambda *args: _centred(*args, weighted=False),
    "The ones are not multiplied by the root of the weights. All columns are to be.": (
        lambda *args: _one_sided(*args, ones=True)
    ),
    "These are the slopes of standardized columns. Leave the columns as they are.": (
        lambda x, Z, scores, width: local_line(x, Z, scores, width) * Z.std(dim=0)
    ),
    "The first slope is left out, and the intercept returned: the ones were appended last.": (
        lambda *args: local_line(*args, more=1)[1:]
    ),
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


def _centred(
    x: Tensor,
    Z: Tensor,
    scores: Tensor,
    width: float,
    *,
    ridge: float = 0.0,
    weighted: bool = True,
) -> Tensor:
    """Return the slopes if means are taken off first: no ridge can shrink the intercept then."""
    at, rows, target = (part.detach().double().numpy() for part in (x, Z, scores))
    near = _near(((rows - at) ** 2).sum(axis=1), width)
    share = near / near.sum() if weighted else np.full(len(rows), 1 / len(rows))
    A, b = rows - share @ rows, target - share @ target
    squares = (A.T * near) @ A + ridge * np.eye(A.shape[1])
    return torch.from_numpy(np.linalg.solve(squares, (A.T * near) @ b)).to(Z.dtype)


def _one_sided(x: Tensor, Z: Tensor, scores: Tensor, width: float, *, ones: bool = False) -> Tensor:
    """Return what comes if the root of the weights stands on the rows alone, or not on the ones."""
    at, rows, target = (part.detach().double().numpy() for part in (x, Z, scores))
    weights = np.sqrt(_near(((rows - at) ** 2).sum(axis=1), width))
    near = weights[:, None]
    design = np.concatenate([rows * near, np.ones_like(near) * (1 if ones else near)], axis=1)
    target = target * weights if ones else target
    return torch.from_numpy(np.linalg.lstsq(design, target, rcond=None)[0][:-1]).to(Z.dtype)
