"""The playground of tuning: its methods, its fog, and a goal that needs both settings at once."""

import numpy as np
import pytest

from nblib import plots
from nblib.data import tuning
from nblib.playground import Heat, Points, Text
from nblib.playground.demos import trials
from nblib.playground.still import still

SURFACE = tuning.surface()


def of(lr, momentum):
    """What one would place on the map."""
    return lr, 1 - momentum


def accuracy(place):
    return SURFACE[trials.cell(place)]


def reached(places):
    return trials.draw(places, places[-1]).reached


@pytest.mark.parametrize(
    "lrs",
    [(1e-3, 3e-3, 1e-2, 3e-2), (5e-4, 2e-3, 8e-3, 3e-2), (1e-3, 5e-3, 0.025, 0.1)],
)
def test_the_goal_is_reached_along_the_ravine(lrs):
    places = [of(lr, 0.9) for lr in lrs]
    moves = [(2, 2), (1 / 1.6, 1)]  # along lr / (1 − momentum) = const; then across
    while len(places) < trials.GOAL_TRIALS:
        lr, rest = max(places, key=accuracy)
        new = [(lr * along, rest * across) for along, across in moves]
        places.append(next(place for place in new if place not in places))
    assert reached(places)


@pytest.mark.parametrize("momentum", [0.99, 0.95, 0.9, 0.0])
def test_the_goal_is_missed_by_one_setting_at_a_time(momentum):
    lr = max(tuning.LRS, key=lambda lr: accuracy(of(lr, momentum)))  # with 40 trials
    assert reached([of(lr, momentum)] * 8) is False
    there = max(tuning.MOMENTA, key=lambda momentum: accuracy(of(lr, momentum)))  # 40 more
    assert reached([of(lr, there)] * 8) is False


def test_no_other_method_reaches_it_more_often_than_not():
    goal = SURFACE.max() - 0.01
    for method in trials.METHODS:
        after_8 = [trials.best_so_far(cells)[7] for cells in trials.runs(method)]
        assert np.mean(np.array(after_8) >= goal) < 0.5


def test_a_place_is_the_nearest_setting():
    assert trials.cell(of(0.018, 0.6)) == (
        np.abs(np.array(tuning.MOMENTA) - 0.6).argmin(),
        np.abs(np.array(tuning.LRS) - 0.018).argmin(),
    )
    assert trials.cell(of(1e-9, 0.0)) == (39, 0)
    assert trials.cell(None) == trials.cell(trials.START)


def test_a_miss_counts_once_and_later_trials_do_not():
    bad, best = of(1e-3, 0.9), of(0.0211, 0.508)
    assert trials.draw([bad] * 7, bad).reached is None
    assert trials.draw([bad] * 8, bad).reached is False
    assert trials.draw([bad] * 8, best).reached is None  # the ring moves on
    assert trials.draw([bad] * 8 + [best], best).reached is None
    assert trials.draw([bad] * 7 + [best], best).reached is True
    assert trials.draw([best] + [bad] * 9, bad).reached is True


@pytest.mark.parametrize("method", trials.METHODS)
def test_every_method_has_twelve_trials_on_the_map(method):
    for cells in trials.runs(method):
        assert len(cells) == trials.BUDGET
        assert all(0 <= row < 40 and 0 <= column < 40 for row, column in cells)
        if method != "random search":
            assert len(set(cells)) == trials.BUDGET
    assert len({tuple(cells) for cells in trials.runs(method)}) == trials.NUM_RUNS


def test_the_grid_is_one():
    for cells in trials.runs("grid"):
        rows, columns = (sorted(set(axis)) for axis in zip(*cells, strict=True))
        assert len(rows) == 3
        assert len(columns) == 4
        assert len(set(np.diff(rows))) == len(set(np.diff(columns))) == 1


def test_expected_improvement_goes_where_a_sample_of_the_process_would_gain_most(monkeypatch):
    rng = np.random.default_rng(0)
    asked = []

    class Known:
        """Stands for the process: any mean and deviation, the same at each call."""

        mean, sd = rng.normal(size=1600), rng.uniform(0.1, 1, size=1600)

        def __init__(self, *_, **__): ...

        def fit(self, X, y):
            asked.append(y.max())

        def predict(self, X, return_std):
            return self.mean, self.sd

    monkeypatch.setattr("sklearn.gaussian_process.GaussianProcessRegressor", Known)
    cells = trials.bayesian(np.random.default_rng(1))
    draws = Known.mean + Known.sd * rng.normal(size=(4000, 1600))
    gain = np.maximum(draws - asked[0], 0).mean(axis=0)
    chosen = np.ravel_multi_index(cells[4], (40, 40))
    assert gain[chosen] >= 0.97 * gain.max()


def marks(scene, kind):
    return [mark for mark in scene.panels[0].marks if isinstance(mark, kind)]


def test_the_fog_hides_all_but_the_trials_and_goes_with_the_last():
    place = of(0.01, 0.9)
    dim = trials.draw([place], place)
    (fog,) = marks(dim, Heat)
    row, column = trials.cell(place)
    assert fog.z[row, column] == 0
    assert np.median(fog.z) == pytest.approx(0.9)
    other = trials.draw([of(0.01, 0.9)], place)  # nothing of the surface is in it
    np.testing.assert_array_equal(marks(other, Heat)[0].z, fog.z)
    assert [mark.text for mark in marks(dim, Text)] == [f"{100 * accuracy(place):.1f}"]
    clear = trials.draw([place] * 12, place)
    height = marks(clear, Heat)[0].z
    assert np.unravel_index(height.argmax(), height.shape) == np.unravel_index(
        SURFACE.argmax(), SURFACE.shape
    )
    assert "★" in [mark.text for mark in marks(clear, Text)]
    assert "The fog has gone" in clear.says


@pytest.mark.parametrize("shown", trials.METHODS)
def test_the_trials_of_others_are_shown_on_an_open_map_only(shown):
    place = of(0.01, 0.9)
    assert list(marks(trials.draw([place], place, shown), Points)[1].x) == [tuning.LRS[20]]
    scene = trials.draw([place] * 12, place, shown)
    (dots,) = marks(scene, Points)
    wanted = [tuning.LRS[column] for _, column in trials.runs(shown)[0]]
    assert list(dots.x) == wanted
    plots.png(still(scene))
