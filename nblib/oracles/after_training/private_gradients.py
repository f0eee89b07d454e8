"""A gradient that hardly depends on any one example: Abadi et al. (2016), algorithm 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import SAID_OF_CHANCE, chance, in_words, seeded
from nblib.oracles.explaining import explaining, first_fact

__all__ = ["CLIPPED", "NOISE", "dp_gradient", "facts_of_noise", "say_of_noise", "some_gradients"]

Gradients = list[Tensor]
Answer = Callable[..., Gradients]


def _norms(grads: Gradients) -> Tensor:
    """Return the norm of each example's gradient, over all parameters together, (B,)."""
    return torch.stack([g.double().flatten(1).square().sum(dim=1) for g in grads]).sum(dim=0).sqrt()


def _clipped(grads: Gradients, clip: float) -> Gradients:
    """Return the sum over the examples of their clipped gradients."""
    scale = clip / _norms(grads).clamp(min=clip)
    return [torch.einsum("b...,b->...", g.double(), scale) for g in grads]


def dp_gradient(
    grads: Gradients,
    clip: float,
    sigma: float,
    expected_size: float,
    generator: torch.Generator,
    *,
    clipped: Callable[[Gradients, float], Gradients] = _clipped,
    size: Callable[[float, int], float] = lambda expected, num: expected,
    noise: Callable[[float, float, float, int], float] = lambda sigma, clip, size, num: (
        sigma * clip / size
    ),
    draw: Callable[..., Tensor] = torch.randn,
) -> Gradients:
    """Return the mean of clipped gradients with noise, float32, a tensor for each parameter.

    `noise` is the standard deviation of the noise of the result.
    """
    num = len(grads[0])
    divisor = size(expected_size, num)
    deviation = noise(sigma, clip, expected_size, num)
    return [
        (part / divisor + deviation * draw(part.shape, generator=generator)).float()
        for part in clipped(grads, clip)
    ]


def some_gradients(num: int, generator: torch.Generator) -> Gradients:
    """Return gradients of several parameters for each of `num` examples, of very unequal sizes."""
    size = torch.tensor([0.05, 3.0, 0.4, 12.0, 0.0, 1.5, 0.2])[torch.arange(num) % 7]
    shapes = ((4, 3), (4,), (2, 4), (2,))
    return [
        (1 + i)
        * size.reshape(-1, *[1] * len(shape))
        * torch.randn(num, *shape, generator=generator)
        for i, shape in enumerate(shapes)
    ]


def facts_of_noise(
    sigma: float, clip: float, expected_size: float, num: int, seed: int
) -> Callable[[Answer], dict[str, Any]]:
    """Return a play: how large is the noise that an answer adds, and where does it come from?"""
    generator = torch.Generator().manual_seed(seed)
    grads = [torch.randn(num, *shape, generator=generator) for shape in ((60, 40), (60, 40), (50,))]

    def play(answer: Answer) -> dict[str, Any]:
        plain = answer(grads, clip, 0.0, expected_size, seeded(seed))

        def noise(start: torch.Generator) -> list[Tensor]:
            noisy = answer(grads, clip, sigma, expected_size, start)
            return [
                torch.as_tensor(a).double() - torch.as_tensor(b).double()
                for a, b in zip(noisy, plain, strict=True)
            ]

        first, again, moved = noise(seeded(seed)), noise(seeded(seed)), noise(seeded(seed, 9))
        other = noise(seeded(seed + 1))
        shapes = [tuple(part.shape) for part in first] == [(60, 40), (60, 40), (50,)]
        flat = torch.cat([part.flatten() for part in first])
        wanted = sigma * clip / expected_size
        facts = {
            "shapes": shapes,
            **chance([_told(first), _told(other)], [_told(again)], [_told(moved)]),
            "each tensor has its own": shapes and not torch.allclose(first[0], first[1]),
            "each entry has its own": float(flat.std()) > 0
            and len({*flat.mul(1e9).round().tolist()}) > 1000,
        }
        sizes = {
            "right": wanted,
            "sigma alone": sigma / expected_size,
            "clip alone": clip / expected_size,
            "after dividing": sigma * clip,
            "sigma alone, after dividing": sigma,
            "of each example": wanted * num**0.5,
            "actual size": sigma * clip / num,
            "a variance": (sigma * clip) ** 0.5 / expected_size,
            "a square": (sigma * clip) ** 2 / expected_size,
            "divided twice": wanted / expected_size,
            "root of the size": sigma * clip / expected_size**0.5,
            "nothing": 0.0,
        }
        came = float(flat.std())
        near = [name for name, size in sizes.items() if abs(came - size) <= 0.06 * size]
        bell = float((flat.abs() < came).double().mean()) if came else 0.0
        return in_words(facts) | {
            "size": near[0] if near else "another",
            "a bell": "yes" if came == 0 or abs(bell - 0.683) < 0.04 else "no",
            "centre": "yes" if abs(float(flat.mean())) < 0.1 * came + 1e-9 else "no",
        }

    return play


def _told(parts: list[Tensor]) -> list[float]:
    return [float(part.flatten()[0]) for part in parts]


def _with(**parts: Any) -> Answer:
    return lambda *args: dp_gradient(*args, **parts)


def _sum(grads: Gradients, factor: Tensor | float = 1.0) -> Gradients:
    return [(g.double() * factor).sum(dim=0) for g in grads]


def _of_the_mean(grads: Gradients, clip: float) -> Gradients:
    means = [g.double().mean(dim=0) for g in grads]
    norm = torch.cat([part.flatten() for part in means]).norm()
    return [len(grads[0]) * part * min(1.0, clip / float(norm)) for part in means]


def _of_the_sum(grads: Gradients, clip: float) -> Gradients:
    sums = _sum(grads)
    norm = torch.cat([part.flatten() for part in sums]).norm()
    return [part * min(1.0, clip / float(norm)) for part in sums]


def _each_tensor(grads: Gradients, clip: float) -> Gradients:
    return [part for g in grads for part in _clipped([g], clip)]


def _each_entry(grads: Gradients, clip: float) -> Gradients:
    return [g.double().clamp(-clip, clip).sum(dim=0) for g in grads]


def _scaled(scale: Callable[[Tensor, float], Tensor]) -> Callable[[Gradients, float], Gradients]:
    def clipped(grads: Gradients, clip: float) -> Gradients:
        factor = scale(_norms(grads), clip)
        return [torch.einsum("b...,b->...", g.double(), factor) for g in grads]

    return clipped


def _l1_scale(grads: Gradients, clip: float) -> Gradients:
    norms = torch.stack([g.double().flatten(1).abs().sum(dim=1) for g in grads]).sum(dim=0)
    return [torch.einsum("b...,b->...", g.double(), clip / norms.clamp(min=clip)) for g in grads]


def _left_out(norm: Tensor, clip: float) -> Tensor:
    return (norm <= clip).double()


CLIPPED: Mistakes = {
    "Nothing is clipped.": _with(clipped=lambda grads, clip: _sum(grads)),
    "The mean of the gradients is clipped. One huge example can still outvote all others: clip "
    "each example by itself, then add up.": _with(clipped=_of_the_mean),
    "The sum of the gradients is clipped. One huge example can still outvote all others: clip each "
    "example by itself, then add up.": _with(clipped=_of_the_sum),
    "Each parameter is clipped by itself. The norm of an example goes over all its parameters "
    "together.": _with(clipped=_each_tensor),
    "Each entry is clamped. Clipping shortens the whole gradient of an example and keeps its "
    "direction.": _with(clipped=_each_entry),
    "All examples are brought to the length `clip`, short ones, too; and 0/0 is NaN. Only longer "
    "ones are shortened.": _with(clipped=_scaled(lambda norm, clip: clip / norm)),
    "All examples are brought to the length `clip`, short ones, too. Only longer ones are "
    "shortened.": _with(clipped=_scaled(lambda norm, clip: clip / norm.clamp(min=1e-6))),
    "Short examples are lengthened, and long ones stay: `min`, not `max`, of 1 and clip / norm.": (
        _with(clipped=_scaled(lambda norm, clip: (clip / norm.clamp(min=1e-6)).clamp(min=1)))
    ),
    "Long examples are left out. Shorten them.": _with(clipped=_scaled(_left_out)),
    "The norm is the root of the sum of squares. You add up absolute values.": _with(
        clipped=_l1_scale
    ),
    "The norm lacks its root.": _with(
        clipped=_scaled(lambda norm, clip: (clip / (norm**2).clamp(min=1e-12)).clamp(max=1))
    ),
    "You divide by the number of examples that came. Divide by the one that was expected: else the "
    "number itself tells something.": _with(size=lambda expected, num: num),
    "The sum is not divided.": _with(size=lambda expected, num: 1.0),
    "You divide twice by the expected number.": _with(size=lambda expected, num: expected**2),
}


def _noised(name: str) -> Answer:
    return _with(
        noise=lambda sigma, clip, size, num: {
            "sigma alone": sigma / size,
            "after dividing": sigma * clip,
            "sigma alone, after dividing": sigma,
            "of each example": sigma * clip / size * num**0.5,
            "actual size": sigma * clip / num,
            "a variance": (sigma * clip) ** 0.5 / size,
            "divided twice": sigma * clip / size**2,
            "nothing": 0.0,
        }[name]
    )


def _uniform(shape: Any, generator: torch.Generator) -> Tensor:
    return 12**0.5 * (torch.rand(shape, generator=generator) - 0.5)


def _one_for_all(shape: Any, generator: torch.Generator) -> Tensor:
    return torch.randn((), generator=generator).expand(shape)


NOISE: Mistakes = {
    "No noise comes.": _noised("nothing"),
    "The noise does not grow with `clip`: its standard deviation is sigma · clip, before the "
    "division.": _noised("sigma alone"),
    "The noise is added after the division. Add it to the sum.": _noised("after dividing"),
    "The noise is added after the division, and does not grow with `clip`. Add sigma · clip to the "
    "sum.": _noised("sigma alone, after dividing"),
    "Noise is added for each example. Add it once, to the sum.": _noised("of each example"),
    "The noise is divided by the number of examples that came. Divide by the expected one.": (
        _noised("actual size")
    ),
    "sigma · clip is the standard deviation, and not the variance.": _noised("a variance"),
    "The noise is divided twice by the expected number.": _noised("divided twice"),
    "The noise is uniform. A normal distribution is wanted.": _with(draw=_uniform),
    "All entries of a tensor get the same noise. Draw one number for each entry.": _with(
        draw=_one_for_all
    ),
    "All draws are the same: draw from `generator`, and do not seed.": (
        lambda grads, clip, sigma, size, generator: dp_gradient(grads, clip, sigma, size, seeded(0))
    ),
}

_SENTENCES = {
    "shapes": "With noise, some tensor has another shape than its parameter.",
    **SAID_OF_CHANCE,
    "each tensor has its own": "Two tensors get the same noise: let `generator` go on.",
    "each entry has its own": "Many entries get the same noise: draw one number for each.",
    "size": "The noise has another standard deviation than sigma · clip / expected_size.",
    "a bell": "The noise is not normally distributed.",
    "centre": "The noise has a mean that is not 0.",
}
say_of_noise = explaining(first_fact(_SENTENCES))
