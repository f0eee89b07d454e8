"""Probabilities for another mix of classes: Saerens, Latinne and Decaestecker (2002)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["PRIORS", "PRIORS_ONE_STEP", "prior_shift", "some_probabilities"]

Pair = tuple[Tensor, Tensor]


def _rows_to_one(r: Tensor) -> Tensor:
    return r / r.sum(dim=1, keepdim=True)


def prior_shift(
    probs: Tensor,
    prior: Tensor,
    num_steps: int,
    *,
    correct: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda probs, z, prior: _rows_to_one(
        probs * z / prior
    ),
    mean: Callable[[Tensor], Tensor] = lambda r: r.mean(dim=0),
    start: Callable[[Tensor], Tensor] = lambda prior: prior,
) -> Pair:
    """Return the classes' shares after so many steps, and the probabilities corrected by them."""
    z = start(prior)
    for _ in range(num_steps):
        z = mean(correct(probs, z, prior))
    return z, correct(probs, z, prior)


def some_probabilities(
    num: int, num_classes: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return probabilities (num, num_classes), float64, and other shares of the classes."""
    logits = 1.5 * torch.randn(num, num_classes, generator=generator, dtype=torch.float64)
    logits[:, 0] += 0.7
    shares = 0.2 + torch.rand(num_classes, generator=generator, dtype=torch.float64)
    return logits.softmax(dim=1), shares / shares.sum()


def _with(**parts: Any) -> Callable[..., Pair]:
    return lambda probs, prior, num_steps: prior_shift(probs, prior, num_steps, **parts)


def _again_and_again(probs: Tensor, prior: Tensor, num_steps: int) -> Pair:
    z = prior
    for _ in range(num_steps):
        probs = _rows_to_one(probs * z / prior)
        z = probs.mean(dim=0)
    return z, _rows_to_one(probs * z / prior)


def _late(probs: Tensor, prior: Tensor, num_steps: int) -> Pair:
    z, _ = prior_shift(probs, prior, num_steps)
    before, _ = prior_shift(probs, prior, num_steps - 1)
    return z, _rows_to_one(probs * before / prior)


def _too_many(by: int) -> Callable[..., Pair]:
    return lambda probs, prior, num_steps: prior_shift(probs, prior, num_steps + by)


def _hard(r: Tensor) -> Tensor:
    return torch.nn.functional.one_hot(r.argmax(dim=1), r.shape[1]).double().mean(dim=0)


PRIORS_ONE_STEP: Mistakes = {
    "Your shares are right, and the probabilities are those of the training's shares: correct them "
    "by the new ones.": lambda probs, prior, num_steps: (
        prior_shift(probs, prior, num_steps)[0],
        probs,
    ),
    "The rows are not divided by their sums: the probabilities of an example add up to 1.": _with(
        correct=lambda probs, z, prior: probs * z / prior
    ),
    "You divide by the new shares and multiply by the training's: the other way round.": _with(
        correct=lambda probs, z, prior: _rows_to_one(probs * prior / z)
    ),
    "The new shares are multiplied in, and the training's not divided out.": _with(
        correct=lambda probs, z, prior: _rows_to_one(probs * z)
    ),
    "The training's shares are divided out, and the new ones not multiplied in.": _with(
        correct=lambda probs, z, prior: _rows_to_one(probs / prior)
    ),
    "Columns are divided by their sums. The probabilities of a row add up to 1.": _with(
        correct=lambda probs, z, prior: probs * z / prior / (probs * z / prior).sum(dim=0)
    ),
    "The new shares are a sum over the examples. Their mean is wanted.": _with(
        mean=lambda r: r.sum(dim=0)
    ),
    "You count the likeliest classes. The mean of the corrected probabilities is wanted.": _with(
        mean=_hard
    ),
    "You begin with equal shares. Begin with the training's, `prior`.": _with(
        start=lambda prior: torch.full_like(prior, 1 / len(prior))
    ),
    "That is one step more than `num_steps`.": _too_many(1),
    "The two results are exchanged: the shares first.": (
        lambda probs, prior, num_steps: prior_shift(probs, prior, num_steps)[::-1]
    ),
}
PRIORS: Mistakes = {
    **PRIORS_ONE_STEP,
    "That is one step less than `num_steps`.": _too_many(-1),
    "Only one step is made, whatever `num_steps` says.": (
        lambda probs, prior, num_steps: prior_shift(probs, prior, 1)
    ),
    "Each step corrects what the last one has corrected. Begin each step with `probs` as they were "
    "given.": _again_and_again,
    "Your shares are right, and the probabilities are corrected by those of the step before. "
    "Correct once more, by what you return.": _late,
}
