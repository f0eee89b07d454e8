"""Which rows of a batch does an output depend on? Found by the gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["LEAKS", "REACHED", "Model", "by_halves", "falling", "leaky", "opposite", "rows_reached"]

Model = Callable[[Tensor], Tensor]

LEAKS = ("plain", "batch norm", "before", "shifted", "lost", "far", "pairs", "gated", "faint")


def _gradient(model: Model, X: Tensor, pick: Callable[[Tensor], Tensor]) -> Tensor:
    x = X.detach().clone().requires_grad_()
    (found,) = torch.autograd.grad(pick(model(x)), x)
    return found


def rows_reached(
    model: Model,
    X: Tensor,
    i: int,
    *,
    pick: Callable[[Tensor, int], Tensor] = lambda out, i: out[i].sum(),
    is_hit: Callable[[Tensor], Tensor] = lambda g: (g != 0).any(dim=1),
) -> list[int]:
    """Return the rows of X, in order, by which row i of the output changes."""
    found = _gradient(model, X, lambda out: pick(out, i))
    return is_hit(found).nonzero()[:, 0].tolist()


def leaky(kind: str, num_features: int, generator: torch.Generator) -> Model:
    """Return a network from (n, num_features) to (n, 3), float64, that may mix its rows.

    `kind` is one of LEAKS: "before" means that each row sees those before it, "shifted" that row i
    sees row i − 1 alone, "lost" that row 0 sees nothing, "far" that the last one is subtracted,
    "gated" that all see the rows whose first feature is positive, "faint" that row i sees a
    ten-billionth of row i − 1.
    """

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    W, V = drawn(num_features, 6), drawn(6, 3)

    def model(X: Tensor) -> Tensor:
        h = (X @ W).tanh()
        if kind == "batch norm":
            h = (h - h.mean(dim=0)) / (h.var(dim=0, correction=0) + 1e-5).sqrt()
        elif kind == "before":
            h = h.cumsum(dim=0)
        elif kind == "faint":
            h = h + 1e-10 * h.roll(1, dims=0)
        elif kind == "shifted":
            h = h.roll(1, dims=0)
        elif kind == "far":
            h = h - h[-1:]
        elif kind == "gated":
            h = (h * (X[:, :1] > 0)).sum(dim=0) + 0 * h
        elif kind == "pairs":
            h = h + h.flip(0)
        elif kind == "lost":
            h = torch.cat([0 * h[:1], h[1:]])
        return h @ V

    return model


def opposite() -> Model:
    """Return a network whose gradient by each row has entries that cancel."""
    return lambda X: (X[:, :1] - X[:, 1:2]).expand(-1, 3)


def _wrong(**parts: Any) -> Callable[..., list[int]]:
    return lambda *case: rows_reached(*case, **parts)


REACHED: Mistakes = {
    "The outputs of all rows are added up, so every row matters. Row `i` of the output alone is "
    "asked for.": _wrong(pick=lambda out, i: out.sum()),
    "Negative gradients are overlooked: ≠ 0, not > 0.": _wrong(is_hit=lambda g: (g > 0).any(dim=1)),
    "The gradients of a row are added up, and may cancel. One that is not 0 is enough.": _wrong(
        is_hit=lambda g: g.sum(dim=1) != 0
    ),
    "Small gradients count as 0. Only 0 does.": _wrong(
        is_hit=lambda g: (g.abs() > 1e-3).any(dim=1)
    ),
    "The numbers begin with 1. Rows are counted from 0.": lambda *case: [
        row + 1 for row in rows_reached(*case)
    ],
    "A row comes once for each of its gradients that is not 0. Once is enough.": (
        lambda model, X, i: _gradient(model, X, lambda out: out[i].sum()).nonzero()[:, 0].tolist()
    ),
    "Row `i` alone is handed to the network, so it cannot see the others. Hand it all of X.": (
        lambda model, X, i: [i] * bool(rows_reached(model, X[i : i + 1], 0))
    ),
    "A row counts here only if all of its gradients differ from 0. One is enough.": _wrong(
        is_hit=lambda g: (g != 0).all(dim=1)
    ),
    "These are features, columns of X. Rows are wanted.": _wrong(
        is_hit=lambda g: (g != 0).any(dim=0)
    ),
    "Row `i` itself is left out. It belongs to the rows if the output depends on it.": (
        lambda model, X, i: [row for row in rows_reached(model, X, i) if row != i]
    ),
    "Row `i` itself is always in there. It is reached only if the output depends on it.": (
        lambda model, X, i: sorted({*rows_reached(model, X, i), i})
    ),
    "Row `i` alone, whatever the network does. Ask the gradient.": lambda model, X, i: [i],
    "That is the number of rows. Which ones are they?": lambda *case: len(rows_reached(*case)),
    "Each row has True or False here. The numbers of the rows are wanted.": lambda model, X, i: [
        row in rows_reached(model, X, i) for row in range(len(X))
    ],
    "Only the first output of row `i` is asked. All of them count.": _wrong(
        pick=lambda out, i: out[i, 0]
    ),
    "Column `i` of the output is asked. Row `i` is wanted.": _wrong(
        pick=lambda out, i: out[:, i % out.shape[1]].sum()
    ),
    "The last row of the output is asked. Row `i` is wanted.": _wrong(
        pick=lambda out, i: out[-1].sum()
    ),
    "The first row of the output is asked. Row `i` is wanted.": _wrong(
        pick=lambda out, i: out[0].sum()
    ),
}


def falling(X: Tensor) -> Tensor:
    """A network in which each row sees those before it, and every gradient is negative."""
    return -X.cumsum(dim=0)


def by_halves(X: Tensor) -> Tensor:
    """A network whose first output sees its own row, and whose second one the row before."""
    return torch.stack([X[:, 0] ** 2 + X[:, 0], X[:, 1].roll(1).exp()], dim=1)
