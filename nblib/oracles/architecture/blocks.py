"""A transformer block as two residual branches: right, and wrong as people write it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["BLOCK", "causal_mean", "shapes_seen", "transformer_block", "two_layers"]

Branch = Callable[[Tensor], Tensor]


def _norm(X: Tensor, eps: float, dim: int | tuple[int, int] = 1, unbiased: bool = False) -> Tensor:
    variance = X.var(dim=dim, keepdim=True, unbiased=unbiased)
    return (X - X.mean(dim=dim, keepdim=True)) / (variance + eps).sqrt()


def transformer_block(
    X: Tensor,
    attend: Branch,
    think: Branch,
    eps: float,
    *,
    norm: Callable[[Tensor, float], Tensor] = _norm,
) -> Tensor:
    """Return a transformer block with the norms inside the branches (pre-norm), (T, d)."""
    X = X + attend(norm(X, eps))
    return X + think(norm(X, eps))


def _post_norm(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    X = _norm(X + attend(X), eps)
    return _norm(X + think(X), eps)


def _on_the_way(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    N = _norm(X, eps)
    X = N + attend(N)
    N = _norm(X, eps)
    return N + think(N)


def _side_by_side(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    N = _norm(X, eps)
    return X + attend(N) + think(N)


def _one_norm(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    X = X + attend(_norm(X, eps))
    return X + think(X)


def _first_without_norm(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    X = X + attend(X)
    return X + think(_norm(X, eps))


def _no_first_skip(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    X = attend(_norm(X, eps))
    return X + think(_norm(X, eps))


def _no_second_skip(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    X = X + attend(_norm(X, eps))
    return think(_norm(X, eps))


def _no_skips(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    return think(_norm(attend(_norm(X, eps)), eps))


def _skip_over_both(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    return X + think(_norm(X + attend(_norm(X, eps)), eps))


def _behind_the_branches(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    X = X + _norm(attend(X), eps)
    return X + _norm(think(X), eps)


def _attends_twice(X: Tensor, attend: Branch, think: Branch, eps: float) -> Tensor:
    attend(_norm(X, eps))
    return transformer_block(X, attend, think, eps)


def _by_rows(branch: Branch) -> Branch:
    return lambda Z: torch.cat([branch(row) for row in Z.split(1)])


BLOCK: Mistakes = {
    "`attend` is called more than once. Keep what it gave.": _attends_twice,
    "`think` is called more than once. Keep what it gave.": (
        lambda X, attend, think, eps: transformer_block(
            X, attend, lambda Z: (think(Z), think(Z))[1], eps
        )
    ),
    "`think` is called for each row by itself. Call it once, with all rows.": (
        lambda X, attend, think, eps: transformer_block(X, attend, _by_rows(think), eps)
    ),
    "The norms come after the sums (post-norm, as in 2017). Here each stands in front of its "
    "branch, and the way past it stays free.": _post_norm,
    "The norm stands on the way past the branch as well: add the branch to X itself.": _on_the_way,
    "Both branches read the same input. The second one reads what the first one made.": (
        _side_by_side
    ),
    "The second branch has no norm.": _one_norm,
    "The first branch has no norm.": _first_without_norm,
    "There are no norms.": partial(transformer_block, norm=lambda X, eps: X),
    "The first branch replaces X. It is added.": _no_first_skip,
    "The second branch replaces X. It is added.": _no_second_skip,
    "Both branches replace X. They are added.": _no_skips,
    "The second branch is added to the X of the beginning. Add it to what the first one made.": (
        _skip_over_both
    ),
    "The norms come behind the branches. They stand in front of them.": _behind_the_branches,
    "The norm runs down the columns, over the positions. Each row has its own: `dim=1`.": partial(
        transformer_block, norm=partial(_norm, dim=0)
    ),
    "The norm runs over the whole table. Each row has its own.": partial(
        transformer_block, norm=partial(_norm, dim=(0, 1))
    ),
    "The variance is divided by d − 1. Divide by d: `unbiased=False`.": partial(
        transformer_block, norm=partial(_norm, unbiased=True)
    ),
    "eps is a lower limit of the variance. It is added to it: √(variance + eps).": partial(
        transformer_block,
        norm=lambda X, eps: (
            (X - X.mean(dim=1, keepdim=True))
            / X.var(dim=1, keepdim=True, unbiased=False).clamp(min=eps).sqrt()
        ),
    ),
    "eps is missing.": partial(transformer_block, norm=lambda X, eps: _norm(X, 0.0)),
    "eps is added to the root. It goes inside: √(variance + eps).": partial(
        transformer_block,
        norm=lambda X, eps: (
            (X - X.mean(dim=1, keepdim=True)) / (X.std(dim=1, keepdim=True, unbiased=False) + eps)
        ),
    ),
    "The mean is not subtracted.": partial(
        transformer_block,
        norm=lambda X, eps: X / (X.var(dim=1, keepdim=True, unbiased=False) + eps).sqrt(),
    ),
    "The mean is not subtracted, and the squares are averaged: that is another norm (RMS).": (
        partial(
            transformer_block,
            norm=lambda X, eps: X / (X.square().mean(dim=1, keepdim=True) + eps).sqrt(),
        )
    ),
    "It divides by the variance. Divide by its root.": partial(
        transformer_block,
        norm=lambda X, eps: (
            (X - X.mean(dim=1, keepdim=True)) / (X.var(dim=1, keepdim=True, unbiased=False) + eps)
        ),
    ),
    "First comes attend, then think.": lambda X, attend, think, eps: transformer_block(
        X, think, attend, eps
    ),
    "A third norm stands at the end.": lambda *args: _norm(transformer_block(*args), args[3]),
}


def causal_mean(X: Tensor) -> Tensor:
    """Stand in for attention: the mean of the positions up to each, turned by one column."""
    count = torch.arange(1, len(X) + 1, dtype=X.dtype)[:, None]
    return X.cumsum(dim=0).roll(1, 1) / count


def shapes_seen(X: Tensor, eps: float) -> Callable[[Callable[..., Any]], Any]:
    """Return a play that gives the shapes with which an answer called its two branches."""

    def play(answer: Callable[..., Any]) -> Any:
        seen: dict[str, list[list[int]]] = {"attend": [], "think": []}

        def attend(Z: Tensor) -> Tensor:
            seen["attend"].append(list(Z.shape))
            return causal_mean(Z)

        def think(Z: Tensor) -> Tensor:
            seen["think"].append(list(Z.shape))
            return two_layers(Z)

        answer(X, attend, think, eps)
        return seen

    return play


def two_layers(X: Tensor) -> Tensor:
    """Stand in for the small network of a block: a bend with fixed weights, each row by itself."""
    weights = torch.arange(1, X.shape[1] + 1, dtype=X.dtype) / X.shape[1]
    return (X * weights + X.roll(2, 1) - 0.25).relu() * weights.flip(0)
