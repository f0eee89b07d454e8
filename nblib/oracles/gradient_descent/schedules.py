"""Warm-up and cosine decay: right, and wrong in the ways that people write them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from nblib.checks.mistakes import Mistakes
from nblib.oracles.gradient_descent.curvature import Play

__all__ = ["WARMUP_COSINE", "all_the_way", "every_step", "warmup_cosine"]


def every_step(
    num_steps: int, warmup_steps: int, peak_lr: float, final_lr: float
) -> list[tuple[int, int, int, float, float]]:
    """Return the arguments of a schedule at each of its steps."""
    return [(step, num_steps, warmup_steps, peak_lr, final_lr) for step in range(num_steps)]


def all_the_way(num_steps: int, warmup_steps: int, peak_lr: float, final_lr: float) -> Play:
    """Return a play that asks a schedule for the learning rate of each step, in turn."""
    asked = every_step(num_steps, warmup_steps, peak_lr, final_lr)
    return lambda schedule: [schedule(*args) for args in asked]


def warmup_cosine(
    step: int,
    num_steps: int,
    warmup_steps: int,
    peak_lr: float,
    final_lr: float,
    *,
    warm: Callable[[int, int], float] = lambda step, warmup: (step + 1) / warmup,
    done: Callable[[int, int, int], float] = lambda step, n, warmup: (
        (step - warmup + 1) / (n - warmup)
    ),
    fall: Callable[[float, float, float], float] = lambda q, peak, final: (
        final + (peak - final) * (1 + math.cos(math.pi * q)) / 2
    ),
) -> float:
    """Return the learning rate at `step`: linear warm-up, then half a cosine.

    It is `peak_lr` at step warmup_steps − 1 and `final_lr` at step num_steps − 1. Its parts: which
    share of the peak the warm-up has, which share of the decay is done, and the learning rate then.
    Source: Loshchilov and Hutter (2017).
    """
    if step < warmup_steps:
        return peak_lr * warm(step, warmup_steps)
    return fall(done(step, num_steps, warmup_steps), peak_lr, final_lr)


def _share(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else math.nan


def _from_final(step: int, num_steps: int, warmup: int, peak: float, final: float) -> float:
    if step < warmup:
        return final + (peak - final) * (step + 1) / warmup
    return warmup_cosine(step, num_steps, warmup, peak, final)


def _falls(fall: Callable[[float, float, float], float]) -> Callable[..., float]:
    return partial(warmup_cosine, fall=fall)


WARMUP_COSINE: Mistakes = {
    "The first step has learning rate 0 and is lost: begin at peak/W.": partial(
        warmup_cosine,
        warm=lambda step, warmup: step / warmup,
        done=lambda step, n, warmup: _share(step - warmup, n - 1 - warmup),
    ),
    "The warm-up is one step late: step 0 has peak/W already.": partial(
        warmup_cosine, warm=lambda step, warmup: step / warmup
    ),
    "The warm-up ends below the peak: divide by W, not by W + 1.": partial(
        warmup_cosine, warm=lambda step, warmup: (step + 1) / (warmup + 1)
    ),
    "The warm-up is one step too long: it ends with step W − 1.": (
        lambda step, num_steps, warmup, peak, final: (
            peak * (step + 1) / warmup
            if step <= warmup
            else warmup_cosine(step, num_steps, warmup, peak, final)
        )
    ),
    "In the warm-up the division by W is missing.": partial(
        warmup_cosine, warm=lambda step, warmup: step + 1
    ),
    "The warm-up goes to 1. It goes to peak_lr.": (
        lambda step, num_steps, warmup, peak, final: warmup_cosine(
            step, num_steps, warmup, 1.0 if step < warmup else peak, final
        )
    ),
    "The warm-up begins at final_lr. It begins at peak/W.": _from_final,
    "Off by one: the last step does not reach final_lr.": partial(
        warmup_cosine, done=lambda step, n, warmup: (step - warmup) / (n - warmup)
    ),
    "The peak is held for two steps: step W is on the cosine already.": partial(
        warmup_cosine, done=lambda step, n, warmup: _share(step - warmup, n - 1 - warmup)
    ),
    "The cosine runs over all steps. It begins only after the warm-up.": partial(
        warmup_cosine, done=lambda step, n, warmup: (step + 1) / n
    ),
    "The cosine runs over all steps, from 0 to N − 1. It begins only after the warm-up.": partial(
        warmup_cosine, done=lambda step, n, warmup: step / (n - 1)
    ),
    "The cosine is divided by N. Only N − W steps are left for it.": partial(
        warmup_cosine, done=lambda step, n, warmup: (step - warmup + 1) / n
    ),
    "W is not subtracted from the step: at step W − 1 nothing of the decay is done.": partial(
        warmup_cosine, done=lambda step, n, warmup: (step + 1) / (n - warmup)
    ),
    "final_lr is not added: the cosine falls from peak_lr − final_lr to 0.": _falls(
        lambda q, peak, final: (peak - final) * (1 + math.cos(math.pi * q)) / 2
    ),
    "The cosine is not scaled to the range from peak_lr to final_lr.": _falls(
        lambda q, peak, final: final + (1 + math.cos(math.pi * q)) / 2
    ),
    "It ends at 0, not at final_lr.": _falls(
        lambda q, peak, final: peak * (1 + math.cos(math.pi * q)) / 2
    ),
    "It falls in a straight line; a cosine is wanted.": _falls(
        lambda q, peak, final: final + (peak - final) * (1 - q)
    ),
    "That is a whole period of the cosine. Half a period is wanted.": _falls(
        lambda q, peak, final: final + (peak - final) * (1 + math.cos(2 * math.pi * q)) / 2
    ),
    "That is a quarter of a period of the cosine. Half a period is wanted.": _falls(
        lambda q, peak, final: final + (peak - final) * math.cos(math.pi / 2 * q)
    ),
    "π is missing: half a period of the cosine is wanted.": _falls(
        lambda q, peak, final: final + (peak - final) * (1 + math.cos(q)) / 2
    ),
    "1 + cos falls from 2 to 0: halve it.": _falls(
        lambda q, peak, final: final + (peak - final) * (1 + math.cos(math.pi * q))
    ),
    "cos alone falls from 1 to −1. ½(1 + cos) falls from 1 to 0.": _falls(
        lambda q, peak, final: final + (peak - final) * math.cos(math.pi * q)
    ),
    "It rises where it should fall: 1 + cos, not 1 − cos.": _falls(
        lambda q, peak, final: final + (peak - final) * (1 - math.cos(math.pi * q)) / 2
    ),
    "There is no warm-up.": (
        lambda step, num_steps, warmup, peak, final: warmup_cosine(
            step, num_steps, 0, peak, final, done=lambda step, n, _: step / (n - 1)
        )
    ),
    "final_lr is added on top: scale the cosine to the range from peak_lr to final_lr.": _falls(
        lambda q, peak, final: final + peak * (1 + math.cos(math.pi * q)) / 2
    ),
    "The learning rate only stays above final_lr. It should glide down to it.": _falls(
        lambda q, peak, final: max(final, peak * (1 + math.cos(math.pi * q)) / 2)
    ),
}
