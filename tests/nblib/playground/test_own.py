"""A student's own function in a playground: right, mistaken, broken, or not yet written."""

import math

import pytest
import torch

from nblib.oracles import activations, imbalance, initialization, optimizers
from nblib.playground.demos import functions, layers, paths, surfaces, thresholds
from nblib.playground.scene import Line
from nblib.playground.still import still

AT = {"surface": "ravine", "lr": 0.018, "beta": 0.9}
GIVEN = {"gain": 1.4, "seed": 0}
PRICES = {"threshold": 3.0, "prevalence": 0.01, "separation": 1.5, "miss_cost": 50}


def unwritten(*args, **kwargs):
    raise NotImplementedError


def broken(*args, **kwargs):
    return 1 // 0


SCENES = {
    "descent": lambda own: surfaces.compare(own, "momentum", **AT),
    "activations": lambda own: functions.compare(own, "GELU", **GIVEN),
    "depth": lambda own: layers.compare(own, "tanh", num_layers=30, **GIVEN),
    "threshold": lambda own: thresholds.compare(own, **PRICES),
}


def yours(scene):
    """The lines that the student's own function has drawn."""
    marks = [mark for panel in scene.panels for mark in panel.marks]
    return [mark for mark in marks if isinstance(mark, Line) and "your" in mark.label]


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
@pytest.mark.parametrize(
    ("own", "says"),
    [
        (unwritten, "✗ Solve the exercise first"),
        (broken, "✗ Your function raised ZeroDivisionError: integer division or modulo by zero"),
        (lambda *args, **kwargs: None, "✗ Your function"),
    ],
)
def test_what_cannot_be_drawn_is_said_and_the_rest_is_there(scene, own, says):
    shown = scene(own)
    assert shown.says.startswith(says)
    assert shown.reached is None
    assert not yours(shown)
    assert still(shown)


@pytest.mark.parametrize(
    ("optimizer", "own"),
    [
        ("momentum", optimizers.momentum),
        ("Nesterov", optimizers.nesterov),
        ("Adam", optimizers.adam),
    ],
)
@pytest.mark.parametrize("surface", paths.SURFACES)
def test_a_right_step_walks_the_path_of_the_optimizer(optimizer, own, surface):
    shown = surfaces.compare(own, optimizer, **AT | {"surface": surface})
    assert shown.says.startswith(f"✓ Your path is that of {optimizer}")
    assert shown.reached
    assert len(yours(shown)) == 2


@pytest.mark.parametrize(("number", "first"), [(0, 1), (1, 2)])
def test_a_named_mistake_parts_where_it_begins(number, first):
    mistaken = list(optimizers.MOMENTUM.values())[number]

    def step(params, grads, state, lr, beta):
        return mistaken(params, grads, state, lr, beta)

    shown = surfaces.compare(step, "momentum", **AT)
    assert f"leaves that of momentum at step {first}." in shown.says
    assert shown.reached is False
    assert surfaces.compare(step, "momentum", **AT | {"beta": 0}).reached is None


def test_a_step_gets_copies_and_may_become_nan():
    def step(params, grads, state, lr, beta):
        params[0] *= math.nan
        return params, state

    shown = surfaces.compare(step, "momentum", **AT)
    assert "at step 1 and becomes NaN" in shown.says
    assert still(shown)


def test_a_slope_that_is_not_that_of_the_function_is_named():
    assert functions.compare(activations.gelu, "GELU", **GIVEN).reached

    def half(z):
        value, _ = activations.gelu(z)
        return value, torch.special.ndtr(z)  # forgets the product rule

    shown = functions.compare(half, "GELU", **GIVEN)
    assert shown.says.startswith("✗ Beside GELU, your slope is 0.159 at z = -1, not -0.0833.")
    assert len(yours(shown)) == 3


def test_a_gain_of_ones_own_keeps_the_signal():
    shown = SCENES["depth"](initialization.gain)
    assert shown.says.startswith("Your gain for tanh is 1.59.")
    (line,) = yours(shown)
    assert line.y[-1] == pytest.approx(0.63, abs=0.05)  # 1/1.59: the mean square is 1/gain²


def test_a_threshold_of_ones_own_costs_what_the_formulas_say():
    shown = SCENES["threshold"](imbalance.choose_threshold)
    (line,) = yours(shown)
    at = torch.tensor(line.x[0], dtype=torch.float64)
    cost = 1e4 * thresholds.decide(at, 0.01, 1.5).cost(50).item()
    assert f"it costs {cost:,.0f}, where" in shown.says
    assert "gave NaN" in SCENES["threshold"](lambda *args: (math.nan, 1)).says
