"""How well a small network does with each learning rate and momentum: measured once, and kept.

`python -m nblib.data.tuning [FILE]` measures it anew, in about two minutes. On another processor or
version of PyTorch rounding differs, and so do settings whose training is unstable.
"""

import functools
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from nblib import data, models, sweep

__all__ = ["FILE", "LRS", "MOMENTA", "NUM_SEEDS", "main", "measure", "surface"]

FILE = Path(__file__).with_suffix(".pt")
NUM_SEEDS = 24
# Three significant digits, so that what is shown is what was used.
LRS = tuple(float(f"{lr:.3g}") for lr in np.geomspace(3e-4, 0.3, 40))
MOMENTA = tuple(float(f"{1 - rest:.4g}") for rest in np.geomspace(0.01, 1, 40))  # from 0.99 to 0


def measure(
    lrs: Sequence[float], momenta: Sequence[float], seeds: Sequence[int] = range(NUM_SEEDS)
) -> torch.Tensor:
    """Train a network with every learning rate, momentum and seed.

    It has 24 hidden units and learns from 300 digits, with raw pixels from 0 to 16, for 3 epochs of
    SGD with batches of 30; its seed draws the initial weights and the batches.

    Returns:
        The mean accuracy on 540 other digits over the seeds, (len(momenta), len(lrs)) float64.
    """
    X, y, X_valid, y_valid = data.digits(standardize=False)
    results = sweep.run(
        lambda generator: models.mlp([64, 24, 10], generator=generator),
        (X[:300], y[:300], X_valid, y_valid),
        momentum=list(momenta),
        lr=list(lrs),
        seed=list(seeds),
        num_epochs=3,
        batch_size=30,
    )
    accuracy = torch.tensor(results.last["valid_accuracy"].tolist(), dtype=torch.float64)
    return accuracy.view(len(momenta), len(lrs), len(seeds)).mean(dim=2)


@functools.cache
def surface() -> np.ndarray:
    """Return the accuracy of every setting, (len(MOMENTA), len(LRS)) float64; do not change it."""
    return torch.load(FILE, weights_only=True).double().numpy()


def main(file: str | Path = FILE) -> None:
    """Measure all settings, a seed at a time, and write them to a file."""
    runs = [measure(LRS, MOMENTA, [seed]) for seed in range(NUM_SEEDS)]
    torch.save(torch.stack(runs).mean(dim=0).float(), file)


if __name__ == "__main__":
    main(*sys.argv[1:])
