"""How many steps each batch size needs: measured once, and kept here.

`python -m nblib.playground.demos.critical` measures it anew, in a few minutes.
"""

import sys
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.data import digits

__all__ = ["LRS", "STEPS", "TARGET", "measure", "steps_to_target"]

TARGET = 0.9  # the training loss to be reached
NUM_SEEDS = 15
NOISE, NUM_HIDDEN, NUM_CLASSES = 0.2, 32, 10
LRS = tuple(float(f"{lr:.3g}") for lr in 0.05 * 2 ** np.arange(0, 6.1, 0.5))

# Batch size → steps, each with its best of LRS.
STEPS = {4: 1660, 8: 900, 16: 500, 32: 273, 64: 176, 128: 115, 256: 88, 512: 75, 1024: 69}


def steps_to_target(batch_size: float) -> float:
    """Return the steps that a batch size needs, on straight lines between those measured, in logs.

    Args:
        batch_size: from the smallest to the largest of STEPS.
    """
    return float(np.exp(np.interp(np.log(batch_size), *np.log(np.array(list(STEPS.items())).T))))


def measure(
    batch_size: int, lrs: Sequence[float] = LRS, max_steps: int = 4000
) -> tuple[int, float]:
    """Train networks until they reach TARGET; return the fewest steps, and with which rate.

    64-32-10 with ReLU and plain SGD, on 1,257 digits, a fifth of whose labels are drawn anew, so
    that gradients are noisy to the end. The loss is that of all 1,257, looked at every 20th part of
    the way; what counts is the median of NUM_SEEDS seeds, for the learning rate where it is least.

    Raises:
        RuntimeError: no rate reaches it.
    """
    X, y = _noisy_digits()
    num = len(lrs) * NUM_SEEDS
    step_sizes = torch.tensor(lrs).repeat_interleave(NUM_SEEDS).view(num, 1, 1)
    generator = torch.Generator().manual_seed(batch_size)
    weights = _start(num, generator)
    reached = torch.full((num,), torch.inf)
    for step in range(1, max_steps + 1):
        rows = torch.randint(len(X), (num, batch_size), generator=generator)
        for w, grad in zip(weights, _gradients(weights, X[rows], y[rows]), strict=True):
            w -= step_sizes * grad
        if step % max(1, step // 20) == 0:
            logits = _forward(weights, X.expand(num, -1, -1))[1].transpose(1, 2)
            loss = F.cross_entropy(logits, y.expand(num, -1), reduction="none").mean(dim=1)
            reached = reached.where((loss > TARGET) | reached.isfinite(), torch.tensor(float(step)))
            medians = reached.view(len(lrs), NUM_SEEDS).median(dim=1).values
            if medians.isfinite().any():  # others cannot have fewer
                return int(medians.min()), lrs[int(medians.argmin())]
    raise RuntimeError(f"a batch of {batch_size} has not reached {TARGET} in {max_steps} steps")


def _noisy_digits() -> tuple[Tensor, Tensor]:
    split = digits(standardize=False)
    X, y = split.X_train.cpu() / 8 - 0.6, split.y_train.cpu()
    generator = torch.Generator().manual_seed(0)
    wrong = torch.rand(len(y), generator=generator) < NOISE
    return X, torch.where(wrong, torch.randint(NUM_CLASSES, y.shape, generator=generator), y)


def _start(num: int, generator: torch.Generator) -> list[Tensor]:
    """Return weights and biases of `num` networks, by He et al. (2015)."""
    first = torch.randn(num, 64, NUM_HIDDEN, generator=generator) * (2 / 64) ** 0.5
    last = torch.randn(num, NUM_HIDDEN, NUM_CLASSES, generator=generator) * (2 / NUM_HIDDEN) ** 0.5
    return [first, torch.zeros(num, 1, NUM_HIDDEN), last, torch.zeros(num, 1, NUM_CLASSES)]


def _forward(weights: Sequence[Tensor], X: Tensor) -> tuple[Tensor, Tensor]:
    hidden = torch.baddbmm(weights[1], X, weights[0]).relu()
    return hidden, torch.baddbmm(weights[3], hidden, weights[2])


def _gradients(weights: Sequence[Tensor], X: Tensor, y: Tensor) -> list[Tensor]:
    """Return those of the mean cross-entropy on X (num, batch, 64) and y (num, batch)."""
    hidden, logits = _forward(weights, X)
    upper = (logits.softmax(dim=2) - F.one_hot(y, NUM_CLASSES)) / X.shape[1]
    lower = (upper @ weights[2].transpose(1, 2)) * (hidden > 0)
    return [
        X.transpose(1, 2) @ lower,
        lower.sum(dim=1, keepdim=True),
        hidden.transpose(1, 2) @ upper,
        upper.sum(dim=1, keepdim=True),
    ]


if __name__ == "__main__":
    for batch_size in STEPS:
        sys.stdout.write("{}: {}, with a rate of {}\n".format(batch_size, *measure(batch_size)))
