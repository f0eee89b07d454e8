"""Early stopping: scripted losses, the right way through them, and the wrong ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.oracles.regularization.measure import Play

__all__ = ["WHAT", "WHEN", "insist_on_adding", "kept", "stopped", "train_until_it_stalls"]

Trainer = Callable[..., tuple[Tensor, int]]
Part = Callable[[Any], Any]  # reads a namespace with all there is to know after an epoch


def _script(
    losses: Sequence[float],
    patience: int,
    min_delta: float,
    max_epochs: int,
    dtype: torch.dtype,
) -> Callable[[Trainer], tuple[list[int], Tensor, int]]:
    """Return a run of a trainer: the epochs it validated after, its weights, and its number.

    Epoch e takes the weights to their start and e times `change`. The losses of training fall for
    half of the epochs and then stay.
    """
    start = torch.tensor([30.0, 7.0], dtype=dtype)
    change = torch.tensor([1.0, -2.0], dtype=dtype)

    def run(train: Trainer) -> tuple[list[int], Tensor, int]:
        seen: list[int] = []

        def train_epoch(weights: Tensor) -> tuple[Tensor, float]:
            return change, 8.0 - min(weights[0].item() - 30, max_epochs // 2)

        def validate(weights: Tensor) -> float:
            epoch = round(weights[0].item()) - 30
            if len(seen) > max_epochs:
                raise RuntimeError("validated more often than there are epochs")
            seen.append(epoch)
            return losses[min(max(epoch, 1), len(losses)) - 1]

        weights, num_epochs = train(start, train_epoch, validate, max_epochs, patience, min_delta)
        return seen, weights, num_epochs

    return run


def stopped(
    losses: Sequence[float], patience: int, min_delta: float, max_epochs: int | None = None
) -> Play:
    """Return a play that tells when a trainer stops; there is a loss for each possible epoch."""
    run = _script(losses, patience, min_delta, max_epochs or len(losses), torch.float32)

    def play(train: Trainer) -> dict[str, Any]:
        seen, _, num_epochs = run(train)
        return {"epochs trained": num_epochs, "validated after epoch": seen}

    return play


def insist_on_adding(check: Exercise, train: Trainer) -> None:
    """Check that what is validated is the first weights and a number of changes, added to them."""
    start, change = torch.tensor([30.0, 7.0]), torch.tensor([1.0, -2.0])
    seen: list[Tensor] = []

    def validate(weights: Tensor) -> float:
        if len(seen) > 30:
            raise RuntimeError("validated more often than there are epochs")
        seen.append(weights.clone())
        return 1.0  # so it stops by `patience`, and by `max_epochs` as well

    check.call(train, start, lambda weights: (change, 1.0), validate, 3, 2, 0.0)
    moved = [weights - start for weights in seen]
    is_sum = [int(way[0]) >= 0 and torch.equal(way, int(way[0]) * change) for way in moved]
    check.that(
        all(is_sum),
        "The weights that you validate are not the first ones plus the changes: add the change of "
        "each epoch, once.",
        first_weights=start,
        change=change,
        validated=seen,
    )


def kept(
    losses: Sequence[float],
    patience: int,
    min_delta: float = 0.0,
    dtype: torch.dtype = torch.float32,
) -> Play:
    """Return a play that tells which weights a trainer returns."""
    run = _script(losses, patience, min_delta, len(losses), dtype)
    return lambda train: run(train)[1]


def _trainer(
    improves: Part = lambda n: n.loss < n.best - n.min_delta,
    enough: Part = lambda n: n.waited >= n.patience,
    keep: Part = lambda n: n.weights.clone(),
    keeps: Part = lambda n: n.improves,
    watched: Part = lambda n: n.validate(n.weights),
    lower: Part = lambda n: n.loss if n.improves else n.best,
    waited: Part = lambda n: 0 if n.improves else n.waited + 1,
    count: Part = lambda n: n.epoch,
    allowed: Part = lambda n: n.max_epochs,
    start: Callable[[Any, Callable[[Tensor], float]], float] = lambda weights, validate: math.inf,
) -> Trainer:
    """Make a training loop of its parts, which are asked after each epoch, in turn."""

    def train(
        weights: Tensor,
        train_epoch: Callable[[Tensor], tuple[Tensor, float]],
        validate: Callable[[Tensor], float],
        max_epochs: int,
        patience: int,
        min_delta: float,
    ) -> tuple[Tensor, int]:
        n = SimpleNamespace(max_epochs=max_epochs, patience=patience, min_delta=min_delta)
        n.weights, n.kept, n.validate = weights.clone(), weights.clone(), validate
        n.best, n.lowest, n.last = start(weights, validate), math.inf, math.inf
        n.waited = n.epoch = n.best_epoch = 0
        while n.epoch < allowed(n):
            n.before = n.weights.clone()
            change, n.train_loss = train_epoch(n.weights)
            n.weights += change
            n.epoch += 1
            n.loss = watched(n)
            n.improves = improves(n)
            if keeps(n):
                n.kept = keep(n)
            n.waited, n.best = waited(n), lower(n)
            n.best_epoch = n.epoch if n.improves else n.best_epoch
            n.lowest, n.last = min(n.lowest, n.loss), n.loss
            if enough(n):
                break
        return n.kept, count(n)

    return train


def train_until_it_stalls(*args: Any) -> tuple[Tensor, int]:
    """Train with early stopping (Prechelt 1998); return (best weights, number of epochs trained).

    The arguments are those of the exercise: weights, train_epoch, validate, max_epochs, patience
    and min_delta.
    """
    return _trainer()(*args)


_ENDLESS = 10**6  # epochs, where the number of those allowed is not looked at

WHEN: Mistakes = {
    "You stop an epoch too early: with patience 2, the second one without an improvement ends "
    "it.": (_trainer(enough=lambda n: n.waited and n.waited + 1 >= n.patience)),
    "You stop too late: with patience 2, the second epoch without an improvement ends it.": (
        _trainer(enough=lambda n: n.waited > n.patience)
    ),
    "The waiting is never set back: an improvement begins it anew.": _trainer(
        waited=lambda n: n.waited + (not n.improves)
    ),
    "An improvement sets the waiting to 1. It begins anew at 0.": _trainer(
        waited=lambda n: 1 if n.improves else n.waited + 1
    ),
    "min_delta is not respected: only what is below the best by more than min_delta counts.": (
        _trainer(improves=lambda n: n.loss < n.best)
    ),
    "Below the best by exactly min_delta is no improvement. It takes more.": _trainer(
        improves=lambda n: n.loss <= n.best - n.min_delta
    ),
    "You add min_delta, so that a worse loss can be an improvement. Subtract it.": _trainer(
        improves=lambda n: n.loss < n.best + n.min_delta
    ),
    "A loss that is higher by min_delta is no improvement: no absolute value.": _trainer(
        improves=lambda n: n.best == math.inf or abs(n.best - n.loss) > n.min_delta
    ),
    "You take min_delta for a share of the best loss. It is a difference.": _trainer(
        improves=lambda n: n.best == math.inf or n.loss < n.best * (1 - n.min_delta)
    ),
    "The best loss falls with every small gain. It falls only at an improvement.": _trainer(
        lower=lambda n: min(n.loss, n.best)
    ),
    "You compare with the epoch before. Compare with the best so far.": _trainer(
        lower=lambda n: n.loss
    ),
    "It never validates, and stops by the training loss.": _trainer(watched=lambda n: n.train_loss),
    "It validates, and yet stops by the training loss.": _trainer(
        watched=lambda n: (n.validate(n.weights), n.train_loss)[1]
    ),
    "It never stops before the last epoch: patience is not respected.": _trainer(
        enough=lambda n: False
    ),
    "It does not stop at `max_epochs`.": _trainer(allowed=lambda n: _ENDLESS),
    "It stops an epoch before `max_epochs`, which may all be trained.": _trainer(
        allowed=lambda n: max(n.max_epochs - 1, 1)
    ),
    "You validate before the first epoch, too, and compare with that.": _trainer(
        start=lambda weights, validate: validate(weights)
    ),
    "Count the epochs from 1: you return one less than were trained.": _trainer(
        count=lambda n: n.epoch - 1
    ),
    "That is the epoch of the best weights. Return how many were trained.": _trainer(
        count=lambda n: n.best_epoch
    ),
}
WHAT: Mistakes = {
    "These are the last weights. `best = weights` is only a second name for what training goes on "
    "changing: clone it.": _trainer(keep=lambda n: n.weights),
    "These are the weights of the lowest loss, which did not count as an improvement: min_delta.": (
        _trainer(keeps=lambda n: n.loss < n.lowest)
    ),
    "These are the weights from before the best epoch: validate after the change, then remember.": (
        _trainer(keep=lambda n: n.before)
    ),
    "These are the weights from the beginning: remember new ones at each improvement.": _trainer(
        keeps=lambda n: False
    ),
    "These are the weights of the first epoch: remember new ones at each improvement.": _trainer(
        keeps=lambda n: n.epoch == 1
    ),
    "These are the weights at which the loss last fell, not those of the best loss.": _trainer(
        keeps=lambda n: n.loss < n.last
    ),
}
