"""A model of the score: kernel, Gaussian process, evidence, expected improvement."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from scipy import stats
from scipy.linalg import cho_factor, cho_solve
from scipy.spatial.distance import cdist
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = [
    "EVIDENCE",
    "IMPROVEMENT",
    "MATERN",
    "POSTERIOR",
    "expected_improvement",
    "log_evidence",
    "matern52",
    "posterior",
    "rational",
]

Kernel = Callable[[Tensor, Tensor], Tensor]
_R5 = math.sqrt(5)


Metric = Any  # what SciPy's cdist takes: a name, or a function of two rows


def _distances(A: Tensor, B: Tensor, metric: Metric = "euclidean") -> np.ndarray:
    return cdist(A.double().numpy(), B.double().numpy(), metric)


# The kernel


def matern52(
    A: Tensor,
    B: Tensor,
    length: float,
    *,
    formula: Callable[[np.ndarray], np.ndarray] = lambda s: (1 + s + s**2 / 3) * np.exp(-s),
    metric: Metric = "euclidean",
    scale: Callable[[np.ndarray, float], np.ndarray] = lambda r, length: _R5 * r / length,
) -> Tensor:
    """Return the Matérn kernel with ν = 5/2 between the rows of A and of B, float64."""
    return torch.from_numpy(formula(scale(_distances(A, B, metric), length)))


def _kernel(**how: Any) -> Callable[[Tensor, Tensor, float], Tensor]:
    return lambda A, B, length: matern52(A, B, length, **how)


MATERN: Mistakes = {
    "√5 is missing: in both places stands √5·r/length.": _kernel(
        formula=lambda s: (1 + s / _R5 + s**2 / 3) * np.exp(-s / _R5)
    ),
    "√5 is missing: s is √5·r/length, also in s²/3.": _kernel(scale=lambda r, length: r / length),
    "5 stands where √5 belongs.": _kernel(
        formula=lambda s: (1 + _R5 * s + s**2 / 3) * np.exp(-_R5 * s)
    ),
    "√5 is missing in the exponential.": _kernel(
        formula=lambda s: (1 + s + s**2 / 3) * np.exp(-s / _R5)
    ),
    "√5 is missing in the bracket.": _kernel(
        formula=lambda s: (1 + s / _R5 + s**2 / 3) * np.exp(-s)
    ),
    "The squared distance stands for the distance: take the root.": _kernel(metric="sqeuclidean"),
    "The term 5r²/(3·length²) has r/length without the square.": _kernel(
        formula=lambda s: (1 + s + _R5 * s / 3) * np.exp(-s)
    ),
    "The term 5r²/(3·length²) is missing: that is the Matérn kernel with √5 and ν = 3/2's form.": (
        _kernel(formula=lambda s: (1 + s) * np.exp(-s))
    ),
    "The factor 1/3 is missing: 5r²/(3·length²).": _kernel(
        formula=lambda s: (1 + s + s**2) * np.exp(-s)
    ),
    "√5 stands for 5 in 5r²/(3·length²).": _kernel(
        formula=lambda s: (1 + s + s**2 / _R5 / 3) * np.exp(-s)
    ),
    "length is not squared in 5r²/(3·length²).": (
        lambda A, B, length: matern52(
            A, B, length, formula=lambda s: (1 + s + s**2 * length / 3) * np.exp(-s)
        )
    ),
    "That is exp(−r²/(2·length²)), another kernel (RBF).": _kernel(
        formula=lambda s: np.exp(-(s**2) / 10)
    ),
    "That is the Matérn kernel with ν = 3/2: √3 for √5, and no square.": _kernel(
        formula=lambda s: (1 + math.sqrt(3 / 5) * s) * np.exp(-math.sqrt(3 / 5) * s)
    ),
    "That is the exponential alone, without the bracket.": _kernel(formula=lambda s: np.exp(-s)),
    "The sign in the exponential is missing: it grows.": _kernel(
        formula=lambda s: (1 + s + s**2 / 3) * np.exp(s)
    ),
    "The distance is multiplied by length. Divide by it.": _kernel(
        scale=lambda r, length: _R5 * r * length
    ),
    "The distance is divided by length². Divide by length.": _kernel(
        scale=lambda r, length: _R5 * r / length**2
    ),
    "The distances along the axes are added up. Take the root of the sum of squares.": _kernel(
        metric="cityblock"
    ),
    "The largest distance along an axis is taken. Take the root of the sum of squares.": _kernel(
        metric="chebyshev"
    ),
    "The mean of the squares stands for their sum under the root.": _kernel(
        metric=lambda a, b: math.sqrt(((a - b) ** 2).mean())
    ),
    "The first column alone counts. Sum the squares over all.": (
        lambda A, B, length: matern52(A[:, :1], B[:, :1], length)
    ),
    "5·r²/3 is multiplied by length² in place of divided: put 3·length² in brackets.": (
        lambda A, B, length: matern52(
            A, B, length, formula=lambda s: (1 + s + s**2 * length**4 / 3) * np.exp(-s)
        )
    ),
    "That is the kernel between B and A. Rows belong to A, columns to B.": (
        lambda A, B, length: matern52(B, A, length)
    ),
    "That is the kernel of A with itself. The columns belong to B.": (
        lambda A, B, length: matern52(A, A, length)
    ),
    "These are the distances, divided by length. Put them into the formula.": _kernel(
        formula=lambda s: s / _R5
    ),
}

# The posterior


def rational(scale: float, length: float, tilt: float = 0.0) -> Kernel:
    """Return a kernel that no exercise asks for: scale / (1 + r²/length²).

    With `tilt` its variance differs from place to place: times (1 + tilt·x₁) of either.
    """

    def kernel(A: Tensor, B: Tensor) -> Tensor:
        A, B = torch.as_tensor(A).double(), torch.as_tensor(B).double()
        near = scale / (1 + (A[:, None] - B[None]).square().sum(dim=2) / length**2)
        return near * (1 + tilt * A[:, :1]) * (1 + tilt * B[:, :1]).T

    return kernel


def _solver(K: Tensor, noise: float) -> Callable[[np.ndarray], np.ndarray]:
    factor = cho_factor(K.numpy() + noise * np.eye(len(K)), lower=True)
    return lambda b: cho_solve(factor, b)


def posterior(
    X: Tensor,
    y: Tensor,
    X_new: Tensor,
    kernel: Kernel,
    noise: float,
    *,
    more: Callable[[float], float] = lambda noise: 0.0,
) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of a Gaussian process at new points, float64."""
    solve, cross = _solver(kernel(X, X), noise), kernel(X, X_new).numpy()
    mean = cross.T @ solve(y.double().numpy())
    variance = kernel(X_new, X_new).diagonal().numpy() - (cross * solve(cross)).sum(axis=0)
    sd = np.sqrt(np.maximum(variance, 0) + more(noise))
    return torch.from_numpy(mean), torch.from_numpy(sd)


def _noise(change: Callable[[float], float]) -> Callable[..., tuple[Tensor, Tensor]]:
    return lambda X, y, X_new, kernel, noise: posterior(X, y, X_new, kernel, change(noise))


def _sd(change: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., tuple[Tensor, Tensor]]:
    """Return an answer with another sd: change(sd, prior variance)."""

    def wrong(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
        mean, sd = posterior(X, y, X_new, kernel, noise)
        return mean, change(sd, kernel(X_new, X_new).diagonal())

    return wrong


def _centred(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
    mean, sd = posterior(X, y - y.mean(), X_new, kernel, noise)
    return mean + y.mean(), sd


def _centred_once(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
    return posterior(X, y - y.mean(), X_new, kernel, noise)


def _mean(change: Callable[..., Tensor]) -> Callable[..., tuple[Tensor, Tensor]]:
    """Return an answer with another mean: change(X, y, X_new, kernel, noise)."""

    def wrong(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
        return change(X, y, X_new, kernel, noise), posterior(X, y, X_new, kernel, noise)[1]

    return wrong


def _whole(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
    cross = kernel(X, X_new).numpy()
    solve = _solver(kernel(X, X), noise)
    covariance = kernel(X_new, X_new).numpy() - cross.T @ solve(cross)
    return posterior(X, y, X_new, kernel, noise)[0], torch.from_numpy(covariance)


def _by(
    solver: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Callable[..., tuple[Tensor, Tensor]]:
    """Return an answer with solver(K + noise·I, b) in place of (K + noise·I)⁻¹ b."""

    def wrong(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
        M, cross = kernel(X, X).numpy() + noise * np.eye(len(X)), kernel(X, X_new).numpy()
        variance = kernel(X_new, X_new).diagonal().numpy() - (cross * solver(M, cross)).sum(axis=0)
        mean = cross.T @ solver(M, y.double().numpy()[:, None])[:, 0]
        return torch.from_numpy(mean), torch.from_numpy(np.sqrt(np.maximum(variance, 0)))

    return wrong


def _unit_diagonal(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
    M = kernel(X, X).fill_diagonal_(1 + noise).numpy()
    return _by(lambda _, b: np.linalg.solve(M, b))(X, y, X_new, kernel, noise)


def _noise_everywhere(X: Tensor, y: Tensor, X_new: Tensor, kernel: Kernel, noise: float) -> Any:
    K, cross = kernel(X, X) + noise + 1e-10 * torch.eye(len(X)), kernel(X, X_new)
    known = (cross * torch.linalg.solve(K, cross)).sum(dim=0)
    variance = kernel(X_new, X_new).diagonal() - known
    return cross.T @ torch.linalg.solve(K, y), variance.clamp(min=0).sqrt()


POSTERIOR: Mistakes = {
    "noise is added to the variance at the new points, too. The score itself is asked for, without "
    "noise.": lambda X, y, X_new, kernel, noise: posterior(
        X, y, X_new, kernel, noise, more=lambda noise: noise
    ),
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
        lambda X, y, X_new, kernel, noise: kernel(X_new, X) @ y
    ),
    "You subtract the mean of y and add it again. The prior has mean 0: take y as it is.": _centred,
    "The mean of y is subtracted. The prior has mean 0: take y as it is.": _centred_once,
    "noise is added to all entries of K. Add it to the diagonal alone.": _noise_everywhere,
    "K + noise·I itself stands where its inverse belongs.": _by(lambda M, b: M @ b),
    "The inverse of a matrix is not one over each entry.": _by(lambda M, b: (1 / M) @ b),
    "Each trial counts by itself: what two trials have in common is left out.": _by(
        lambda M, b: b / M.diagonal()[:, None]
    ),
    "The diagonal of K is taken for 1. It is what the kernel says of a point with itself.": (
        _unit_diagonal
    ),
    "The sign of the mean is exchanged.": _mean(
        lambda X, y, X_new, kernel, noise: -posterior(X, y, X_new, kernel, noise)[0]
    ),
}

# The evidence


def log_evidence(
    X: Tensor,
    y: Tensor,
    kernel: Kernel,
    noise: float,
    *,
    parts: Callable[[float, float, float], float] = lambda fit, det, constant: (
        -(fit + det + constant) / 2
    ),
) -> float:
    """Return log p(y) under a Gaussian process: −½ yᵀK⁻¹y − ½ log det K − n/2 log 2π."""
    K = kernel(X, X).numpy() + noise * np.eye(len(X))
    values, vectors = np.linalg.eigh(K)
    fit = ((vectors.T @ y.double().numpy()) ** 2 / values).sum()
    return float(parts(fit, np.log(values).sum(), len(y) * math.log(2 * math.pi)))


def _of_parts(parts: Callable[[float, float, float], float]) -> Callable[..., float]:
    return lambda X, y, kernel, noise: log_evidence(X, y, kernel, noise, parts=parts)


def _of_noise(change: Callable[[float], float]) -> Callable[..., float]:
    return lambda X, y, kernel, noise: log_evidence(X, y, kernel, change(noise))


def _by_det(X: Tensor, y: Tensor, kernel: Kernel, noise: float) -> float:
    det = np.linalg.det(kernel(X, X).numpy() + noise * np.eye(len(X)))
    with np.errstate(divide="ignore"):
        return _of_parts(lambda fit, _, constant: -(fit + float(np.log(det)) + constant) / 2)(
            X, y, kernel, noise
        )


def _not_inverted(X: Tensor, y: Tensor, kernel: Kernel, noise: float) -> float:
    K, t = kernel(X, X).numpy() + noise * np.eye(len(X)), y.double().numpy()
    return log_evidence(X, y, kernel, noise, parts=lambda f, d, c: -(t @ K @ t + d + c) / 2)


EVIDENCE: Mistakes = {
    "C itself stands where its inverse belongs.": _not_inverted,
    "n is the number of settings. It is the number of trials.": (
        lambda X, y, kernel, noise: _of_parts(
            lambda f, d, c: -(f + d + X.shape[1] * math.log(2 * math.pi)) / 2
        )(X, y, kernel, noise)
    ),
    "log det K stands there without its ½.": _of_parts(lambda f, d, c: -f / 2 - d - c / 2),
    "log det K has ¼ in place of ½: the sum of log Lᵢᵢ of the Cholesky factor is half of it "
    "already.": (_of_parts(lambda f, d, c: -f / 2 - d / 4 - c / 2)),
    "yᵀK⁻¹y stands there without its ½.": _of_parts(lambda f, d, c: -f - d / 2 - c / 2),
    "n log 2π stands there without its ½.": _of_parts(lambda f, d, c: -f / 2 - d / 2 - c),
    "n/2 · log 2π is missing.": _of_parts(lambda f, d, c: -f / 2 - d / 2),
    "½ log 2π stands there once, not n times.": (
        lambda X, y, kernel, noise: _of_parts(
            lambda f, d, c: -f / 2 - d / 2 - c / (2 * max(len(y), 1))
        )(X, y, kernel, noise)
    ),
    "No term has its ½.": _of_parts(lambda f, d, c: -(f + d + c)),
    "The sign is exchanged: that is minus the log evidence.": _of_parts(
        lambda f, d, c: (f + d + c) / 2
    ),
    "log det K is added. Subtract it.": _of_parts(lambda f, d, c: -f / 2 + d / 2 - c / 2),
    "n/2 · log 2π is added. Subtract it.": _of_parts(lambda f, d, c: -f / 2 - d / 2 + c / 2),
    "log det K is missing: only the fit counts, and flexible models pay nothing.": (
        _of_parts(lambda f, d, c: -f / 2 - c / 2)
    ),
    "yᵀK⁻¹y is missing: y makes no difference.": _of_parts(lambda f, d, c: -d / 2 - c / 2),
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

# Expected improvement


def expected_improvement(
    mean: Tensor,
    sd: Tensor,
    best: float,
    xi: float,
    *,
    formula: Callable[..., Any] = lambda gain, sd, cdf, pdf: gain * cdf + sd * pdf,
    score: Callable[..., Any] = lambda gain, sd: gain / sd,
) -> Tensor:
    """Return E[max(0, f − best − xi)] for f normal, (m,) float64; exact where sd is 0."""
    m, s = mean.double().numpy(), sd.double().numpy()
    gain = m - best - xi
    safe = np.where(s > 0, s, 1.0)
    z = score(gain, safe)
    value = np.asarray(formula(gain, s, stats.norm.cdf(z), stats.norm.pdf(z)), dtype=float)
    return torch.from_numpy(np.where(s > 0, value, np.maximum(gain, 0)))


def _formula(formula: Callable[..., Any]) -> Callable[..., Tensor]:
    return lambda mean, sd, best, xi: expected_improvement(mean, sd, best, xi, formula=formula)


def _of(change: Callable[..., tuple[Any, ...]]) -> Callable[..., Tensor]:
    """Return the right formula of changed arguments."""
    return lambda mean, sd, best, xi: expected_improvement(*change(mean, sd, best, xi))


def _undefined(mean: Tensor, sd: Tensor, best: float, xi: float) -> Tensor:
    right = expected_improvement(mean, sd, best, xi)
    return torch.where(sd > 0, right, torch.nan)


IMPROVEMENT: Mistakes = {
    "That is for the smallest score: best − mean. Here higher is better.": (
        lambda mean, sd, best, xi: expected_improvement(-mean, sd, -best, xi)
    ),
    "The part with the density, sd·φ(z), is missing.": _formula(lambda g, s, cdf, pdf: g * cdf),
    "The part with Φ(z) is missing.": _formula(lambda g, s, cdf, pdf: s * pdf),
    "φ(z) is not multiplied by sd.": _formula(lambda g, s, cdf, pdf: g * cdf + pdf),
    "φ(z) is multiplied by sd². Once will do.": _formula(
        lambda g, s, cdf, pdf: g * cdf + s**2 * pdf
    ),
    "Φ(z) is multiplied by z. Multiply by mean − best − xi.": _formula(
        lambda g, s, cdf, pdf: g / np.where(s > 0, s, 1) * cdf + s * pdf
    ),
    "That is Φ(z), the probability of an improvement. Its mean size is wanted.": _formula(
        lambda g, s, cdf, pdf: cdf
    ),
    "That is the probability of an improvement, 0 or 1 where sd is 0. Its mean size is wanted.": (
        lambda mean, sd, best, xi: torch.where(
            sd > 0,
            _formula(lambda g, s, cdf, pdf: cdf)(mean, sd, best, xi),
            1.0 * (mean > best + xi),
        )
    ),
    "z is divided by sd². Divide by sd.": (
        lambda mean, sd, best, xi: expected_improvement(
            mean, sd, best, xi, score=lambda gain, sd: gain / sd**2
        )
    ),
    "xi is left out of z.": (
        lambda mean, sd, best, xi: expected_improvement(
            mean, sd, best, xi, score=lambda gain, sd: (gain + xi) / sd
        )
    ),
    "1/√2π is missing in φ.": _formula(
        lambda g, s, cdf, pdf: g * cdf + s * pdf * math.sqrt(2 * math.pi)
    ),
    "The logarithm of φ stands for φ: take its exponential.": _formula(
        lambda g, s, cdf, pdf: g * cdf + s * np.log(pdf)
    ),
    "mean − best − xi is cut at 0 before it enters the formula.": (
        lambda mean, sd, best, xi: expected_improvement(mean.clamp(min=best + xi), sd, best, xi)
    ),
    "Where sd is 0 you leave xi out.": (
        lambda mean, sd, best, xi: torch.where(
            sd > 0, expected_improvement(mean, sd, best, xi), (mean.double() - best).clamp(min=0)
        )
    ),
    "Φ and φ are exchanged.": _formula(lambda g, s, cdf, pdf: g * pdf + s * cdf),
    "The two parts are subtracted. Add them.": _formula(lambda g, s, cdf, pdf: g * cdf - s * pdf),
    "The root of sd is taken for sd: it is a standard deviation already.": _of(
        lambda mean, sd, best, xi: (mean, sd.sqrt(), best, xi)
    ),
    "sd is squared: take it as it is.": _of(lambda mean, sd, best, xi: (mean, sd**2, best, xi)),
    "xi has the wrong sign: subtract it from the mean.": _of(
        lambda mean, sd, best, xi: (mean, sd, best, -xi)
    ),
    "xi is not used.": _of(lambda mean, sd, best, xi: (mean, sd, best, 0.0)),
    "xi is in z alone. The gain is mean − best − xi there, too, where Φ is multiplied.": (
        lambda mean, sd, best, xi: expected_improvement(
            mean,
            sd,
            best,
            xi,
            formula=lambda g, s, cdf, pdf: (g + xi) * cdf + s * pdf,
        )
    ),
    "Where sd is 0 it is nan: 0/0. There it is max(0, mean − best − xi).": _undefined,
    "Where sd and mean − best − xi are both 0 it is nan, 0/0. There it is 0.": (
        lambda mean, sd, best, xi: torch.where(
            (sd > 0) | (mean.double() - best - xi != 0),
            expected_improvement(mean, sd, best, xi),
            torch.nan,
        )
    ),
    "Where sd is 0 you return 0, also where the mean is above best + xi.": (
        lambda mean, sd, best, xi: torch.where(
            sd > 0, expected_improvement(mean, sd, best, xi), 0.0
        )
    ),
    "Where sd is 0 you return mean − best − xi, also below 0.": (
        lambda mean, sd, best, xi: torch.where(
            sd > 0, expected_improvement(mean, sd, best, xi), mean.double() - best - xi
        )
    ),
    "That is max(0, mean − best − xi): what is uncertain does not count.": (
        lambda mean, sd, best, xi: (mean.double() - best - xi).clamp(min=0)
    ),
    "That is z, not the expected improvement.": (
        lambda mean, sd, best, xi: torch.where(
            sd > 0, (mean.double() - best - xi) / sd, (mean.double() - best - xi).clamp(min=0)
        )
    ),
}
