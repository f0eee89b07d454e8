"""Advertisements: clicks as rare as asked for, by a probability that is known."""

import pytest
import torch
from sklearn.metrics import roc_auc_score

from nblib.data.adverts import adverts


@pytest.mark.parametrize("rate", [0.035, 0.2])
def test_clicks_come_at_the_rate_and_by_the_probabilities_that_are_told(rate):
    X, y, p = adverts(20000, seed=1, rate=rate)
    assert X.shape == (20000, 6)
    assert (X.dtype, y.dtype, p.dtype) == (torch.float32, torch.int64, torch.float32)
    assert p.mean().item() == pytest.approx(rate, rel=1e-3)
    assert y.double().mean().item() == pytest.approx(rate, rel=0.12)
    top = p > p.quantile(0.9)
    assert y[top].double().mean().item() == pytest.approx(p[top].mean().item(), rel=0.1)


@pytest.mark.parametrize("seed", [2, 3])
def test_nobody_ranks_better_than_is_told(seed):
    _, y, p = adverts(40000, seed=seed)
    assert roc_auc_score(y.cpu(), p.cpu()) == pytest.approx(0.82, abs=0.02)


def test_the_seed_draws_everything():
    assert all(torch.equal(a, b) for a, b in zip(adverts(50, 1), adverts(50, 1), strict=True))
    assert not torch.equal(adverts(50, 1)[0], adverts(50, 2)[0])


@pytest.mark.parametrize("options", [{"num_samples": 0}, {"rate": 0.0}, {"rate": 1.0}])
def test_what_makes_no_sense_is_refused(options):
    with pytest.raises(ValueError, match="0 < rate < 1"):
        adverts(**{"num_samples": 5} | options)
