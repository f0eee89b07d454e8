"""The evidence: how probable the scores are under a Gaussian process."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.tuning.kernels import Kernel

__all__ = ["EVIDENCE", "log_evidence"]


Parts = Callable[[float, float, float], float]  # of yᵀC⁻¹y, log det C and n log 2π


def _covariance(X: Tensor, kernel: Kernel, noise: float) -> np.ndarray:
    return kernel(X, X).numpy() + noise * np.eye(len(X))


def log_evidence(
    X: Tensor,
    y: Tensor,
    kernel: Kernel,
    noise: float,
    *,
    parts: Parts = lambda fit, det, constant: -(fit + det + constant) / 2,
) -> float:
    """Return log p(y) under a Gaussian process: −½ yᵀC⁻¹y − ½ log det C − n/2 log 2π."""
    values, vectors = np.linalg.eigh(_covariance(X, kernel, noise))
    fit = ((vectors.T @ y.double().numpy()) ** 2 / values).sum()
    return float(parts(fit, np.log(values).sum(), len(y) * math.log(2 * math.pi)))


def _of_parts(parts: Parts) -> Callable[..., float]:
    return lambda X, y, kernel, noise: log_evidence(X, y, kernel, noise, parts=parts)


def _of_noise(change: Callable[[float], float]) -> Callable[..., float]:
    return lambda X, y, kernel, noise: log_evidence(X, y, kernel, change(noise))


def _by_det(X: Tensor, y: Tensor, kernel: Kernel, noise: float) -> float:
    with np.errstate(divide="ignore"):
        det = float(np.log(np.linalg.det(_covariance(X, kernel, noise))))
    return log_evidence(X, y, kernel, noise, parts=lambda f, _, c: -(f + det + c) / 2)


def _not_inverted(X: Tensor, y: Tensor, kernel: Kernel, noise: float) -> float:
    t = y.double().numpy()
    fit = t @ _covariance(X, kernel, noise) @ t
    return log_evidence(X, y, kernel, noise, parts=lambda _, d, c: -(fit + d + c) / 2)


EVIDENCE: Mistakes = {
    "C itself stands where its inverse belongs.": _not_inverted,
    "n is the number of settings. It is the number of trials.": (
        lambda X, y, kernel, noise: log_evidence(
            X, y, kernel, noise, parts=lambda f, d, c: -(f + d + c * X.shape[1] / len(y)) / 2
        )
    ),
    "log det C stands there without its ½.": _of_parts(lambda f, d, c: -f / 2 - d - c / 2),
    "log det C has ¼ in place of ½: the sum of log Lᵢᵢ of the Cholesky factor is half of it "
    "already.": _of_parts(lambda f, d, c: -f / 2 - d / 4 - c / 2),
    "yᵀC⁻¹y stands there without its ½.": _of_parts(lambda f, d, c: -f - d / 2 - c / 2),
    "n log 2π stands there without its ½.": _of_parts(lambda f, d, c: -f / 2 - d / 2 - c),
    "n/2 · log 2π is missing.": _of_parts(lambda f, d, c: -f / 2 - d / 2),
    "½ log 2π stands there once, not n times.": (
        _of_parts(lambda f, d, c: -(f + d + math.log(2 * math.pi)) / 2)
    ),
    "No term has its ½.": _of_parts(lambda f, d, c: -(f + d + c)),
    "The sign is exchanged: that is minus the log evidence.": _of_parts(
        lambda f, d, c: (f + d + c) / 2
    ),
    "log det C is added. Subtract it.": _of_parts(lambda f, d, c: -f / 2 + d / 2 - c / 2),
    "n/2 · log 2π is added. Subtract it.": _of_parts(lambda f, d, c: -f / 2 - d / 2 + c / 2),
    "log det C is missing: only the fit counts, and flexible models pay nothing.": (
        _of_parts(lambda f, d, c: -f / 2 - c / 2)
    ),
    "yᵀC⁻¹y is missing: y makes no difference.": _of_parts(lambda f, d, c: -d / 2 - c / 2),
    "The determinant itself is 0 in the computer's numbers, and its logarithm −∞. Add up "
    "logarithms: `torch.logdet`, or of the diagonal of the Cholesky factor.": _by_det,
    "noise is not added to the diagonal of K.": _of_noise(lambda noise: 1e-10),
    "noise is squared. It is a variance already.": _of_noise(lambda noise: noise**2),
    "The root of noise is added. noise is a variance already.": _of_noise(math.sqrt),
    "The mean of y is subtracted. The prior has mean 0: take y as it is.": (
        lambda X, y, kernel, noise: log_evidence(X, y - y.mean(), kernel, noise)
    ),
    "That is the evidence, not its logarithm.": _of_parts(
        lambda f, d, c: math.exp(-(f + d + c) / 2)
    ),
    "The logarithms are to base 10. Take natural ones.": _of_parts(
        lambda f, d, c: -(f + (d + c) / math.log(10)) / 2
    ),
    "That is divided by n. Return the sum.": (
        lambda X, y, kernel, noise: log_evidence(X, y, kernel, noise) / len(y)
    ),
}
