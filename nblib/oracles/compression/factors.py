"""A matrix as the product of two thin ones, as near as the numbers allow."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.compression.masks import dtypes_of

__all__ = ["FACTORS", "low_rank", "product_of", "spectrum"]

Rank = Callable[[int, int, int], int]


def low_rank(
    W: Tensor,
    max_numbers: int,
    *,
    rank: Rank = lambda limit, m, n: min(limit // (m + n), m, n),
    left: Callable[[Tensor, Tensor], Tensor] = lambda U, s: U * s,
    right: Callable[[Tensor, Tensor], Tensor] = lambda Vt, s: Vt,
    first: bool = True,
) -> tuple[Tensor, Tensor]:
    """Return A (m, r) and B (r, n) with at most `max_numbers` numbers, A @ B nearest to W."""
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    r = max(0, rank(max_numbers, *W.shape))
    some = slice(0, r) if first else slice(len(s) - r, len(s))
    return left(U[:, some], s[some]), right(Vt[some], s[some])


def spectrum(
    shape: tuple[int, int], generator: torch.Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Return a random matrix whose singular values are well apart."""
    k = min(shape)
    Q, R = (
        torch.linalg.qr(torch.randn(size, k, generator=generator, dtype=torch.float64))[0]
        for size in shape
    )
    s = 3.0 * 0.7 ** torch.arange(k, dtype=torch.float64)
    return (Q * s @ R.T).to(dtype)


def product_of(W: Tensor, max_numbers: int) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: the shapes of both factors, and their product."""

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        A, B = answer(W, max_numbers)
        return {
            "shape of the first factor": [*A.shape],
            "shape of the second factor": [*B.shape],
            "their product": A @ B,
            "dtypes": dtypes_of([A, B]),
        }

    return play


def _untransposed(W: Tensor, max_numbers: int) -> tuple[Tensor, Tensor]:
    """Take the first rows of V for those of its transpose."""
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    r = min(max_numbers // sum(W.shape), *W.shape)
    V = Vt.T
    return U[:, :r] * s[:r], V[:, :r]


def _corner(W: Tensor, max_numbers: int) -> tuple[Tensor, Tensor]:
    """Return W's first columns, times the identity cut off."""
    r = min(max_numbers // sum(W.shape), *W.shape)
    return W[:, :r], torch.eye(r, W.shape[1], dtype=W.dtype)


_with = partial(partial, low_rank)

FACTORS: Mistakes = {
    "The singular values are in both factors, so in the product squared. Put them into one, or "
    "their root into both.": _with(right=lambda Vt, s: s[:, None] * Vt),
    "The singular values are missing.": _with(left=lambda U, s: U),
    "The smallest singular values are kept. Keep the largest, which come first.": _with(
        first=False
    ),
    "The rank is one too small: more would fit.": _with(
        rank=lambda limit, m, n: min(limit // (m + n), m, n) - 1
    ),
    "There are too many numbers: the rank is rounded up.": _with(
        rank=lambda limit, m, n: min(-(-limit // (m + n)), m, n)
    ),
    "All singular values are kept. `max_numbers` is no rank: two factors of rank r hold r (m + n) "
    "numbers.": _with(rank=lambda limit, m, n: min(m, n)),
    "The rank is `max_numbers` divided by m n. Two factors hold r (m + n) numbers.": _with(
        rank=lambda limit, m, n: min(max(1, limit // (m * n)), m, n)
    ),
    "The singular values are counted among the numbers. They are within a factor, and take no "
    "room.": _with(rank=lambda limit, m, n: min(limit // (m + n + 1), m, n)),
    "The second factor is V, and the transpose of V is wanted (which `torch.linalg.svd` returns "
    "already).": _untransposed,
    "The first factor is a piece of W. Take it from the singular value decomposition.": _corner,
    "The square roots of the singular values are in one factor only.": _with(
        left=lambda U, s: U * s.sqrt()
    ),
    "The first singular value scales all. Each column has its own.": _with(
        left=lambda U, s: U * s[:1]
    ),
}
