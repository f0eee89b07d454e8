"""The parts of a run as PyTorch has them: a module whose gradients can be looked at."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from nblib.clinic.run import Data, Memory

__all__ = ["Model", "Workbench"]

Parts = Mapping[str, Callable[..., Any]]


class Model(nn.Module):
    """The network of a run: `training` is what the run is told."""

    def __init__(self, parts: Parts, weights: list[Tensor]) -> None:
        super().__init__()
        self._logits = parts["logits"]
        self.weights = nn.ParameterList([nn.Parameter(w.detach().clone()) for w in weights])

    def forward(self, X: Tensor) -> Tensor:
        """Return logits (n, num_classes) for X (n, num_features)."""
        return self._logits(list(self.weights), X, self.training)


class Workbench:
    """A patient's parts, put together: `Workbench(patient.parts())`.

    Attributes:
        loss: logits (n, num_classes), y (n,) → a scalar.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts, self.loss = parts, parts["loss"]

    def data(self) -> Data:
        """Return X_train, y_train, X_test, y_test, in the order in which they are taken."""
        return self._parts["data"]()

    def make(self, seed: int = 0) -> tuple[Model, Memory]:
        """Return a new model, and what its optimizer keeps."""
        weights, memory = self._parts["start"](seed)
        return Model(self._parts, weights), memory

    def step(self, model: Model, memory: Memory, X: Tensor, y: Tensor) -> float:
        """Take one step of training, which changes both in place; return the loss before it."""
        now = [w.detach() for w in model.weights]
        weights, kept, loss = self._parts["step"](now, memory, X, y)
        with torch.no_grad():
            for parameter, weight in zip(model.weights, weights, strict=True):
                parameter.copy_(weight)
        memory[:] = kept
        return loss

    def report(self, model: Model) -> float:
        """Return the held-out accuracy that the run prints."""
        return self._parts["report"]([w.detach() for w in model.weights])
