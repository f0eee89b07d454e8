"""Inputs that nobody can foresee: they are drawn when work is graded."""

from __future__ import annotations

from collections.abc import Sequence

import torch

__all__ = ["SHAPES", "fresh_generator", "spd_matrix"]

SHAPES = ((3, 2), (4,))  # different and not square, so that a transposed or shared state shows


def fresh_generator() -> torch.Generator:
    """Return a generator that nobody can foresee: hidden inputs are drawn when work is graded."""
    generator = torch.Generator()
    generator.seed()
    return generator


def spd_matrix(
    eigenvalues: Sequence[float], generator: torch.Generator, dtype: torch.dtype = torch.float64
) -> torch.Tensor:
    """Return a symmetric matrix, (n, n), with these n eigenvalues and random eigenvectors."""
    n = len(eigenvalues)
    basis, _ = torch.linalg.qr(torch.randn(n, n, generator=generator, dtype=torch.float64))
    return ((basis * torch.tensor(eigenvalues, dtype=torch.float64)) @ basis.T).to(dtype)
