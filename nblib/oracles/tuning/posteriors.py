"""The posterior of a Gaussian process: mean and standard deviation, given noisy scores."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from scipy.linalg import cho_factor, cho_solve
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.tuning.kernels import Kernel

__all__ = ["POSTERIOR", "posterior"]


def _with_noise(K: np.ndarray, noise: float) -> np.ndarray:
    return K + noise * np.eye(len(K))


def _solve(M: np.ndarray, b: np.ndarray) -> np.ndarray:
    return cho_solve(cho_factor(M, lower=True), b)


def posterior(
    X: Tensor,
    y: Tensor,
    X_new: Tensor,
    kernel: Kernel,
    noise: float,
    *,
    matrix: Callable[[np.ndarray, float], np.ndarray] = _with_noise,
    solve: Callable[[np.ndarray, np.ndarray], np.ndarray] = _solve,
    more: Callable[[float], float] = lambda noise: 0.0,
) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of a Gaussian process at new points, float64."""
    M, cross = matrix(kernel(X, X).numpy(), noise), kernel(X, X_new).numpy()
    mean = cross.T @ solve(M, y.double().numpy()[:, None])[:, 0]
    known = (cross * solve(M, cross)).sum(axis=0)
    variance = kernel(X_new, X_new).diagonal().numpy() - known
    sd = np.sqrt(np.maximum(variance, 0) + more(noise))
    return torch.from_numpy(mean), torch.from_numpy(sd)


def _with(**how: Any) -> Callable[..., tuple[Tensor, Tensor]]:
    return lambda *task: posterior(*task, **how)


def _noise(change: Callable[[float], float]) -> Callable[..., tuple[Tensor, Tensor]]:
    return _with(matrix=lambda K, noise: _with_noise(K, change(noise)))


def _sd(change: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., tuple[Tensor, Tensor]]:
    """Return an answer with another sd: change(sd, prior variance)."""

    def wrong(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
        mean, sd = posterior(X, y, X_new, kernel, noise)
        return mean, change(sd, kernel(X_new, X_new).diagonal())

    return wrong


def _mean(change: Callable[..., Tensor]) -> Callable[..., tuple[Tensor, Tensor]]:
    """Return an answer with another mean: change(mean, y, X, X_new, kernel)."""

    def wrong(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
        mean, sd = posterior(X, y, X_new, kernel, noise)
        return change(mean, y, X, X_new, kernel), sd

    return wrong


def _centred(X: Tensor, y: Tensor, *task: Any) -> tuple[Tensor, Tensor]:
    return posterior(X, y - y.mean(), *task)


def _centred_and_back(X: Tensor, y: Tensor, *task: Any) -> tuple[Tensor, Tensor]:
    mean, sd = _centred(X, y, *task)
    return mean + y.mean(), sd


def _whole(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
    cross = kernel(X, X_new).numpy()
    known = cross.T @ _solve(_with_noise(kernel(X, X).numpy(), noise), cross)
    return posterior(X, y, X_new, kernel, noise)[0], kernel(X_new, X_new) - torch.from_numpy(known)


def _unit_diagonal(K: np.ndarray, noise: float) -> np.ndarray:
    return _with_noise(K - np.diag(K.diagonal()), 1 + noise)


POSTERIOR: Mistakes = {
    "noise is added to the variance at the new points, too. The score itself is asked for, without "
    "noise.": _with(more=lambda noise: noise),
    "That is the variance. Take its root.": _sd(lambda sd, prior: sd.square()),
    "noise is squared. It is a variance already.": _noise(lambda noise: noise**2),
    "The root of noise is added. noise is a variance already.": _noise(math.sqrt),
    "noise is not added to the diagonal of K.": _noise(lambda noise: 1e-10),
    "What the data explain is returned as uncertainty. Subtract it from the prior variance.": _sd(
        lambda sd, prior: (prior - sd.square()).clamp(min=0).sqrt()
    ),
    "The prior variance is taken for 1. It is what the kernel says of a point with itself.": _sd(
        lambda sd, prior: (1 - prior + sd.square()).clamp(min=0).sqrt()
    ),
    "That is the prior's uncertainty: what the data explain is not subtracted.": _sd(
        lambda sd, prior: prior.sqrt()
    ),
    "The second result is the whole covariance matrix. Return the roots of its diagonal.": _whole,
    "The mean is k·y: (K + noise·I)⁻¹ is missing.": _mean(
        lambda mean, y, X, X_new, kernel: kernel(X_new, X) @ y
    ),
    "You subtract the mean of y and add it again. The prior has mean 0: take y as it is.": (
        _centred_and_back
    ),
    "The mean of y is subtracted. The prior has mean 0: take y as it is.": _centred,
    "noise is added to all entries of K. Add it to the diagonal alone.": _with(
        matrix=lambda K, noise: K + noise + 1e-10 * np.eye(len(K)), solve=np.linalg.solve
    ),
    "K + noise·I itself stands where its inverse belongs.": _with(solve=lambda M, b: M @ b),
    "The inverse of a matrix is not one over each entry.": _with(solve=lambda M, b: (1 / M) @ b),
    "Each trial counts by itself: what two trials have in common is left out.": _with(
        solve=lambda M, b: b / M.diagonal()[:, None]
    ),
    "The diagonal of K is taken for 1. It is what the kernel says of a point with itself.": _with(
        matrix=_unit_diagonal, solve=np.linalg.solve
    ),
    "The sign of the mean is exchanged.": _mean(lambda mean, *_: -mean),
}
