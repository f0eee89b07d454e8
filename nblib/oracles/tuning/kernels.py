"""Kernels: how much two places have to do with each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from scipy.spatial.distance import cdist
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["MATERN", "Kernel", "matern52", "rational"]

Kernel = Callable[[Tensor, Tensor], Tensor]
Metric = Any  # what SciPy's cdist takes: a name, or a function of two rows
_R5 = math.sqrt(5)


def rational(scale: float, length: float, tilt: float = 0.0) -> Kernel:
    """Return a kernel that no exercise asks for: scale / (1 + r²/length²).

    With `tilt` its variance differs from place to place: times (1 + tilt·x₁) of either.
    """

    def kernel(A: Tensor, B: Tensor) -> Tensor:
        A, B = torch.as_tensor(A).double(), torch.as_tensor(B).double()
        near = scale / (1 + (A[:, None] - B[None]).square().sum(dim=2) / length**2)
        return near * (1 + tilt * A[:, :1]) * (1 + tilt * B[:, :1]).T

    return kernel


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
    r = cdist(A.double().numpy(), B.double().numpy(), metric)
    return torch.from_numpy(formula(scale(r, length)))


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
    "The term 5r²/(3·length²) is missing.": _kernel(formula=lambda s: (1 + s) * np.exp(-s)),
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
