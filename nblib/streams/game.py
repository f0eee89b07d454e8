"""A game against a stream: predictions are free, labels and trainings cost.

A policy is a function of three functions:

    def every_tenth(look, ask, retrain):
        for t in range(60):
            X, p = look()  # the batch t, and what the model says of it
            if t % 10 == 9:
                ask(t)
                retrain([t])
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import index

import torch
from torch import Tensor

from nblib.streams.stream import BATCH_SIZE, NUM_BATCHES, NUM_START, Stream

__all__ = ["LABEL_COST", "TRAINING_COST", "Game", "begin", "logistic", "play"]

LABEL_COST, TRAINING_COST = 0.1, 10.0  # in wrong predictions: a training costs as much as ten


Look = Callable[[], tuple[Tensor, Tensor]]
Ask = Callable[..., Tensor]
Retrain = Callable[[Iterable[int]], None]


@dataclass(frozen=True)
class Game:
    """What came of a game.

    Attributes:
        accuracies: of each batch so far, by the model in use when it came.
        num_labels: how many were paid for.
        trainings: after which batches the model was trained anew.
    """

    accuracies: tuple[float, ...]
    num_labels: int
    trainings: tuple[int, ...]

    @property
    def accuracy(self) -> float:
        """The mean of `accuracies`."""
        return sum(self.accuracies) / len(self.accuracies)

    @property
    def num_trainings(self) -> int:
        """How many were paid for."""
        return len(self.trainings)

    @property
    def score(self) -> float:
        """What it earned: `score_at` the usual prices."""
        return self.score_at(LABEL_COST, TRAINING_COST)

    def score_at(self, label_cost: float, training_cost: float) -> float:
        """Return accuracy − costs; a label costs as much as `label_cost` wrong predictions."""
        cost = label_cost * self.num_labels + training_cost * self.num_trainings
        return self.accuracy - cost / (NUM_BATCHES * BATCH_SIZE)


def begin(stream: Stream) -> tuple[tuple[Look, Ask, Retrain], Callable[[], Game]]:
    """Return what a policy may do to a stream, `look`, `ask` and `retrain`; and how a game ends.

    The batches are 0 to 59. Five more, −5 to −1, are there with their labels from the start, and
    the first model was trained on them: a logistic regression.

    The function that ends it is for the judge: it looks at what is left, and returns what came of
    the game. The books belong to no object that a policy is handed: it has three functions, which
    answer and say nothing else.
    """
    num_known = [BATCH_SIZE] * NUM_START + [0] * NUM_BATCHES  # labels of each batch
    accuracies: list[float] = []
    trainings: list[int] = []

    def fitted(batches: Iterable[int]) -> Tensor:
        known = [(at, num_known[at]) for at in (NUM_START + batch for batch in batches)]
        X = torch.cat([stream.X[at, :num] for at, num in known])
        return logistic(X, torch.cat([stream.y[at, :num] for at, num in known]))

    weights = fitted(range(-NUM_START, 0))

    def come(batches: Iterable[int]) -> None:
        newest = len(accuracies) - 1
        for batch in batches:
            if not -NUM_START <= batch <= newest:
                raise ValueError(f"there are the batches −{NUM_START} to {newest} now, not {batch}")

    def look() -> tuple[Tensor, Tensor]:
        """Return the next batch, X (100, 10) float32, and the model's probabilities of class 1.

        Raises:
            RuntimeError: it has no next batch.
        """
        t = len(accuracies)
        if t == NUM_BATCHES:
            raise RuntimeError(f"the stream is over: there are {NUM_BATCHES} batches to look at")
        X, y = stream.X[NUM_START + t], stream.y[NUM_START + t]
        p = torch.sigmoid(_with_ones(X) @ weights)  # (100,) float64
        accuracies.append(((p > 0.5) == y).double().mean().item())
        return X.clone(), p

    def ask(batch: int, num: int = BATCH_SIZE) -> Tensor:
        """Return the labels of the first `num` rows of a batch, (num,) int64.

        A label is paid for once, that of a batch from −5 to −1 never.

        Raises:
            ValueError: the batch has not come yet, or does not have so many rows.
        """
        come([index(batch)])
        if not 1 <= index(num) <= BATCH_SIZE:
            raise ValueError(f"ask for 1 to {BATCH_SIZE} labels of a batch, not for {num}")
        at = NUM_START + index(batch)
        num_known[at] = max(index(num), num_known[at])
        return stream.y[at, :num].clone()

    def retrain(batches: Iterable[int]) -> None:
        """Train the model anew, on those rows of the batches whose labels are known.

        Raises:
            ValueError: a batch has not come yet, or no label is known.
        """
        nonlocal weights
        if isinstance(batches, int):
            raise TypeError(
                f"retrain takes several batches: a list such as [{batches}], or a range"
            )
        chosen = sorted({index(batch) for batch in batches})
        come(chosen)
        if not any(num_known[NUM_START + batch] for batch in chosen):
            raise ValueError(f"no label of the batches {chosen} is known: ask for some first")
        weights = fitted(chosen)
        trainings.append(len(accuracies) - 1)

    def end() -> Game:
        while len(accuracies) < NUM_BATCHES:
            look()
        # what is known was paid for: there is no second book that could say something else
        return Game((*accuracies,), sum(num_known[NUM_START:]), (*trainings,))

    handed = (
        lambda: look(),
        lambda batch, num=BATCH_SIZE: ask(batch, num),
        lambda batches: retrain(batches),
    )
    return handed, end


def play(policy: Callable[..., object], stream: Stream) -> Game:
    """Let a policy play a stream, and return the game; what it does not look at goes by.

    >>> from nblib.streams import draw
    >>> stream = draw("none", torch.Generator().manual_seed(0))
    >>> round(play(lambda look, ask, retrain: None, stream).score, 2)
    0.84
    """
    handed, end = begin(stream)
    policy(*handed)
    return end()


def _with_ones(X: Tensor) -> Tensor:
    return torch.cat([X.double(), torch.ones(len(X), 1, dtype=torch.float64)], dim=1)


def logistic(X: Tensor, y: Tensor, num_steps: int = 8) -> Tensor:
    """Return weights and bias of a logistic regression on X (n, num_features), float64.

    Newton's method; the penalty is half the sum of the squares, as scikit-learn's with C = 1, here
    of weights and bias.
    """
    A = _with_ones(X)  # (n, num_features + 1)
    penalty = torch.eye(A.shape[1], dtype=torch.float64)
    weights = penalty.new_zeros(len(penalty))
    for _ in range(num_steps):
        p = torch.sigmoid(A @ weights)
        slope = A.T @ (p - y) + weights
        curvature = (A.T * (p * (1 - p))) @ A + penalty
        weights = weights - torch.linalg.solve(curvature, slope)
    return weights
