"""The gain of an activation: right, and wrong in the ways that people measure it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from nblib.checks.mistakes import Mistakes
from nblib.oracles.initialization.units import Play, seeded, snap, yes

__all__ = ["GAIN", "GAIN_OF_KNOWN", "SAMPLES", "estimate", "gain", "samples"]

# The gain of any activation


def _exact_gain(activation: Callable[[Tensor], Tensor]) -> float:
    """Return 1/√E[φ(z)²] by an integral."""
    z = torch.linspace(-9, 9, 18001, dtype=torch.float64)
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return torch.trapezoid(activation(z) ** 2 * density, z).rsqrt().item()


def gain(
    activation: Callable[[Tensor], Tensor],
    num_samples: int,
    generator: torch.Generator,
    *,
    draw: Callable[..., Tensor] = torch.randn,
    size: Callable[[Tensor], Tensor] = lambda h: h.square().mean().rsqrt(),
) -> float:
    """Return 1/√E[φ(z)²] for standard normal z, estimated from `num_samples` draws."""
    return float(size(activation(draw(num_samples, generator=generator))))


def estimate(activation: Callable[[Tensor], Tensor], seed: int) -> Play:
    """Return a play that asks for the gain of φ from a million draws: within 2 % is right."""
    exact = _exact_gain(activation)
    return lambda answer: snap(answer(activation, 1_000_000, seeded(seed)), exact, 0.02 * exact)


def samples(answer: Callable[..., Any]) -> dict[str, str]:
    """Let φ count how many numbers it gets to see; the same ones, seen again, count once.

    An answer that does not sample, and shows φ hardly any, is for `estimate` to judge.
    """

    def seen(num_samples: int) -> int:
        sizes: dict[float, int] = {}

        def activation(z: Tensor) -> Tensor:
            sizes[float(z.flatten()[0])] = z.numel()
            return torch.tanh(z)

        answer(activation, num_samples, seeded(5))
        return sum(sizes.values())

    some, more = 100_006, 300_014  # no round numbers: a last, short batch counts as well
    few, many = seen(some), seen(more)
    if many < 100:
        few, many = some, more
    return {
        "more samples, more numbers for φ": yes(many > few),
        "as many numbers as samples": yes(few >= some and many >= more),
    }


def _gain_of_gradient(
    activation: Callable[[Tensor], Tensor], num_samples: int, generator: torch.Generator
) -> float:
    z = torch.randn(num_samples, generator=generator, dtype=torch.float64)
    slope = (activation(z + 1e-5) - activation(z - 1e-5)) / 2e-5
    return slope.square().mean().rsqrt().item()


def _gain_from_table(
    activation: Callable[[Tensor], Tensor], num_samples: int, generator: torch.Generator
) -> float:
    z = torch.linspace(-3, 3, 7)
    for name in ("relu", "tanh", "sigmoid"):
        if torch.allclose(activation(z), getattr(torch, name)(z)):
            return nn.init.calculate_gain(name)
    return 1.0


GAIN: Mistakes = {
    "The root is missing: that is the gain squared.": partial(
        gain, size=lambda h: 1 / h.square().mean()
    ),
    "Upside down: what makes the signal small needs large weights.": partial(
        gain, size=lambda h: h.square().mean().sqrt()
    ),
    "That is the mean square itself. The gain is 1 divided by its root.": partial(
        gain, size=lambda h: h.square().mean()
    ),
    "That uses the variance of φ(z). Its mean counts as well: take the mean square.": partial(
        gain, size=lambda h: 1 / h.std()
    ),
    "That is 1 divided by the variance of φ(z). Take the root of the mean square.": partial(
        gain, size=lambda h: 1 / h.var()
    ),
    "That is the standard deviation of φ(z). The gain is 1 divided by the root mean square.": (
        partial(gain, size=lambda h: h.std())
    ),
    "The mean of the squares is wanted, not the square of the mean size.": partial(
        gain, size=lambda h: 1 / h.abs().mean()
    ),
    "Square first, then take the mean.": partial(gain, size=lambda h: 1 / h.mean().abs()),
    "The square is missing: the mean of φ(z)² stands under the root.": partial(
        gain, size=lambda h: h.mean().rsqrt()
    ),
    "That is the sum of the squares: divide it by their number.": partial(
        gain, size=lambda h: h.square().sum().rsqrt()
    ),
    "That is 1, the gain without an activation: φ has to come in.": (
        lambda f, n, g: gain(lambda z: z, n, g)
    ),
    "You squared z; square what φ makes of it.": lambda f, n, g: gain(
        lambda z: f(z * z).sqrt(), n, g
    ),
    "The √2 of ReLU comes out of the mean by itself: do not multiply by it.": (
        lambda f, n, g: math.sqrt(2) * gain(f, n, g)
    ),
    "z is standard normal: rand draws between 0 and 1, and never below.": partial(
        gain, draw=torch.rand
    ),
    "z is standard normal; you drew it uniformly from −1 to 1.": partial(
        gain, draw=lambda n, generator: 2 * torch.rand(n, generator=generator) - 1
    ),
    "z is standard normal, drawn at random; you spread it evenly from −3 to 3.": partial(
        gain, draw=lambda n, generator: torch.linspace(-3, 3, n)
    ),
    "z is standard normal; you drew only its positive half.": partial(
        gain, draw=lambda n, generator: torch.randn(n, generator=generator).abs()
    ),
    "That keeps the size of gradients, with φ′ in place of φ. Keep the signal.": _gain_of_gradient,
}


GAIN_OF_KNOWN: Mistakes = {
    **GAIN,
    "Those are the rules of thumb of nn.init.calculate_gain. Measure.": _gain_from_table,
    "That is the gain of ReLU, whatever the activation.": lambda f, n, g: math.sqrt(2),
}


SAMPLES: Mistakes = {
    "φ gets as many numbers, whatever `num_samples` is.": lambda f, n, g: gain(f, 1_000_000, g),
    "φ gets as many numbers, whatever `num_samples` is, and fewer than that.": (
        lambda f, n, g: gain(f, 1000, g)
    ),
    "φ gets fewer numbers than `num_samples`.": lambda f, n, g: gain(f, n // 10, g),
}
