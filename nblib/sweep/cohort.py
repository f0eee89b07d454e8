"""Members of a sweep that are trained at once, as far as they have come."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from nblib.history import History
from nblib.sweep.errors import SweepError
from nblib.sweep.grid import HYPERPARAMETERS
from nblib.sweep.members import Member
from nblib.sweep.optimizers import StackedOptimizer
from nblib.sweep.stack import Stack

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cohort", "SweepRun"]


@dataclass
class SweepRun:
    """Models under way at once, as hooks see them; a sweep trains one such group after the other.

    Hooks are those of `training.fit`; `on_start` and `on_end` are called once per group.
    """

    labels: list[str]  # of the members: how each differs from the others in the sweep
    num_epochs: int
    num_steps: int  # that will be made if nobody stops
    history: History = field(default_factory=History)  # medians over the members
    epoch: int = 0  # the present one, counted from 1
    step: int = 0  # updates made
    loss: Tensor | None = None  # (num_members,) each of its last batch; reading it waits
    stop: bool = False  # set it to end the whole sweep after this step


class Cohort:
    """Models of one structure with the same optimizer, schedule and batch size."""

    def __init__(
        self,
        members: Sequence[Member],
        split: tuple[Tensor, Tensor, Tensor, Tensor],
        loss_fn: Callable[[Tensor, Tensor], Tensor],
        num_epochs: int,
        every: int | None,
    ) -> None:
        """Stack the members' models; the other arguments are those of `sweep.run`."""
        self._X, self._y, *self._valid = split
        shared = members[0].settings
        num_examples, batch_size = len(self._X), shared["batch_size"]
        if len(self._y) != num_examples or batch_size < 1:
            raise SweepError(
                f"{num_examples} examples with {len(self._y)} targets "
                f"make no batches of {batch_size}"
            )
        self._batch_size = min(batch_size, num_examples)
        steps_per_epoch = math.ceil(num_examples / self._batch_size)
        labels = [member.label for member in members]
        self.run = SweepRun(labels, num_epochs, num_epochs * steps_per_epoch)
        self._every = every or steps_per_epoch
        self._numbers = [member.number for member in members]
        self._generators = [member.generator for member in members]
        self._stack = Stack([member.model for member in members], loss_fn)
        self._optimizer = StackedOptimizer(
            shared["optimizer"],
            self._stack.params,
            {
                name: [member.settings[name] for member in members]
                for name in HYPERPARAMETERS & shared.keys()
            },
        )
        self._schedule = shared.get("schedule")
        # Batches are gathered into the same memory: new memory for each would cost more than that.
        self._X_batch = self._X.new_empty((len(members) * self._batch_size, *self._X.shape[1:]))
        self._losses: list[Tensor] = []  # (num_members,) each, since the last record
        self._diverged = torch.zeros(len(members), dtype=torch.bool)
        self._records: list[dict[str, Tensor]] = []  # columns of a table, (num_members,) each

    def epoch(self) -> Iterator[Tensor]:
        """Return the batches of an epoch, each as rows of the data, (num_members, batch)."""
        num_examples = len(self._X)
        orders = [torch.randperm(num_examples, generator=g) for g in self._generators]
        order = torch.stack(orders).to(self._X.device)  # (num_members, n)
        return iter(order.split(self._batch_size, dim=1))

    def step(self, rows: Tensor) -> None:
        """Update each model on its rows, (num_members, batch) int64; measure if it is time to."""
        flat = rows.flatten()  # (num_members · batch,)
        X_batch = torch.index_select(self._X, 0, flat, out=self._X_batch[: len(flat)])
        losses, grads = self._stack.gradients(
            X_batch.view(*rows.shape, *X_batch.shape[1:]),  # (num_members, batch, ...)
            self._y[rows],  # (num_members, batch, ...)
        )
        run = self.run
        self._optimizer.step(grads, self._schedule(run.step) if self._schedule else 1.0)
        run.step += 1
        run.loss = losses
        self._losses.append(losses)
        if run.step % self._every == 0 or run.step == run.num_steps:
            self._record()

    def finish(self) -> None:
        """Measure once more if a step was made since the last time."""
        if self._losses:
            self._record()

    def frame(self) -> "pd.DataFrame":
        """Return what was measured: a row per record and member; there must be one."""
        import pandas as pd

        columns = {
            name: torch.cat([record[name] for record in self._records]).numpy()
            for name in self._records[0]
        }
        return pd.DataFrame(columns, pd.Index(self._numbers * len(self._records), name="member"))

    def _record(self) -> None:
        scores = {"loss": torch.stack(self._losses).cpu().double().mean(dim=0)}  # (num_members,)
        for name, values in self._stack.evaluate(*self._valid).items():
            scores[f"valid_{name}"] = values
        self._losses = []
        self._diverged = self._diverged | ~(scores["loss"] + scores["valid_loss"]).isfinite()
        step = torch.full_like(self._diverged, self.run.step, dtype=torch.int64)
        self._records.append({"step": step, **scores, "diverged": self._diverged})
        medians = torch.stack([*scores.values()]).nanquantile(0.5, dim=1).tolist()
        self.run.history.record(self.run.step, **dict(zip(scores, medians, strict=True)))
