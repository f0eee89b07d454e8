"""The control room: its tests against SciPy, its rule against time, its goal against all rules."""

import itertools

import numpy as np
import pytest
from scipy import stats
from scipy.special import kolmogorov
from sklearn.linear_model import LogisticRegression

from nblib import plots
from nblib.playground.demos import monitors, rooms, streams
from nblib.playground.demos.monitors import CORRECTIONS
from nblib.playground.demos.rooms import STREAMS
from nblib.playground.demos.streams import KINDS, MONITORS, NUM_BATCHES, RETRAININGS, Rule, run
from nblib.playground.scene import Points
from nblib.playground.still import still
from nblib.playground.wire import encode

SEED = 2  # that of the lesson
QUIET = KINDS[0]
NONE, BONFERRONI, BH = CORRECTIONS
NEVER, OFTEN, SELDOM, AT_AN_ALARM = RETRAININGS
STREAM_OF = {rooms.kind_of(SEED, name): name for name in STREAMS}


def test_ks_is_that_of_scipy():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((300, 4)), rng.normal([0, 0.1, 0.3, 1], size=(170, 4))
    given = monitors.ks_p_values(a, b)
    for column in range(4):
        exact = stats.ks_2samp(a[:, column], b[:, column])
        limit = kolmogorov(exact.statistic * (300 * 170 / 470) ** 0.5)
        assert given[column] == pytest.approx(limit, rel=1e-9)
        assert given[column] == pytest.approx(exact.pvalue, rel=0.4, abs=0.03)


def test_corrections_are_those_of_scipy():
    rng = np.random.default_rng(1)
    for _ in range(20):
        p = rng.random(30) ** 3
        assert monitors.adjusted(p, NONE) == p.min()
        assert monitors.adjusted(p, BONFERRONI) == pytest.approx(min(1, 30 * p.min()))
        wanted = stats.false_discovery_control(p, method="bh").min()
        assert monitors.adjusted(p, BH) == pytest.approx(wanted)


def test_more_errors_is_half_of_chi_square():
    table = [[30, 270], [45, 255]]
    chi_square = stats.chi2_contingency(table, correction=False)
    assert monitors.more_errors_p(0.1, 0.15, 300) == pytest.approx(chi_square.pvalue / 2)
    assert monitors.more_errors_p(0.15, 0.1, 300) == pytest.approx(1 - chi_square.pvalue / 2)
    assert monitors.more_errors_p(0, 0, 300) == 0.5


def parts(kind):
    X, y = streams.stream(kind, SEED)
    change = streams.NUM_TRAINING + streams.CHANGE
    return X[:change].reshape(-1, 30), y[:change].ravel(), X[change:].reshape(-1, 30), y[change:]


def test_only_sensors_change_the_inputs():
    for kind in KINDS:
        X, _, X_after, _ = parts(kind)
        moved = monitors.ks_p_values(X, X_after) < 1e-6
        assert moved.sum() == (6 if kind == "sensors" else 0)


def test_what_the_drifts_do_to_a_model_of_the_first_half():
    accuracy = {}
    for kind in KINDS:
        X, y, X_after, y_after = parts(kind)
        model = LogisticRegression().fit(X[:1000], y[:1000])
        accuracy[kind] = model.score(X_after, y_after.ravel())
    assert accuracy[QUIET] > 0.9
    assert max(accuracy[kind] for kind in KINDS[1:]) < 0.65


def test_the_model_is_a_logistic_regression():
    X, y = streams.stream(QUIET, SEED)
    model = LogisticRegression().fit(X[:10].reshape(-1, 30), y[:10].ravel())
    wanted = [model.score(*batch) for batch in zip(X[10:], y[10:], strict=True)]
    given = run(QUIET, SEED, Rule("errors", 1, 0.01, NONE, NEVER)).accuracy
    np.testing.assert_allclose(given, wanted, atol=0.03)
    assert given.mean() == pytest.approx(np.mean(wanted), abs=0.002)


def test_schedules():
    def trainings(retraining):
        return run("concept", SEED, Rule("inputs", 3, 0.01, BONFERRONI, retraining)).trainings

    assert trainings(NEVER) == ()
    assert trainings(OFTEN) == tuple(range(4, 59, 5))
    assert trainings(SELDOM) == (11, 23, 35, 47)  # none after the last batch


def test_a_rule_retrains_at_its_alarms():
    for kind, monitor in itertools.product(KINDS, MONITORS):
        log = run(kind, SEED, Rule(monitor, 4, 0.05, NONE, AT_AN_ALARM))
        assert log.trainings == log.alarms == tuple(np.flatnonzero(log.p <= 0.05))


@pytest.fixture
def tampered(monkeypatch):
    """Let all batches from one on have other labels, and if wanted other inputs."""
    before = streams.stream("concept", SEED)

    def tamper(first, inputs):
        X, y = (part.copy() for part in before)
        y[streams.NUM_TRAINING + first :] ^= True
        X[streams.NUM_TRAINING + first :] += 5 * inputs
        monkeypatch.setattr(streams, "stream", lambda *_: (X, y))
        run.cache_clear()

    yield tamper
    run.cache_clear()


@pytest.mark.parametrize("monitor", MONITORS)
def test_what_comes_later_decides_nothing_now(tampered, monitor):
    rule = Rule(monitor, 3, 0.05, NONE, AT_AN_ALARM)
    before = run("concept", SEED, rule)
    tampered(40, inputs=True)
    after = run("concept", SEED, rule)
    np.testing.assert_array_equal(before.p[:40], after.p[:40])
    np.testing.assert_array_equal(before.accuracy[:40], after.accuracy[:40])
    assert (before.accuracy[40:] != after.accuracy[40:]).any()


def test_labels_come_late(tampered):
    rule = Rule("errors", 3, 0.01, NONE, NEVER)
    before = run("concept", SEED, rule).p
    tampered(15, inputs=False)
    after = run("concept", SEED, rule).p
    seen = 15 + streams.DELAY
    np.testing.assert_array_equal(before[:seen], after[:seen])
    assert before[seen] != after[seen]


def test_uncorrected_tests_of_30_inputs_raise_false_alarms():
    def num(correction):
        return len(run(QUIET, SEED, Rule("inputs", 2, 0.05, correction, NEVER)).alarms)

    assert num(NONE) > 15
    assert max(num(BONFERRONI), num(BH)) < 5


def test_retraining_without_need_does_harm():
    never = run(QUIET, SEED, Rule("inputs", 3, 0.05, NONE, NEVER)).accuracy.mean()
    for retraining in (OFTEN, SELDOM, AT_AN_ALARM):
        harmed = run(QUIET, SEED, Rule("inputs", 3, 0.05, NONE, retraining)).accuracy.mean()
        assert harmed < never - 0.02


def reached(kind, monitor, window, level, correction, retraining):
    return rooms.draw(SEED, STREAM_OF[kind], monitor, window, level, correction, retraining).reached


def test_each_drift_has_its_rule():
    for window in (4, 6, 8):
        assert reached("gradual", "inputs", window, 0.02, BONFERRONI, SELDOM)
        assert reached("concept", "errors", window, 0.02, NONE, AT_AN_ALARM)
        assert reached("sensors", "inputs", window, 0.01, BH, AT_AN_ALARM)


WINDOWS, LEVELS = (1, 2, 3, 4, 5, 6, 8, 10, 12), (0.01, 0.02, 0.05, 0.2)


def test_no_other_schedule_reaches_it():
    for kind, window in itertools.product(KINDS[1:], WINDOWS):
        for retraining in (NEVER, OFTEN):
            assert reached(kind, "errors", window, 0.01, NONE, retraining) is False
        if kind != "gradual":
            assert reached(kind, "errors", window, 0.01, NONE, SELDOM) is False


@pytest.mark.slow
def test_no_other_alarm_reaches_it():
    for kind, window, level in itertools.product(KINDS[1:], WINDOWS, LEVELS):
        assert not reached(kind, "inputs", window, level, NONE, AT_AN_ALARM)
        if kind != "sensors":
            assert not reached(kind, "inputs", window, level, BONFERRONI, AT_AN_ALARM)
            assert not reached(kind, "inputs", window, level, BH, AT_AN_ALARM)
        if kind != "concept":
            assert not reached(kind, "errors", window, level, NONE, AT_AN_ALARM)


@pytest.mark.slow
def test_other_seeds_can_be_mastered_too():
    for seed, kind in itertools.product(range(6), KINDS[1:]):
        rules = [
            Rule(monitor, window, 0.01, BONFERRONI, retraining)
            for monitor, window, retraining in itertools.product(
                MONITORS, (3, 4, 5, 6, 8), (SELDOM, AT_AN_ALARM)
            )
        ]
        assert any(
            run(kind, seed, rule).accuracy.mean() >= rooms.GOAL
            and len(run(kind, seed, rule).trainings) <= rooms.MOST_TRAININGS
            and len(run(QUIET, seed, rule).alarms) <= rooms.MOST_FALSE
            for rule in rules
        )


def test_the_kind_is_told_once_it_is_mastered():
    name = STREAM_OF["sensors"]
    before = rooms.draw(SEED, name, "inputs", 7, 0.01, NONE, AT_AN_ALARM)
    after = rooms.draw(SEED, name, "inputs", 7, 0.01, BONFERRONI, AT_AN_ALARM)
    assert "Six inputs" not in before.says
    assert after.says.endswith(" Six inputs were measured wrong from batch 24 on.")
    assert after.says.startswith("✓")
    assert (
        len({rooms.draw(SEED, name, "errors", 2, 0.1, NONE, NEVER).goal for name in STREAMS}) == 3
    )


def test_all_streams_drift_and_seeds_order_them():
    orders = {tuple(rooms.kind_of(seed, name) for name in STREAMS) for seed in range(20)}
    assert all(set(order) == set(KINDS[1:]) for order in orders)
    assert len(orders) > 3


def test_scenes_are_drawn_and_sent():
    scene = rooms.draw(SEED, "A", "inputs", 2, 0.05, NONE, AT_AN_ALARM)
    assert plots.png(still(scene)).startswith(b"\x89PNG")
    message, _ = encode(scene, set())
    assert len(message["panels"]) == 3
    alarms = next(mark for mark in scene.panels[2].marks if isinstance(mark, Points))
    assert f"{len(alarms.x)} false alarms" in scene.says
    assert max(alarms.x) < NUM_BATCHES
