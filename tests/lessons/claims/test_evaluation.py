"""The figures that *Evaluation* quotes, measured anew at full size."""

import inspect
import math

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.model_selection import KFold

from nblib import data
from nblib.playground.demos import comparisons


def middle(values):
    return values.double().quantile(0.5).item()


def test_one_split_is_a_lottery_ticket(lesson):
    X, _, X_test, _ = data.breast_cancer(test_size=0.2)
    assert (len(X) + len(X_test), len(X), X.shape[1]) == (569, 455, 30)
    assert lesson["num_test"] == 114
    assert lesson["scores"].min() == pytest.approx(0.939, abs=5e-4)
    assert lesson["scores"].max() == pytest.approx(1.0)
    assert lesson["mean_score"] == pytest.approx(0.978, abs=1e-3)
    assert lesson["scores"].std() == pytest.approx(lesson["formula"], rel=0.1)
    assert lesson["formula"] == pytest.approx(0.0137, abs=2e-4)
    assert math.sqrt(0.98 * 0.02 / 114) == pytest.approx(0.013, abs=5e-4)


def test_walds_interval_fails_near_one(lesson):
    covered = lesson["covered"]
    for (n, p), wald, wilson in (
        ((100, 0.97), 0.80, 0.97),
        ((100, 0.99), 0.63, 0.92),
        ((540, 0.97), 0.92, 0.94),
    ):
        assert covered[n, p] == pytest.approx([wald, wilson], abs=5e-3)
    assert lesson["needed"] == pytest.approx(3457, abs=1)


def test_wilsons_falls_short_very_near_one(lesson):
    near = torch.linspace(0.5, 0.9999, 20_000).double()
    assert lesson["coverage"](100, near)[1].min().item() == pytest.approx(0.84, abs=5e-3)
    grid = torch.linspace(0.6, 0.999, 400).double()
    assert lesson["coverage"](100, grid)[1].min() > 0.9


def test_coverage_is_that_of_samples(lesson):
    n, p = 100, 0.97
    counts = torch.distributions.Binomial(n, torch.tensor(p)).sample((4000,)).int().tolist()
    inside = [
        interval.low <= p <= interval.high
        for interval in (
            stats.binomtest(k, n).proportion_ci(method="wilson") for k in counts[:1000]
        )
    ]
    assert sum(inside) / 1000 == pytest.approx(lesson["covered"][n, p][1], abs=0.03)


def test_the_numbers_in_the_hints():
    interval = stats.binomtest(97, 100).proportion_ci(method="wilson")
    assert [interval.low, interval.high] == pytest.approx([0.9155, 0.9897], abs=1e-4)
    assert stats.binomtest(9, 11).pvalue == pytest.approx(0.0654, abs=5e-5)


def test_the_best_of_many_looks_better_than_it_is(lesson):
    best = lesson["luckiest"]
    assert best[10, 100] == pytest.approx(0.9435, abs=5e-4)
    assert best[200, 100] == pytest.approx(0.972, abs=5e-4)
    assert best[10, 2000] == pytest.approx(0.910, abs=5e-4)
    drawn = torch.distributions.Binomial(100, torch.tensor(0.9)).sample((4000, 10)).amax(dim=1)
    assert (drawn.mean() / 100).item() == pytest.approx(best[10, 100], abs=2e-3)


def test_guesses_by_lot_fit_the_test_set(lesson):
    votes = lesson["votes"]
    assert middle(votes[200][:, 0]) == pytest.approx(0.80, abs=0.02)
    assert middle(votes[1000][:, 0]) == pytest.approx(0.64, abs=0.02)
    for rows in votes.values():
        assert middle(rows[:, 1]) == pytest.approx(0.50, abs=0.02)


def test_folds_that_are_not_shuffled_and_a_fold_without_positives(lesson):
    assert lesson["sorted_score"] < 0.2
    assert lesson["shuffled_score"] > 0.98
    assert inspect.signature(KFold).parameters["shuffle"].default is False
    places = torch.rand(20_000, 100, generator=torch.Generator().manual_seed(0)).argsort(dim=1)
    positive_folds = places[:, :10] // 20  # (draws, 10)
    empty = torch.stack([(positive_folds != f).all(dim=1) for f in range(5)]).any(dim=0)
    assert empty.double().mean().item() == pytest.approx(lesson["without"], abs=0.02)


def test_four_leaks_and_one_that_is_none(lesson):
    leaks = lesson["leaks"]
    for name, leaking, honest, off in (
        ("persons", 0.98, 0.50, 0.05),
        ("copies", 0.99, 0.50, 0.03),
        ("codes", 0.71, 0.49, 0.03),
    ):
        assert middle(leaks[name][:, 0]) == pytest.approx(leaking, abs=0.015)
        assert middle(leaks[name][:, 1]) == pytest.approx(honest, abs=off)
        assert leaks[name][:, 0].min() > leaks[name][:, 1].max()
    shuffled, forward = leaks["walk"].T
    assert middle(shuffled) == pytest.approx(0.69, abs=0.03)
    assert forward.min() > 3 * shuffled.max()
    assert abs(leaks["scaling"].diff(dim=1).mean()) < 0.005


def test_pairs_show_more_on_real_digits(lesson):
    versus, gaps = lesson["versus"], lesson["gaps"]
    assert gaps.min() == pytest.approx(0.007, abs=1e-3)  # A was ahead in every split
    assert gaps.max() == pytest.approx(0.028, abs=1e-3)
    paired, unpaired = ((versus[:, column] < 0.05).sum().item() for column in (4, 5))
    assert (paired, unpaired, len(versus)) == (12, 9, 20)
    assert [0.98, 0.96] in [[round(score, 2) for score in row[:2]] for row in versus.tolist()]


def test_the_unpaired_test_needs_more_than_8000_examples_where_the_paired_one_needs_1800():
    def power(num_test):
        """Return how often each test sees the gap of the playground, in 20,000 fresh draws."""
        how = comparisons.disagreement(0.91, 1.0, overlap=0.93)
        shares = torch.tensor([how.only_a, how.only_b, how.neither])
        shares = torch.cat([shares, 1 - shares.sum(dim=0, keepdim=True)]).double()
        generator = np.random.default_rng(0)
        counts = generator.multinomial(num_test, (shares / shares.sum()).numpy(), size=20_000).T
        return [(p < 0.05).mean() for p in comparisons.p_values(*counts[:3], num_test)]

    assert power(1800)[0] == pytest.approx(0.8, abs=0.01)
    assert power(8000)[1] < 0.75
    assert power(9000)[1] > 0.8


def test_two_training_parts_share_two_thirds():
    assert stats.hypergeom(200, 133, 133).mean() / 133 == pytest.approx(2 / 3, abs=2e-3)


def test_log_loss_grows_while_the_accuracy_stays(lesson):
    late = lesson["late"]
    assert late[100].valid_accuracy == pytest.approx(0.90, abs=0.01)
    assert late[400].valid_accuracy == pytest.approx(0.86, abs=0.01)
    assert late[400].valid_accuracy - late[2000].valid_accuracy < 0.015
    assert late[100].valid_loss == pytest.approx(0.40, abs=0.02)
    assert late[2000].valid_loss / late[400].valid_loss == pytest.approx(1.36, abs=0.08)


def test_the_temperature_repairs_one_and_not_the_other(lesson):
    few, noisy = lesson["tempered"]["few"], lesson["tempered"]["noisy"]
    for rows in (few, noisy):
        assert torch.equal(rows[:, 1], rows[:, 4])  # no decision changes
        assert (rows[:, 5] < rows[:, 2] + 0.02).all()
    assert middle(few[:, 2]) == pytest.approx(0.59, abs=0.04)
    assert middle(few[:, 5]) == pytest.approx(0.42, abs=0.03)
    assert (few[:, 6] < few[:, 3]).all()
    assert middle(few[:, 3]) == pytest.approx(0.07, abs=0.01)
    assert middle(few[:, 6]) == pytest.approx(0.04, abs=0.01)
    assert middle(noisy[:, 3]) == pytest.approx(0.10, abs=0.01)
    assert middle(noisy[:, 6]) == pytest.approx(0.13, abs=0.012)
    for rows, surplus, floor in (
        (few, (0.07, -0.01), (0.02, 0.033)),
        (noisy, (-0.01, -0.106), (0.046, 0.05)),
    ):
        assert [middle(rows[:, 7]), middle(rows[:, 9])] == pytest.approx(surplus, abs=0.015)
        assert [middle(rows[:, 8]), middle(rows[:, 10])] == pytest.approx(floor, abs=0.005)
    assert middle(lesson["floor"][540]) == pytest.approx(0.04, abs=0.005)
    assert middle(lesson["floor"][50_000]) < 0.005


def test_splits_are_no_witnesses(lesson):
    alike, worse = lesson["runs"]["alike"], lesson["runs"]["B worse"]
    plain, corrected, once = (middle(alike[:, i]) for i in (3, 9, 12))
    assert plain > 0.4
    assert plain == pytest.approx(0.43, abs=0.03)
    assert corrected == pytest.approx(0.04, abs=0.015)
    assert once == pytest.approx(0.03, abs=0.01)
    assert middle(alike[:, 6]) == pytest.approx(0.08, abs=0.015)  # corrected, two splits
    assert all(0.025 < middle(alike[:, i]) < 0.05 for i in range(7, 12))
    assert lesson["by_size"][20] == pytest.approx(0.2, abs=0.03)
    assert lesson["by_size"][40] == pytest.approx(0.32, abs=0.03)
    assert lesson["by_size"][100] == pytest.approx(0.55, abs=0.03)
    medians = torch.stack([alike[:, i].double().quantile(0.5) for i in range(6)])
    assert (medians.diff() > 0).all()  # the more splits, the more alarms
    assert (worse[:, 7:12] > worse[:, 12:] + 0.1).all()  # from five splits on
    assert (worse[:, 6] < worse[:, 12]).all()  # and not with two
