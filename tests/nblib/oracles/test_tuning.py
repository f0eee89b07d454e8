"""The references of *Hyperparameter tuning* are those of the libraries, and its checks can fail."""

import math
from itertools import product

import pytest
import torch
from checked import said_by
from scipy import stats
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

from nblib.oracles import tuning


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


def test_logarithms_are_uniform(generator):
    drawn = tuning.log_uniform(0.01, 30.0, 5000, generator)
    assert stats.kstest(drawn.numpy(), stats.loguniform(0.01, 30.0).cdf).pvalue > 1e-4
    facts = tuning.facts_of_logs(0.01, 30.0, 2000, 0)(tuning.log_uniform)
    assert facts["as many in each fifth of the logarithm"] == "yes"
    assert facts["as many in each fifth of the values"] == "no"


def test_a_wrong_draw_is_told(generator):
    def without_the_upper_end(space, generator):
        return tuning.draw(space, generator, whole=lambda low, high, u: low)

    play = tuning.facts_of_draws(tuning.SPACE, 60, 0)
    say = tuning.say_of_draws
    assert said_by(say, tuning.draw, tuning.draw, tuning.DRAW, play) == ""
    told = said_by(say, without_the_upper_end, tuning.draw, tuning.DRAW, play)
    assert told == 'The upper end of an "int" never comes.'


def test_the_process_is_that_of_scikit_learn(generator):
    X, X_new = (torch.rand(n, 2, generator=generator, dtype=torch.float64) for n in (9, 4))
    y = torch.randn(9, generator=generator, dtype=torch.float64)
    model = GaussianProcessRegressor(Matern(0.4, nu=2.5), alpha=0.1, optimizer=None).fit(X, y)

    def kernel(A, B):
        return tuning.matern52(A, B, 0.4)

    for came, wanted in zip(
        tuning.posterior(X, y, X_new, kernel, 0.1),
        model.predict(X_new, return_std=True),
        strict=True,
    ):
        assert came.tolist() == pytest.approx(wanted.tolist())
    evidence = tuning.log_evidence(X, y, kernel, 0.1)
    assert evidence == pytest.approx(model.log_marginal_likelihood())


def test_expected_improvement_is_a_mean(generator):
    mean, sd = torch.tensor([0.8]).double(), torch.tensor([0.2]).double()
    drawn = 0.8 + 0.2 * torch.randn(400_000, generator=generator, dtype=torch.float64)
    wanted = (drawn - 0.75).clamp(min=0).mean().item()
    assert tuning.expected_improvement(mean, sd, 0.7, 0.05).item() == pytest.approx(
        wanted, rel=0.01
    )


def test_hyperband_has_the_brackets_of_the_algorithm():
    assert tuning.brackets(81, 3) == [(81, 1), (34, 3), (15, 9), (8, 27), (5, 81)]
    assert len(tuning.brackets(243, 3)) == 6
    assert math.floor(math.log(243) / math.log(3)) == 4


def test_the_best_of_n_is_that_of_all_draws():
    scores = [0.5, 0.7, 0.9]
    every = [max(drawn) for drawn in product(scores, repeat=4)]
    came = tuning.expected_best(torch.tensor(scores).double(), 4)
    assert came == pytest.approx(sum(every) / len(every))


def test_halving_counts_each_epoch_once():
    told = tuning.trained(0, 27, 3, 1, 27)(tuning.successive_halving)
    assert told["epochs"] == 81


def test_a_laboratory_counts(generator):
    lab = tuning.Laboratory(5, generator)
    config = {"lr": 0.3, "momentum": 0.5}
    lab.train(config, 3)
    lab.train(config, 2)
    assert lab.spent == 5
    with pytest.raises(RuntimeError, match="budget of 5 epochs is spent"):
        lab.train(config, 1)
    assert lab.judge(config) > 0.7
    with pytest.raises(RuntimeError, match="answers once"):
        lab.judge(config)
    with pytest.raises(ValueError, match="lr and momentum"):
        lab.train({"lr": 1.0}, 1)
    with pytest.raises(ValueError, match=r"momentum is from 0 to 0\.99; got 1"):
        lab.train({"lr": 1.0, "momentum": 1}, 1)
    with pytest.raises(ValueError, match="at least one epoch"):
        lab.train(config, 0)


def test_a_promise_that_is_the_best_score_is_told():
    def tune(train, judge, budget, generator):
        scores = [(train({"lr": lr, "momentum": 0.0}, 12), lr) for lr in (0.1, 0.3, 0.5)]
        return {"lr": max(scores)[1], "momentum": 0.0}, max(scores)[0]

    assert "luck is in it" in said_by(tuning.tuned, tune, 60, 0)
