"""A patient: a real training run with one fault, and what can be asked about it."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from nblib import plots
from nblib.clinic.checks import CHECKS, Findings
from nblib.clinic.faults import FAULTS, KINDS
from nblib.clinic.record import recorded
from nblib.clinic.run import Case, Run, Weights
from nblib.history import History

__all__ = ["Patient", "patient"]

_PARTS = ("start", "logits", "loss", "step", "report")


class Patient:
    """A training run with a fault that only `reveal` names; nothing is computed before it is asked.

    Attributes:
        seed: what it was drawn by.
        case: data set, classes, width, batch size and learning rate, which are in order.
    """

    def __init__(self, seed: int, run: Run, fault: str) -> None:
        self.seed, self.case = seed, run.case
        self._run, self._fault = run, fault

    def __repr__(self) -> str:
        return f"Patient({self.seed})"

    @functools.cached_property
    def _trained(self) -> tuple[History, Weights]:
        self._run.reseed(0)
        return recorded(self._run)

    @property
    def history(self) -> History:
        """What was recorded of its training, with the metrics of `nblib.clinic.record`."""
        return self._trained[0]

    def check(self, name: str) -> Findings:
        """Return what one of the six CHECKS finds, numbers by name: see `nblib.clinic.checks`.

        Raises:
            ValueError: there is no such check.
        """
        if name not in CHECKS:
            raise ValueError(f"no check {name!r}; there are {', '.join(CHECKS)}")
        weights = self._trained[1] if name == "evaluation" else []
        self._run.reseed(1 + [*CHECKS].index(name))  # the same findings each time
        return CHECKS[name](self._run, weights)

    def parts(self) -> dict[str, Callable[..., Any]]:
        """Return the parts of the run as functions of tensors, to be called one by one.

        - `data()` → X_train (n, num_features) float32, y_train (n,) int64, X_test, y_test, in the
          order in which they are taken;
        - `start(seed=0)` → weights, memory: lists of tensors, a weight (num_inputs, num_outputs)
          and a bias (num_outputs,) for each layer, and what the optimizer keeps;
        - `logits(weights, X, training=False)` → (n, num_classes), differentiable;
        - `loss(logits, y)` → a scalar, differentiable;
        - `step(weights, memory, X, y)` → new weights, new memory, the loss before the step;
        - `report(weights)` → the held-out accuracy that the run prints.
        """
        run = self._run
        return {"data": lambda: run.data, **{name: _part(run, name) for name in _PARTS}}

    def show(self) -> None:
        """Show the recorded curves: loss, accuracies, gradients and updates by layer."""
        history = self.history
        fig, axes = plots.figure(2, 2, size=(9.2, 6.6))
        layers = [name.removeprefix("gradient_") for name in history if "gradient" in name]
        (left, right), (below, last) = axes
        plots.curves(left, {"training loss": history})
        accuracies = {
            "training": history["train_accuracy"],
            "held-out, as reported": history["test_accuracy"],
        }
        plots.curves(right, accuracies, x=history.steps("train_accuracy"))
        for ax, metric in ((below, "gradient"), (last, "update")):
            for layer in layers:
                plots.curves(ax, {f"layer {layer}": history}, metric=f"{metric}_{layer}")
            if any(min(history[f"{metric}_{layer}"]) == 0 for layer in layers):
                ax.set_yscale("symlog", linthresh=1e-6)  # has a 0
                ax.set(ylim=(-3e-7, 1))
            else:
                ax.set_yscale("log")
        left.set(title=f"Patient {self.seed}", ylabel="loss")
        right.set(xlabel="step", ylabel="accuracy", ylim=(-0.03, 1.03))
        below.set(ylabel="norm of the gradient")
        last.set(ylabel="‖Δw‖ / ‖w‖ of a step")
        plots.show(fig, self.alt)

    @property
    def alt(self) -> str:
        """What the curves show, in words."""
        history = self.history
        first, last = history["loss"][0], np.mean(history["loss"][-8:])
        layers = [name.removeprefix("gradient_") for name in history if "gradient" in name]
        gradients = [history[f"gradient_{layer}"][0] for layer in layers]
        updates = [history[f"update_{layer}"][0] for layer in layers]
        return (
            f"Patient {self.seed}. The loss goes from {first:.3g} to {last:.3g}, the training "
            f"accuracy ends at {history.last('train_accuracy'):.2f}, the held-out accuracy at "
            f"{history.last('test_accuracy'):.2f}. At the first step the norms of the gradients "
            f"are {_listed(gradients)} from the first layer to the last, the updates "
            f"{_listed(updates)} of the weights."
        )

    def reveal(self) -> str:
        """Return the name of its fault, one of FAULTS."""
        return self._fault


def patient(seed: int, fault: str = "") -> Patient:
    """Return the patient of a seed.

    Args:
        seed: draws the fault, how strong it is (of some), data set, number of classes, width,
            depth, batch size and learning rate; 0 or more.
        fault: one of FAULTS, or "healthy"; by default it is drawn.

    Raises:
        ValueError: there is no such fault.

    >>> patient(3)
    Patient(3)
    """
    if not fault:
        fault = str(np.random.default_rng([seed, 1]).choice(FAULTS))
    if fault not in ("healthy", *FAULTS):
        raise ValueError(f"no fault {fault!r}; there are {', '.join(FAULTS)}")
    return Patient(seed, KINDS.get(fault, Run)(Case.drawn(seed)), fault)


def _part(run: Run, name: str) -> Callable[..., Any]:
    def part(*args: Any, **kwargs: Any) -> Any:
        return getattr(run, name)(*args, **kwargs)

    part.__name__ = part.__qualname__ = name
    return part


def _listed(numbers: list[float]) -> str:
    return ", ".join(f"{number:.2g}" for number in numbers)
