"""Right answers to the exercises of *Activations*, and the mistakes that are made in them.

An activation here is a function `(z, *settings)` that returns the pair (value, slope), entry by
entry, both of the shape and dtype of `z`. A mistake is a function of the same arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import torch
import torch.nn.functional as F

from nblib.checks import Exercise, grad_of
from nblib.checks.mistakes import Mistakes
from nblib.oracles.draw import SHAPES, fresh_generator

__all__ = [
    "BCE",
    "BCE_EXTREME",
    "CROSS_ENTROPY",
    "CROSS_ENTROPY_EXTREME",
    "DEAD_UNITS",
    "ELU",
    "ELU_EXTREME",
    "GELU",
    "GRADIENT_NORMS",
    "LEAKY_RELU",
    "LOG_SOFTMAX",
    "LOG_SOFTMAX_EXTREME",
    "OUTPUTS",
    "SIGMOID",
    "SIGMOID_EXTREME",
    "SWISH",
    "SWISH_EXTREME",
    "Wounded",
    "bce_with_logits",
    "cross_entropy",
    "dead_units",
    "draw_layer",
    "draw_network",
    "elu",
    "follow_activation",
    "follow_choice",
    "follow_revival",
    "gelu",
    "gradient_norms",
    "leaky_relu",
    "listed",
    "log_softmax",
    "revive",
    "sigmoid",
    "swish",
    "with_slope",
    "wounded",
]

Tensor = torch.Tensor
Pair = tuple[Tensor, Tensor]


def with_slope(function: Callable[..., Tensor]) -> Callable[..., Pair]:
    """Return the activation `(z, *settings)` whose slope is what autograd makes of `function`."""

    def activation(z: Tensor, *settings: float) -> Pair:
        z = z.detach()
        return function(z, *settings), grad_of(lambda z: function(z, *settings).sum(), z)

    return activation


def follow_activation(
    check: Exercise,
    function: Callable[..., Any],
    reference: Callable[..., Tensor],
    *settings: float,
    dtype: torch.dtype,
) -> None:
    """Check that `function(z, *settings)` returns the value and the slope of an activation.

    `reference(z, *settings)` is that activation in torch; its slope comes from autograd. The
    inputs, drawn here, have shapes that are not square, and among them are ±10,000 and 0.
    """
    generator = fresh_generator()
    inputs = []
    for shape in SHAPES:
        z = 3 * torch.randn(shape, generator=generator, dtype=dtype)
        z.view(-1)[:3] = torch.tensor([-1e4, 1e4, 0.0])
        inputs.append((z, *settings))
    check.agree(function, with_slope(reference), *inputs, same_dtype=True)


# The sigmoid


def sigmoid(z: Tensor) -> Pair:
    """Return σ(z) and σ′(z)."""
    y = torch.sigmoid(z)
    return y, y * (1 - y)


def _from_output(slope: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor], Pair]:
    """Return the sigmoid with the slope `slope(y, z)`."""
    return lambda z: (torch.sigmoid(z), slope(torch.sigmoid(z), z))


def _from(value: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Pair]:
    """Return the value y = `value(z)` with the slope y(1 − y)."""
    return lambda z: (value(z), value(z) * (1 - value(z)))


SIGMOID: Mistakes = {
    "y(1 − y) wants the output y; you put the input in.": _from_output(lambda y, z: z * (1 - z)),
    "That is the slope at the place y. It is wanted at z.": _from_output(
        lambda y, z: sigmoid(y)[1]
    ),
    "It falls: the exponent is −z, with a minus.": lambda z: sigmoid(-z),
    "1 − y² is the slope of tanh. Here it is y(1 − y).": _from_output(lambda y, z: 1 - y**2),
    "That is tanh, which runs from −1 to 1. The sigmoid runs from 0 to 1.": with_slope(torch.tanh),
    "The slope has the wrong sign: the sigmoid rises everywhere.": _from_output(
        lambda y, z: y * (y - 1)
    ),
    "A factor is missing: the slope is y times (1 − y).": _from_output(lambda y, z: 1 - y),
    "That is the value twice. The slope is y(1 − y).": _from_output(lambda y, z: y),
    "Your slope is y². Its second factor is 1 − y.": _from_output(lambda y, z: y**2),
    "Your slope is −y². By the chain rule it is multiplied by the derivative of 1 + e^−z.": (
        _from_output(lambda y, z: -(y**2))
    ),
    "Your slope is y(1 + y). In the bracket stands a minus: y(1 − y).": _from_output(
        lambda y, z: y * (1 + y)
    ),
    "In the denominator stands 1 + e^−z, with a plus.": _from(lambda z: 1 / (1 - torch.exp(-z))),
    "Brackets are missing: 1 / (1 + e^−z).": _from(lambda z: 1 + torch.exp(-z)),
}
SIGMOID_EXTREME: Mistakes = {
    "exp(z) overflows at 10,000, and infinity over infinity is no number.": _from(
        lambda z: torch.exp(z) / (1 + torch.exp(z))
    ),
    "Your slope divides infinity by infinity at −10,000. Make it from y.": _from_output(
        lambda y, z: torch.exp(-z) / (1 + torch.exp(-z)) ** 2
    ),
    "Your slope divides infinity by infinity at 10,000. Make it from y.": _from_output(
        lambda y, z: torch.exp(z) / (1 + torch.exp(z)) ** 2
    ),
}


# ReLU, and one that leaks


def leaky_relu(z: Tensor, leak: float) -> Pair:
    """Return the leaky ReLU (Maas, Hannun and Ng, 2013) and its slope, which is `leak` at 0."""
    slope = _where(z > 0, z, 1, leak)
    return slope * z, slope


def _where(condition: Tensor, z: Tensor, this: Any, other: Any) -> Tensor:
    """Choose entry by entry between numbers or tensors, in the dtype of z."""
    this, other = (torch.as_tensor(part, dtype=z.dtype) for part in (this, other))
    return torch.where(condition, this, other)


def _leaky(
    value: Callable[[Tensor, float], Tensor] = lambda z, a: leaky_relu(z, a)[0],
    slope: Callable[[Tensor, float], Tensor] = lambda z, a: leaky_relu(z, a)[1],
) -> Callable[[Tensor, float], Pair]:
    return lambda z, leak: (value(z, leak), slope(z, leak))


def _at_zero(slope: Callable[[float], float]) -> Callable[[Tensor, float], Pair]:
    return _leaky(slope=lambda z, a: _where(z == 0, z, slope(a), leaky_relu(z, a)[1]))


LEAKY_RELU: Mistakes = {
    "It leaks forward only. The slope for z < 0 is the leak, not 0.": _leaky(
        slope=lambda z, a: _where(z > 0, z, 1, 0)
    ),
    "It leaks backward only: the value for z < 0 is leak · z.": _leaky(lambda z, a: torch.relu(z)),
    "The slope is 1 for z < 0 as well. There the function rises by the leak only.": _leaky(
        slope=lambda z, a: torch.ones_like(z)
    ),
    "max(z, leak) is flat on the left. The leak is a factor: leak · z.": _leaky(
        lambda z, a: z.clamp(min=a)
    ),
    "On the left it must still rise: the leak has no minus.": lambda z, a: leaky_relu(z, -a),
    "The sides are exchanged: it leaks where z is negative.": _leaky(
        lambda z, a: _where(z < 0, z, z, a * z), lambda z, a: _where(z < 0, z, 1, a)
    ),
    "The slopes of the two sides are exchanged: 1 is that of z > 0.": _leaky(
        slope=lambda z, a: _where(z > 0, z, a, 1)
    ),
    "That is the slope times z. The slope alone is 1 or the leak.": _leaky(
        slope=lambda z, a: leaky_relu(z, a)[0]
    ),
    "On the right the slope is 1, not z.": _leaky(slope=lambda z, a: _where(z > 0, z, z, a)),
    "On the left the slope is the leak, not leak · z.": _leaky(
        slope=lambda z, a: _where(z > 0, z, 1, a * z)
    ),
    "The leak is an argument; you took 0.01.": lambda z, a: leaky_relu(z, 0.01),
    "That is ReLU: the leak is not used.": lambda z, a: leaky_relu(z, 0),
    "On the left z is multiplied by the leak; you subtract it.": _leaky(
        lambda z, a: _where(z > 0, z, z, z - a)
    ),
    "The bend is at z = 0, not where z is the leak.": _leaky(
        lambda z, a: _where(z > a, z, z, a * z), lambda z, a: _where(z > a, z, 1, a)
    ),
    "At z = 0 your slope is 1; the card takes the leak.": _at_zero(lambda a: 1),
    "At z = 0 your slope is 0; the card takes the leak.": _at_zero(lambda a: 0),
    "At z = 0 your slope is the mean of both sides; the card takes the leak.": _at_zero(
        lambda a: (1 + a) / 2
    ),
    "At z = 0 your slope is 1 + leak, that of both sides at once; the card takes the leak.": (
        _at_zero(lambda a: 1 + a)
    ),
}


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
        return _where(z > 0, z, z, here[0]), _where(z > 0, z, 1, here[1])

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
        _where(z > 0, z, z, elu(z, a)[1]),
    ),
    "The sides are exchanged: it bends where z is negative.": lambda z, a: (
        _where(z > 0, z, _bent(z, a), z),
        _where(z > 0, z, _steep(z, a), 1),
    ),
    "At z = 0 your slope is 1; the card takes α.": lambda z, a: (
        elu(z, a)[0],
        _where(z == 0, z, 1, elu(z, a)[1]),
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


# A census of the dead


def dead_units(batches: Sequence[Tensor]) -> list[int]:
    """Return the numbers of the units, columns, that are 0 in every row of every batch."""
    return torch.where((torch.cat([*batches]) == 0).all(dim=0))[0].tolist()


def listed(*args: Any) -> Callable[[Callable[..., Any]], list[Any]]:
    """Return a play that makes a list of what comes, so that a number is no list of one."""
    return lambda function: [*function(*args)]


def _silent_in_each(batches: Sequence[Tensor]) -> list[list[int]]:
    return [dead_units([batch]) for batch in batches]


DEAD_UNITS: Mistakes = {
    "You looked at the first batch only. A unit that sleeps there may wake in the next.": (
        lambda batches: dead_units(batches[:1])
    ),
    "Only the last batch counts in your answer: the earlier ones are forgotten.": (
        lambda batches: dead_units(batches[-1:])
    ),
    "The last batch, a short one, is left out.": lambda batches: dead_units(batches[:-1]),
    "These are silent in some batch. Dead means: in every batch.": (
        lambda batches: sorted(set().union(*_silent_in_each(batches)))
    ),
    "These are silent in some batch, one batch after the other. Dead means: in every batch.": (
        lambda batches: [*chain(*_silent_in_each(batches))]
    ),
    "That is a list for each batch. One list is wanted, of the units silent in all of them.": (
        _silent_in_each
    ),
    "These are zero for some example. Half of all units are: dead means for every example.": (
        lambda batches: torch.where((torch.cat(batches) == 0).any(dim=0))[0].tolist()
    ),
    "These are examples for which no unit answers. The axes are exchanged.": (
        lambda batches: torch.where((torch.cat(batches) == 0).all(dim=1))[0].tolist()
    ),
    "These are the living ones.": (
        lambda batches: torch.where((torch.cat(batches) > 0).any(dim=0))[0].tolist()
    ),
    "Faint is not dead: any value above 0 passes a gradient.": (
        lambda batches: torch.where((torch.cat(batches) < 1e-6).all(dim=0))[0].tolist()
    ),
    "That is a mask, a yes or no for each unit. Their numbers are wanted.": (
        lambda batches: (torch.cat(batches) == 0).all(dim=0).tolist()
    ),
    "That is how many are dead. Their numbers are wanted, in a list.": (
        lambda batches: len(dead_units(batches))
    ),
    "A tuple came, as torch.where makes it. Return its part with index 0.": (
        lambda batches: (torch.tensor(dead_units(batches)),)
    ),
    "Units are counted from 0.": lambda batches: [unit + 1 for unit in dead_units(batches)],
    "They are wanted in rising order.": lambda batches: dead_units(batches)[::-1],
    "Where one unit is dead a number came. A list of one is wanted: `squeeze` takes it away.": (
        lambda batches: torch.tensor(dead_units(batches)).squeeze().tolist()
    ),
    "Your list is empty, though some are dead. Their outputs are equal to 0, not below.": (
        lambda batches: torch.where((torch.cat(batches) < 0).all(dim=0))[0].tolist()
    ),
}


def draw_layer(
    num_units: int, num_dead: int, generator: torch.Generator, dtype: torch.dtype
) -> list[Tensor]:
    """Draw the outputs of a ReLU layer, in batches of 16, 16 and 8, with so many dead units.

    One of the living answers to a single example of the last batch, and barely.
    """
    h = torch.relu(torch.randn(40, num_units, generator=generator, dtype=dtype) - 1)
    h[0] += 1  # or one in a thousand would be dead by chance
    order = torch.randperm(num_units, generator=generator)
    h[:, order[: num_dead + 1]] = 0
    h[37, order[num_dead]] = 1e-30
    return [*h.split(16)]


# A cure


@dataclass(frozen=True)
class Wounded:
    """A network relu(X W1 + b1) W2, and which of its units are `dead`.

    Units `zero` get the input 0 for every example; the unit `biased` lives in spite of a bias of
    −30; the unit `rare` is silent for nearly all examples, and lives. They may be missing.
    """

    X: Tensor
    W1: Tensor
    b1: Tensor
    W2: Tensor
    dead: Tensor
    zero: Sequence[int] = ()
    biased: int | None = None
    rare: int | None = None

    @property
    def parts(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The arguments of `revive`, but for the generator."""
        return self.X, self.W1, self.b1, self.W2


def wounded(
    num_inputs: int,
    num_units: int,
    num_dead: int,
    generator: torch.Generator,
    dtype: torch.dtype,
) -> Wounded:
    """Draw a network from He's start, with 300 examples and 3 outputs, and kill some units.

    The dead have a bias of −50, or one that is just low enough, or the weights and the bias 0.
    """

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=dtype)

    X, W1 = draw(300, num_inputs), draw(num_inputs, num_units) * math.sqrt(2 / num_inputs)
    b1, W2 = draw(num_units) / 10, draw(num_units, 3)
    largest = (X @ W1).amax(dim=0)  # (num_units,)
    order = torch.randperm(num_units, generator=generator).tolist()
    killed, living = order[:num_dead], order[num_dead:]
    dead = torch.zeros(num_units, dtype=torch.bool)
    dead[killed] = True
    b1[killed] = -50.0
    b1[killed[1::3]] = -largest[killed[1::3]] - 0.1
    W1[:, killed[2::3]], b1[killed[2::3]] = 0.0, 0.0
    biased, rare = (living[0], living[1]) if len(living) > 1 else (None, None)
    if biased is not None and rare is not None:
        W1[:, biased] *= 40
        b1[biased] = -30.0
        b1[rare] = -largest[rare] + 0.1
    return Wounded(X, W1, b1, W2, dead, killed[2::3], biased, rare)


def revive(
    X: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Return new (W1, b1, W2) in which units that are 0 on all of X start afresh.

    Source: Sokar et al. (2023).
    """
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


def follow_revival(
    check: Exercise,
    answer: Callable[..., Any],
    network: Wounded,
    generator: torch.Generator,
) -> None:
    """Check that an answer to `revive` treats the dead of a network as it should, and no others.

    Which numbers it draws, and how many, is its own affair. Their size is judged where there are
    1,800 or more, and so many units that fan-in and fan-out cannot be mistaken for each other.
    """
    other = torch.Generator().manual_seed(generator.initial_seed() // 2 + 1)
    again = check.call(answer, *network.parts, generator)
    elsewhere = check.call(answer, *network.parts, other)
    new = check.call(answer, *network.parts, generator)
    check.that(new is not None, "Your function returned None: is the `return` missing?")
    check.that(
        isinstance(new, list | tuple) and len(new) == 3, "Three results are wanted: W1, b1 and W2."
    )
    old = network.parts[1:]
    for name, part, before in zip(("W1", "b1", "W2"), new, old, strict=True):
        check.that(isinstance(part, Tensor), f"A tensor is wanted for {name}.")
        check.that(
            part.shape == before.shape,
            f"The shape of {name} has changed.",
            shape=list(part.shape),
            wanted=list(before.shape),
        )
        check.that(
            part.dtype == before.dtype,
            f"The dtype of {name} has changed. Keep that of what you are given.",
            dtype=str(part.dtype),
            wanted=str(before.dtype),
        )
    _judge_who(check, network, new)
    W1, b1, W2 = new
    dead = network.dead
    check.that(
        bool((b1[dead] == 0).all()),
        "A dead unit has kept its bias, which killed it. Set it to 0.",
        bias=b1[dead],
    )
    check.that(
        bool((W2[dead] == 0).all()),
        "The network answers differently now. With outgoing weights 0 a revived unit starts "
        "without a word.",
        outgoing_weights=W2[dead],
    )
    drawn = W1[:, dead]  # (num_inputs, num_dead)
    check.that(
        bool((drawn != 0).any(dim=0).all()),
        "Units are still dead: with all incoming weights 0, relu(0) = 0 has the slope 0.",
    )
    check.that(
        bool((drawn != network.W1[:, dead]).any(dim=0).all()),
        "A dead unit has kept its incoming weights. Draw them anew.",
    )
    check.that(
        drawn.unique(dim=1).shape[1] == drawn.shape[1],
        "Revived units got the same weights, and will stay twins. Draw for each of them.",
    )
    check.that(
        bool((drawn != drawn[0]).any(dim=0).all()),
        "A revived unit has the same weight from every input. Draw each weight by itself.",
    )
    hidden = torch.relu(network.X @ W1 + b1)  # (300, num_units)
    check.that(
        bool((hidden > 0).any(dim=0).all()),
        "A unit is still dead after the cure: 0 for every example.",
    )
    _judge_source(check, drawn, again[0][:, dead], elsewhere[0][:, dead])
    if drawn.numel() >= 1800 and len(network.b1) >= 1.5 * len(drawn):
        _judge_size(check, drawn, len(network.b1))


def _judge_who(check: Exercise, network: Wounded, new: Sequence[Tensor]) -> None:
    """Check which units were treated: all of the dead, none of the living."""
    (W1, b1, W2), (new_W1, new_b1, new_W2) = network.parts[1:], new
    changed = {
        "The incoming weights of living units have changed. Touch only the dead.": (
            (new_W1 != W1).any(dim=0)  # (num_units,)
        ),
        "The bias of living units has changed. Touch only the dead.": new_b1 != b1,
        "The outgoing weights of living units have changed. Touch only the dead.": (
            (new_W2 != W2).any(dim=1)
        ),
    }
    treated = torch.stack([*changed.values()]).any(dim=0)
    wrong = _numbers(treated & ~network.dead)
    check.that(
        wrong != [network.biased],
        "A unit with a large negative bias was treated, which lives by its weights. Look at the "
        "outputs.",
        unit=wrong,
    )
    check.that(
        wrong != [network.rare],
        "A unit that answers to few examples was treated. Dead means 0 for every example.",
        unit=wrong,
    )
    for sentence, units in changed.items():
        alive = _numbers(units & ~network.dead)
        check.that(not alive, sentence, units=alive)
    missed = _numbers(~treated & network.dead)
    check.that(
        not missed or not set(missed) <= {*network.zero},
        "A unit whose input is exactly 0 puts out 0 as well: it is dead, too.",
        units=missed,
    )
    check.that(not missed, "Dead units were left as they are.", units=missed)


_ROUGHLY = 0.1  # 6 standard errors of the standard deviation of 1,800 numbers


def _numbers(mask: Tensor) -> list[int]:
    return mask.nonzero().flatten().tolist()


def _judge_source(check: Exercise, new: Tensor, again: Tensor, elsewhere: Tensor) -> None:
    """Check that all that is random comes from the generator that was given."""
    check.that(
        torch.equal(new, again),
        "The same generator gave other weights the second time. Draw from `generator` alone.",
    )
    check.that(
        not torch.equal(new, elsewhere),
        "Generators with different seeds gave the same weights. Draw from the one that is given.",
    )


def _judge_size(check: Exercise, drawn: Tensor, num_units: int) -> None:
    """Check mean and standard deviation of the new weights, (num_inputs, num_dead)."""
    num_inputs = len(drawn)
    wanted, came = math.sqrt(2 / num_inputs), drawn.std().item()
    shown = {"standard_deviation": came, "wanted": wanted}
    for sentence, wrong in {
        "The new weights have the standard deviation 1. Multiply them by √(2/fan-in).": 1.0,
        "2/fan-in is the variance. The standard deviation is its root.": 2 / num_inputs,
        "You divide by the number of units. Fan-in is that of the inputs, the rows of W1.": (
            math.sqrt(2 / num_units)
        ),
        "That is 2/(fan-in + fan-out) under the root. He has 2/fan-in.": (
            math.sqrt(2 / (num_inputs + num_units))
        ),
        "That is 1/fan-in under the root. He has 2/fan-in.": math.sqrt(1 / num_inputs),
        "The fan-in is under the root as well: √(2/fan-in).": math.sqrt(2) / num_inputs,
    }.items():
        check.that(abs(came / wrong - 1) > 0.04, sentence, **shown)
    is_right = abs(came / wanted - 1) < _ROUGHLY
    check.that(
        is_right or not 0.99 < drawn.abs().max().item() / wanted < 1.01,
        "Your weights end at √(2/fan-in), so their standard deviation is less than that.",
        **shown,
    )
    check.that(
        is_right,
        "The standard deviation of the new weights is not √(2/fan-in).",
        **shown,
    )
    mean = drawn.mean().item()
    check.that(
        abs(mean) < 1.5 * _ROUGHLY * wanted, "The mean of the new weights is not 0.", mean=mean
    )


# The logarithm of the softmax


def log_softmax(logits: Tensor) -> Tensor:
    """Return the logarithm of the softmax of each row, shifted first by its largest entry.

    Source: Blanchard, Higham and Higham (2021).
    """
    shifted = logits - logits.max(dim=1, keepdim=True).values
    return shifted - _lse(shifted)


def _lse(s: Tensor) -> Tensor:
    """Return log Σ exp of each row, (n, 1)."""
    return torch.logsumexp(s, dim=1, keepdim=True)


def _sum(s: Tensor) -> Tensor:
    return s.sum(dim=1, keepdim=True)


def _shifted(s: Tensor, by: Tensor) -> Tensor:
    return s - by - _sum(torch.exp(s - by)).log()


LOG_SOFTMAX: Mistakes = {
    "Each column sums to 1 here. The classes lie side by side: sum over the rows.": (
        lambda s: torch.log_softmax(s, dim=0)
    ),
    "That is the softmax itself. Its logarithm is wanted.": lambda s: torch.softmax(s, dim=1),
    "One sum over all entries: each example needs its own.": lambda s: s - s.logsumexp((0, 1)),
    "The largest score was taken out of the sum, and not of the score: shift both, or neither.": (
        lambda s: s - _lse(s - s.max(dim=1, keepdim=True).values)
    ),
    "The largest score was taken out of the score, and not of the sum: shift both, or neither.": (
        lambda s: s - s.max(dim=1, keepdim=True).values - _lse(s)
    ),
    "The largest of each column was taken out. All scores of an example are shifted alike.": (
        lambda s: log_softmax(s - s.max(dim=0).values)
    ),
    "The logarithm of the sum is missing.": lambda s: s - _sum(s.exp()),
    "The sum is of e to the scores; you add the scores themselves.": lambda s: s - _sum(s).log(),
    "The mean stands where the sum is wanted.": lambda s: s - _lse(s) + math.log(s.shape[1]),
    "That is the distance to the largest score. The softmax counts the others, too.": (
        lambda s: s - s.max(dim=1, keepdim=True).values
    ),
    "Subtract the logarithm of the sum; you divide by it.": lambda s: s / _lse(s),
    "That is a softmax of the softmax. Once is enough.": (
        lambda s: log_softmax(torch.softmax(s, dim=1))
    ),
    "That is the logarithm of the sigmoid, each score by itself. A softmax divides by the sum.": (
        F.logsigmoid
    ),
    "The logarithm is the natural one; you took that to base 10.": (
        lambda s: log_softmax(s) / math.log(10)
    ),
    "The logarithm is the natural one; you took that to base 2.": (
        lambda s: log_softmax(s) / math.log(2)
    ),
}
LOG_SOFTMAX_EXTREME: Mistakes = {
    "exp overflows at 10,000. Take the largest score out first.": lambda s: s - _sum(s.exp()).log(),
    "The softmax has rounded to 0, and log 0 = −∞. Never form it: stay in logarithms.": (
        lambda s: torch.softmax(s, dim=1).log()
    ),
    "A small number inside the logarithm hides the zero, and puts a wrong number there.": (
        lambda s: (torch.softmax(s, dim=1) + 1e-9).log()
    ),
    "You took the largest of all scores out. Each example needs its own.": (
        lambda s: _shifted(s, s.max())
    ),
    "You took the first score out. Another may be larger, and overflows: take the largest.": (
        lambda s: _shifted(s, s[:, :1])
    ),
    "You took the smallest score out, or the mean. Larger ones overflow: take the largest.": (
        lambda s: _shifted(s, s.min(dim=1, keepdim=True).values)
    ),
}


# Cross-entropy, and its gradient


def cross_entropy(logits: Tensor, y: Tensor) -> tuple[float, Tensor]:
    """Return the mean cross-entropy of labels y, (n,), and its gradient by the logits, (n, C)."""
    return _cross_entropy()(logits, y)


def _cross_entropy(
    loss: Callable[[Tensor, Tensor], Tensor] = lambda log_p, hot: -(log_p * hot).sum() / len(hot),
    gradient: Callable[[Tensor, Tensor], Tensor] = lambda p, hot: (p - hot) / len(hot),
    log_p: Callable[[Tensor], Tensor] = log_softmax,
) -> Callable[[Tensor, Tensor], tuple[float, Tensor]]:
    """Return a cross-entropy whose loss is made of log p and one-hot labels, its gradient of p."""

    def answer(logits: Tensor, y: Tensor) -> tuple[float, Tensor]:
        hot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
        log = log_p(logits)
        return loss(log, hot).item(), gradient(log.exp(), hot)

    return answer


def _two_softmaxes(logits: Tensor, y: Tensor) -> tuple[float, Tensor]:
    def loss(s: Tensor) -> Tensor:
        return F.cross_entropy(torch.softmax(s, dim=1), y)

    return loss(logits).item(), grad_of(loss, logits)


CROSS_ENTROPY: Mistakes = {
    "There is a softmax before a loss that has one inside. Hand it the raw scores.": _two_softmaxes,
    "Your loss has a softmax before a loss that has one inside. Hand it the raw scores.": (
        lambda s, y: (_two_softmaxes(s, y)[0], cross_entropy(s, y)[1])
    ),
    "That is the sum over the examples. The mean is wanted.": _cross_entropy(
        lambda log_p, hot: -(log_p * hot).sum(), lambda p, hot: p - hot
    ),
    "The loss is a mean, its gradient is not: divide it by the number of examples as well.": (
        _cross_entropy(gradient=lambda p, hot: p - hot)
    ),
    "The gradient is that of a mean, the loss is not: divide it by the number of examples.": (
        _cross_entropy(lambda log_p, hot: -(log_p * hot).sum())
    ),
    "The gradient points the wrong way: softmax minus one-hot.": _cross_entropy(
        gradient=lambda p, hot: (hot - p) / len(hot)
    ),
    "The minus is missing: a loss is never negative here.": _cross_entropy(
        lambda log_p, hot: (log_p * hot).sum() / len(hot)
    ),
    "The mean is over the examples, not over examples and classes.": _cross_entropy(
        lambda log_p, hot: -(log_p * hot).mean(), lambda p, hot: (p - hot) / hot.numel()
    ),
    "Your loss is a mean over examples and classes. It is wanted over the examples.": (
        _cross_entropy(lambda log_p, hot: -(log_p * hot).mean())
    ),
    "Your gradient is divided by the number of entries. Divide it by the number of examples.": (
        _cross_entropy(gradient=lambda p, hot: (p - hot) / hot.numel())
    ),
    "That is minus the probability of the label. Its logarithm is wanted.": _cross_entropy(
        lambda log_p, hot: -(log_p.exp() * hot).sum() / len(hot)
    ),
    "The softmax runs over the examples. It runs over the classes of each.": _cross_entropy(
        log_p=lambda s: torch.log_softmax(s, dim=0)
    ),
    "That is the loss of the surest class. The label decides which one counts.": (
        lambda s, y: cross_entropy(s, s.argmax(dim=1))
    ),
    "That is the binary cross-entropy of every class. Only the label's logarithm counts.": (
        _cross_entropy(
            lambda log_p, hot: F.binary_cross_entropy(log_p.exp(), hot, reduction="sum") / len(hot)
        )
    ),
    "That is the squared error. The cross-entropy is minus the logarithm that the label got.": (
        _cross_entropy(lambda log_p, hot: ((log_p.exp() - hot) ** 2).sum() / len(hot))
    ),
    "One-hot is missing in the gradient: softmax minus one-hot.": _cross_entropy(
        gradient=lambda p, hot: p / len(hot)
    ),
    "The other classes are missing in the gradient: only the label's entry is left.": (
        _cross_entropy(gradient=lambda p, hot: (p - hot) * hot / len(hot))
    ),
    "That is the gradient by the probabilities, −1/p. It is wanted by the scores.": _cross_entropy(
        gradient=lambda p, hot: -hot / p / len(hot)
    ),
    "Your gradient has the logarithm of the softmax. Softmax minus one-hot is wanted.": (
        _cross_entropy(gradient=lambda p, hot: (p.log() - hot) / len(hot))
    ),
    "Your gradient has the scores themselves. Softmax minus one-hot is wanted.": lambda s, y: (
        cross_entropy(s, y)[0],
        (s - F.one_hot(y, s.shape[1])) / len(y),
    ),
}
CROSS_ENTROPY_EXTREME: Mistakes = {
    "exp overflows at 10,000. Use log_softmax, or take the largest score out first.": (
        _cross_entropy(log_p=lambda s: (s.exp() / _sum(s.exp())).log())
    ),
    "Your loss holds, the softmax of your gradient overflows. Take the largest score out.": (
        lambda s, y: (
            cross_entropy(s, y)[0],
            (s.exp() / _sum(s.exp()) - F.one_hot(y, s.shape[1])) / len(y),
        )
    ),
    "The softmax has rounded to 0, and log 0 = −∞. Never form it: stay in logarithms.": (
        lambda s, y: (
            F.nll_loss(torch.softmax(s, dim=1).log(), y).item(),
            cross_entropy(s, y)[1],
        )
    ),
    "A small number inside the logarithm hides the zero, and puts a wrong number there.": (
        lambda s, y: (
            F.nll_loss((torch.softmax(s, dim=1) + 1e-9).log(), y).item(),
            cross_entropy(s, y)[1],
        )
    ),
}


# Yes or no


def bce_with_logits(z: Tensor, y: Tensor) -> float:
    """Return the mean binary cross-entropy of the scores z for the labels y, 0 or 1."""
    return _bce_each(z, y).mean().item()


def _bce_each(z: Tensor, y: Tensor) -> Tensor:
    return z.clamp(min=0) - z * y + _soft(z)


def _soft(z: Tensor) -> Tensor:
    return torch.log1p(torch.exp(-z.abs()))


BCE: Mistakes = {
    "There is a sigmoid before a loss that has one inside. Hand it the raw scores.": (
        lambda z, y: bce_with_logits(torch.sigmoid(z), y)
    ),
    "The labels are exchanged: y = 1 wants a high score.": lambda z, y: bce_with_logits(z, 1 - y),
    "That is the sum. The mean is wanted.": lambda z, y: _bce_each(z, y).sum().item(),
    "The sum is divided by the number of rows. Divide it by the number of entries.": (
        lambda z, y: _bce_each(z, y).sum().item() / len(z)
    ),
    "That is the cost of each example. Return the mean over all of them.": _bce_each,
    "That is a mean for each column. One mean over all examples is wanted.": (
        lambda z, y: _bce_each(z, y).mean(dim=0)
    ),
    "Only the examples with y = 1 count in your loss. The others lose −log(1 − σ).": (
        lambda z, y: (y * _bce_each(z, y)).mean().item()
    ),
    "Only the examples with y = 0 count in your loss. The others lose −log σ.": (
        lambda z, y: ((1 - y) * _bce_each(z, y)).mean().item()
    ),
    "The minus is missing: this loss is never negative.": lambda z, y: -bce_with_logits(z, y),
    "That is the squared error of σ(z), which goes flat where the score is far off.": (
        lambda z, y: ((torch.sigmoid(z) - y) ** 2).mean().item()
    ),
    "max(z, 0) is missing.": lambda z, y: (_soft(z) - z * y).mean().item(),
    "The first term is max(z, 0), not |z|.": (
        lambda z, y: (z.abs() - z * y + _soft(z)).mean().item()
    ),
    "The first term is max(z, 0), not z.": lambda z, y: (z - z * y + _soft(z)).mean().item(),
    "The middle term is −zy, with a minus.": (
        lambda z, y: (z.clamp(min=0) + z * y + _soft(z)).mean().item()
    ),
    "The middle term, −zy, is missing.": lambda z, y: (z.clamp(min=0) + _soft(z)).mean().item(),
    "The last term, log(1 + e^−|z|), is missing.": (
        lambda z, y: (z.clamp(min=0) - z * y).mean().item()
    ),
    "In the last term the exponent is −|z|, with a minus.": (
        lambda z, y: (z.clamp(min=0) - z * y + torch.log1p(z.abs().exp())).mean().item()
    ),
    "The last term is added; you subtract it.": (
        lambda z, y: (z.clamp(min=0) - z * y - _soft(z)).mean().item()
    ),
    "log(1 + e^−zy) is for labels −1 and 1. Here they are 0 and 1.": (
        lambda z, y: F.softplus(-z * y).mean().item()
    ),
    "The labels stand in the place of the scores, and the scores in theirs.": (
        lambda z, y: bce_with_logits(y, z)
    ),
}
BCE_EXTREME: Mistakes = {
    "Without the |z|, exp(−z) overflows at −10,000.": (
        lambda z, y: (z - z * y + torch.log(1 + torch.exp(-z))).mean().item()
    ),
    "exp(z) overflows at 10,000: take max(z, 0) out first.": (
        lambda z, y: (torch.log(1 + torch.exp(z)) - z * y).mean().item()
    ),
    "0 · log 0 is no number. Never form σ: stay with the score.": (
        lambda z, y: (
            -(y * torch.sigmoid(z).log() + (1 - y) * (1 - torch.sigmoid(z)).log()).mean().item()
        )
    ),
    "σ has rounded to 0 or 1, and log 0 = −∞. Never form it: stay with the score.": (
        lambda z, y: -torch.where(y > 0, torch.sigmoid(z), 1 - torch.sigmoid(z)).log().mean().item()
    ),
    "The loss stops at 100, as that of F.binary_cross_entropy does; there its gradient is 0.": (
        lambda z, y: F.binary_cross_entropy(torch.sigmoid(z), y).item()
    ),
    "A small number inside the logarithm hides the zero, and puts a wrong number there.": (
        lambda z, y: (
            -torch.where(y > 0, torch.sigmoid(z) + 1e-9, 1 - torch.sigmoid(z) + 1e-9)
            .log()
            .mean()
            .item()
        )
    ),
}


# What can it say?

_FLAT = (
    "A sigmoid with squared error goes flat where it is most wrong: its gradient carries the "
    "factor y(1 − y)."
)

# For each task the right (activation, loss), and what is to be said of each wrong name.
OUTPUTS: dict[str, tuple[tuple[str, str], dict[str, str]]] = {
    "digit": (
        ("softmax", "cross-entropy"),
        {
            "none": "Raw scores are no probabilities: they neither lie between 0 and 1 nor sum to "
            "1. For one of ten classes: softmax.",
            "sigmoid": "Ten sigmoids could all say yes. Exactly one class is right: let them "
            "compete.",
            "exp": "exp makes scores positive, and still they do not sum to 1. Divided by their "
            "sum it is the softmax.",
            "squared error": "Squared error behind a softmax goes flat where the network is surely "
            "wrong. The logarithm undoes the exponential.",
            "binary cross-entropy": "With softmax goes cross-entropy: minus the logarithm of the "
            "one right class.",
            "Poisson": "A class is no count: the digit 9 is not more than the digit 3.",
        },
    ),
    "tags": (
        ("sigmoid", "binary cross-entropy"),
        {
            "none": "Raw scores are no probabilities. Each tag is a question of yes or no by "
            "itself: which activation runs from 0 to 1?",
            "softmax": "Softmax outputs sum to 1: a second tag could only be had at the cost of "
            "the first.",
            "exp": "exp grows above 1. For each tag a probability is wanted.",
            "squared error": _FLAT,
            "cross-entropy": "Cross-entropy knows one right class for each photo. Here any number "
            "of tags may fit.",
            "Poisson": "For each tag it is yes or no: there is nothing to count.",
        },
    ),
    "spam": (
        ("sigmoid", "binary cross-entropy"),
        {
            "none": "A raw score is no probability. Which activation runs from 0 to 1?",
            "softmax": "The softmax of a single score is 1, whatever the score.",
            "exp": "exp grows above 1. A probability of spam is wanted.",
            "squared error": _FLAT,
            "cross-entropy": "Cross-entropy picks one of several outputs. Here is a single one, "
            "for yes or no.",
            "Poisson": "A mail is spam or it is not: there is nothing to count.",
        },
    ),
    "temperature": (
        ("none", "squared error"),
        {
            "sigmoid": "A sigmoid never leaves the range from 0 to 1, which is cold for noon.",
            "softmax": "The softmax of a single number is 1: every day the same temperature.",
            "exp": "A temperature may be below zero, and exp is not.",
            "cross-entropy": "Cross-entropy is for classes. A temperature is a number, and near "
            "is better than far.",
            "binary cross-entropy": "Binary cross-entropy is for yes or no. A temperature is a "
            "number.",
            "Poisson": "Poisson is for counts, 0, 1, 2, …; a temperature may be −3.5.",
        },
    ),
    "visitors": (
        ("exp", "Poisson"),
        {
            "none": "Without an activation the expected number of visitors may come out negative.",
            "sigmoid": "A sigmoid never says more than 1. A museum hopes for more visitors.",
            "softmax": "The softmax of a single number is 1: one visitor, every day.",
            "squared error": "Squared error minds ten too many at 20 visitors and at 20,000 alike. "
            "The scatter of a count grows with it: Poisson.",
            "cross-entropy": "Cross-entropy is for classes. 100 visitors are nearer to 101 than "
            "to 5,000, and it does not know.",
            "binary cross-entropy": "Binary cross-entropy is for yes or no. Visitors are counted.",
        },
    ),
}
_NAMES = (
    ("none", "sigmoid", "softmax", "exp"),
    ("squared error", "cross-entropy", "binary cross-entropy", "Poisson"),
)


def follow_choice(check: Exercise, answer: Callable[[str], Any]) -> None:
    """Check that an answer names the output activation and the loss of every task."""
    for task, (right, why_not) in OUTPUTS.items():
        came = check.call(answer, task)
        check.that(came is not None, "Your function returned None: is the `return` missing?")
        check.that(
            isinstance(came, list | tuple) and len(came) == 2,
            "Two names are wanted, the activation and the loss: `return activation, loss`.",
        )
        came = tuple(came)
        check.that(
            came[::-1] != right, "The two are exchanged: the activation first, then the loss."
        )
        for name, known in zip(came, _NAMES, strict=True):
            check.that(name in known, f"{name!r} is not on the list: {', '.join(known)}.")
        for name, wanted in zip(came, right, strict=True):
            check.that(name == wanted, why_not.get(name, ""))
