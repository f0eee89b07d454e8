"""Starting a whole network: right, and wrong in the ways that people do it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.initialization.shapes import fans
from nblib.oracles.initialization.units import Play, Shape, compared, seeded, snap, tensor
from nblib.oracles.initialization.xaviers import normal, uniform

__all__ = ["NETWORK", "NETWORK_FORM", "NETWORK_SEEDS", "network", "seeds", "signals", "sizes"]

# Start a whole network

Layers = list[Any]


def _he_std(shape: Shape, gain: float, shapes: Sequence[Shape]) -> float:
    return gain / math.sqrt(math.prod(shape[1:]))


def network(
    shapes: Sequence[Shape],
    gain: float,
    seed: int,
    *,
    std: Callable[..., float] = _he_std,
    draw: Callable[..., Tensor] = normal,
    bias: Callable[[Tensor, torch.Generator], Tensor] = lambda w, g: torch.zeros(len(w)),
    change: Callable[[Layers], Any] = list,
) -> Any:
    """Return (weight, bias) of each layer: normal, σ = gain/√fan_in, and 0; He et al. (2015)."""
    generator = seeded(seed)
    layers: Layers = []
    for shape in shapes:
        weight = draw(shape, generator, std(shape, gain, shapes))
        layers.append((weight, bias(weight, generator)))
    return change(layers)


def sizes(shapes: Sequence[Shape]) -> Play:
    """Return a play that asks for the shapes alone, in the form in which they come."""
    return lambda answer: [
        [list(part.shape) for part in layer] for layer in answer(list(shapes), 0.8, 0)
    ]


def signals(shapes: Sequence[Shape], gain: float, seed: int) -> Play:
    """Return a play that measures the weights and biases of a network."""

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        layers = [[*map(tensor, layer)] for layer in answer(list(shapes), gain, seed)]
        all_weights, biases = zip(*layers, strict=True)
        stds = [w.std().clamp_min(1e-30) for w in all_weights]
        alike = [
            (one * other).mean() > 0.5 * one.std() * other.std()
            for one, other in combinations(all_weights, 2)
            if one.shape == other.shape
        ]
        return {
            "σ·√fan-in of each layer": [
                snap(w.std() * math.sqrt(math.prod(shape[1:])), gain, 0.03 * gain)
                for w, shape in zip(all_weights, shapes, strict=True)
            ],
            "mean ÷ σ of each layer": [
                snap(w.mean() / std, 0, 0.04) for w, std in zip(all_weights, stds, strict=True)
            ],
            "share within one σ": [
                snap((w.abs() < std).double().mean(), 0.6827, 0.02)
                for w, std in zip(all_weights, stds, strict=True)
            ],
            "biases that are not zero": sum(int(b.count_nonzero()) for b in biases),
            "pairs of layers with the same weights": sum(map(bool, alike)),
            "different units of each layer": [len(w.flatten(1).unique(dim=0)) for w in all_weights],
            "dtypes": [str(part.dtype) for layer in layers for part in layer],
        }

    return play


def seeds(shapes: Sequence[Shape]) -> Play:
    """Return a play that asks whether the seed decides, in each layer."""

    def play(answer: Callable[..., Any]) -> dict[str, list[str]]:
        first, again, other, zero, zero_again = (
            [tensor(weight) for weight, _ in answer(list(shapes), 0.8, seed)]
            for seed in (3, 3, 4, 0, 0)
        )
        return {
            "the same seed": [*map(compared, first, again)],
            "another seed": [*map(compared, first, other)],
            "the same seed, 0": [*map(compared, zero, zero_again)],
            "another seed than 0": [*map(compared, zero, other)],
        }

    return play


NETWORK_FORM: Mistakes = {
    "A weight is transposed: keep the shapes as they are given.": (
        lambda shapes, gain, seed: [(w.transpose(0, 1), b) for w, b in network(shapes, gain, seed)]
    ),
    "There is one bias for each output; you have one for each input.": partial(
        network, bias=lambda w, g: torch.zeros(w.shape[1])
    ),
    "A bias has the shape (outputs,); yours has a dimension more.": partial(
        network, bias=lambda w, g: torch.zeros(len(w), 1)
    ),
    "A bias has the shape (outputs,); yours has that of the weight.": partial(
        network, bias=lambda w, g: torch.zeros_like(w)
    ),
    "A layer has one bias for each output; yours has one for all.": partial(
        network, bias=lambda w, g: torch.zeros(1)
    ),
    "The two parts of a layer are exchanged: (weight, bias).": partial(
        network, change=lambda layers: [pair[::-1] for pair in layers]
    ),
    "A list of weights and one of biases came: pair them, (weight, bias) for each layer.": partial(
        network, change=lambda layers: [*zip(*layers, strict=True)]
    ),
    "The last layer is missing.": partial(network, change=lambda layers: layers[:-1]),
    "Only the first layer came: is `return` inside the loop?": partial(
        network, change=lambda layers: layers[:1]
    ),
    "Only the last layer came: append each of them to a list.": partial(
        network, change=lambda layers: layers[-1:]
    ),
}


NETWORK: Mistakes = {
    "You took the variance for the standard deviation: its root is missing.": partial(
        network, std=lambda s, gain, _: gain**2 / math.prod(s[1:])
    ),
    "The root over fan-in is missing.": partial(
        network, std=lambda s, gain, _: gain / math.prod(s[1:])
    ),
    "The gain is squared; σ is gain/√fan-in.": partial(
        network, std=lambda s, gain, _: gain**2 / math.sqrt(math.prod(s[1:]))
    ),
    "Under the root stands fan-in alone: the gain is outside.": partial(
        network, std=lambda s, gain, _: math.sqrt(gain / math.prod(s[1:]))
    ),
    "The gain is missing.": partial(network, std=lambda s, gain, _: _he_std(s, 1, _)),
    "Divide by √fan-in; you multiplied.": partial(
        network, std=lambda s, gain, _: gain * math.sqrt(math.prod(s[1:]))
    ),
    "√fan-in is missing: that is the gain as σ.": partial(network, std=lambda s, gain, _: gain),
    "You always take √2, which is for ReLU. Use the gain that you are given.": partial(
        network, std=lambda s, gain, _: _he_std(s, math.sqrt(2), _)
    ),
    "The √2 of ReLU is in the gain already.": partial(
        network, std=lambda s, gain, _: _he_std(s, gain * math.sqrt(2), _)
    ),
    "That is fan-out: the shape begins with the outputs.": partial(
        network, std=lambda s, gain, _: gain / math.sqrt(fans(s)[1])
    ),
    "That is the number of outputs: fan-in counts the inputs, and the kernel.": partial(
        network, std=lambda s, gain, _: gain / math.sqrt(s[0])
    ),
    "The kernel is missing in fan-in.": partial(
        network, std=lambda s, gain, _: gain / math.sqrt(s[1])
    ),
    "That is the number of all weights: one output adds up its own only.": partial(
        network, std=lambda s, gain, _: gain / math.sqrt(math.prod(s))
    ),
    "That is Xavier's rule. Here σ = gain/√fan-in.": partial(
        network, std=lambda s, gain, _: gain * math.sqrt(2 / sum(fans(s)))
    ),
    "That is Xavier's rule, without the gain. Here σ = gain/√fan-in.": partial(
        network, std=lambda s, gain, _: math.sqrt(2 / sum(fans(s)))
    ),
    "You took σ for the bound of a uniform draw; draw normal numbers.": partial(
        network, draw=uniform
    ),
    "These weights have the right σ, but they are uniform: draw normal numbers.": partial(
        network, draw=lambda s, g, std: uniform(s, g, std * math.sqrt(3))
    ),
    "That is rand, between 0 and 1: draw normal numbers, around 0.": partial(
        network, draw=lambda s, g, std: std * torch.rand(*s, generator=g)
    ),
    "All layers have one σ. Each has its own fan-in.": partial(
        network, std=lambda s, gain, shapes: _he_std(shapes[0], gain, shapes)
    ),
    "All layers have the σ of the last. Each has its own fan-in.": partial(
        network, std=lambda s, gain, shapes: _he_std(shapes[-1], gain, shapes)
    ),
    "Two layers began with the same weights: make one generator, before the loop.": partial(
        network, draw=lambda s, g, std: normal(s, seeded(g.initial_seed()), std)
    ),
    "Biases begin at zero: the weights part the twins already.": partial(
        network, bias=lambda w, g: torch.randn(len(w), generator=g)
    ),
    "All units of a layer got the same weights: draw each of them.": partial(
        network, draw=lambda s, g, std: normal(s, g, std)[:1].expand(*s)
    ),
    "float32 is wanted.": partial(
        network, change=lambda layers: [(w.double(), b.double()) for w, b in layers]
    ),
}


NETWORK_SEEDS: Mistakes = {
    "The same seed gave other weights: seed a generator in every call, and draw from it alone.": (
        lambda shapes, gain, seed: network(
            shapes, gain, int(torch.randint(2**31, (), dtype=torch.int64))
        )
    ),
    "Only the first layer follows the seed: draw all of them from one generator.": (
        lambda shapes, gain, seed: [
            *network(shapes[:1], gain, seed),
            *network(shapes[1:], gain, 0),
        ]
    ),
    "Another seed gave the same weights: seed the generator with `seed`.": (
        lambda shapes, gain, seed: network(shapes, gain, 0)
    ),
}
