"""The playground of thresholds: its numbers against samples and SciPy, and its goal."""

import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.metrics import confusion_matrix

from nblib import plots
from nblib.data.rare import bell_scores
from nblib.playground import Axis, Panel, Scene, Text
from nblib.playground.demos import thresholds
from nblib.playground.still import still

START = {"prevalence": 0.01, "separation": 1.5, "miss_cost": 50}


def decide(threshold, prevalence=0.2, separation=1.3):
    return thresholds.decide(torch.tensor(threshold).double(), prevalence, separation)


@pytest.mark.parametrize("threshold", [-0.5, 0.8, 2.0])
def test_the_matrix_is_that_of_many_examples(threshold):
    y, scores = bell_scores(200_000, 0.2, 1.3)
    wanted = confusion_matrix(y, scores >= threshold) / 200_000
    here = decide(threshold)
    came = [[here.true_negative, here.false_positive], [here.false_negative, here.true_positive]]
    np.testing.assert_allclose(came, wanted, atol=0.003)


def test_the_ratios_follow_from_the_matrix():
    here = decide(0.7)
    found, alarmed = norm.sf(0.7 - 1.3), norm.sf(0.7)
    assert here.recall.item() == pytest.approx(found)
    assert here.false_alarm_rate.item() == pytest.approx(alarmed)
    precision = 0.2 * found / (0.2 * found + 0.8 * alarmed)
    assert here.precision.item() == pytest.approx(precision)
    assert here.accuracy.item() == pytest.approx(0.2 * found + 0.8 * (1 - alarmed))
    assert here.cost(7).item() == pytest.approx(0.8 * alarmed + 7 * 0.2 * (1 - found))


def marked(scene):
    """Return the places of the threshold on the two curves, and the numbers in the matrix."""
    spots = [next(m for m in panel.marks if hasattr(m, "hollow")) for panel in scene.panels[2:]]
    numbers = [m.text for m in scene.panels[1].marks if isinstance(m, Text)][::2]
    places = [(float(spot.x[0]), float(spot.y[0])) for spot in spots]
    return places, [int(number.replace(",", "")) for number in numbers]


def test_matrix_and_both_curves_move_together():
    for threshold in (-1.0, 0.5, 2.5):
        (roc, pr), (tn, fp, fn, tp) = marked(thresholds.draw(threshold, 0.1, 1.5, 10))
        assert tn + fp + fn + tp == pytest.approx(10_000, abs=2)  # they are rounded
        assert roc == pytest.approx((fp / (fp + tn), tp / (tp + fn)), abs=1e-3)
        assert pr == pytest.approx((tp / (tp + fn), tp / (tp + fp)), abs=1e-3)


def test_prevalence_moves_precision_and_not_the_roc_curve():
    common, uncommon = (thresholds.draw(1.0, share, 1.5, 10) for share in (0.5, 0.01))
    for panel, same in ((2, True), (3, False)):
        curves = [scene.panels[panel].marks[1] for scene in (common, uncommon)]
        assert np.allclose(curves[0].y, curves[1].y) is same


def test_the_goal_is_reached_where_the_two_risks_are_equal():
    reached = [t for t in np.arange(-4, 8, 0.05) if thresholds.draw(float(t), **START).reached]
    assert 4 <= len(reached) <= 12  # no needle's eye, and no barn door
    best = np.log(0.99 / (50 * 0.01)) / 1.5 + 1.5 / 2  # the probability is 1/51 there
    assert min(reached) < best < max(reached)
    assert "probability is 0.0196" in thresholds.draw(float(best), **START).says
    assert not thresholds.draw(3.0, **START).reached  # where it starts
    assert thresholds.draw(float(best), 0.02, 1.5, 50).reached is None


@pytest.mark.parametrize("threshold", [-4.0, 8.0])
@pytest.mark.parametrize("separation", [0.0, 4.0])
def test_every_position_can_be_drawn(threshold, separation):
    scene = thresholds.draw(threshold, 0.001, separation, 1000)
    assert "nan" not in scene.says
    plots.png(still(scene))


def test_an_axis_of_names_and_four_panels_two_by_two():
    marks = [Text(0, 0, "here")]
    panel = Panel("P", Axis("x", -0.5, 1.5, names=("no", "yes")), Axis("y", 0, 1), marks)
    fig = still(Scene([panel] * 4, "words"))
    assert [label.get_text() for label in fig.axes[0].get_xticklabels()] == ["no", "yes"]
    assert {
        (ax.get_subplotspec().rowspan.start, ax.get_subplotspec().colspan.start) for ax in fig.axes
    } == {
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    }
