"""Prices whose returns have the distribution that is stated, and no memory."""

import pytest
import torch
from scipy import stats

from nblib.data.prices import prices, strategies


def returns(series):
    return series.log().diff().cpu().numpy()


@pytest.mark.parametrize("degrees", [3, 4, 10])
def test_returns_are_students(degrees):
    found = returns(prices(6000, seed=1, degrees_of_freedom=degrees, volatility=0.02))
    scale = 0.02 * ((degrees - 2) / degrees) ** 0.5
    assert stats.kstest(found / scale, stats.t(degrees).cdf).pvalue > 0.01
    assert stats.kstest(found / 0.02, stats.norm.cdf).pvalue < 0.1  # heavier tails than normal


def test_a_return_tells_nothing_of_the_next():
    found = returns(prices(6000, seed=2))
    assert abs(stats.spearmanr(found[:-1], found[1:]).statistic) < 0.04


def test_prices_begin_where_they_are_told_to():
    series = prices(10, seed=3, start=7.0, volatility=1e-6)
    assert series.dtype == torch.float64
    assert series.tolist() == pytest.approx([7.0] * 10, rel=1e-4)


def test_strategies_earn_nothing_in_the_mean():
    earned = strategies(400, seed=1)
    assert earned.shape == (400, 500)
    assert earned.mean().item() == pytest.approx(0, abs=1e-4)
    assert earned.std().item() == pytest.approx(0.01, rel=0.01)


def test_the_seed_draws_everything():
    for make in (lambda seed: prices(20, seed), lambda seed: strategies(2, seed)):
        assert torch.equal(make(1), make(1))
        assert not torch.equal(make(1), make(2))


@pytest.mark.parametrize(
    "options", [{"num_days": 0}, {"degrees_of_freedom": 2}, {"volatility": 0.0}, {"start": -1.0}]
)
def test_what_makes_no_sense_is_refused(options):
    with pytest.raises(ValueError, match="prices need"):
        prices(**options)


def test_no_strategies_are_refused():
    with pytest.raises(ValueError, match="1 or more strategies"):
        strategies(0)
