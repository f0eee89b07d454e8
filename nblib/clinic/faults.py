"""What can be wrong with a run: each fault a class that does one part differently."""

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.clinic.run import Data, Memory, Run, Weights, accuracy

__all__ = ["FAULTS", "KINDS"]


class LabelsShuffled(Run):
    """The labels have lost their examples: they stand in another order."""

    @property
    def data(self) -> Data:
        X_train, y_train, X_test, y_test = super().data
        generator = torch.Generator().manual_seed(self.case.seed + 1)
        return X_train, y_train[torch.randperm(len(y_train), generator=generator)], X_test, y_test


class LabelsOneOff(Run):
    """The labels of the training part are one too high, and 0 in place of the last one."""

    @property
    def data(self) -> Data:
        X_train, y_train, X_test, y_test = super().data
        return X_train, (y_train + 1) % self.case.num_classes, X_test, y_test


class SortedByClass(Run):
    """The examples stand in the order of their classes, so each batch has one to three."""

    @property
    def data(self) -> Data:
        X_train, y_train, X_test, y_test = super().data
        order = y_train.argsort(stable=True)
        return X_train[order], y_train[order], X_test, y_test


class HeldOutRowsInTraining(Run):
    """The held-out examples are in the training part, too."""

    @property
    def data(self) -> Data:
        X_train, y_train, X_test, y_test = super().data
        generator = torch.Generator().manual_seed(self.case.seed + 1)
        order = torch.randperm(len(y_train) + len(y_test), generator=generator)
        X, y = torch.cat([X_train, X_test])[order], torch.cat([y_train, y_test])[order]
        return X, y, X_test, y_test


class InputsNotScaled(Run):
    """The inputs come as they were measured, in hundreds."""

    def scaled(self, X_train: Tensor, X_test: Tensor) -> tuple[Tensor, Tensor]:
        return X_train, X_test


class SoftmaxTwice(Run):
    """A softmax stands before a loss that has one itself."""

    def loss(self, logits: Tensor, y: Tensor) -> Tensor:
        return super().loss(logits.softmax(1), y)


class SumForMean(Run):
    """The losses of a batch are added, not averaged."""

    def loss(self, logits: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(logits, y, reduction="sum")


class RateTooSmall(Run):
    """The learning rate is 300 to 3,000 times too small."""

    def updated(self, weights: Weights, memory: Memory) -> Weights:
        factor = 1 / _drawn(self, 300, 3000)
        return list(torch._foreach_sub(weights, memory, alpha=factor * self.lr))


class BodyFrozen(Run):
    """Only the last layer is trained; the layers before it stay as they were drawn."""

    def updated(self, weights: Weights, memory: Memory) -> Weights:
        return [*weights[:-2], *super().updated(weights, memory)[-2:]]


class DeepSigmoid(Run):
    """Five or six hidden layers of sigmoids, through which hardly any gradient comes."""

    @property
    def sizes(self) -> list[int]:
        inputs, width, *_, outputs = super().sizes
        return [inputs, *[width] * int(_drawn(self, 5, 7)), outputs]

    def hidden(self, z: Tensor, training: bool) -> Tensor:
        return z.sigmoid()


class DropoutInEvaluation(Run):
    """The model has dropout, and is never put into evaluation mode before it is judged."""

    def hidden(self, z: Tensor, training: bool) -> Tensor:
        if not training:
            return z.relu()
        rate = _drawn(self, 0.5, 0.65)
        keeps = torch.rand(z.shape, generator=self._generator) >= rate
        return z.relu() * keeps / (1 - rate)

    def report(self, weights: Weights) -> float:
        _, _, X, y = self.data
        return accuracy(self.logits(weights, X, training=True), y)


class BatchStatisticsInEvaluation(Run):
    """Hidden sums are standardized over the batch, in evaluation, too: rows change each other."""

    def hidden(self, z: Tensor, training: bool) -> Tensor:
        return ((z - z.mean(0)) / (z.var(0, correction=0) + 1e-5).sqrt()).relu()


def _drawn(run: Run, low: float, high: float) -> float:
    """Return how strong a fault is, uniform on a logarithmic scale, by the seed of the run."""
    generator = torch.Generator().manual_seed(run.case.seed + 7)
    return low * (high / low) ** float(torch.rand((), generator=generator))


# In the order of what finds them: data, loss, gradients, evaluation.
KINDS: dict[str, type[Run]] = {
    "labels shuffled": LabelsShuffled,
    "labels one off": LabelsOneOff,
    "sorted by class": SortedByClass,
    "test rows in training": HeldOutRowsInTraining,
    "inputs not scaled": InputsNotScaled,
    "softmax twice": SoftmaxTwice,
    "sum for mean": SumForMean,
    "rate too small": RateTooSmall,
    "body frozen": BodyFrozen,
    "vanishing gradient": DeepSigmoid,
    "dropout in evaluation": DropoutInEvaluation,
    "batch statistics in evaluation": BatchStatisticsInEvaluation,
}
FAULTS = tuple(KINDS)
