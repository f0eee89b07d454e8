"""The training loop, on one screen, and the hooks that watch and steer it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from nblib import hooks
from nblib.data import batches
from nblib.history import History
from nblib.hooks import HookError

__all__ = ["HookError", "Run", "evaluate", "fit"]

_Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass
class Run:
    """A training run under way, as its hooks see it. Hooks may change all of it.

    A hook is any object with some of the methods `on_start(run)`, `on_step(run)` (after each
    update), `on_epoch(run)` (after each whole epoch) and `on_end(run)` (always, at the end).
    """

    model: nn.Module
    optimizer: Optimizer
    num_epochs: int
    num_steps: int  # that will be made if nobody stops
    history: History = field(default_factory=History)  # complete up to the last whole epoch
    epoch: int = 0  # the present one, counted from 1
    step: int = 0  # updates made
    loss: Tensor | None = None  # () mean loss of the last batch; `.item()` waits for the device
    stop: bool = False  # set it to end after this step


def fit(
    model: nn.Module,
    optimizer: Optimizer,
    X: Tensor,
    y: Tensor,
    *,
    num_epochs: int,
    batch_size: int,
    loss_fn: _Loss = F.cross_entropy,
    valid: tuple[Tensor, Tensor] | None = None,
    schedule: LRScheduler | None = None,
    on: Sequence[object] = (),
    generator: torch.Generator | None = None,
) -> History:
    """Train the model in place; return its loss at each step and how it does on `valid`.

    Interrupting the cell ends the training after the update under way; the history so far is
    returned and the model stays as trained.

    Args:
        model: from (batch, ...) to what `loss_fn` takes; its train/eval modes are restored.
        optimizer: of the model's parameters.
        X: (n, ...) inputs, y: (n, ...) targets, on the model's device.
        num_epochs: passes over the data, at least 1.
        batch_size: examples per update; the last batch of an epoch may be shorter.
        loss_fn: from the model's output and y to the mean loss of the batch, a scalar.
        valid: X and y to evaluate on after each epoch.
        schedule: changes the learning rate after every step (not every epoch).
        on: hooks, called in this order; see `Run`.
        generator: shuffles the examples anew each epoch; by default PyTorch's global one.

    Returns:
        `loss` at each step from 1, measured before that step's update, and with `valid`, at
        each epoch's last step, `valid_loss` and, for class labels, `valid_accuracy`.

    Raises:
        ValueError: num_epochs or batch_size is out of range, or X and y differ in length.
        HookError: an object in `on` has none of a hook's methods.
    """
    if num_epochs < 1:
        raise ValueError(f"num_epochs must be at least 1, got {num_epochs}")
    hooks.check(on)
    steps_per_epoch = sum(1 for _ in batches(X, y, batch_size))
    run = Run(model, optimizer, num_epochs, num_epochs * steps_per_epoch)
    generator = generator or torch.default_generator

    try:
        hooks.tell(on, "on_start", run)
        with _mode(model, training=True):
            while run.epoch < num_epochs and not run.stop:
                run.epoch += 1
                _train_epoch(run, batches(X, y, batch_size, generator), loss_fn, schedule, on)
                if run.step == run.epoch * steps_per_epoch:  # it was not stopped half-way
                    if valid is not None:
                        scores = evaluate(model, *valid, loss_fn)
                        scores = {f"valid_{name}": score for name, score in scores.items()}
                        run.history.record(run.step, **scores)
                    hooks.tell(on, "on_epoch", run)
    except KeyboardInterrupt:
        run.stop = True
        print(f"Training was interrupted after step {run.step} of {run.num_steps}.")  # noqa: T201
    finally:
        hooks.tell(on, "on_end", run)
    return run.history


def _train_epoch(
    run: Run,
    epoch: Iterator[tuple[Tensor, Tensor]],
    loss_fn: _Loss,
    schedule: LRScheduler | None,
    on: Sequence[object],
) -> None:
    losses: list[Tensor] = []  # on the device: reading one at each step would wait for it
    try:
        for X_batch, y_batch in epoch:
            run.optimizer.zero_grad()
            loss = loss_fn(run.model(X_batch), y_batch)  # ()
            loss.backward()
            with hooks.uninterrupted():
                run.optimizer.step()
                if schedule is not None:
                    schedule.step()
                run.step += 1
                run.loss = loss.detach()
                losses.append(run.loss)
            hooks.tell(on, "on_step", run)
            if run.stop:
                break
    finally:
        if losses:
            with hooks.uninterrupted():
                first = run.step - len(losses) + 1
                for step, value in enumerate(torch.stack(losses).tolist(), first):
                    run.history.record(step, loss=value)


def evaluate(
    model: nn.Module, X: Tensor, y: Tensor, loss_fn: _Loss = F.cross_entropy
) -> dict[str, float]:
    """Return how the model does on all of X and y, in eval mode and without gradients.

    Args:
        model: from (n, ...) to what `loss_fn` takes; its train/eval modes are restored.
        X: (n, ...) inputs, y: (n, ...) targets, on the model's device.
        loss_fn: as for `fit`.

    Returns:
        `loss` and, if y holds class labels (n,) of an integer dtype, `accuracy` from 0 to 1: how
        often the largest of the (n, num_classes) outputs is that of the label.
    """
    with torch.no_grad(), _mode(model, training=False):
        y_hat = model(X)
        measured = {"loss": loss_fn(y_hat, y).item()}
    if not y.is_floating_point():
        measured["accuracy"] = (y_hat.argmax(dim=1) == y).sum().item() / len(y)
    return measured


@contextmanager
def _mode(model: nn.Module, *, training: bool) -> Iterator[None]:
    """Put the model in train or eval mode; afterwards give each module its own mode back."""
    before = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, was_training in before:
            module.training = was_training
