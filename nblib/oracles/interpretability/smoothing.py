"""SmoothGrad: the mean gradient of noisy copies, whose expectation is known in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import chance, draws, in_words, seeded
from nblib.oracles.interpretability.saliencies import Layers, saliency

__all__ = ["SMOOTH_LINEAR", "facts_of_smoothing", "follow_smoothgrad", "smoothgrad"]

Answer = Callable[..., Any]


def smoothgrad(
    layers: Layers, X: Tensor, y: Tensor, sd: float, num_draws: int, generator: torch.Generator
) -> Tensor:
    """Return the mean saliency of `num_draws` copies of X with Gaussian noise, (n, num_inputs)."""
    noise = torch.randn(num_draws, *X.shape, generator=generator, dtype=X.dtype)
    many = (X + sd * noise).flatten(0, 1)
    maps = saliency(layers, many, y.repeat(num_draws))
    return maps.reshape(num_draws, *X.shape).mean(dim=0)


def _noise_on_gradient(
    layers: Layers, X: Tensor, y: Tensor, sd: float, num_draws: int, generator: torch.Generator
) -> Tensor:
    drawn = [torch.randn(X.shape, generator=generator, dtype=X.dtype) for _ in range(num_draws)]
    return saliency(layers, X, y) + sd * sum(drawn) / num_draws


SMOOTH_LINEAR: Mistakes = {  # where there is one layer, noise does not change the gradient
    "The gradients are added up. Take their mean.": lambda layers, X, y, sd, num_draws, generator: (
        num_draws * saliency(layers, X, y)
    ),
    "The absolute values are averaged. Keep the sign.": lambda layers, X, y, *_: saliency(
        layers, X, y
    ).abs(),
    "The squares of the gradients are averaged. Average the gradients.": lambda layers, X, y, *_: (
        saliency(layers, X, y) ** 2
    ),
    "That is gradient × input. The gradient alone is wanted.": lambda layers, X, y, *_: (
        saliency(layers, X, y) * X
    ),
    "The gradient is divided by the number of draws once too often.": (
        lambda layers, X, y, sd, num_draws, generator: saliency(layers, X, y) / num_draws
    ),
    "The gradient is divided by the number of examples.": lambda layers, X, y, *_: (
        saliency(layers, X, y) / len(X)
    ),
    "The logits of all classes are added up. Each example has one class: `y`.": (
        lambda layers, X, y, *_: layers[0][0].sum(dim=0).expand_as(X)
    ),
    "All examples are asked for the class of the first.": lambda layers, X, y, *_: saliency(
        layers, X, y[:1].expand_as(y)
    ),
    "There is one map for all examples. Each has its own.": lambda layers, X, y, *_: saliency(
        layers, X, y
    ).mean(dim=0),
    "The noise is added to the gradient. Add it to the inputs.": _noise_on_gradient,
    "All the draws are returned. Take their mean.": (
        lambda layers, X, y, sd, num_draws, generator: saliency(layers, X, y).expand(
            num_draws, *X.shape
        )
    ),
}


def _bell(z: Tensor) -> Tensor:
    return 0.5 * (1 + torch.erf(z / math.sqrt(2)))


_W = torch.tensor([56, -33], dtype=torch.float64) / 65  # |w| = 1, and a unit is open
_PLACE = 1.5  # where w · x > 1.5


def _uniform(low: float, high: float) -> Callable[[Tensor, float], Tensor]:
    """Return how often the unit is open if both noises are uniform from low · sd to high · sd."""
    even = low + (high - low) * (torch.arange(200, dtype=torch.float64) + 0.5) / 200
    noise = (_W[0] * even[:, None] + _W[1] * even).flatten()
    return lambda t, sd: (noise > -t[:, None]).double().mean(dim=1)


_WRONG: dict[str, Callable[[Tensor, float], Tensor]] = {  # how often it is at w · x = 1.5 + t · sd
    "There is no noise: this is the plain gradient.": lambda t, sd: (t > 0).double(),
    "The noise is not scaled by `sd`.": lambda t, sd: _bell(t * sd),
    "The noise has the variance `sd`: `sd` is its standard deviation.": lambda t, sd: _bell(
        t * math.sqrt(sd)
    ),
    "The noise has the standard deviation sd². It is `sd`.": lambda t, sd: _bell(t / sd),
    "The inputs are gone: the noise alone is looked at. Add it to X.": lambda t, sd: _bell(
        0 * t - _PLACE / sd
    ),
    "All inputs of an example get the same noise: draw it in the shape of X.": lambda t, sd: _bell(
        t / _W.sum().abs()
    ),
    "The noise is scaled by the range of X, as in the paper. Here its standard deviation is "
    "`sd`.": lambda t, sd: _bell(t / (_W.abs().sum() * (_PLACE + sd))),
    "The noisy inputs are cut off at 0 and 1. Leave them as they are.": lambda t, sd: 0 * t,
    "The noise is uniform. Take Gaussian noise, `torch.randn`.": _uniform(-1, 1),
    "The noise is uniform from −sd/2 to sd/2. Take Gaussian noise, `torch.randn`.": _uniform(
        -0.5, 0.5
    ),
    "The noise is uniform from 0 to sd, never below 0. Take Gaussian noise, `torch.randn`.": (
        _uniform(0, 1)
    ),
}


def follow_smoothgrad(check: Exercise, answer: Answer, sd: float, seed: int) -> None:
    """Check how often a unit of two inputs is open under noise: Φ(t) at w · x = 1.5 + t · sd.

    At each of four places there are 80 examples with 100 draws each; six standard errors are
    allowed for.
    """
    nothing = torch.zeros(2, dtype=torch.float64)
    last = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
    layers = [(_W[None], nothing[:1] - _PLACE), (last, nothing)]
    t = torch.tensor([-1.0, -0.5, 0.5, 1.0], dtype=torch.float64)
    X = (_PLACE + sd * t).repeat_interleave(80)[:, None] * _W  # (320, 2)
    came = check.call(answer, layers, X, torch.ones(320, dtype=torch.int64), sd, 100, seeded(seed))
    far = 6 * 0.5 / math.sqrt(80 * 100)
    wanted = _bell(t)
    known = {sentence: share(t, sd) for sentence, share in _WRONG.items()}
    generator, walk = seeded(seed), torch.zeros_like(X)
    steps = (torch.randn(X.shape, generator=generator, dtype=X.dtype) for _ in range(100))
    walks = torch.stack([walk := walk + sd * step for step in steps])  # (100, 320, 2)
    known["The noise adds up from draw to draw: begin each time with X as it was."] = (
        ((X + walks) @ _W > _PLACE).double().mean(dim=0).view(4, 80).mean(dim=1)
    )
    known = {
        sentence: share
        for sentence, share in known.items()
        if (share - wanted).abs().max() > 2 * far
    }
    check.that(
        isinstance(came, Tensor) and came.shape == X.shape,
        "A map of the shape of X is wanted.",
        returned=came,
    )
    for number in range(2):  # each of the two gradients is w where the unit is open
        opened = (came[:, number].double() / _W[number]).view(4, 80).mean(dim=1)
        check.close(opened, wanted, mistakes=known, rtol=0, atol=far)


def facts_of_smoothing(num_draws: int, seed: int) -> Callable[[Answer], dict[str, str]]:
    """Return a play that says how one open or shut unit is averaged, in 24 calls."""
    one = torch.ones(1, 1, dtype=torch.float64)
    layers = [(one, torch.zeros(1, dtype=torch.float64)), (3 * one, torch.zeros(1).double())]
    X, y = torch.full((9, 1), -0.2, dtype=torch.float64), torch.zeros(9, dtype=torch.int64)
    X[8] = 0.3  # the others are alike: what differs among their maps is the noise

    def play(answer: Answer) -> dict[str, str]:
        def drawn(generator: torch.Generator) -> list[float]:
            came = torch.as_tensor(answer(layers, X, y, 0.5, num_draws, generator))
            return (came.double().flatten() / 3 * num_draws).tolist()

        drawn_maps, again, later = draws(drawn, seed, 24)
        counts = [count for draw in drawn_maps for count in draw]
        return in_words(
            {
                "num_draws maps are averaged": all(abs(c - round(c)) < 1e-3 for c in counts),
                "the draws differ": any(0.5 < c < num_draws - 0.5 for c in counts),
                "each example has its own noise": any(
                    max(d[:8]) - min(d[:8]) > 0.5 for d in drawn_maps
                ),
                **chance(drawn_maps, again, later),
            }
        )

    return play
