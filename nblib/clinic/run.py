"""A training run each part of which can be called: data, start, logits, loss, step, report."""

import functools
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from nblib import data

__all__ = ["Case", "Data", "Memory", "Run", "Weights", "accuracy"]

MOMENTUM = 0.9

Data = tuple[Tensor, Tensor, Tensor, Tensor]  # X_train, y_train, X_test, y_test
Weights = list[Tensor]  # weight (num_inputs, num_outputs) and bias (num_outputs,) of each layer
Memory = list[Tensor]  # what the optimizer keeps between steps


@dataclass(frozen=True)
class Case:
    """What is drawn for a run, whatever its fault."""

    seed: int
    source: str  # "digits" or "clouds"
    num_classes: int
    num_train: int
    width: int
    num_hidden: int  # layers
    batch_size: int
    lr: float

    @classmethod
    def drawn(cls, seed: int) -> "Case":
        """Return the case of a seed."""
        rng = np.random.default_rng([seed, 12])
        return cls(
            seed,
            source=str(rng.choice(["digits", "clouds"])),
            num_classes=int(rng.integers(5, 11)),
            num_train=int(rng.integers(8, 12)) * 30,
            width=int(rng.integers(28, 49)),
            num_hidden=int(rng.integers(1, 3)),
            batch_size=int(rng.choice([15, 20, 30])),
            lr=float(rng.uniform(0.02, 0.05)),
        )


class Run:
    """A healthy run: a network of ReLU layers, trained by SGD with momentum.

    Each fault of `nblib.clinic.faults` is a subclass that does one part differently. Every part is
    a function of tensors that can be called from anywhere; only dropout throws dice, for which
    `reseed` sets a start.
    """

    num_test = 240

    def __init__(self, case: Case) -> None:
        self.case = case
        self._generator = torch.Generator().manual_seed(case.seed)  # of dropout
        self.lr = case.lr

    def reseed(self, number: int) -> None:
        """Start the dice of dropout anew, so that what follows does not hang on what was before."""
        self._generator.manual_seed(1000 * self.case.seed + number)

    @functools.cached_property
    def data(self) -> Data:
        """X (n, num_features) float32 and y (n,) int64, in the order in which they are taken."""
        make = _digits if self.case.source == "digits" else _clouds
        X, y = make(self.case, self.case.num_train + self.num_test)
        n = self.case.num_train
        X_train, X_test = self.scaled(X[:n], X[n:])
        return X_train, y[:n], X_test, y[n:]

    def scaled(self, X_train: Tensor, X_test: Tensor) -> tuple[Tensor, Tensor]:
        """Return both standardized by the training part."""
        mean, std = X_train.mean(0), X_train.std(0)
        std[std == 0] = 1
        return (X_train - mean) / std, (X_test - mean) / std

    @property
    def sizes(self) -> list[int]:
        """The widths of the layers, from the input on."""
        hidden = [self.case.width] * self.case.num_hidden
        return [self.data[0].shape[1], *hidden, self.case.num_classes]

    def start(self, seed: int = 0) -> tuple[Weights, Memory]:
        """Return new weights, uniform between ±1/√(number of inputs), and an empty memory."""
        generator = torch.Generator().manual_seed(1000 * self.case.seed + seed)
        weights = []
        for i, o in zip(self.sizes, self.sizes[1:], strict=False):
            for shape in ((i, o), (o,)):
                weights.append((torch.rand(shape, generator=generator) * 2 - 1) / i**0.5)
        return weights, [torch.zeros_like(w) for w in weights]

    def logits(self, weights: Weights, X: Tensor, training: bool = False) -> Tensor:
        """Return the outputs for X (n, num_features), (n, num_classes)."""
        h = X
        for at in range(0, len(weights) - 2, 2):
            h = self.hidden(torch.addmm(weights[at + 1], h, weights[at]), training)
        return torch.addmm(weights[-1], h, weights[-2])

    def hidden(self, z: Tensor, training: bool) -> Tensor:
        """Return what a hidden layer makes of its sums z, (n, width)."""
        return F.relu(z)

    def loss(self, logits: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch, a scalar."""
        return F.cross_entropy(logits, y)

    def gradient(self, weights: Weights, X: Tensor, y: Tensor) -> tuple[Weights, float]:
        """Return the gradient of the loss for all weights, and the loss."""
        leaves = [w.detach().requires_grad_() for w in weights]
        loss = self.loss(self.logits(leaves, X, training=True), y)
        return list(torch.autograd.grad(loss, leaves)), loss.item()

    def step(
        self, weights: Weights, memory: Memory, X: Tensor, y: Tensor
    ) -> tuple[Weights, Memory, float]:
        """Return weights and memory after a step of SGD with momentum, and the loss before it."""
        gradient, loss = self.gradient(weights, X, y)
        memory = list(torch._foreach_add(gradient, memory, alpha=MOMENTUM))
        return self.updated(weights, memory), memory, loss

    def updated(self, weights: Weights, memory: Memory) -> Weights:
        """Return the weights a step further."""
        return list(torch._foreach_sub(weights, memory, alpha=self.lr))

    def report(self, weights: Weights) -> float:
        """Return the held-out accuracy that the run prints."""
        _, _, X, y = self.data
        return accuracy(self.logits(weights, X), y)


def accuracy(logits: Tensor, y: Tensor) -> float:
    """Return the share of the rows whose largest output is that of their class."""
    return float((logits.argmax(1) == y).float().mean())


@functools.cache
def _all_digits() -> tuple[Tensor, Tensor]:
    X_train, y_train, X_test, y_test = data.digits(standardize=False)
    return torch.cat([X_train, X_test]).cpu(), torch.cat([y_train, y_test]).cpu()


def _digits(case: Case, num: int) -> tuple[Tensor, Tensor]:
    """Return digits of so many classes, named anew: their grey values are 0 to 255."""
    generator = torch.Generator().manual_seed(case.seed)
    X, y = _all_digits()
    classes = torch.randperm(10, generator=generator)[: case.num_classes]
    names = torch.full((10,), -1)
    names[classes] = torch.arange(case.num_classes)
    (rows,) = torch.where(names[y] >= 0)
    rows = rows[torch.randperm(len(rows), generator=generator)[:num]]
    return X[rows] * 255 / 16, names[y[rows]]


def _clouds(case: Case, num: int) -> tuple[Tensor, Tensor]:
    """Return points around a centre for each class, in 20 measurements of about 100 ± 67."""
    generator = torch.Generator().manual_seed(case.seed)
    centres = 1.1 * torch.randn(case.num_classes, 20, generator=generator)
    y = torch.randint(case.num_classes, (num,), generator=generator)
    noise = torch.randn(num, 20, generator=generator)
    return 100 + 45 * (centres[y] + noise), y
