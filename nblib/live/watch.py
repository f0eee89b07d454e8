"""One training run under way, as the live panel sees it."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nblib.live.feed import Feed
from nblib.live.knobs import LARGEST, Knobs
from nblib.live.picture import Record
from nblib.training import Run

__all__ = ["Watch", "gradient_norms"]


_LOST = (
    "The loss is NaN, not a number, since step {step}: the weights are lost, and no further step "
    "brings them back. Stop, make model and optimizer anew, and train with a smaller learning rate."
)
_REFUSED = (
    "{name} stays {old:.3g}: it has to be a number from 0 to {largest:.0e}, and {value} is not."
)
_MOST_MEMBERS = 7  # of a sweep that have a curve each, as many as there are colours and dashes


class Watch:
    """Hands the numbers of a run over to a feed, tells how far it is, and turns its knobs."""

    def __init__(
        self, run: Run, record: Record, feed: Feed, *, expose: Sequence[str], gradients: bool
    ) -> None:
        self.run, self.record = run, record
        self.paused = False
        # A sweep has neither one optimizer nor one model.
        self.knobs = Knobs(getattr(getattr(run, "optimizer", None), "param_groups", []), expose)
        self._gradients = gradients and hasattr(run, "model")
        self._feed = feed
        self.losses: list[Tensor] = []  # of the last steps, on the device; `collect` empties it
        self._num_taken: dict[str, int] = {}  # values of each metric of the history
        self._refusal = ""  # of what was asked for last
        self._began, self._rested = time.monotonic(), 0.0
        feed.begin(record.label)

    def collect(self) -> None:
        """Hand over what came since the last time; waits for the device, once."""
        if self.losses:
            steps = np.arange(self.run.step - len(self.losses), self.run.step) + 1
            losses, self.losses = torch.stack(self.losses).cpu(), []
            self._collect_losses(steps, losses)
            if self._gradients:
                for name, norm in gradient_norms(self.run.model).items():
                    self._add(name, [(self.run.step, norm)])
        for name in self.run.history:
            if name == "loss" and self.run.loss is not None:
                continue  # these are the losses above; `fit` records them once an epoch
            points = self.run.history.points(name, self._num_taken.get(name, 0))
            self._num_taken[name] = self._num_taken.get(name, 0) + len(points)
            self._feed.add(name, points)

    def _collect_losses(self, steps: np.ndarray, losses: Tensor) -> None:
        self._look_for_nan(steps, losses)
        if losses.ndim == 1:  # (len(steps),)
            self._feed.add("loss", np.column_stack([steps, losses.float().numpy()]))
            return
        for name, values in _curves_of_sweep(losses, self.run).items():
            self._add(name, list(zip(steps.tolist(), values, strict=True)))

    def _look_for_nan(self, steps: np.ndarray, losses: Tensor) -> None:
        lost = losses.isnan().reshape(len(steps), -1).all(dim=1).nonzero()  # a sweep: all members
        if len(lost) and not self.record.trouble:
            self.record.trouble = _LOST.format(step=steps[int(lost[0])])

    def _add(self, name: str, points: list[tuple[int, float]]) -> None:
        """Keep numbers that the history of the run lacks, and hand them over."""
        for step, value in points:
            self.record.extra.record(step, **{name: value})
        self._feed.add(name, points)

    def turn(self, name: str, value: object) -> None:
        """Set a hyper-parameter, and remark it; if that is refused, say why."""
        old = self.knobs.values().get(name)
        if old is None:
            return
        is_set = self.knobs.set(name, value)
        self._refusal = (
            "" if is_set else _REFUSED.format(name=name, value=value, old=old, largest=LARGEST)
        )
        if is_set and value != old:
            change = f"{name} {old:.3g} → {value:.3g}"
            self._feed.mark(self.run.step, change)
            self.record.remarks.append(f"{change} after step {self.run.step}")

    def stop(self) -> None:
        """End the training after this step, and remark it."""
        self.run.stop = True
        self.record.remarks.append(f"Stopped by hand after step {self.run.step}")

    def rest(self, seconds: float) -> None:
        """Sleep, without counting it as time of training."""
        time.sleep(seconds)
        self._rested += seconds

    def status(self) -> dict[str, Any]:
        """Return where the run is, for the page."""
        run, left = self.run, None
        if run.step:
            seconds = time.monotonic() - self._began - self._rested
            left = seconds / run.step * (run.num_steps - run.step)
        return {
            "state": "paused" if self.paused else "running",
            "epoch": run.epoch,
            "num_epochs": run.num_epochs,
            "step": run.step,
            "num_steps": run.num_steps,
            "seconds_left": left,
            "values": self.knobs.values(),
            "trouble": " ".join(filter(None, [self._refusal, self.record.trouble])),
        }


def _curves_of_sweep(losses: Tensor, run: Any) -> dict[str, list[float]]:
    """Return what to show of the losses (num_steps, num_members) of many models."""
    if losses.shape[1] <= _MOST_MEMBERS:
        curves = dict(zip(run.labels, losses.T.tolist(), strict=True))
    else:
        quantiles = torch.nanquantile(losses, losses.new_tensor([0.25, 0.5, 0.75]), dim=1)
        names = ("lower quartile", "median", "upper quartile")
        curves = dict(zip(names, quantiles.tolist(), strict=True))
    return {f"loss ({name})": values for name, values in curves.items()}


def gradient_norms(model: nn.Module) -> dict[str, float]:
    """Return the 2-norm of the gradient of each layer that has parameters of its own.

    >>> layer = nn.Linear(1, 1)
    >>> layer(torch.tensor([[2.0]])).sum().backward()  # the gradient is (2, 1)
    >>> gradient_norms(nn.Sequential(layer, nn.ReLU()))
    {'gradient 0': 2.2360680103302}
    """
    norms = {}
    for name, layer in model.named_modules():
        gradients = [p.grad for p in layer.parameters(recurse=False) if p.grad is not None]
        if gradients:
            norms[f"gradient {name or 'all'}"] = nn.utils.get_total_norm(gradients)  # ()
    values = torch.stack(list(norms.values())).tolist() if norms else []
    return dict(zip(norms, values, strict=True))
