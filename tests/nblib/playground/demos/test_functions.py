"""The playground of activation functions: its network by hand and by autograd, and its goal."""

import math

import numpy as np
import pytest
import torch

from nblib import plots
from nblib.playground.demos import functions
from nblib.playground.scene import Bars, Line
from nblib.playground.still import still


@pytest.mark.parametrize("name", functions.FUNCTIONS)
def test_gradients_flow_back_as_autograd_says(name):
    x, weights, last_gradient = functions._start(3)
    h, layers = x.clone().requires_grad_(), []
    for weight in weights:
        h = functions.FUNCTIONS[name](h @ (1.2 * weight))
        layers.append(h)
    wanted = [g.norm() for g in torch.autograd.grad(h, layers, last_gradient)]
    seen = functions.flow(name, 1.2, seed=3)
    torch.testing.assert_close(seen.gradients, torch.stack(wanted), rtol=1e-3, atol=0)
    assert seen.inputs.shape == (functions.NUM_LAYERS, functions.BATCH_SIZE, functions.WIDTH)


@pytest.mark.parametrize("gain", [0.9, 1.4])
def test_the_mean_squared_slope_tells_how_the_gradient_shrinks(gain):
    seen = functions.flow("ReLU", gain)
    measured = (seen.gradients[0] / seen.gradients[-1]).item() ** (2 / (functions.NUM_LAYERS - 1))
    predicted = seen.factors[1:].log().mean().exp().item()
    assert measured == pytest.approx(predicted, rel=0.05)
    assert predicted == pytest.approx(gain**2 / 2, rel=0.05)  # half of the slopes are 1


@pytest.mark.parametrize(
    ("activation", "gain", "reached"),
    [
        ("ReLU", 1.41, True),
        ("ReLU", 1, False),
        ("ReLU", 2, False),
        ("leaky ReLU", math.sqrt(2 / (1 + 0.3**2)), True),
        ("tanh", 1.1, True),
        ("ELU", 1.2, True),
    ],
)
def test_the_goal_is_reached_where_gain_and_slopes_balance(activation, gain, reached):
    assert functions.draw(activation, gain).reached is reached


def test_no_gain_on_the_slider_saves_the_sigmoid():
    assert not any(functions.draw("sigmoid", gain).reached for gain in np.arange(0.5, 4.01, 0.1))


def test_the_scene_draws_function_slope_and_gradient():
    scene = functions.draw("leaky ReLU", 1.0)
    value, slope, gradient = (
        next(mark for mark in panel.marks if isinstance(mark, Line)) for panel in scene.panels
    )
    z = np.asarray(value.x)
    np.testing.assert_allclose(value.y, np.where(z > 0, z, 0.3 * z), atol=1e-6)
    off_the_kink = np.abs(z) > 1e-6
    wanted = np.where(z > 0, 1, 0.3)[off_the_kink]
    np.testing.assert_allclose(np.asarray(slope.y)[off_the_kink], wanted, atol=1e-6)
    assert gradient.y[-1] == 1
    assert any(isinstance(mark, Bars) for mark in scene.panels[0].marks)
    assert "Layer 1 gets" in scene.says
    plots.png(still(scene))


def test_an_unknown_function_is_refused():
    with pytest.raises(ValueError, match="there are sigmoid, tanh"):
        functions.activations("swishy")
