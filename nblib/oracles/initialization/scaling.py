"""LSUV: right, and wrong in the ways that people write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.initialization.units import Play, snap, tensor, yes

__all__ = ["LSUV", "lsuv", "outputs"]

# LSUV


def lsuv(
    weights: Sequence[Tensor],
    X: Tensor,
    *,
    divisor: Callable[..., Any] = lambda z, h, W: z.std(),
    onward: Callable[..., Tensor] = lambda h, old, new: torch.tanh(h @ new.T),
) -> list[Tensor]:
    """Scale weights so that each layer gives σ = 1 to tanh: Mishkin and Matas (2016)."""
    h, scaled = X, []
    for W in weights:
        scaled.append(W / divisor(h @ W.T, h, W))
        h = onward(h, W, scaled[-1])
    return scaled


def outputs(weights: Sequence[Tensor], X: Tensor) -> Play:
    """Return a play that measures what each layer gives with the weights that came."""

    def play(answer: Callable[..., Any]) -> dict[str, list[Any]]:
        scaled = [tensor(w) for w in answer(list(weights), X)]
        h, stds = X, []
        for w in scaled:
            z = h @ w.to(X.dtype).T
            stds.append(snap(z.std(), 1, 0.01))  # by N or by N − 1
            h = torch.tanh(z)
        return {
            "standard deviations": stds,
            "one positive factor each": [
                yes(torch.allclose(new / new.norm(), old.to(new.dtype) / old.norm(), atol=1e-5))
                for new, old in zip(scaled, weights, strict=False)
            ],
            "dtypes": [str(w.dtype) for w in scaled],
        }

    return play


def _by_the_first(weights: Sequence[Tensor], X: Tensor) -> list[Tensor]:
    return [W / (X @ weights[0].T).std() for W in weights]


def _by_the_last(weights: Sequence[Tensor], X: Tensor) -> list[Tensor]:
    scaled = list(weights)
    for i in range(len(scaled)):
        h = X
        for W in scaled[:-1]:
            h = torch.tanh(h @ W.T)
        scaled[i] = scaled[i] / (h @ scaled[-1].T).std()
    return scaled


LSUV: Mistakes = {
    "Nothing has changed.": lambda weights, X: list(weights),
    "A layer was measured before those below it were scaled: they change what it sees.": partial(
        lsuv, onward=lambda h, old, new: torch.tanh(h @ old.T)
    ),
    "The tanh between the layers is missing.": partial(lsuv, onward=lambda h, old, new: h @ new.T),
    "You divided by the variance. Its root is the standard deviation.": partial(
        lsuv, divisor=lambda z, h, W: z.var()
    ),
    "The root was taken twice: divide by the standard deviation itself.": partial(
        lsuv, divisor=lambda z, h, W: z.std().sqrt()
    ),
    "You made the weights' own standard deviation 1. The output's is wanted.": partial(
        lsuv, divisor=lambda z, h, W: W.std()
    ),
    "You measured what goes into the layer. Measure what it gives.": partial(
        lsuv, divisor=lambda z, h, W: h.std()
    ),
    "You measured after tanh. Measure what goes into it.": partial(
        lsuv, divisor=lambda z, h, W: torch.tanh(z).std()
    ),
    "You measured after tanh, but for the last layer. Measure what goes into tanh.": (
        lambda weights, X: _last_by_itself(weights, X)
    ),
    "That is the root mean square; take the mean off: the standard deviation.": partial(
        lsuv, divisor=lambda z, h, W: z.square().mean().sqrt()
    ),
    "That is the mean size; the standard deviation is wanted.": partial(
        lsuv, divisor=lambda z, h, W: z.abs().mean()
    ),
    "Each unit was scaled by itself. One number for the layer, over all units.": partial(
        lsuv, divisor=lambda z, h, W: z.std(dim=0)[:, None]
    ),
    "That is the mean of the units' deviations. Take one over all entries.": partial(
        lsuv, divisor=lambda z, h, W: z.std(dim=0).mean()
    ),
    "That is the mean of the examples' deviations. Take one over all entries.": partial(
        lsuv, divisor=lambda z, h, W: z.std(dim=1).mean()
    ),
    "You multiplied; divide by the standard deviation.": partial(
        lsuv, divisor=lambda z, h, W: 1 / z.std()
    ),
    "Only the first layer has been scaled.": (
        lambda weights, X: [*lsuv(weights[:1], X), *weights[1:]]
    ),
    "The last layer has been left as it was.": (
        lambda weights, X: [*lsuv(weights[:-1], X), weights[-1]]
    ),
    "All layers were divided by the first one's standard deviation.": _by_the_first,
    "You measured what the whole network gives. Measure what this layer gives.": _by_the_last,
    "The weights have another dtype than before: keep it.": (
        lambda weights, X: [W.float() for W in lsuv(weights, X)]
    ),
    "The weights have another pattern than before. Multiply each by one number.": (
        lambda weights, X: lsuv([W - W.mean() for W in weights], X)
    ),
}


def _last_by_itself(weights: Sequence[Tensor], X: Tensor) -> list[Tensor]:
    *first, last = weights
    scaled = lsuv(first, X, divisor=lambda z, h, W: torch.tanh(z).std())
    h = X
    for W in scaled:
        h = torch.tanh(h @ W.T)
    return [*scaled, last / (h @ last.T).std()]
