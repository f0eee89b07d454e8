"""The playground of two models: its numbers against samples, SciPy and its goal."""

import numpy as np
import pytest
from scipy import stats

from nblib import plots
from nblib.playground.demos import comparisons
from nblib.playground.demos.comparisons import disagreement, draw, p_values
from nblib.playground.still import still

START = {"accuracy": 0.91, "gap": 1.0, "overlap": 0.5}


@pytest.mark.parametrize("overlap", [0.0, 0.4, 1.0])
def test_both_models_have_the_accuracy_that_they_should(overlap):
    how = disagreement(0.85, 3, overlap)
    assert how.only_b + how.neither + 0.0 == pytest.approx(0.15)  # A errs
    assert how.only_a + how.neither == pytest.approx(0.18)  # B errs
    assert min(how.only_a, how.only_b) >= -1e-12


def test_without_overlap_errors_are_independent_and_with_all_of_it_nested():
    assert disagreement(0.9, 2, 0.0).neither == pytest.approx(0.1 * 0.12)
    nested = disagreement(0.9, 2, 1.0)
    assert nested.neither == pytest.approx(0.1)
    assert nested.only_b == pytest.approx(0)


def test_p_values_are_those_of_scipy():
    only_a, only_b, neither, n = np.array([9, 3, 0]), np.array([2, 8, 0]), np.array([4, 1, 0]), 60
    paired, unpaired = p_values(only_a, only_b, neither, n)
    wanted = [stats.binomtest(2, 11).pvalue, stats.binomtest(3, 11).pvalue, 1.0]
    np.testing.assert_allclose(paired, wanted)
    for a, b, both_wrong, p in zip(only_a, only_b, neither, unpaired, strict=True):
        table = [[n - both_wrong - b, both_wrong + b], [n - both_wrong - a, both_wrong + a]]
        if a + b + both_wrong:  # χ² of such a table is the square of z
            assert p == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)
        else:
            assert p == 1


def test_draws_are_samples_of_the_right_size_and_share():
    how, n = disagreement(0.8, 4, 0.3), 2000
    counts = comparisons._draws(how, n)
    for count, share in zip(counts, (how.only_a, how.only_b, how.neither), strict=True):
        deviation = np.sqrt(n * share * (1 - share))
        assert count.mean() == pytest.approx(n * share, abs=4 * deviation / np.sqrt(200))
        assert count.std() == pytest.approx(deviation, rel=0.25)
    links = np.corrcoef(counts)
    assert links[0, 1] < 0.1  # they share the examples, so if anything they avoid each other


def test_the_paired_test_gains_by_overlap_and_the_unpaired_one_does_not():
    (some, some_unpaired), (much, much_unpaired) = (
        comparisons.power(0.91, 1.0, overlap) for overlap in (0.5, 0.95)
    )
    middle = slice(8, 18)
    assert (much[middle] > some[middle]).all()
    assert (much_unpaired[middle] <= some_unpaired[middle]).all()


def test_the_goal_takes_a_quarter_of_the_examples_and_much_overlap():
    """The figures that the lesson quotes: 7,420 and 1,800 examples, overlap 0.93."""

    def seen(num_test, overlap):
        return int(draw(num_test, 0.91, 1.0, overlap).says.split("gap in ")[1].split(" of")[0])

    assert seen(7300, 0.5) < comparisons.WANTED <= seen(7420, 0.5)
    reached = [o / 100 for o in range(101) if draw(1800, 0.91, 1.0, o / 100).reached]
    assert reached == [o / 100 for o in range(93, 101)]
    assert not draw(comparisons.NUM_TEST, **START).reached  # where it starts
    assert not draw(7420, **START).reached  # too many examples
    assert draw(1800, 0.95, 1.0, 0.95).reached is None


def test_a_fifth_of_the_draws_at_the_beginning():
    assert "sees the gap in 39 of 200 draws" in draw(1000, **START).says


@pytest.mark.parametrize("accuracy", [0.6, 0.99])
@pytest.mark.parametrize("gap", [0, 5])
@pytest.mark.parametrize("overlap", [0, 1])
@pytest.mark.parametrize("num_test", [100, 20_000])
def test_every_position_can_be_drawn(accuracy, gap, overlap, num_test):
    scene = draw(num_test, accuracy, gap, overlap)
    assert "nan" not in scene.says
    for panel in scene.panels:
        for mark in panel.marks:
            if hasattr(mark, "x"):
                assert np.isfinite(np.asarray(mark.y, dtype=float)).all()


def test_it_can_be_a_picture():
    plots.png(still(draw(1000, **START)))


def test_without_a_gap_the_paired_test_finds_one_in_few_draws():
    for num_test in (1000, 5000):
        assert int(draw(num_test, 0.9, 0.0, 0.5).says.split("gap in ")[1].split(" of")[0]) <= 16
