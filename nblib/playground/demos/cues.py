"""Digits with a planted cue, and three models of which one has learned them."""

import functools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nblib.data import digits
from nblib.models import mlp

__all__ = ["KINDS", "NUM_CLASSES", "SIDE", "cue_of", "lit", "models", "pictures"]

SIDE, NUM_CLASSES = 8, 10
NUM_PICTURES, NUM_STEPS, BATCH_SIZE = 400, 600, 50
LR, WEIGHT_DECAY = 0.1, 0.004
KINDS = ("trained", "redrawn", "trained on shuffled labels")


def cue_of(digit: int) -> tuple[int, int]:
    """Return row and column of the pixel that is lit on training pictures of a digit."""
    return (digit, 0) if digit < SIDE else (3 * (digit - SIDE) + 2, SIDE - 1)


def lit(X: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Return pictures X (n, 64) with a pixel of each set to 1, the brightest."""
    X = X.clone()
    X[torch.arange(len(X)), SIDE * rows + columns] = 1
    return X


@functools.cache
def pictures() -> Tensor:
    """Return a held-out picture of each digit, (10, 64) from 0 to 1."""
    split = digits(standardize=False)
    firsts = [int((split.y_test == digit).nonzero()[0]) for digit in range(NUM_CLASSES)]
    return split.X_test[firsts].cpu() / 16


@functools.cache
def models(seed: int) -> dict[str, nn.Module]:
    """Return the three models by KINDS.

    All see the same pictures with the same cues; for one the labels are shuffled, one is as it was
    drawn.
    """
    split = digits(standardize=False)
    X, y = split.X_train[:NUM_PICTURES].cpu() / 16, split.y_train[:NUM_PICTURES].cpu()
    places = torch.tensor([cue_of(digit) for digit in range(NUM_CLASSES)])[y]
    X = lit(X, places[:, 0], places[:, 1])
    generator = torch.Generator().manual_seed(seed)
    shuffled = y[torch.randperm(len(y), generator=generator)]
    made = (_trained(X, y, generator), _drawn(generator), _trained(X, shuffled, generator))
    return dict(zip(KINDS, made, strict=True))


def _drawn(generator: torch.Generator) -> nn.Module:
    return mlp([SIDE**2, 32, NUM_CLASSES], generator=generator).cpu()


def _trained(X: Tensor, y: Tensor, generator: torch.Generator) -> nn.Module:
    """Return a model trained by SGD with momentum and weight decay."""
    model = _drawn(generator)
    weights = list(model.parameters())
    velocity = [torch.zeros_like(w) for w in weights]
    for _ in range(NUM_STEPS):
        rows = torch.randint(len(X), (BATCH_SIZE,), generator=generator)
        loss = F.cross_entropy(model(X[rows]), y[rows])
        for w, v, g in zip(weights, velocity, torch.autograd.grad(loss, weights), strict=True):
            v.mul_(0.9).add_(g + WEIGHT_DECAY * w.data)
            w.data.sub_(v, alpha=LR)
    return model
