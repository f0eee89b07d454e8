"""ELU, Swish and GELU: right, and wrong in the ways that people write them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from nblib.checks.mistakes import Mistakes
from nblib.oracles.activations.common import Pair, Tensor, with_slope
from nblib.oracles.activations.kinks import sigmoid, where

__all__ = ["ELU", "ELU_EXTREME", "GELU", "SWISH", "SWISH_EXTREME", "elu", "gelu", "swish"]

# ELU


def elu(z: Tensor, alpha: float) -> Pair:
    """Return ELU (Clevert, Unterthiner and Hochreiter, 2016) and its slope, `alpha` at 0."""
    return _elu(_bent, _steep)(z, alpha)


def _bent(z: Tensor, alpha: float) -> Tensor:
    return alpha * torch.expm1(z)


def _steep(z: Tensor, alpha: float) -> Tensor:
    return alpha * torch.exp(z)


def _elu(
    value: Callable[[Tensor, float], Any] = _bent, slope: Callable[[Tensor, float], Any] = _steep
) -> Callable[[Tensor, float], Pair]:
    """Return an ELU with this value and slope for z ≤ 0."""

    def activation(z: Tensor, alpha: float) -> Pair:
        left = z.clamp(max=0)
        here = value(left, alpha), slope(left, alpha)
        return where(z > 0, z, z, here[0]), where(z > 0, z, 1, here[1])

    return activation


ELU: Mistakes = {
    "The derivative of e^z − 1 is e^z: the −1 falls away.": _elu(slope=_bent),
    "α is missing in the slope.": _elu(slope=lambda z, a: torch.exp(z)),
    "α is missing in the value.": _elu(lambda z, a: torch.expm1(z)),
    "α is missing, in the value and in the slope.": lambda z, a: elu(z, 1.0),
    "α stands in front of the bracket, not in the exponent.": _elu(
        lambda z, a: torch.expm1(a * z), lambda z, a: a * torch.exp(a * z)
    ),
    "That is CELU, with z/α in the exponent. ELU has z alone.": with_slope(
        lambda z, a: F.celu(z, float(a))
    ),
    "The −1 is missing: your function jumps at 0.": _elu(_steep),
    "Brackets are missing: α multiplies e^z − 1 as a whole.": _elu(
        lambda z, a: a * torch.exp(z) - 1
    ),
    "On the left it lies below 0: e^z − 1, not 1 − e^z.": _elu(
        lambda z, a: -_bent(z, a), lambda z, a: -_steep(z, a)
    ),
    "The exponent is z, not −z.": _elu(lambda z, a: _bent(-z, a), lambda z, a: -_steep(-z, a)),
    "The slope on the left is αe^z, not 0: this is no ReLU.": _elu(slope=lambda z, a: 0),
    "The slope on the left is αe^z, not the constant α.": _elu(slope=lambda z, a: a),
    "You took the slope at the output: e to the z, not to the value.": _elu(
        slope=lambda z, a: _steep(_bent(z, a), a)
    ),
    "Your slope is the value plus 1. What must be added is α.": _elu(
        slope=lambda z, a: _bent(z, a) + 1
    ),
    "e^z is no power of z: its derivative is e^z again.": _elu(
        slope=lambda z, a: a * z * torch.exp(z - 1)
    ),
    "On the right the slope is 1, not z.": lambda z, a: (
        elu(z, a)[0],
        where(z > 0, z, z, elu(z, a)[1]),
    ),
    "The sides are exchanged: it bends where z is negative.": lambda z, a: (
        where(z > 0, z, _bent(z, a), z),
        where(z > 0, z, _steep(z, a), 1),
    ),
    "At z = 0 your slope is 1; the card takes α.": lambda z, a: (
        elu(z, a)[0],
        where(z == 0, z, 1, elu(z, a)[1]),
    ),
}


ELU_EXTREME: Mistakes = {
    "e^z overflows at 10,000, and 0 times infinity is no number: choose, do not multiply by 0.": (
        lambda z, a: tuple(part + 0 * torch.exp(z) for part in elu(z, a))
    ),
    "Your slope is nan at 10,000: 0 times infinity. Let exp see min(z, 0) only.": lambda z, a: (
        elu(z, a)[0],
        elu(z, a)[1] + 0 * torch.exp(z),
    ),
}


# Swish


def swish(z: Tensor, beta: float) -> Pair:
    """Return z·σ(βz) (Ramachandran, Zoph and Le, 2017) and its slope."""
    return _swish()(z, beta)


def _swish(
    value: Callable[[Tensor, Tensor, float], Tensor] = lambda z, s, b: z * s,
    slope: Callable[[Tensor, Tensor, float], Tensor] = lambda z, s, b: s + b * z * s * (1 - s),
    gate: Callable[[Tensor], Tensor] = torch.sigmoid,
) -> Callable[[Tensor, float], Pair]:
    """Return a Swish made of z, of s = `gate(βz)`, and of β."""
    return lambda z, beta: (
        value(z, gate(beta * z), beta),
        slope(z, gate(beta * z), beta),
    )


SWISH: Mistakes = {
    "Product rule: the gate changes as well. Add z times the slope of the gate.": _swish(
        slope=lambda z, s, b: s
    ),
    "Product rule: z changes as well. Add the gate itself.": _swish(
        slope=lambda z, s, b: b * z * s * (1 - s)
    ),
    "The derivative of a product is not the product of the derivatives.": _swish(
        slope=lambda z, s, b: b * s * (1 - s)
    ),
    "Chain rule: the derivative of σ(βz) carries a factor β.": _swish(
        slope=lambda z, s, b: s + z * s * (1 - s)
    ),
    "β is missing: the gate is σ(βz).": lambda z, beta: swish(z, 1.0),
    "β is missing in the value: the gate is σ(βz).": _swish(lambda z, s, b: z * torch.sigmoid(z)),
    "β is missing in the slope: the gate is σ(βz).": lambda z, beta: (
        swish(z, beta)[0],
        swish(z, 1.0)[1],
    ),
    "The slope of the gate is wanted at βz, not at z.": _swish(
        slope=lambda z, s, b: s + b * z * sigmoid(z)[1]
    ),
    "σ(1 − σ) belongs to the gate. You put the value in.": _swish(
        slope=lambda z, s, b: s + b * z * (z * s) * (1 - z * s)
    ),
    "In the bracket 1 − σ the gate stands, not the value.": _swish(
        slope=lambda z, s, b: s + b * z * s * (1 - z * s)
    ),
    "The derivative of σ is σ(1 − σ): the bracket 1 − σ is missing.": _swish(
        slope=lambda z, s, b: s + b * z * s
    ),
    "The product rule adds its two terms; you subtract.": _swish(
        slope=lambda z, s, b: s - b * z * s * (1 - s)
    ),
    "z times the slope of the gate is wanted; the z is missing.": _swish(
        slope=lambda z, s, b: s + b * s * (1 - s)
    ),
    "The first term of the product rule is the gate, not z.": _swish(
        slope=lambda z, s, b: z + b * z * s * (1 - s)
    ),
    "That is the gate alone. Multiply it by z.": _swish(
        lambda z, s, b: s, lambda z, s, b: b * s * (1 - s)
    ),
    "β belongs inside the gate, not in front of z.": lambda z, beta: (
        beta * swish(z, 1.0)[0],
        beta * swish(z, 1.0)[1],
    ),
    "β stands inside the gate, and not in front of z as well.": lambda z, beta: (
        beta * swish(z, beta)[0],
        beta * swish(z, beta)[1],
    ),
    "Your gate closes as z grows: it is σ(βz), without a minus.": lambda z, beta: swish(z, -beta),
}


SWISH_EXTREME: Mistakes = {
    "exp overflows at 10,000. Let torch.sigmoid do it.": _swish(
        gate=lambda z: torch.exp(z) / (1 + torch.exp(z))
    ),
    "Your slope divides infinity by infinity at −10,000. Make it from the gate.": _swish(
        slope=lambda z, s, b: s + b * z * torch.exp(-b * z) / (1 + torch.exp(-b * z)) ** 2
    ),
    "Your slope divides infinity by infinity at 10,000. Make it from the gate.": _swish(
        slope=lambda z, s, b: s + b * z * torch.exp(b * z) / (1 + torch.exp(b * z)) ** 2
    ),
}


# GELU


def gelu(z: Tensor) -> Pair:
    """Return z·Φ(z) (Hendrycks and Gimpel, 2016), in its exact form, and its slope."""
    return _gelu()(z)


def _below(z: Tensor) -> Tensor:
    return (1 + torch.erf(z / math.sqrt(2))) / 2


def _density(z: Tensor) -> Tensor:
    return torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


def _gelu(
    below: Callable[[Tensor], Tensor] = _below,
    density: Callable[[Tensor], Tensor] = _density,
    value: Callable[[Tensor, Tensor], Tensor] = lambda z, below: z * below,
    slope: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda z, below, density: (
        below + z * density
    ),
) -> Callable[[Tensor], Pair]:
    """Return a GELU made of Φ = `below(z)` and Φ′ = `density(z)`."""
    return lambda z: (value(z, below(z)), slope(z, below(z), density(z)))


GELU: Mistakes = {
    "That is the form with tanh, up to 0.0005 away. The exact one is wanted.": with_slope(
        lambda z: F.gelu(z, approximate="tanh")
    ),
    "Your value is the form with tanh, up to 0.0005 away. The exact one is wanted.": lambda z: (
        F.gelu(z, approximate="tanh"),
        gelu(z)[1],
    ),
    "That is the form with the sigmoid, up to 0.02 away. The exact one is wanted.": (
        lambda z: swish(z, 1.702)
    ),
    "That is SiLU. The gate of GELU is Φ, not σ.": lambda z: swish(z, 1.0),
    "Product rule: the gate Φ changes as well. Add zφ(z).": _gelu(slope=lambda z, b, d: b),
    "Product rule: z changes as well. Add Φ itself.": _gelu(slope=lambda z, b, d: z * d),
    "The derivative of a product is not the product of the derivatives.": _gelu(
        slope=lambda z, b, d: d
    ),
    "Φ has a root of 2 inside: erf(z/√2).": _gelu(lambda z: (1 + torch.erf(z)) / 2),
    "Inside erf z is divided by √2, not by 2.": _gelu(lambda z: (1 + torch.erf(z / 2)) / 2),
    "erf runs from −1 to 1. Φ runs from 0 to 1: ½(1 + erf).": _gelu(
        lambda z: torch.erf(z / math.sqrt(2))
    ),
    "The ½ in front of 1 + erf is missing.": _gelu(lambda z: 2 * _below(z)),
    "The density φ lacks its factor 1/√(2π).": _gelu(density=lambda z: torch.exp(-(z**2) / 2)),
    "The factor of the density is 1/√(2π); you left the root out.": _gelu(
        density=lambda z: _density(z) / math.sqrt(2 * math.pi)
    ),
    "In the factor 1/√(2π) the π is under the root, too.": _gelu(
        density=lambda z: _density(z) / math.sqrt(math.pi)
    ),
    "The density is multiplied by z: Φ + zφ.": _gelu(slope=lambda z, b, d: b + d),
    "The product rule adds its two terms; you subtract.": _gelu(slope=lambda z, b, d: b - z * d),
    "The density falls to both sides: exp(−z²/2), with a minus.": _gelu(
        density=lambda z: torch.exp(z**2 / 2) / math.sqrt(2 * math.pi)
    ),
    "The exponent of the density is −z²/2: z is squared in it.": _gelu(
        density=lambda z: torch.exp(-z / 2) / math.sqrt(2 * math.pi)
    ),
    "The exponent of the density is −z²/2: the half is missing.": _gelu(
        density=lambda z: torch.exp(-(z**2)) / math.sqrt(2 * math.pi)
    ),
    "That is the gate alone. Multiply it by z.": _gelu(
        value=lambda z, b: b, slope=lambda z, b, d: d
    ),
}
