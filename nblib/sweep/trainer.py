"""Trains all members of a sweep, those of one structure at once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from nblib import hooks
from nblib.runtime import progress
from nblib.sweep.cohort import Cohort
from nblib.sweep.errors import SweepError
from nblib.sweep.grid import combinations, shown
from nblib.sweep.members import build, cohorts
from nblib.sweep.results import Results

__all__ = ["run"]


def run(
    make_model: Callable[..., nn.Module],
    split: tuple[Tensor, Tensor, Tensor, Tensor],
    *,
    num_epochs: int,
    batch_size: Any,
    optimizer: Any = "SGD",
    seed: Any = 0,
    schedule: Any = None,
    loss_fn: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    every: int | None = None,
    on: Sequence[object] = (),
    **settings: Any,
) -> Results:
    """Train a model for every combination of settings and seeds, as few computations.

        results = sweep.run(
            lambda generator: models.mlp([64, 32, 10], generator=generator),
            data.digits(),
            optimizer=["SGD", "Adam"],
            lr={"SGD": [0.1, 0.3, 1.0], "Adam": [0.003, 0.01, 0.03]},
            seed=range(10),
            num_epochs=5,
            batch_size=64,
        )

    Any setting may be one value, or several in a list, range or array (a tuple is one value), or a
    mapping from an optimizer to either. Each member becomes what `training.fit` would make of it
    with the optimizer of torch.optim and the generator `torch.Generator().manual_seed(seed)`, from
    which first `make_model` draws and then the shuffling of each epoch; up to rounding, and but for
    dropout, whose masks are independent, but not those of a single run. Batch norm keeps statistics
    for each member.

    Models are computed at once if they have the optimizer, schedule and batch size in common, and
    all but the values of their parameters and buffers. A number that their `forward` uses varies
    within one computation if it is a buffer, otherwise it divides them.

    Interrupting the cell ends the sweep after the update under way and returns what there is.

    Args:
        make_model: called as `make_model(generator, **settings)` with the settings that are no
            hyper-parameters of an optimizer; returns a new model on the device of the data.
            PyTorch's global generator on the CPU is seeded with the member's seed meanwhile.
        split: X and y to train on, X and y to validate on; X (n, ...), y (n, ...), on one device.
        num_epochs: passes over the data.
        batch_size: examples per update; the last batch of an epoch may be shorter.
        optimizer: SGD, momentum, Nesterov, Adagrad, RMSprop, Adam or AdamW. Their hyper-parameters
            are `lr`, `weight_decay`; `momentum` of the first three; `eps` of the others; `alpha` of
            RMSprop; `beta1`, `beta2` of the last two. Defaults are PyTorch's, but momentum 0.9 in
            those named after it.
        seed: of the generator.
        schedule: from the number of updates made to a factor for the learning rate, as for
            `torch.optim.lr_scheduler.LambdaLR`.
        loss_fn: from a model's output and y to the mean loss of the batch, a scalar.
        every: measure after each so many steps, and after the last; by default once an epoch.
        on: hooks; see `SweepRun`.

    Raises:
        SweepError: a setting is unknown or out of range, or a model cannot be stacked.
        HookError: an object in `on` has none of a hook's methods.
    """
    if num_epochs < 1 or (every is not None and every < 1):
        raise SweepError(f"num_epochs and every are 1 or more; got {num_epochs} and {every}")
    hooks.check(on)
    if schedule is not None:
        settings["schedule"] = schedule
    axes = {"optimizer": optimizer, **settings, "batch_size": batch_size, "seed": seed}
    members = build(make_model, combinations(axes))
    plan = _Plan([Cohort(some, split, loss_fn, num_epochs, every) for some in cohorts(members)], on)
    try:
        for _ in progress(plan, f"training {len(members)} models, steps"):
            pass
    except KeyboardInterrupt:
        if not plan.num_done:
            raise
        print(f"The sweep was interrupted after step {plan.num_done} of {len(plan)}.")  # noqa: T201
    import pandas as pd  # where no sweep runs, no lesson waits for it

    table = pd.DataFrame(
        [{name: shown(value) for name, value in member.settings.items()} for member in members]
    )
    measured = pd.concat([cohort.frame() for cohort in plan.cohorts if cohort.run.step])
    table = table.rename_axis("member").join(measured.sort_index(kind="stable"), how="inner")
    return Results(table, tuple(axes))


class _Plan:
    """All updates of all cohorts in turn: iterating makes them."""

    def __init__(self, cohorts: list[Cohort], on: Sequence[object]) -> None:
        self.cohorts, self._on = cohorts, on

    def __len__(self) -> int:
        return sum(cohort.run.num_steps for cohort in self.cohorts)

    @property
    def num_done(self) -> int:
        return sum(cohort.run.step for cohort in self.cohorts)

    def __iter__(self) -> Iterator[None]:
        for cohort in self.cohorts:
            run = cohort.run
            hooks.tell(self._on, "on_start", run)
            try:
                yield from self._train(cohort)
            finally:
                cohort.finish()
                hooks.tell(self._on, "on_end", run)
            if run.stop:
                return

    def _train(self, cohort: Cohort) -> Iterator[None]:
        run = cohort.run
        while run.epoch < run.num_epochs and not run.stop:
            run.epoch += 1
            for rows in cohort.epoch():
                with hooks.uninterrupted():
                    cohort.step(rows)
                hooks.tell(self._on, "on_step", run)
                yield
                if run.stop:
                    return
            hooks.tell(self._on, "on_epoch", run)
