"""Occlusion: what a score loses where a patch of the picture is covered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["OCCLUSION", "occlusion", "quadratic"]

Score = Callable[[Tensor], Tensor]


def occlusion(
    f: Score,
    X: Tensor,
    k: int,
    fill: float,
    *,
    loss: Callable[[Tensor, Tensor], Tensor] = lambda before, after: before - after,
    whole: bool = False,
    heap: bool = False,
    mark: Callable[[int, int], tuple[int, int]] = lambda height, width: (height, width),
) -> Tensor:
    """Return, for each pixel, how much f falls if the pixel's k × k patch is set to `fill`.

    The parts, in which mistakes are made: what is a loss, whether only `whole` patches are covered,
    whether covers pile up on a `heap`, and which pixels of a patch are marked.
    """
    height, width = X.shape[1:]
    before, A, Z = f(X), torch.zeros_like(X), X.clone()
    for i in range(0, height - (k - 1) * whole, k):
        for j in range(0, width - (k - 1) * whole, k):
            Z = Z if heap else X.clone()
            Z[:, i : i + k, j : j + k] = fill
            rows, columns = mark(k, k)
            A[:, i : i + rows, j : j + columns] = loss(before, f(Z))[:, None, None]
    return A


def _sliding(f: Score, X: Tensor, k: int, fill: float, *, mean: bool = True) -> Tensor:
    """Return the mean, or the sum, of the losses over all places that cover a pixel."""
    height, width = X.shape[1:]
    before, A, times = f(X), torch.zeros_like(X), torch.zeros_like(X)
    for i in range(height - k + 1):
        for j in range(width - k + 1):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] += (before - f(Z))[:, None, None]
            times[:, i : i + k, j : j + k] += 1
    return A / times if mean else A


def _written_over(f: Score, X: Tensor, k: int, fill: float) -> Tensor:
    before, A = f(X), torch.zeros_like(X)
    for i in range(X.shape[1]):
        for j in range(X.shape[2]):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


def _inwards(f: Score, X: Tensor, k: int, fill: float) -> Tensor:
    before, A = f(X), torch.zeros_like(X)
    height, width = X.shape[1:]
    for i in range(0, height, k):
        for j in range(0, width, k):
            up, left, Z = min(i, height - k), min(j, width - k), X.clone()
            Z[:, up : up + k, left : left + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


def _square(f: Score, X: Tensor, k: int, fill: float) -> Tensor:
    """Return the map of someone who takes the height for the width."""
    height = X.shape[1]
    right = (height + k - 1) // k * k  # where the last patch ends
    A = occlusion(f, X, k, fill)
    A[:, :, right:] = 0
    return A


def _kept(f: Score, X: Tensor, k: int, fill: float) -> Tensor:
    """Return what f loses where all but the patch is covered."""
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = torch.full_like(X, fill)
            Z[:, i : i + k, j : j + k] = X[:, i : i + k, j : j + k]
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


def _by_size(f: Score, X: Tensor, k: int, fill: float) -> Tensor:
    sizes = [torch.tensor([min(k, side - i // k * k) for i in range(side)]) for side in X.shape[1:]]
    return occlusion(f, X, k, fill) / (sizes[0][:, None] * sizes[1])


def _with(**how: Any) -> Callable[..., Tensor]:
    return partial(occlusion, **how)


OCCLUSION: Mistakes = {
    "The sign is turned: where the score falls, the map is above 0.": _with(
        loss=lambda before, after: after - before
    ),
    "That is the score of the covered picture. How much it *falls* is wanted.": _with(
        loss=lambda before, after: after
    ),
    "The fall is divided by the score before. Leave it as it is.": _with(
        loss=lambda before, after: (before - after) / before
    ),
    "The sign is lost. A score may rise where something is covered.": _with(
        loss=lambda before, after: (before - after).abs()
    ),
    "Where the score rises, the map is cut off at 0.": _with(
        loss=lambda before, after: (before - after).clamp(min=0)
    ),
    "The last patches are lost where k does not divide the side. They are smaller ones.": _with(
        whole=True
    ),
    "The covers pile up: begin each time with the picture as it was.": _with(heap=True),
    "Only the first pixel of each patch is marked. All of them get the fall.": _with(
        mark=lambda height, width: (1, 1)
    ),
    "The cover is 0. It is `fill`.": lambda f, X, k, fill: occlusion(f, X, k, 0.0),
    "The patch moves on by 1. Patches lie side by side: it moves on by k.": _sliding,
    "The patch moves on by 1, and the falls are added up. Patches lie side by side: it moves on by "
    "k.": partial(_sliding, mean=False),
    "The last patch is moved inwards. It is cut off at the edge.": _inwards,
    "The height is taken for the width, too. They may differ.": _square,
    "The fall is divided by k². Each pixel of a patch gets all of it.": lambda f, X, k, fill: (
        occlusion(f, X, k, fill) / k**2
    ),
    "Patches begin at each pixel, and write over one another. They lie side by side: step by k.": (
        _written_over
    ),
    "Each pixel is covered by itself. Cover patches of k × k.": lambda f, X, k, fill: occlusion(
        f, X, 1, fill
    ),
    "All *but* the patch is covered. Cover the patch.": _kept,
    "The fall is shared out among the pixels of the patch. Each of them gets all of it.": _by_size,
    "There is one number for each patch. Each pixel is to have that of its patch.": (
        lambda f, X, k, fill: occlusion(f, X, k, fill)[:, ::k, ::k]
    ),
    "The mean over the pictures is taken. Each has a map of its own.": lambda *args: occlusion(
        *args
    ).mean(dim=0),
    "The falls of all pictures are averaged, and each gets this map. Each has its own.": (
        lambda *args: occlusion(*args).mean(dim=0, keepdim=True).expand_as(args[1])
    ),
    "`fill` is added to the patch. The patch is set to it.": lambda f, X, k, fill: _added(
        f, X, k, fill
    ),
    "All pictures get the map of the first.": lambda f, X, k, fill: occlusion(
        f, X[:1], k, fill
    ).expand_as(X),
}


def _added(f: Score, X: Tensor, k: int, fill: float) -> Tensor:
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] += fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


def quadratic(height: int, width: int, generator: torch.Generator) -> Score:
    """Return a score whose pixels work together: Σ w·x + (Σ v·x)²/2 + 5, of pictures (m, h, w)."""
    w, v = torch.randn(2, height, width, generator=generator, dtype=torch.float64)

    def score(X: Tensor) -> Tensor:
        return (X * w).sum(dim=(1, 2)) + (X * v).sum(dim=(1, 2)) ** 2 / 2 + 5

    return score
