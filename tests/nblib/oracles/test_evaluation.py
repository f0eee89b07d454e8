"""The references of *Evaluation* are those of the libraries, and its checks of chance can fail."""

import math

import numpy as np
import pytest
import torch
from checked import said_by
from scipy import stats
from scipy.optimize import minimize_scalar
from sklearn.model_selection import GroupKFold, TimeSeriesSplit
from torch.nn import functional as F

from nblib.oracles import evaluation


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("num_right", [0, 7, 93, 100])
def test_wilson_is_that_of_scipy(num_right):
    wanted = stats.binomtest(num_right, 100).proportion_ci(0.9, method="wilson")
    z = stats.norm.ppf(0.95)
    assert evaluation.wilson(num_right, 100, z) == pytest.approx([*wanted], abs=1e-12)


def test_folds_are_all_that_is_told_of_them(generator):
    facts = evaluation.facts_of_folds(19, 4, 0)(evaluation.folds)
    assert set(facts.values()) == {"yes"}
    y = torch.randint(3, (40,), generator=generator) * 5 - 2
    facts = evaluation.facts_of_strata(y, 4, 0)(evaluation.stratified)
    assert set(facts.values()) == {"yes"}


def test_groups_are_as_even_as_scikit_learns(generator):
    groups = torch.randint(15, (90,), generator=generator) ** 2 - 30
    fold = evaluation.grouped(groups, 4)
    splits = GroupKFold(4).split(groups, groups=groups)
    assert sorted(fold.bincount().tolist()) == sorted(len(test) for _, test in splits)
    assert all(len(fold[groups == name].unique()) == 1 for name in groups.unique())


def test_windows_are_those_of_scikit_learn(generator):
    times = torch.randperm(31, generator=generator)
    order = times.argsort()
    wanted = TimeSeriesSplit(3, gap=2).split(order)
    for pair, places in zip(evaluation.forward_chaining(times, 3, 2), wanted, strict=True):
        for part, at in zip(pair, places, strict=True):
            assert torch.equal(part, order[at])


def test_p_values_are_those_of_scipy(generator):
    y, a, b = evaluation.judged(30, 9, 2, 6)
    counts = [int(((a == y) == x).logical_and((b == y) == z).sum()) for x, z in _FOUR]
    assert counts == [30, 9, 2, 6]
    assert evaluation.mcnemar(y, a, b) == pytest.approx(stats.binomtest(2, 11).pvalue)
    differences = torch.randn(12, generator=generator, dtype=torch.float64) + 0.3
    plain = stats.ttest_1samp(differences, 0)
    assert evaluation.corrected_t(differences, 10**12, 1) == pytest.approx([*plain])


_FOUR = [(True, True), (True, False), (False, True), (False, False)]


def test_the_temperature_is_the_smallest_loss(generator):
    for temperature in (0.2, 1.0, 6.0):
        logits, y = evaluation.guesses(generator, 300, 4, temperature)

        def loss(u, logits=logits, y=y):
            return F.cross_entropy(logits / math.exp(u), y).item()

        found = minimize_scalar(loss, bounds=(-4, 4), method="bounded", options={"xatol": 1e-7})
        assert evaluation.fit_temperature(logits, y) == pytest.approx(math.exp(found.x), rel=1e-4)
        assert evaluation.fit_temperature(logits, y) == pytest.approx(temperature, rel=0.3)


def test_the_calibration_error_is_that_of_its_bins(generator):
    p = torch.rand(200, 3, generator=generator).softmax(dim=1)
    y = torch.randint(3, (200,), generator=generator)
    sure, decided = p.double().max(dim=1)
    gap = np.array([float(d == label) - c for d, c, label in zip(decided, sure, y, strict=True)])
    sums, _, _ = stats.binned_statistic(sure, gap, "sum", bins=7, range=(0, 1))
    assert evaluation.ece(p, y, 7) == pytest.approx(np.abs(sums).sum() / 200)


def test_a_bootstrap_that_resamples_each_model_by_itself_is_told(generator):
    which = torch.arange(900)
    right = which < 720, which < 660

    def apart(right_a, right_b, num_draws, generator):
        a, b = (
            r.double()[torch.randint(900, (num_draws, 900), generator=generator)].mean(dim=1)
            for r in (right_a, right_b)
        )
        return (a - b).quantile(0.025).item(), (a - b).quantile(0.975).item()

    def wider(right_a, right_b, num_draws, generator):
        low, high = evaluation.paired_bootstrap(right_a, right_b, num_draws, generator)
        return low - 0.05, high + 0.05

    follow = evaluation.follow_bootstrap
    assert said_by(follow, evaluation.paired_bootstrap, *right, generator) == ""
    assert said_by(follow, apart, *right, generator).startswith("Each model is resampled by itself")
    assert said_by(follow, wider, *right, generator) == "The interval is too wide."


def test_data_sets_of_other_kinds_are_told(generator):
    def shifted(by, and_all_by=0.0):
        def answer(compare, num_data_sets, generator):
            for _ in range(num_data_sets):
                y = torch.randint(2, (200,), generator=generator)
                shift = by * (2 * y - 1)[:, None] + and_all_by
                X = torch.randn(200, 10, generator=generator) + shift
                compare(X[:, :5], X[:, 5:], y)
            return 0.0

        return answer

    follow = evaluation.follow_data_sets
    assert said_by(follow, evaluation.false_alarms, generator) == ""
    assert said_by(follow, shifted(0.45), generator) == ""
    assert "have another mean than" in said_by(follow, shifted(0.5), generator)
    for and_all_by, mean in (
        (0.225, "In class 0 the features of A have another mean than −0.45."),
        (-0.225, "In class 1 the features of A have another mean than +0.45."),
    ):
        assert said_by(follow, shifted(0.225, and_all_by), generator) == mean
    assert "hardly depends on the label" in said_by(follow, shifted(0.0), generator)
    assert "exchanged" in said_by(follow, shifted(-0.45), generator)


def test_an_unknown_mistake_is_told_by_its_first_fact():
    play = evaluation.facts_of_folds(12, 3, 0)

    def too_small(n, k, generator):
        return [part[:2] for part in evaluation.folds(n, k, generator)]

    say = evaluation.say_of_facts
    told = said_by(say, too_small, evaluation.folds, evaluation.FOLDS, play)
    assert told == "Some places are in no fold."
    assert said_by(say, evaluation.folds, evaluation.folds, evaluation.FOLDS, play) == ""
    windows = evaluation.windows(torch.arange(20) * 7 % 20, 3, 2)

    def early(times, k, gap):
        return [(train[1:], test) for train, test in evaluation.forward_chaining(times, k, gap)]

    told = said_by(
        evaluation.say_of_windows, early, evaluation.forward_chaining, evaluation.FORWARD, windows
    )
    assert (
        told == "The training part lacks examples that it should have, 1 in number, in pair 1 of 3."
    )


def test_two_comparisons_raise_alarms_as_often_as_is_known(generator):
    once, plain = evaluation.mcnemar_on_one_split(generator), evaluation.plain_t(generator)
    assert evaluation.false_alarms(once, 200, generator) < 0.1
    assert 0.3 < evaluation.false_alarms(plain, 150, generator) < 0.65
