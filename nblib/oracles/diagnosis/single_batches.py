"""One batch, again and again: scripted networks, and the ways to misread what they show."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes

__all__ = ["ONE_BATCH", "insist_on_stopping", "one_batch", "real", "scripted"]

Step = Callable[[], float]
Make = Callable[[], tuple[Step, Step]]
Outcome = tuple[str, int]


def one_batch(
    make: Make,
    num_steps: int,
    tol: float,
    *,
    is_broken: Callable[[float], bool] = lambda loss: not math.isfinite(loss),
    is_done: Callable[[float, float, float], bool] = lambda loss, tol, right: (
        loss <= tol and right == 1
    ),
    told: Callable[[int], Any] = lambda number: number,
) -> Outcome:
    """Train on the batch until it is learned, or broken, or `num_steps` are over."""
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if is_broken(loss):
            return "not finite", told(number)
        if is_done(loss, tol, accuracy()):
            return "passed", told(number)
    return "stuck", num_steps


def scripted(losses: Sequence[float], accuracies: Sequence[float]) -> Make:
    """Return a `make` whose networks play these losses and accuracies, and then the last ones."""

    def make() -> tuple[Step, Step]:
        made = 0

        def step() -> float:
            nonlocal made
            made += 1
            return losses[min(made, len(losses)) - 1]

        def accuracy() -> float:
            return accuracies[min(made, len(accuracies)) - 1] if made else 0.1

        return step, accuracy

    return make


def insist_on_stopping(
    check: Exercise, answer: Callable[..., Outcome], make: Make, num_steps: int, tol: float
) -> None:
    """Check that no step is made after the verdict is clear."""
    made = 0

    def counted() -> tuple[Step, Step]:
        step, accuracy = make()

        def one() -> float:
            nonlocal made
            made += 1
            return step()

        return one, accuracy

    check.call(answer, counted, num_steps, tol)
    _, needed = one_batch(make, num_steps, tol)
    check.that(
        made <= needed,
        "The verdict is right, and steps are made after it is clear. Return at once; nor are more "
        "than `num_steps` made.",
        steps_made=made,
        steps_needed=needed,
    )


def real(fault: str, seed: int) -> Make:
    """Return a `make` of small networks, trained on one batch of 20 random points, with a fault.

    `fault` is "", "softmax twice", "dead", "rate" (too high, for a squared error) or "frozen" (the
    optimizer holds another network).
    """

    def make() -> tuple[Step, Step]:
        generator = torch.Generator().manual_seed(seed)
        X = torch.randn(20, 12, generator=generator)
        y = torch.arange(20) % 4
        sizes = ((12, 24), (24, 4))
        weights = [
            (torch.randn(shape, generator=generator) / shape[0] ** 0.5).requires_grad_()
            for shape in sizes
        ]
        shift = -30.0 if fault == "dead" else 0.0

        def logits() -> torch.Tensor:
            return (X @ weights[0] + shift).relu() @ weights[1]

        held = [w.detach().clone().requires_grad_() for w in weights]
        learner = torch.optim.SGD if fault == "rate" else torch.optim.Adam
        optimizer = learner(
            held if fault == "frozen" else weights, lr=300.0 if fault == "rate" else 0.03
        )

        def step() -> float:
            z = logits()
            loss = F.cross_entropy(z.softmax(dim=1) if fault == "softmax twice" else z, y)
            if fault == "rate":
                loss = (z - F.one_hot(y, 4)).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss.item()

        def accuracy() -> float:
            with torch.no_grad():
                return (logits().argmax(dim=1) == y).double().mean().item()

        return step, accuracy

    return make


def _last_alone(make: Make, num_steps: int, tol: float) -> Outcome:
    step, accuracy = make()
    loss = [step() for _ in range(num_steps)][-1]
    if not math.isfinite(loss):
        return "not finite", num_steps
    return "passed" if loss <= tol and accuracy() == 1 else "stuck", num_steps


def _all_made(make: Make, num_steps: int, tol: float) -> Outcome:
    return one_batch(make, num_steps, tol)[0], num_steps


def _anew(make: Make, num_steps: int, tol: float) -> Outcome:
    for number in range(1, num_steps + 1):
        verdict, _ = one_batch(make, 1, tol)
        if verdict != "stuck":
            return verdict, number
    return "stuck", num_steps


def _best_of_both(make: Make, num_steps: int, tol: float) -> Outcome:
    """Take the smallest loss and the best accuracy, be they of different steps."""
    step, accuracy = make()
    low, high = math.inf, 0.0
    for number in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", number
        low, high = min(low, loss), max(high, accuracy())
        if low <= tol and high == 1:
            return "passed", number
    return "stuck", num_steps


def _asked_before(make: Make, num_steps: int, tol: float) -> Outcome:
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        right, loss = accuracy(), step()
        if not math.isfinite(loss):
            return "not finite", number
        if loss <= tol and right == 1:
            return "passed", number
    return "stuck", num_steps


_wrong = partial(partial, one_batch)

ONE_BATCH: Mistakes = {
    "It is passed by the loss alone. The accuracy must be 1, too.": _wrong(
        is_done=lambda loss, tol, right: loss <= tol
    ),
    "It is passed by the accuracy alone. The loss must be small, too.": _wrong(
        is_done=lambda loss, tol, right: right == 1
    ),
    "It is passed if the loss is small or the accuracy is 1. Both are wanted.": _wrong(
        is_done=lambda loss, tol, right: loss <= tol or right == 1
    ),
    "Small loss and accuracy 1 may be of different steps here. Both are wanted after the same "
    "one.": _best_of_both,
    "A loss that is not finite goes unnoticed: look before you compare.": _wrong(
        is_broken=lambda loss: False
    ),
    "An infinite loss goes unnoticed. `math.isfinite` sees NaN and both infinities.": _wrong(
        is_broken=math.isnan
    ),
    "A NaN goes unnoticed. `math.isfinite` sees NaN and both infinities.": _wrong(
        is_broken=math.isinf
    ),
    "A loss of −∞ goes unnoticed. `math.isfinite` sees NaN and both infinities.": _wrong(
        is_broken=lambda loss: math.isnan(loss) or loss == math.inf
    ),
    "NaN passes: `loss > tol` is False for it, and so is `loss <= tol`.": _wrong(
        is_broken=lambda loss: False,
        is_done=lambda loss, tol, right: not loss > tol and (right == 1 or math.isnan(loss)),
    ),
    "Neither NaN nor −∞ is noticed: `==` finds no NaN. `math.isfinite` sees it and both "
    "infinities.": (_wrong(is_broken=lambda loss: loss == math.inf)),
    "The accuracy is asked before the step. It is wanted after it.": _asked_before,
    "A loss of just tol is small enough: ≤, not <.": _wrong(
        is_done=lambda loss, tol, right: loss < tol and right == 1
    ),
    "The steps are counted from 0. How many were made?": _wrong(told=lambda number: number - 1),
    "One step more than `num_steps` is made.": lambda make, num_steps, tol: (
        one_batch(make, num_steps + 1, tol)
        if one_batch(make, num_steps + 1, tol)[0] != "stuck"
        else ("stuck", num_steps)
    ),
    "The last step is missing: `range(1, num_steps)` ends before it.": (
        lambda make, num_steps, tol: (
            one_batch(make, num_steps - 1, tol)
            if one_batch(make, num_steps - 1, tol)[0] != "stuck"
            else ("stuck", num_steps)
        )
    ),
    "Only the last loss is looked at. Stop at the first step after which it is passed, or at the "
    "first loss that is not finite.": _last_alone,
    "The verdict is right. The number is that of the steps made, which may be fewer than "
    "`num_steps`.": _all_made,
    "Only first steps are judged: either each step has a new network, or the loop ends after one. "
    "Call `make` once, and go on until `num_steps` steps are made.": _anew,
}
