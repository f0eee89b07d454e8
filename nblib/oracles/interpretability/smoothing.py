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
    "All the draws are returned. Take their mean.": (
        lambda layers, X, y, sd, num_draws, generator: saliency(layers, X, y).expand(
            num_draws, *X.shape
        )
    ),
}


def _bell(z: Tensor) -> Tensor:
    return 0.5 * (1 + torch.erf(z / math.sqrt(2)))


_WRONG: dict[str, Callable[[Tensor, float], Tensor]] = {  # how often a unit at t · sd is open
    "There is no noise: this is the plain gradient.": lambda t, sd: (t > 0).double(),
    "The noise is not scaled by `sd`.": lambda t, sd: _bell(t * sd),
    "The noise has the variance `sd`: `sd` is its standard deviation.": lambda t, sd: _bell(
        t * math.sqrt(sd)
    ),
    "The noise has the standard deviation sd². It is `sd`.": lambda t, sd: _bell(t / sd),
    "The inputs are gone: the noise alone is looked at. Add it to X.": lambda t, sd: 0 * t + 0.5,
    "The noise is uniform. Take Gaussian noise, `torch.randn`.": lambda t, sd: ((t + 1) / 2).clamp(
        0, 1
    ),
    "The noise is uniform from −sd/2 to sd/2. Take Gaussian noise, `torch.randn`.": lambda t, sd: (
        t + 0.5
    ).clamp(0, 1),
    "The noise is uniform from 0 to sd, never below 0. Take Gaussian noise, `torch.randn`.": (
        lambda t, sd: (t + 1).clamp(0, 1)
    ),
}


def follow_smoothgrad(check: Exercise, answer: Answer, sd: float, seed: int) -> None:
    """Check how often one unit is open under noise, which is known: Φ(x/sd) at x.

    At each of four places there are 40 examples with 200 draws each; six standard errors are
    allowed for.
    """
    one = torch.ones(1, 1, dtype=torch.float64)
    nothing = torch.zeros(2, dtype=torch.float64)
    layers = [(one, nothing[:1]), (torch.cat([0 * one, one]), nothing)]
    t = torch.tensor([-1.0, -0.5, 0.5, 1.0], dtype=torch.float64)
    X = (sd * t).repeat_interleave(40)[:, None]
    came = check.call(answer, layers, X, torch.ones(160, dtype=torch.int64), sd, 200, seeded(seed))
    far = 6 * 0.5 / math.sqrt(40 * 200)
    wanted = _bell(t)
    known = {sentence: share(t, sd) for sentence, share in _WRONG.items()}
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
    check.close(came.double().view(4, 40).mean(dim=1), wanted, mistakes=known, rtol=0, atol=far)


def facts_of_smoothing(num_draws: int, seed: int) -> Callable[[Answer], dict[str, str]]:
    """Return a play that says how one open or shut unit is averaged, in 24 calls."""
    one = torch.ones(1, 1, dtype=torch.float64)
    layers = [(one, torch.zeros(1, dtype=torch.float64)), (3 * one, torch.zeros(1).double())]
    X, y = -0.2 * torch.ones(8, 1, dtype=torch.float64), torch.zeros(8, dtype=torch.int64)

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
                "each example has its own noise": any(max(d) - min(d) > 0.5 for d in drawn_maps),
                **chance(drawn_maps, again, later),
            }
        )

    return play
