"""The figures that lesson 6 quotes, measured anew at full size."""

import contextlib
import io
import runpy

import pytest
from variant_runner import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lesson():
    with contextlib.redirect_stdout(io.StringIO()):
        return runpy.run_path(str(ROOT / "solutions/06_transfer_learning.py"))


def test_a_frozen_network_in_train_mode_drifts(lesson):
    assert lesson["running_mean_drift"] == pytest.approx(0.10, abs=0.02)
    assert lesson["letters_before"] == pytest.approx(0.85, abs=0.01)
    assert lesson["letters_before"] - lesson["letters_drifted"] == pytest.approx(0.03, abs=0.015)


def test_tuning_beats_scratch_where_labels_are_few_and_not_where_there_are_many(lesson):
    gains = lesson["gains"]
    assert {n: len(points) for n, points in gains.items()} == dict.fromkeys((1, 3, 5, 10, 50), 10)
    assert all((gains[n] > 0).all() for n in (1, 3, 5))
    assert (gains[10] > 0).sum() >= 8
    typical = {n: points.quantile(0.5).item() for n, points in gains.items()}
    assert typical[1] == pytest.approx(16, abs=4)
    assert typical[3] == pytest.approx(7, abs=1.5)
    assert typical[5] == pytest.approx(3.8, abs=1.2)
    assert typical[10] == pytest.approx(1.9, abs=1)
    assert abs(typical[50]) < 1.2


def test_the_probe_alone_is_nearly_as_good(lesson):
    medians = lesson["medians"]
    for per_class in (1, 3, 5, 10, 50):
        assert abs(medians["tuned"][per_class] - medians["probe"][per_class]) < 0.02
