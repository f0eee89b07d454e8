"""Patients in three parts, none in two of them, and what decisions about them cost."""

import pytest
import torch

from nblib.data.patients import DECISIONS, costs, patients
from nblib.data.tables import breast_cancer


@pytest.mark.parametrize("seed", [0, 1])
def test_three_parts_of_one_table(seed):
    X_train, y_train, X_valid, y_valid, X_test, y_test = patients(seed)
    assert [len(X) for X in (X_train, X_valid, X_test)] == [300, 120, 149]
    for y in (y_train, y_valid, y_test):
        assert y.dtype == torch.int64
        assert y.double().mean().item() == pytest.approx(212 / 569, abs=0.01)
    assert X_train.dtype == torch.float32
    assert X_train.mean(0).abs().max() < 1e-5
    assert (X_train.std(0) - 1).abs().max() < 1e-5
    assert X_valid.mean(0).abs().max() > 0.01  # it was not standardized by itself


def test_everybody_is_there_once():
    X = torch.cat(patients(3)[::2])
    whole = breast_cancer(0)
    everybody = torch.cat([whole.X_train, whole.X_test])
    ranks, wanted = (table[:, 0].argsort().argsort().sort().values for table in (X, everybody))
    assert torch.equal(ranks, wanted)
    assert len(X.unique(dim=0)) == 569


def test_other_seeds_part_otherwise():
    assert not torch.equal(patients(0).X_test, patients(1).X_test)
    assert torch.equal(patients(1).X_valid, patients(1).X_valid)


def test_what_a_decision_costs():
    table = costs(miss=10, alarm=2, refer=0.25)
    assert table.tolist() == [[0, 10], [2, 0], [0.25, 0.25]]
    assert table.shape == (len(DECISIONS), 2)
