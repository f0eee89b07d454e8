"""References and known mistakes for the tests of *Initialization*, and plays that look at a start.

What is drawn at random is judged by what can be measured of it. A figure that is near enough to
what theory wants is reported as just that, so that right answers agree however they draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations, pairwise
from types import SimpleNamespace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nblib.checks.mistakes import Mistakes

__all__ = [
    "BATCH_NORM",
    "BRANCH",
    "DEPTH",
    "DRAWN",
    "FANS",
    "FAR",
    "GAIN",
    "GAIN_OF_KNOWN",
    "IN_USE",
    "LSUV",
    "NETWORK",
    "NETWORK_FORM",
    "NETWORK_SEEDS",
    "ORTHOGONAL",
    "PICTURES",
    "SAMPLES",
    "UNITS",
    "XAVIER",
    "batch_norm",
    "branch_scale",
    "distinct_units",
    "draws",
    "estimate",
    "fans",
    "from_generator",
    "gain",
    "has_moved",
    "lsuv",
    "network",
    "orthogonal",
    "outputs",
    "samples",
    "seeds",
    "signals",
    "sizes",
    "sources",
    "turned",
    "vanishing_depth",
    "weights",
    "xavier",
]

Play = Callable[[Callable[..., Any]], Any]
Shape = Sequence[int]


def _snap(value: Any, wanted: float, within: float) -> float:
    """Return `wanted` for all that is as near to it as luck explains."""
    value = float(value)
    return wanted if abs(value - wanted) <= within else value


def _tensor(value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        raise TypeError(f"a tensor is wanted, and a {type(value).__name__} came")
    return value.detach()


def _compared(one: Tensor, other: Tensor) -> str:
    return "the same numbers" if torch.equal(one, other) else "other numbers"


def _yes(condition: Any) -> str:
    return "yes" if condition else "no"


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# Count the units


def _near(one: Tensor, other: Tensor, tolerance: float) -> bool:
    return bool((one - other).abs().max() <= tolerance)


def _units(W: Tensor, b: Tensor, tolerance: float) -> Tensor:
    return torch.cat([W, b[:, None]], dim=1)  # (num_units, num_inputs + 1)


def distinct_units(
    W: Tensor,
    b: Tensor,
    tolerance: float,
    *,
    units: Callable[..., Any] = _units,
    same: Callable[..., Any] = _near,
) -> int:
    """Count the units of a layer, W (num_units, num_inputs) and b (num_units,), that differ."""
    known: list[Tensor] = []
    for unit in units(W, b, tolerance):
        if not any(same(unit, other, tolerance) for other in known):
            known.append(unit)
    return len(known)


def _pairs(W: Tensor, b: Tensor, tolerance: float) -> tuple[int, int]:
    """Return how many pairs of units are the same, and how many are not."""
    both = list(combinations(_units(W, b, tolerance), 2))
    alike = sum(_near(*pair, tolerance) for pair in both)
    return alike, len(both) - alike


def _unless_all_alike(W: Tensor, b: Tensor, tolerance: float) -> int:
    known: list[Tensor] = []
    for unit in _units(W, b, tolerance):
        if not known or any(not _near(unit, other, tolerance) for other in known):
            known.append(unit)
    return len(known)


def _without_twin(W: Tensor, b: Tensor, tolerance: float) -> int:
    rows = _units(W, b, tolerance)
    return sum(sum(_near(row, other, tolerance) for other in rows) == 1 for row in rows)


def _by_neighbour(W: Tensor, b: Tensor, tolerance: float) -> int:
    rows = _units(W, b, tolerance)
    return 1 + sum(not _near(*pair, tolerance) for pair in pairwise(rows))


def _apart(W: Tensor, b: Tensor, tolerance: float) -> int:
    """Ask for equal weights and for an equal bias among all known units, each by itself."""
    known: list[Tensor] = []
    for unit in _units(W, b, tolerance):
        weights = any(_near(unit[:-1], other[:-1], tolerance) for other in known)
        biases = any(_near(unit[-1:], other[-1:], tolerance) for other in known)
        if not (weights and biases):
            known.append(unit)
    return len(known)


def _listed(W: Tensor, b: Tensor, tolerance: float) -> Tensor:
    rows = _units(W, b, tolerance)
    new = [r for i, r in enumerate(rows) if not any(_near(r, o, tolerance) for o in rows[:i])]
    return torch.stack(new)


UNITS: Mistakes = {
    "The bias belongs to the unit: equal weights with another bias are another unit.": partial(
        distinct_units, units=lambda W, b, t: W
    ),
    "Computers round: numbers that differ by no more than the tolerance are equal.": partial(
        distinct_units, same=lambda u, v, t: torch.equal(u, v)
    ),
    "You compared columns. A unit is a row of W.": partial(
        distinct_units, units=lambda W, b, t: W.T
    ),
    "You compared columns, the biases among them. A unit is a row of W, and its bias.": partial(
        distinct_units, units=lambda W, b, t: _units(W, b, t).T
    ),
    "The same numbers in another order are another unit: compare entry by entry.": partial(
        distinct_units, units=lambda W, b, t: torch.cat([W.sort(1).values, b[:, None]], 1)
    ),
    "You sorted the numbers of each unit. Their order counts: compare entry by entry.": partial(
        distinct_units, units=lambda W, b, t: _units(W, b, t).sort(1).values
    ),
    "A unit with the opposite signs is another unit.": partial(
        distinct_units, units=lambda W, b, t: _units(W, b, t).abs()
    ),
    "Units with equal sums need not be equal: compare entry by entry.": partial(
        distinct_units, same=lambda u, v, t: abs(u.sum() - v.sum()) <= t
    ),
    "Units of equal length (norm) need not be equal: compare entry by entry.": partial(
        distinct_units, same=lambda u, v, t: abs(u.norm() - v.norm()) <= t
    ),
    "A difference of just the tolerance still counts as equal: `<=`.": partial(
        distinct_units, same=lambda u, v, t: (u - v).abs().max() < t
    ),
    "`allclose` adds a relative tolerance of its own: set rtol=0.": partial(
        distinct_units, same=lambda u, v, t: torch.allclose(u, v, atol=t)
    ),
    "The tolerance is absolute: it does not grow with the numbers (atol, not rtol).": partial(
        distinct_units, same=lambda u, v, t: torch.allclose(u, v, rtol=t, atol=1e-8)
    ),
    "A difference may be negative: compare its absolute value.": partial(
        distinct_units, same=lambda u, v, t: (u - v).max() <= t
    ),
    "A difference may be negative, seen from the other side: compare its absolute value.": partial(
        distinct_units, same=lambda u, v, t: (v - u).max() <= t
    ),
    "The tolerance holds for each number; you compared the distance (norm) of the units.": partial(
        distinct_units, same=lambda u, v, t: (u - v).norm() <= t
    ),
    "The tolerance holds for each number; you compared the sum of the differences.": partial(
        distinct_units, same=lambda u, v, t: (u - v).abs().sum() <= t
    ),
    "The tolerance holds for each number; you compared the mean of the differences.": partial(
        distinct_units, same=lambda u, v, t: (u - v).abs().mean() <= t
    ),
    "One equal entry does not make a twin: all must agree.": partial(
        distinct_units, same=lambda u, v, t: (u - v).abs().min() <= t
    ),
    "Rounding parts neighbours on two sides of a border: look at differences.": (
        lambda W, b, t: len((_units(W, b, t) / t).round().unique(dim=0))
    ),
    "Cutting digits off parts neighbours on two sides of a border: look at differences.": (
        lambda W, b, t: len((_units(W, b, t) / t).floor().unique(dim=0))
    ),
    "That is how many units have a twin before them. The different ones are wanted.": (
        lambda W, b, t: len(W) - distinct_units(W, b, t)
    ),
    "Units that never had a twin are not all: each group of twins counts once.": _without_twin,
    "Compare with all units before, not only with the last one.": _by_neighbour,
    "Compare with all different units so far, not only with the first unit.": (
        lambda W, b, t: 1 + sum(not _near(u, _units(W, b, t)[0], t) for u in _units(W, b, t))
    ),
    "A unit is new if it differs from all that are known; you ask for one of them.": (
        _unless_all_alike
    ),
    "You took one off for each pair of twins: three equal units are three pairs.": (
        lambda W, b, t: len(W) - _pairs(W, b, t)[0]
    ),
    "The bias is equal within the tolerance as well: do not compare it exactly.": partial(
        distinct_units, same=lambda u, v, t: _near(u, v, t) and u[-1] == v[-1]
    ),
    "The count begins at 1: the first unit is new as well.": (
        lambda W, b, t: distinct_units(W, b, t) - 1
    ),
    "That is how many pairs of units are the same. Count units, not pairs.": (
        lambda W, b, t: _pairs(W, b, t)[0]
    ),
    "That is how many pairs of units differ. Count units, not pairs.": (
        lambda W, b, t: _pairs(W, b, t)[1]
    ),
    "Weights and bias must agree with those of one and the same unit.": _apart,
    "Those are the different units themselves: return how many they are.": _listed,
}


# At which layer is it gone?


def vanishing_depth(
    std: float,
    num_inputs: int,
    smallest: float,
    *,
    factor: Callable[[float, int], float] = lambda s, n: s * math.sqrt(n / 2),
    layer: Callable[[float], float] = lambda exact: math.floor(exact) + 1,
) -> float:
    """Return the first layer at which a signal of size 1 is below `smallest`."""
    return layer(math.log(smallest) / math.log(factor(std, num_inputs)))


DEPTH: Mistakes = {
    "ReLU halves the mean square: the factor is σ√(n/2), not σ√n.": partial(
        vanishing_depth, factor=lambda s, n: s * math.sqrt(n)
    ),
    "That is the depth at which the mean square is below it. Its root, the size, is wanted.": (
        partial(vanishing_depth, factor=lambda s, n: s * s * n / 2)
    ),
    "The number of inputs is missing: each unit adds up n products.": partial(
        vanishing_depth, factor=lambda s, n: s / math.sqrt(2)
    ),
    "That is σ alone: n inputs and ReLU make σ√(n/2) of it.": partial(
        vanishing_depth, factor=lambda s, n: s
    ),
    "The root over the n is missing: n independent products add up to √n times the size.": partial(
        vanishing_depth, factor=lambda s, n: s * n / math.sqrt(2)
    ),
    "The factor is σ√(n/2); you took σ·n.": partial(vanishing_depth, factor=lambda s, n: s * n),
    "The root is missing: the factor is σ√(n/2), not σ·n/2.": partial(
        vanishing_depth, factor=lambda s, n: s * n / 2
    ),
    "ReLU takes half of the mean square, so the size loses a factor √2, not 2.": partial(
        vanishing_depth, factor=lambda s, n: s * math.sqrt(n) / 2
    ),
    "Under the root stands n/2; yours is upside down, 2/n.": partial(
        vanishing_depth, factor=lambda s, n: s * math.sqrt(2 / n)
    ),
    "`std` is a standard deviation; you took its root as well.": partial(
        vanishing_depth, factor=lambda s, n: math.sqrt(s * n / 2)
    ),
    "`std` is a standard deviation; it is not squared beside the root.": partial(
        vanishing_depth, factor=lambda s, n: s * s * math.sqrt(n / 2)
    ),
    "That is the last layer that still has a signal. The first one without is wanted.": partial(
        vanishing_depth, layer=math.floor
    ),
    "One too many: the input is layer 0, the first layer is layer 1.": partial(
        vanishing_depth, layer=lambda exact: math.floor(exact) + 2
    ),
    "Round up: the nearest whole number may lie before the layer that is wanted.": partial(
        vanishing_depth, layer=round
    ),
    "Layers are whole numbers: round up.": partial(vanishing_depth, layer=lambda exact: exact),
    "Upside down: log s is divided by log q.": partial(
        vanishing_depth, layer=lambda exact: math.ceil(1 / exact)
    ),
    "A layer has no negative number: log s and log q are both negative, their ratio is not.": (
        partial(vanishing_depth, layer=lambda exact: math.ceil(-exact))
    ),
    "That is twice the depth: `smallest` is compared as it is, not squared.": partial(
        vanishing_depth, layer=lambda exact: math.floor(2 * exact) + 1
    ),
}


# Fan-in and fan-out


def fans(
    shape: Shape, *, area: Callable[[Shape], int] = math.prod, both: Callable[..., Any] = tuple
) -> Any:
    """Return (fan_in, fan_out) of a weight of shape (outputs, inputs, *kernel sides)."""
    num_outputs, num_inputs, *kernel = shape
    places = area(kernel)
    return both((num_inputs * places, num_outputs * places))


FANS: Mistakes = {
    "The fans are exchanged: fan-in comes first, and the shape begins with the outputs.": partial(
        fans, both=lambda pair: pair[::-1]
    ),
    "The fans of a dense layer are exchanged: its shape is (outputs, inputs) as well.": (
        lambda shape: fans(shape)[::-1] if len(shape) == 2 else fans(shape)
    ),
    "The kernel is missing: each output adds up all its places.": partial(fans, area=lambda k: 1),
    "The fans are exchanged, and the kernel is missing: that is the shape as it stands.": (
        lambda shape: tuple(shape[:2])
    ),
    "The kernel counts for fan-out as well.": lambda shape: (fans(shape)[0], shape[0]),
    "The kernel counts for fan-in as well.": lambda shape: (shape[1], fans(shape)[1]),
    "Kernels need not be square: multiply the sides as they are.": partial(
        fans, area=lambda k: k[0] ** len(k) if k else 1
    ),
    "You squared the first side. Kernels have one, two or three sides, of any length.": partial(
        fans, area=lambda k: k[0] ** 2 if k else 1
    ),
    "Only the first side of the kernel counts here: multiply all of them.": partial(
        fans, area=lambda k: k[0] if k else 1
    ),
    "Only the last side of the kernel counts here: multiply all of them.": partial(
        fans, area=lambda k: k[-1] if k else 1
    ),
    "Kernels may have one or three sides as well: `math.prod(shape[2:])`.": partial(
        fans, area=lambda k: k[0] * k[1] if k else 1
    ),
    "Only kernels of two sides count here; one or three are kernels as well.": partial(
        fans, area=lambda k: k[0] * k[1] if len(k) == 2 else 1
    ),
    "The third side of a kernel is left out.": partial(fans, area=lambda k: math.prod(k[:2])),
    "The places of a kernel are the product of its sides, not their sum.": partial(
        fans, area=lambda k: sum(k) if k else 1
    ),
    "The product of no sides is 1, not 0: a dense layer has fans as well.": partial(
        fans, area=lambda k: math.prod(k) if k else 0
    ),
    "Multiply the channels by the places of the kernel; you added them.": (
        lambda shape: (shape[1] + math.prod(shape[2:]), shape[0] + math.prod(shape[2:]))
    ),
    "Multiply the channels by the sides of the kernel; you added all of them.": (
        lambda shape: (sum(shape[1:]), shape[0] + sum(shape[2:]))
    ),
    "Fan-out is outputs times kernel; you multiplied all but the last number of the shape.": (
        lambda shape: (math.prod(shape[1:]), math.prod(shape[:-1]))
    ),
    "That reads the shape from its end, as TensorFlow stores it. PyTorch has the outputs first.": (
        lambda shape: (shape[-2] * math.prod(shape[:-2]), shape[-1] * math.prod(shape[:-2]))
    ),
    "That is the number of all weights. One output sees only its own.": (
        lambda shape: (math.prod(shape),) * 2
    ),
    "That is fan-in alone: return (fan_in, fan_out).": lambda shape: fans(shape)[0],
    "That is fan-in twice.": partial(fans, both=lambda pair: (pair[0], pair[0])),
    "That is fan-out twice.": partial(fans, both=lambda pair: (pair[1], pair[1])),
    "The bias is no input: fan-in counts weights.": partial(
        fans, both=lambda pair: (pair[0] + 1, pair[1])
    ),
}


# From a generator


def from_generator(*args: Any) -> Play:
    """Return a play that asks whether the result is decided by a generator, the last argument."""

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        def result(seed: int, *, drawn: int = 0) -> Tensor:
            generator = _seeded(seed)
            torch.rand(drawn, generator=generator)
            return torch.as_tensor(answer(*args, generator)).detach()

        first = result(3)
        return {
            "the same generator": _compared(first, result(3)),
            "another generator": _compared(first, result(4)),
            "the generator, later on": _compared(first, result(3, drawn=50)),
        }

    return play


def sources(reference: Callable[..., Any]) -> Mistakes:
    """Return the ways not to draw from the generator, the last argument, for any reference."""
    return {
        "The same generator gave other numbers: draw from the one that you are given.": (
            lambda *a: reference(*a[:-1], torch.default_generator)
        ),
        "Another generator gave the same numbers: draw from the one that you are given.": (
            lambda *a: reference(*a[:-1], _seeded(0))
        ),
        "A generator that has moved on gave the same numbers again: never seed it anew.": (
            lambda *a: reference(*a[:-1], _seeded(a[-1].initial_seed()))
        ),
    }


def has_moved(generator: torch.Generator) -> bool:
    """Whether anything was drawn from a generator since it was seeded."""
    fresh = _seeded(generator.initial_seed())
    return not torch.equal(generator.get_state(), fresh.get_state())


# Xavier


def _xavier_bound(shape: Shape) -> float:
    return math.sqrt(6 / sum(fans(shape)))


def _uniform(shape: Shape, generator: torch.Generator, bound: float) -> Tensor:
    return bound * (2 * torch.rand(*shape, generator=generator) - 1)


def _normal(shape: Shape, generator: torch.Generator, std: float) -> Tensor:
    return std * torch.randn(*shape, generator=generator)


def xavier(
    shape: Shape,
    generator: torch.Generator,
    *,
    bound: Callable[[Shape], float] = _xavier_bound,
    draw: Callable[..., Tensor] = _uniform,
) -> Tensor:
    """Return float32 weights, uniform with variance 2/(fan_in + fan_out): Glorot, Bengio (2010)."""
    return draw(shape, generator, bound(shape))


def weights(shape: Shape, seed: int) -> Play:
    """Return a play that measures a start of Xavier, relative to its bound a."""
    a = _xavier_bound(shape)

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        w = _tensor(answer(tuple(shape), _seeded(seed)))
        return {
            "shape": list(w.shape),
            "a ÷ standard deviation": _snap(a / w.std().clamp_min(1e-30), 3**0.5, 0.045),
            "mean ÷ a": _snap(w.mean() / a, 0, 0.02),
            "share below −a/2": _snap((w < -a / 2).double().mean(), 0.25, 0.015),
            "share above a/2": _snap((w > a / 2).double().mean(), 0.25, 0.015),
            "share beyond ±a": (w.abs() > a * (1 + 1e-6)).double().mean().item(),
            "different units": len(w.flatten(1).unique(dim=0)),
            "different inputs": len(w.movedim(1, 0).flatten(1).unique(dim=0)),
            "dtype": str(w.dtype),
        }

    return play


XAVIER: Mistakes = {
    "The shape is transposed: keep it as it is given.": (
        lambda s, g: xavier((s[1], s[0], *s[2:]), g)
    ),
    "You took the standard deviation for the bound; a uniform number in ±a has a/√3.": partial(
        xavier, bound=lambda s: math.sqrt(2 / sum(fans(s)))
    ),
    "You took the bound for the standard deviation.": partial(xavier, draw=_normal),
    "You took the variance for the standard deviation: its root is missing.": partial(
        xavier, bound=lambda s: 2 / sum(fans(s)), draw=_normal
    ),
    "These weights have the right variance but no bound: draw them uniformly.": partial(
        xavier, bound=lambda s: math.sqrt(2 / sum(fans(s))), draw=_normal
    ),
    "These are normal numbers, cut off at ±a: draw them uniformly.": partial(
        xavier, draw=lambda s, g, a: _normal(s, g, a / math.sqrt(3)).clamp(-a, a)
    ),
    "The root is missing in the bound.": partial(xavier, bound=lambda s: 6 / sum(fans(s))),
    "The root goes over all of it: √(6/(fan-in + fan-out)), not √6/(fan-in + fan-out).": partial(
        xavier, bound=lambda s: math.sqrt(6) / sum(fans(s))
    ),
    "You took the variance for the bound: a is √(6/(fan-in + fan-out)).": partial(
        xavier, bound=lambda s: 2 / sum(fans(s))
    ),
    "a² is three times the variance, not a third of it.": partial(
        xavier, bound=lambda s: math.sqrt(2 / 3 / sum(fans(s)))
    ),
    "Twice too wide: a uniform number in ±a has the variance a²/3, not a²/12.": partial(
        xavier, bound=lambda s: 2 * _xavier_bound(s)
    ),
    "Half as wide as it should be: `rand − ½` lies between −½ and ½.": partial(
        xavier, bound=lambda s: _xavier_bound(s) / 2
    ),
    "The kernel is missing in the fans.": partial(
        xavier, bound=lambda s: math.sqrt(6 / (s[0] + s[1]))
    ),
    "The kernel counts for both fans.": partial(
        xavier, bound=lambda s: math.sqrt(6 / (fans(s)[0] + s[0]))
    ),
    "The kernel counts for both fans; fan-in lacks it.": partial(
        xavier, bound=lambda s: math.sqrt(6 / (s[1] + fans(s)[1]))
    ),
    "That is He's start, which looks at fan-in alone.": partial(
        xavier, bound=lambda s: math.sqrt(6 / fans(s)[0])
    ),
    "That looks at fan-in alone; Xavier takes both fans.": partial(
        xavier, bound=lambda s: math.sqrt(3 / fans(s)[0])
    ),
    "That looks at fan-out alone; Xavier takes both fans.": partial(
        xavier, bound=lambda s: math.sqrt(3 / fans(s)[1])
    ),
    "That is PyTorch's default, ±1/√fan-in.": partial(
        xavier, bound=lambda s: math.sqrt(1 / fans(s)[0])
    ),
    "Add the fans up; you took their mean.": partial(
        xavier, bound=lambda s: math.sqrt(12 / sum(fans(s)))
    ),
    "rand lies between 0 and 1: stretch it to −a … a.": partial(
        xavier, draw=lambda s, g, a: a * torch.rand(*s, generator=g)
    ),
    "These lie to one side: spread them around 0.": partial(
        xavier, draw=lambda s, g, a: 2 * a * torch.rand(*s, generator=g)
    ),
    "These lie between −a and 0: `2 * rand − 1` lies around 0.": partial(
        xavier, draw=lambda s, g, a: a * torch.rand(*s, generator=g) - a
    ),
    "The range is as wide as it should be, but its middle is not 0: take a off.": partial(
        xavier, draw=lambda s, g, a: 2 * a * torch.rand(*s, generator=g) - a / 2
    ),
    "Add the fans up; you multiplied them.": partial(
        xavier, bound=lambda s: math.sqrt(6 / math.prod(fans(s)))
    ),
    "Put the sum of the fans in brackets: 6/(fan-in + fan-out), not 6/fan-in + fan-out.": partial(
        xavier, bound=lambda s: math.sqrt(6 / fans(s)[0] + fans(s)[1])
    ),
    "From −1 on: take the 1 off before you multiply by a.": partial(
        xavier, draw=lambda s, g, a: 2 * a * torch.rand(*s, generator=g) - 1
    ),
    "float32 is wanted.": lambda s, g: xavier(s, g).double(),
    "All units of the layer got the same weights: draw each of them.": (
        lambda s, g: xavier(s, g)[:1].expand(*s)
    ),
}


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
    return lambda answer: _snap(answer(activation, 1_000_000, _seeded(seed)), exact, 0.02 * exact)


def samples(answer: Callable[..., Any]) -> dict[str, str]:
    """Let φ count how many numbers it gets to see; the same ones, seen again, count once.

    An answer that does not sample, and shows φ hardly any, is for `estimate` to judge.
    """

    def seen(num_samples: int) -> int:
        sizes: dict[float, int] = {}

        def activation(z: Tensor) -> Tensor:
            sizes[float(z.flatten()[0])] = z.numel()
            return torch.tanh(z)

        answer(activation, num_samples, _seeded(5))
        return sum(sizes.values())

    few, many = seen(100_000), seen(300_000)
    if many < 100:
        few, many = 100_000, 300_000
    return {
        "more samples, more numbers for φ": _yes(many > few),
        "as many numbers as samples": _yes(few >= 100_000 and many >= 300_000),
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
    draw: Callable[..., Tensor] = _normal,
    bias: Callable[[Tensor, torch.Generator], Tensor] = lambda w, g: torch.zeros(len(w)),
    change: Callable[[Layers], Any] = list,
) -> Any:
    """Return (weight, bias) of each layer: normal, σ = gain/√fan_in, and 0; He et al. (2015)."""
    generator = _seeded(seed)
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
        layers = [[*map(_tensor, layer)] for layer in answer(list(shapes), gain, seed)]
        all_weights, biases = zip(*layers, strict=True)
        stds = [w.std().clamp_min(1e-30) for w in all_weights]
        alike = [
            (one * other).mean() > 0.5 * one.std() * other.std()
            for one, other in combinations(all_weights, 2)
            if one.shape == other.shape
        ]
        return {
            "σ·√fan-in of each layer": [
                _snap(w.std() * math.sqrt(math.prod(shape[1:])), gain, 0.03 * gain)
                for w, shape in zip(all_weights, shapes, strict=True)
            ],
            "mean ÷ σ of each layer": [
                _snap(w.mean() / std, 0, 0.04) for w, std in zip(all_weights, stds, strict=True)
            ],
            "share within one σ": [
                _snap((w.abs() < std).double().mean(), 0.6827, 0.02)
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
        first, again, other = (
            [_tensor(weight) for weight, _ in answer(list(shapes), 0.8, seed)] for seed in (3, 3, 4)
        )
        return {
            "the same seed": [*map(_compared, first, again)],
            "another seed": [*map(_compared, first, other)],
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
        network, draw=_uniform
    ),
    "These weights have the right σ, but they are uniform: draw normal numbers.": partial(
        network, draw=lambda s, g, std: _uniform(s, g, std * math.sqrt(3))
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
        network, draw=lambda s, g, std: _normal(s, _seeded(g.initial_seed()), std)
    ),
    "Biases begin at zero: the weights part the twins already.": partial(
        network, bias=lambda w, g: torch.randn(len(w), generator=g)
    ),
    "All units of a layer got the same weights: draw each of them.": partial(
        network, draw=lambda s, g, std: _normal(s, g, std)[:1].expand(*s)
    ),
    "float32 is wanted.": partial(
        network, change=lambda layers: [(w.double(), b.double()) for w, b in layers]
    ),
}
NETWORK_SEEDS: Mistakes = {
    "The same seed gave other weights: draw all of them from your generator.": (
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


# Orthogonal weights


def orthogonal(
    num_outputs: int,
    num_inputs: int,
    gain: float,
    generator: torch.Generator,
    *,
    columns: Callable[[Tensor, Tensor], Tensor] = lambda Q, R: Q * R.diagonal().sign(),
    scale: Callable[[float, int], float] = lambda gain, long: gain,
    turn: Callable[[Tensor], Tensor] = lambda Q: Q.T,
) -> Tensor:
    """Return `gain` times a matrix of orthonormal rows or columns: Saxe et al. (2014)."""
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    matrix = scale(gain, long) * columns(Q, R)
    return matrix if num_outputs >= num_inputs else turn(matrix)


def turned(num_outputs: int, num_inputs: int, gain: float, seed: int) -> Play:
    """Return a play that looks at the shorter side of one draw: rows or columns."""

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        matrix = _tensor(answer(num_outputs, num_inputs, gain, _seeded(seed)))
        vectors = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
        lengths = vectors.norm(dim=1)
        cosines = (vectors @ vectors.T) / (lengths[:, None] * lengths)
        equal = lengths.max() < 1.001 * lengths.min()
        length = _snap(lengths.mean(), gain, 1e-3 * gain)
        return {
            "shape": list(matrix.shape),
            "perpendicular": _yes((cosines - torch.eye(len(vectors))).abs().max() < 1e-3),
            "equally long": _yes(equal),
            "length": length if equal else "various",
            "dtype": str(matrix.dtype),
        }

    return play


def draws(num_outputs: int, num_inputs: int, seeds: Sequence[int]) -> Play:
    """Return a play that looks at many draws; of square ones, some are to mirror."""

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        shape = num_outputs, num_inputs
        drawn = torch.stack([_tensor(answer(*shape, 1.0, _seeded(seed))) for seed in seeds])
        corners = drawn[:, 0, 0] > 0
        turns = torch.linalg.det(drawn) > 0 if num_outputs == num_inputs else torch.eye(2)[0]
        return {
            "entry [0, 0] takes both signs": _yes(corners.any() and not corners.all()),
            "some mirror, some do not": _yes(turns.any() and not turns.all()),
            "entries are 0": _yes((drawn.abs() < 1e-6).any()),
        }

    return play


def _exchanged_axes(
    num_outputs: int, num_inputs: int, gain: float, generator: torch.Generator
) -> Tensor:
    order = torch.randperm(max(num_outputs, num_inputs), generator=generator)
    signs = torch.randn(len(order), generator=generator).sign()
    return gain * (torch.eye(len(order))[order] * signs)[:num_outputs, :num_inputs]


ORTHOGONAL: Mistakes = {
    "The shape is wrong for more inputs than outputs: it is never turned round.": partial(
        orthogonal, turn=lambda Q: Q
    ),
    "A wide matrix has a square Q: split the transposed one, and turn it round.": (
        lambda m, n, gain, g: gain * torch.linalg.qr(torch.randn(m, n, generator=g))[0]
    ),
    "The shape is (outputs, inputs), whichever is larger; yours is turned round.": (
        lambda m, n, gain, g: orthogonal(m, n, gain, g).T
    ),
    "That is R. The orthonormal columns are in Q.": partial(
        orthogonal, columns=lambda Q, R: R, turn=lambda R: R
    ),
    "Perpendicular, but of different lengths: use Q alone, with signs of 1 and −1.": partial(
        orthogonal, columns=lambda Q, R: Q * R.diagonal()
    ),
    "Equally long, but not perpendicular to each other: normalizing lengths is not enough.": (
        partial(orthogonal, columns=lambda Q, R: F.normalize(Q @ R, dim=0))
    ),
    "Rows of one length are not enough, and a tall matrix has orthonormal columns.": (
        lambda m, n, gain, g: gain * F.normalize(torch.randn(m, n, generator=g), dim=1)
    ),
    "Columns of one length are not enough, and a wide matrix has orthonormal rows.": (
        lambda m, n, gain, g: gain * F.normalize(torch.randn(m, n, generator=g), dim=0)
    ),
    "That is a square matrix, too large: cut out as many rows and columns as are wanted.": (
        lambda m, n, gain, g: orthogonal(max(m, n), max(m, n), gain, g)
    ),
    "Neither perpendicular nor equally long: split the Gaussian matrix, and use Q.": partial(
        orthogonal, columns=lambda Q, R: Q @ R
    ),
    "The gain is missing.": partial(orthogonal, scale=lambda gain, long: 1.0),
    "The gain came in twice.": partial(orthogonal, scale=lambda gain, long: gain**2),
    "That is the root of the gain: multiply the matrix by the gain itself.": partial(
        orthogonal, scale=lambda gain, long: math.sqrt(gain)
    ),
    "Multiply by the gain; you divided.": partial(orthogonal, scale=lambda gain, long: 1 / gain),
    "Divide by nothing: orthonormal columns have length 1 already.": partial(
        orthogonal, scale=lambda gain, long: gain / math.sqrt(long)
    ),
    "Divide by nothing, not by √fan-in either: orthonormal columns have length 1.": (
        lambda m, n, gain, g: orthogonal(m, n, gain, g) / math.sqrt(n)
    ),
    "The √2 of ReLU is in the gain already.": partial(
        orthogonal, scale=lambda gain, long: gain * math.sqrt(2)
    ),
    "float32 is wanted.": lambda m, n, gain, g: orthogonal(m, n, gain, g).double(),
}
DRAWN: Mistakes = {
    "Entries are 0: that is no draw from all orthogonal matrices alike.": _exchanged_axes,
    "The entry [0, 0] has the same sign in all of 30 draws: mind the signs of R's diagonal.": (
        partial(orthogonal, columns=lambda Q, R: Q)
    ),
    "It turns and mirrors, but [0, 0] has one sign in all of 30 draws: take R's signs.": partial(
        orthogonal, columns=lambda Q, R: Q * Q.diagonal().sign()
    ),
    "Either all of 30 draws mirror or none does: all orthogonal matrices are to come.": (
        lambda m, n, gain, g: _only_turning(orthogonal(m, n, gain, g))
    ),
}


def _only_turning(matrix: Tensor) -> Tensor:
    if matrix.shape[0] != matrix.shape[1] or torch.linalg.det(matrix) > 0:
        return matrix
    return torch.cat([matrix[:, :-1], -matrix[:, -1:]], dim=1)


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
        scaled = [_tensor(w) for w in answer(list(weights), X)]
        h, stds = X, []
        for w in scaled:
            z = h @ w.to(X.dtype).T
            stds.append(_snap(z.std(), 1, 0.01))  # by N or by N − 1
            h = torch.tanh(z)
        return {
            "standard deviations": stds,
            "one positive factor each": [
                _yes(torch.allclose(new / new.norm(), old.to(new.dtype) / old.norm(), atol=1e-5))
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


# Batch norm


def _normalized(p: Any, shift: Tensor, spread: Tensor) -> Tensor:
    return p.gamma * (p.x - shift) / (spread + p.eps).sqrt() + p.beta


def _right(p: Any) -> Tensor:
    return _normalized(p, p.shift, p.spread)


def _mixed(p: Any, old: Tensor, new: Tensor) -> Tensor:
    return (1 - p.momentum) * old + p.momentum * new


def batch_norm(
    x: Tensor,
    gamma: Tensor,
    beta: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    train: bool,
    momentum: float,
    eps: float,
    *,
    y: Callable[[Any], Tensor] = _right,
    mean: Callable[[Any], Tensor] = lambda p: (
        _mixed(p, p.old_mean, p.mean) if p.train else p.old_mean
    ),
    var: Callable[[Any], Tensor] = lambda p: (
        _mixed(p, p.old_var, p.unbiased) if p.train else p.old_var
    ),
    change: Callable[..., Any] = tuple,
) -> Any:
    """Return (y, running mean, running variance); y is like x, (n, units, ...) of any dimension.

    Source: Ioffe and Szegedy (2015), algorithms 1 and 2, in PyTorch's conventions.
    """
    dims = [0, *range(2, x.dim())]
    shape = [-1, *[1] * (x.dim() - 2)]  # (units,) or (channels, 1, 1)
    count = x.numel() / x.shape[1]
    p = SimpleNamespace(x=x, gamma=gamma.view(shape), beta=beta.view(shape), train=train)
    p.momentum, p.eps, p.count = momentum, eps, count
    p.old_mean, p.old_var = running_mean.view(shape), running_var.view(shape)
    p.mean = x.mean(dims).view(shape)
    p.biased = x.var(dims, correction=0).view(shape)
    p.unbiased = p.biased * count / max(count - 1, 1)
    p.shift, p.spread = (p.mean, p.biased) if train else (p.old_mean, p.old_var)
    like = torch.zeros_like(gamma).view(shape)  # a mistake may have one number for all units
    kept = ((like + part(p)).flatten() for part in (mean, var))
    return change((y(p), *kept))


def _new_mean(p: Any) -> Tensor:
    return _mixed(p, p.old_mean, p.mean)


def _new_var(p: Any) -> Tensor:
    return _mixed(p, p.old_var, p.unbiased)


BATCH_NORM: Mistakes = {
    "That is the mean of each example (layer norm): take it over the batch, dimension 0.": partial(
        batch_norm,
        y=lambda p: _normalized(p, p.x.mean(1, True), p.x.var(1, correction=0, keepdim=True)),
    ),
    "One mean and variance for all units: each unit has its own.": partial(
        batch_norm,
        y=lambda p: _normalized(p, p.x.mean(), p.x.var(correction=0)),
        mean=lambda p: _mixed(p, p.old_mean, p.x.mean()),
        var=lambda p: _mixed(p, p.old_var, p.x.var()),
    ),
    "The variance that normalizes divides by N, not by N − 1.": partial(
        batch_norm, y=lambda p: _normalized(p, p.mean, p.unbiased)
    ),
    "The variance in the running average divides by N − 1.": partial(
        batch_norm, var=lambda p: _mixed(p, p.old_var, p.biased)
    ),
    "The two variances are exchanged: N normalizes, N − 1 goes into the running one.": partial(
        batch_norm,
        y=lambda p: _normalized(p, p.mean, p.unbiased),
        var=lambda p: _mixed(p, p.old_var, p.biased),
    ),
    "momentum is the share of the new batch here; you gave it to the old value.": partial(
        batch_norm,
        mean=lambda p: _mixed(p, p.mean, p.old_mean),
        var=lambda p: _mixed(p, p.unbiased, p.old_var),
    ),
    "The old value keeps the share 1 − momentum; you added all of it.": partial(
        batch_norm,
        mean=lambda p: p.old_mean + p.momentum * p.mean,
        var=lambda p: p.old_var + p.momentum * p.unbiased,
    ),
    "Those are the batch's own statistics: the running ones take up a share of them.": partial(
        batch_norm, mean=lambda p: p.mean, var=lambda p: p.unbiased
    ),
    "ε stands inside the root.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.mean) / (p.biased.sqrt() + p.eps) + p.beta
    ),
    "ε is missing: a unit that never changes has the variance 0.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.mean) / p.biased.sqrt() + p.beta
    ),
    "ε went into the running variance too: it belongs under the root only.": partial(
        batch_norm, var=lambda p: _mixed(p, p.old_var, p.unbiased + p.eps)
    ),
    "The root is missing: divide by the standard deviation.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.mean) / (p.biased + p.eps) + p.beta
    ),
    "γ and β are missing.": partial(
        batch_norm, y=lambda p: (p.x - p.mean) / (p.biased + p.eps).sqrt()
    ),
    "γ is missing.": partial(
        batch_norm, y=lambda p: (p.x - p.mean) / (p.biased + p.eps).sqrt() + p.beta
    ),
    "β is missing.": partial(batch_norm, y=lambda p: _right(p) - p.beta),
    "γ multiplies, β is added; you exchanged them.": partial(
        batch_norm,
        y=lambda p: p.beta * (p.x - p.mean) / (p.biased + p.eps).sqrt() + p.gamma,
    ),
    "β is added after γ has multiplied.": partial(
        batch_norm,
        y=lambda p: p.gamma * ((p.x - p.mean) / (p.biased + p.eps).sqrt() + p.beta),
    ),
    "The running statistics have not moved.": partial(
        batch_norm, mean=lambda p: p.old_mean, var=lambda p: p.old_var
    ),
    "The running mean has moved, the running variance has not.": partial(
        batch_norm, var=lambda p: p.old_var
    ),
    "The running variance has moved, the running mean has not.": partial(
        batch_norm, mean=lambda p: p.old_mean
    ),
    "In training the batch's own statistics normalize; you used the running ones.": partial(
        batch_norm, y=lambda p: _normalized(p, _new_mean(p), _new_var(p))
    ),
    "In training the batch normalizes; you used the running statistics from before it.": partial(
        batch_norm, y=lambda p: _normalized(p, p.old_mean, p.old_var)
    ),
    "That is what is done in use. In training the batch's own statistics normalize.": partial(
        batch_norm,
        y=lambda p: _normalized(p, p.old_mean, p.old_var),
        mean=lambda p: p.old_mean,
        var=lambda p: p.old_var,
    ),
    "The running variance took up a standard deviation.": partial(
        batch_norm, var=lambda p: _mixed(p, p.old_var, p.unbiased.sqrt())
    ),
    "The mean was not subtracted.": partial(
        batch_norm, y=lambda p: p.gamma * p.x / (p.biased + p.eps).sqrt() + p.beta
    ),
    "The last two are exchanged: the mean comes before the variance.": partial(
        batch_norm, change=lambda parts: (parts[0], parts[2], parts[1])
    ),
}
FAR: Mistakes = {
    "Far from zero E[x²] − E[x]² loses its digits: subtract the mean before you square.": partial(
        batch_norm, y=lambda p: _normalized(p, p.mean, _by_squares(p))
    ),
    "Far from zero E[x²] − E[x]² loses its digits, in the running variance too.": partial(
        batch_norm,
        y=lambda p: _normalized(p, p.mean, _by_squares(p)),
        var=lambda p: _mixed(p, p.old_var, _by_squares(p) * p.count / (p.count - 1)),
    ),
}


def _by_squares(p: Any) -> Tensor:
    return (p.x**2).mean(0) - p.mean**2


IN_USE: Mistakes = {
    "In use the running statistics normalize; you used the batch's.": partial(
        batch_norm, y=lambda p: _normalized(p, p.mean, p.biased)
    ),
    "In use the running statistics stay as they are.": partial(
        batch_norm, mean=_new_mean, var=_new_var
    ),
    "`train` makes no difference: without it the running statistics normalize, and stay.": partial(
        batch_norm, y=lambda p: _normalized(p, p.mean, p.biased), mean=_new_mean, var=_new_var
    ),
    "In use the running statistics normalize as they are; you let the batch into them.": partial(
        batch_norm,
        y=lambda p: _normalized(p, _new_mean(p), _new_var(p)),
        mean=_new_mean,
        var=_new_var,
    ),
    "The running mean is subtracted, but the batch's variance divides.": partial(
        batch_norm, y=lambda p: _normalized(p, p.old_mean, p.biased)
    ),
    "The running variance divides, but the batch's mean is subtracted.": partial(
        batch_norm, y=lambda p: _normalized(p, p.mean, p.old_var)
    ),
    "The batch's statistics came back: in use the running ones are returned.": partial(
        batch_norm, mean=lambda p: p.mean, var=lambda p: p.unbiased
    ),
    "ε is missing in use; the same formula holds.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.old_mean) / p.old_var.sqrt() + p.beta
    ),
    "ε stands inside the root, in use as well.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.old_mean) / (p.old_var.sqrt() + p.eps) + p.beta
    ),
    "The root is missing in use: divide by the standard deviation.": partial(
        batch_norm, y=lambda p: p.gamma * (p.x - p.old_mean) / (p.old_var + p.eps) + p.beta
    ),
    "γ and β are missing in use.": partial(
        batch_norm, y=lambda p: (p.x - p.old_mean) / (p.old_var + p.eps).sqrt()
    ),
    "The mean is not subtracted in use.": partial(
        batch_norm, y=lambda p: _normalized(p, torch.zeros(()), p.old_var)
    ),
    "In use x is normalized as well; it came back as it was.": partial(batch_norm, y=lambda p: p.x),
}


def _along_last(p: Any) -> Tensor:
    gamma, beta, shift, spread = (part.flatten() for part in (p.gamma, p.beta, p.shift, p.spread))
    return gamma * (p.x - shift) / (spread + p.eps).sqrt() + beta


def _over(p: Any, dims: Sequence[int]) -> Tensor:
    if not p.train:
        return _right(p)
    mean = p.x.mean(dims, keepdim=True)
    return _normalized(p, mean, p.x.var(dims, correction=0, keepdim=True))


def _per_channel(p: Any, old: Tensor, statistic: Callable[[Tensor], Tensor]) -> Tensor:
    return _mixed(p, old, statistic(p.x).view_as(old)) if p.train else old


PICTURES: Mistakes = {
    "Each pixel has statistics of its own. A channel has one mean, over examples and pixels.": (
        partial(
            batch_norm,
            y=lambda p: _over(p, (0,)),
            var=lambda p: _per_channel(p, p.old_var, lambda x: x.var(0).flatten(1).mean(1)),
        )
    ),
    "That is the rule for dense layers. For pictures take (0, 2, 3), and mind the shapes.": (
        lambda *args: _as_dense(*args)
    ),
    "Each picture has statistics of its own (instance norm). Take the batch together.": partial(
        batch_norm, y=lambda p: _over(p, (2, 3))
    ),
    "That is the mean of each picture over all channels (layer norm): each channel has its own.": (
        partial(batch_norm, y=lambda p: _over(p, (1, 2, 3)))
    ),
    "One mean and variance for all channels: each channel has its own.": partial(
        batch_norm,
        y=lambda p: _over(p, (0, 1, 2, 3)),
        mean=lambda p: _per_channel(p, p.old_mean, lambda x: x.mean().expand(x.shape[1])),
        var=lambda p: _per_channel(p, p.old_var, lambda x: x.var().expand(x.shape[1])),
    ),
    "Each column of pixels has its own statistics: take the width as well.": partial(
        batch_norm,
        y=lambda p: _over(p, (0, 2)),
        var=lambda p: _per_channel(p, p.old_var, lambda x: x.var((0, 2)).mean(1)),
    ),
    "N is the number of values of a channel: examples times pixels.": partial(
        batch_norm,
        var=lambda p: _per_channel(
            p, p.old_var, lambda x: x.var((0, 2, 3), correction=0) * len(x) / (len(x) - 1)
        ),
    ),
    "The variance is over all values of a channel, not over the means of pictures.": partial(
        batch_norm,
        var=lambda p: _per_channel(p, p.old_var, lambda x: x.mean((2, 3)).var(0)),
    ),
    "`reshape` mixes the channels here: move them to the end first.": partial(
        batch_norm,
        y=lambda p: _mingled(p),
        mean=lambda p: _per_channel(p, p.old_mean, lambda x: _rows(x).mean(0)),
        var=lambda p: _per_channel(p, p.old_var, lambda x: _rows(x).var(0)),
    ),
    "γ and β lie along the last axis here. A channel is dimension 1.": partial(
        batch_norm,
        y=lambda p: (
            p.gamma.flatten() * (p.x - p.shift) / (p.spread + p.eps).sqrt() + p.beta.flatten()
        ),
    ),
    "Statistics, γ and β lie along the last axis here. A channel is dimension 1.": partial(
        batch_norm, y=_along_last
    ),
}


def _as_dense(
    x: Tensor,
    gamma: Tensor,
    beta: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    train: bool,
    momentum: float,
    eps: float,
) -> tuple[Tensor, Tensor, Tensor]:
    mean, var = running_mean, running_var
    if train:
        mean, var = x.mean(0), x.var(0, correction=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(0)
    return gamma * (x - mean) / (var + eps).sqrt() + beta, running_mean, running_var


def _rows(x: Tensor) -> Tensor:
    return x.reshape(-1, x.shape[1])


def _mingled(p: Any) -> Tensor:
    if not p.train:
        return _right(p)
    mean, var = _rows(p.x).mean(0), _rows(p.x).var(0, correction=0)
    return _normalized(p, mean.view_as(p.gamma), var.view_as(p.gamma))


# Tame the branch


def branch_scale(num_blocks: int, growth: float) -> float:
    """Return α ≥ 0 with (1 + α²)^num_blocks = growth."""
    return math.sqrt(math.expm1(math.log(growth) / num_blocks))


BRANCH: Mistakes = {
    "That is α²: its root is missing.": lambda L, growth: growth ** (1 / L) - 1,
    "Sizes do not add up, mean squares do: 1 + α² per block, not (1 + α)².": (
        lambda L, growth: growth ** (0.5 / L) - 1
    ),
    "1/√L is for a growth of e, about. Solve for the growth that is given.": (
        lambda L, growth: 1 / math.sqrt(L)
    ),
    "1/L is more timid than needed, and ignores the growth.": lambda L, growth: 1 / L,
    "The growth is spread evenly by multiplying, not by adding: take the L-th root.": (
        lambda L, growth: math.sqrt((growth - 1) / L)
    ),
    "Take the L-th root of the growth; you divided it by L.": (
        lambda L, growth: math.sqrt(growth / L)
    ),
    "`growth ** 1 / L` is growth/L: put the exponent in brackets.": (
        lambda L, growth: math.sqrt(growth**1 / L - 1)
    ),
    "√(ln growth / L) is near for many blocks only. Solve exactly.": (
        lambda L, growth: math.sqrt(math.log(growth) / L)
    ),
    "The 1 stands for h itself: subtract it.": lambda L, growth: growth ** (0.5 / L),
    "That is what one block multiplies by, 1 + α². Solve for α.": lambda L, growth: (
        growth ** (1 / L)
    ),
    "One block multiplies by 1 + α²: subtract the 1; you added it.": (
        lambda L, growth: math.sqrt(growth ** (1 / L) + 1)
    ),
    "The 1 is subtracted after the L-th root, not before.": (
        lambda L, growth: math.sqrt((growth - 1) ** (1 / L))
    ),
    "Take the L-th root, not the L-th power.": lambda L, growth: math.sqrt(growth**L - 1),
    "growth is that of the mean square, not of the size: no square is due.": (
        lambda L, growth: math.sqrt(growth ** (2 / L) - 1)
    ),
    "growth is that of the mean square itself: do not take its root first.": (
        lambda L, growth: math.sqrt(growth ** (0.5 / L) - 1)
    ),
    "Take the root of α², no square.": lambda L, growth: (growth ** (1 / L) - 1) ** 2,
    "`1 // L` is 0 for more than one block: divide with `/`.": (
        lambda L, growth: math.sqrt(growth ** (1 // L) - 1)
    ),
    "The two are exchanged: it is growth to the power of 1/L.": (
        lambda L, growth: math.sqrt(L ** (1 / growth) - 1)
    ),
    "That is for a single block. There are L of them.": lambda L, growth: math.sqrt(growth - 1),
    "That is for a single block, divided by L. Take the L-th root of the growth.": (
        lambda L, growth: math.sqrt(growth - 1) / L
    ),
}
