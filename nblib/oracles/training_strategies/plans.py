"""A decay of the rate, made by batches that grow (Smith et al. 2018)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from numbers import Integral
from typing import Any

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes

__all__ = ["PLANS", "growing_batches", "whole_sizes"]

Plan = list[tuple[float, int]]


def growing_batches(
    lr: float,
    batch_size: int,
    factor: int,
    every: int,
    largest: int,
    num_epochs: int,
    *,
    drops: Callable[[int, int], int] = lambda epoch, every: epoch // every,
    grown: Callable[[int, int, int], int] = lambda batch_size, factor, k: batch_size * factor**k,
    limit: Callable[[int, int], int] = min,
    rate: Callable[[float, float], float] = lambda falls, grows: falls * grows,
    fall: Callable[[int, int], float] = lambda factor, k: factor**-k,
) -> Plan:
    """Return (lr, batch size) for each epoch, such that lr / batch size falls as planned.

    `rate` makes the factor of the rate, of what the plan multiplies it by and how much the batch
    has grown.
    """
    plan = []
    for epoch in range(num_epochs):
        k = drops(epoch, every)
        batch = limit(grown(batch_size, factor, k), largest)
        plan.append((lr * rate(fall(factor, k), batch / batch_size), batch))
    return plan


def _whole_factors(
    lr: float, batch_size: int, factor: int, every: int, largest: int, num_epochs: int
) -> Plan:
    plan = []
    for epoch in range(num_epochs):
        k = j = epoch // every
        while batch_size * factor**j > largest and j:
            j -= 1
        plan.append((lr * factor ** (j - k), batch_size * factor**j))
    return plan


def _beyond_the_limit(
    lr: float,
    batch_size: int,
    factor: int,
    every: int,
    largest: int,
    num_epochs: int,
    at_once: bool,
) -> Plan:
    """Return a plan whose rate falls by whole factors only, from the first cut on or after it."""
    plan, batch = [(lr, batch_size)], batch_size
    for epoch in range(1, num_epochs):
        if epoch % every == 0:
            grows = batch * factor <= largest if at_once else batch < largest
            lr, batch = lr if grows else lr / factor, min(batch * factor, largest)
        plan.append((lr, batch))
    return plan


def whole_sizes(check: Exercise, came: Any) -> None:
    """Check that the batch sizes of a plan are whole numbers also by their type."""
    sizes = [batch for _, batch in came]
    check.that(
        all(isinstance(batch, Integral) for batch in sizes),
        "The batch sizes are right, and some are no `int`: a loader takes whole numbers only.",
    )


PLANS: Mistakes = {
    "The batch grows beyond `largest`.": partial(growing_batches, limit=lambda batch, top: batch),
    "Where the batch can grow no more, the rate must fall, so that lr / batch size goes on as "
    "planned.": partial(growing_batches, rate=lambda falls, grows: 1.0),
    "The rate falls as planned, and the batch grows as well: lr / batch size falls twice.": partial(
        growing_batches, rate=lambda falls, grows: falls
    ),
    "The batch does not grow.": partial(
        growing_batches, grown=lambda batch_size, factor, k: batch_size
    ),
    "The rate grows with the batch and does not fall: the planned decay is lost.": partial(
        growing_batches, rate=lambda falls, grows: grows
    ),
    "You divide the rate by what the batch has grown by. Multiply the planned rate by it.": partial(
        growing_batches, rate=lambda falls, grows: falls / grows
    ),
    "You take the root of what the batch has grown by. Take it whole: lr / batch size falls as "
    "planned.": partial(growing_batches, rate=lambda falls, grows: falls * grows**0.5),
    "The first change comes an epoch too early: epochs 0 … every − 1 are as at the beginning.": (
        partial(growing_batches, drops=lambda epoch, every: (epoch + 1) // every)
    ),
    "The changes come an epoch too late: epoch `every` is the first that is changed.": partial(
        growing_batches, drops=lambda epoch, every: max(epoch - 1, 0) // every
    ),
    "There is a change in each epoch. It comes every `every` epochs.": partial(
        growing_batches, drops=lambda epoch, every: epoch
    ),
    "There is one change only. It comes every `every` epochs, again and again.": partial(
        growing_batches, drops=lambda epoch, every: min(epoch // every, 1)
    ),
    "The batch grows by the same number each time. It is multiplied by `factor`.": partial(
        growing_batches,
        grown=lambda batch_size, factor, k: batch_size * (1 + (factor - 1) * k),
    ),
    "You multiply by `factor` · k. It is a power: factorᵏ.": partial(
        growing_batches,
        grown=lambda batch_size, factor, k: batch_size * max(1, factor * k),
        fall=lambda factor, k: 1 / max(1, factor * k),
    ),
    "Where the batch first meets `largest`, and is cut, the rate must fall by what is missing.": (
        partial(_beyond_the_limit, at_once=False)
    ),
    "Where the batch first meets `largest` it still grows a little, and the rate falls by the rest "
    "only, not by the whole factor.": partial(_beyond_the_limit, at_once=True),
    "The batch stops at the last whole factor below `largest`. It may grow up to `largest`.": (
        _whole_factors
    ),
}
