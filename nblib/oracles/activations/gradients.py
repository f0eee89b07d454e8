"""How much of a gradient arrives: right, and wrong in the ways that people write it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch

from nblib.checks.mistakes import Mistakes
from nblib.oracles.activations.common import Pair, Tensor, with_slope

__all__ = ["GRADIENT_NORMS", "draw_network", "gradient_norms"]

# How much arrives?


@dataclass(frozen=True)
class _Pass:
    """What a network made of X on its way forward."""

    weights: Sequence[Tensor]
    hs: Sequence[Tensor]  # h_0 = X to h_L
    slopes: Sequence[Tensor]  # of the layers 1 to L


def gradient_norms(
    weights: Sequence[Tensor],
    activation: Callable[[Tensor], Pair],
    X: Tensor,
    last_gradient: Tensor,
) -> list[float]:
    """Return the norms of the gradients by h_1, …, h_L of layers h_l = φ(h_{l−1} W_l), h_0 = X."""
    return _norms()(weights, activation, X, last_gradient)


def _norms(
    step: Callable[[Tensor, _Pass, int], Tensor] = lambda g, net, i: (
        (g * net.slopes[i]) @ net.weights[i].T
    ),
    norm: Callable[[Tensor], Any] = lambda g: g.norm().item(),
    seen: Callable[[Tensor, _Pass, int], Tensor] = lambda g, net, i: g,
    slope: Callable[[Callable[[Tensor], Pair], Tensor], Tensor] = lambda phi, z: phi(z)[1],
    value: Callable[[Callable[[Tensor], Pair], Tensor], Tensor] = lambda phi, z: phi(z)[0],
    first: int = 0,
) -> Callable[..., list[Any]]:
    """Return `gradient_norms` with changes.

    `seen(g, net, i)` is what is measured where g is the gradient by the output of layer i, from 0;
    `step` takes that to the layer below, and `first` is the layer where it ends.
    """

    def answer(
        weights: Sequence[Tensor], phi: Callable[[Tensor], Pair], X: Tensor, last: Tensor
    ) -> list[Any]:
        hs, slopes = [X], []
        for W in weights:
            z = hs[-1] @ W
            slopes.append(slope(phi, z))
            hs.append(value(phi, z))
        net = _Pass(weights, hs, slopes)
        g, norms = last, list[Any]()
        for i in range(len(weights) - 1, first - 1, -1):
            norms.insert(0, norm(seen(g, net, i)))
            g = step(g, net, i) if i > first else g
        return norms

    return answer


_one_too_far = _norms(seen=lambda g, net, i: (g * net.slopes[i]) @ net.weights[i].T)


GRADIENT_NORMS: Mistakes = {
    "The slope is missing: the gradient passes the activation, too.": _norms(
        lambda g, net, i: g @ net.weights[i].T
    ),
    "The slope is wanted at z, which goes into the activation, not at h, which comes out.": _norms(
        slope=lambda phi, z: phi(phi(z)[0])[1]
    ),
    "You multiply by the value. The slope is the second result of `activation`.": _norms(
        slope=lambda phi, z: phi(z)[0]
    ),
    "On the way forward the activation is left out: h is its first result.": _norms(
        value=lambda phi, z: z
    ),
    "On the way back the weights are transposed: W.T.": _norms(
        lambda g, net, i: (g * net.slopes[i]) @ net.weights[i]
    ),
    "The weights are missing on the way back: times W.T.": _norms(
        lambda g, net, i: g * net.slopes[i]
    ),
    "That slope is of the layer below: W and slope of one step are of the same layer.": _norms(
        lambda g, net, i: (g * net.slopes[i - 1]) @ net.weights[i].T
    ),
    "Those weights are of the layer below: W and slope of one step are of the same layer.": _norms(
        lambda g, net, i: (g * net.slopes[i]) @ net.weights[i - 1].T
    ),
    "Wrong order: first through the activation (times its slope), then through the weights.": (
        _norms(lambda g, net, i: (g @ net.weights[i].T) * net.slopes[i - 1])
    ),
    "The order is reversed: layer 1 stands first.": lambda *args: gradient_norms(*args)[::-1],
    "These are the squares of the norms: the root is missing.": _norms(
        norm=lambda g: (g**2).sum().item()
    ),
    "The mean of the squares is under your root. Their sum is wanted.": _norms(
        norm=lambda g: (g**2).mean().sqrt().item()
    ),
    "That is the sum of the sizes. The norm is the root of the sum of all squares.": _norms(
        norm=lambda g: g.abs().sum().item()
    ),
    "That is the largest entry. The norm is the root of the sum of all squares.": _norms(
        norm=lambda g: g.abs().max().item()
    ),
    "That is the largest singular value. The norm is the root of the sum of all squares.": _norms(
        norm=lambda g: torch.linalg.matrix_norm(g, 2).item()
    ),
    "That is a norm for each example. One norm over all entries is wanted for each layer.": _norms(
        norm=lambda g: g.norm(dim=1)
    ),
    "These belong to z, before the activation. Those of h, after it, are wanted.": _norms(
        seen=lambda g, net, i: g * net.slopes[i]
    ),
    "These are the norms of the outputs h. Those of their gradients are wanted.": _norms(
        seen=lambda g, net, i: net.hs[i + 1]
    ),
    "These are the gradients of the weights. Those of the outputs h are wanted.": _norms(
        seen=lambda g, net, i: net.hs[i].T @ (g * net.slopes[i])
    ),
    "That is one layer too far: you begin with the gradient of the input X.": _one_too_far,
    "One too many: the gradient of the input X is not asked for.": lambda *args: (
        _one_too_far(*args)[:1] + gradient_norms(*args)
    ),
    "The last one is missing: the norm of the gradient that you are given.": lambda *args: (
        gradient_norms(*args)[:-1]
    ),
    "The first one is missing: the gradient goes down to layer 1.": _norms(first=1),
}


def draw_network(
    widths: Sequence[int],
    function: Callable[[Tensor], Tensor],
    generator: torch.Generator,
    dtype: torch.dtype,
    size: float = 1.0,
) -> tuple[list[Tensor], Callable[[Tensor], Pair], Tensor, Tensor]:
    """Draw arguments of `gradient_norms`: a network of these widths, 5 examples, a gradient.

    `size` is the standard deviation of the inputs.
    """

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=dtype)

    weights = [draw(m, n) / math.sqrt(m) for m, n in pairwise(widths)]
    return weights, with_slope(function), size * draw(5, widths[0]), draw(5, widths[-1])
