"""The playground of regularizers: each knob does what its name says, its goal can be reached."""

import numpy as np
import pytest
import torch
from numpy.polynomial import legendre
from sklearn.linear_model import Lasso, Ridge

from nblib import playground, plots
from nblib.playground.demos import curves
from nblib.playground.still import still

DEGREE, NUM_POINTS = 7, 25


def data(degree=DEGREE, num_points=NUM_POINTS, seed=3):
    """Return the points of a fit, and its features from NumPy."""
    seen = curves.fits("L2", degree, num_points, seed)
    scale = np.sqrt(2 * np.arange(degree + 1) + 1)
    return seen.x.numpy(), seen.y.numpy(), legendre.legvander(seen.x.numpy(), degree) * scale


def curve(weights, degree=DEGREE):
    scale = np.sqrt(2 * np.arange(degree + 1) + 1)
    return legendre.legval(np.linspace(-1, 1, 201), weights * scale)


@pytest.mark.parametrize("at", [20, 40, 55])
def test_l2_is_ridge(at):
    _, y, F = data()
    model = Ridge(alpha=curves.STRENGTHS[at].item() * NUM_POINTS, fit_intercept=False).fit(F, y)
    seen = curves.fits("L2", DEGREE, NUM_POINTS, 3)
    np.testing.assert_allclose(seen.curves[at], curve(model.coef_), atol=1e-6)
    train_error = np.sqrt(np.mean((F @ model.coef_ - y) ** 2))
    assert seen.train_error[at].item() == pytest.approx(train_error)


@pytest.mark.parametrize("at", [30, 40, 46])
def test_l1_is_lasso(at):
    _, y, F = data()
    strength = curves.STRENGTHS[at].item()
    model = Lasso(alpha=strength, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(F, y)
    seen = curves.fits("L1", DEGREE, NUM_POINTS, 3)
    np.testing.assert_allclose(seen.curves[at], curve(model.coef_), atol=1e-3)


def test_early_stopping_is_gradient_descent():
    _, y, F = data()
    gram, target = F.T @ F / NUM_POINTS, F.T @ y / NUM_POINTS
    lr = 1 / np.linalg.eigvalsh(gram)[-1]
    at = 40
    w = np.zeros(DEGREE + 1)
    num_steps = round(1 / (lr * curves.STRENGTHS[at].item()))
    assert num_steps > 10
    for _ in range(num_steps):
        w = w - lr * (gram @ w - target)
    seen = curves.fits("early stopping", DEGREE, NUM_POINTS, 3)
    np.testing.assert_allclose(seen.curves[at], curve(w), atol=0.02)  # num_steps is rounded here


def test_dropout_is_the_mean_over_masks():
    _, y, F = data()
    at = 44
    strength = curves.STRENGTHS[at].item()
    p = strength / (1 + strength)
    rng = np.random.default_rng(0)
    gram, target = 0, 0
    for _ in range(20_000):
        dropped = F * (rng.random(F.shape) >= p) / (1 - p)
        gram, target = gram + dropped.T @ dropped, target + dropped.T @ y
    seen = curves.fits("dropout", DEGREE, NUM_POINTS, 3)
    np.testing.assert_allclose(seen.curves[at], curve(np.linalg.solve(gram, target)), atol=0.02)


def reaches(knob, strength, degree=30, num_points=40):
    return curves.draw(knob, strength, degree, num_points).reached


@pytest.mark.parametrize("knob", curves.KNOBS)
def test_each_knob_reaches_the_goal_in_the_middle_and_not_at_the_ends(knob):
    assert not reaches(knob, 1e-6)
    assert not reaches(knob, 1e2)
    below = [reaches(knob, strength.item()) for strength in curves.STRENGTHS]
    assert sum(below) >= 5  # no needle's eye


def test_another_degree_does_not_count():
    assert reaches("L2", 0.05, degree=9) is None
    assert reaches("L2", 0.05, num_points=41) is None


def test_it_is_worst_where_there_are_as_many_points_as_coefficients():
    medians = {
        n: torch.stack([curves.fits("L2", 30, n, seed).true_error[0] for seed in range(9)]).median()
        for n in (15, 31, 100)
    }
    assert medians[31] > 3 * medians[15]
    assert medians[31] > 3 * medians[100]


@pytest.mark.parametrize("knob", curves.KNOBS)
@pytest.mark.parametrize(("degree", "num_points"), [(1, 10), (40, 10), (40, 100)])
def test_every_position_can_be_drawn(knob, degree, num_points):
    scene = curves.draw(knob, 1e-6, degree, num_points, 1)
    assert np.isfinite(np.asarray(scene.panels[0].marks[1].y)).all()
    plots.png(still(scene))


def test_a_knob_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="there are L2, L1"):
        playground.curve_fit("hope")
