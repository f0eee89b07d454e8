"""The measured surface of a tuning problem: whole, small, and what the script measures."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from nblib import data, models
from nblib.data import tuning


def trained_alone(lr, momentum, seed):
    """The validation accuracy of one network, by torch.optim and a loop."""
    X, y, X_valid, y_valid = data.digits(standardize=False)
    X, y = X[:300], y[:300]
    generator = torch.Generator().manual_seed(seed)
    model = models.mlp([64, 24, 10], generator=generator)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum)
    for _ in range(3):
        for rows in torch.randperm(300, generator=generator).split(30):
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
    return (model(X_valid).argmax(dim=1) == y_valid).double().mean().item()


def test_each_training_is_that_of_torch_optim():
    lrs, momenta, seeds = (0.003, 0.01), (0.9, 0.5, 0.0), (1, 2)
    wanted = [
        [np.mean([trained_alone(lr, momentum, seed) for seed in seeds]) for lr in lrs]
        for momentum in momenta
    ]
    np.testing.assert_allclose(tuning.measure(lrs, momenta, seeds), wanted, atol=0.004)


def test_the_file_holds_what_the_script_measures():
    rows, columns = [7, 17, 29, 39], [5, 14, 22]  # none where training is about to diverge
    momenta, lrs = [tuning.MOMENTA[r] for r in rows], [tuning.LRS[c] for c in columns]
    here = tuning.measure(lrs, momenta)
    np.testing.assert_allclose(tuning.surface()[np.ix_(rows, columns)], here, atol=0.005)


def test_the_script_writes_what_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(tuning, "LRS", (0.003, 0.01))
    monkeypatch.setattr(tuning, "MOMENTA", (0.9, 0.5, 0.0))
    monkeypatch.setattr(tuning, "NUM_SEEDS", 2)
    tuning.main(tmp_path / "small.pt")
    written = torch.load(tmp_path / "small.pt", weights_only=True)
    wanted = tuning.measure(tuning.LRS, tuning.MOMENTA, range(2))
    torch.testing.assert_close(written.double(), wanted, rtol=0, atol=1e-6)


def test_the_surface_is_small_and_has_its_best_far_from_the_borders():
    assert tuning.FILE.stat().st_size < 20_000
    assert tuning.surface().shape == (len(tuning.MOMENTA), len(tuning.LRS))
    row, column = np.unravel_index(tuning.surface().argmax(), tuning.surface().shape)
    assert 0.3 < tuning.MOMENTA[row] < 0.7
    assert 0.01 < tuning.LRS[column] < 0.04
    assert tuning.surface().max() == pytest.approx(0.832, abs=5e-4)
