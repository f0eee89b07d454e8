"""The playground of exclusive or: its gradients against autograd, and both its goals."""

import itertools

import pytest
import torch

from nblib import plots
from nblib.playground.demos import corners
from nblib.playground.still import still

START = {
    "task": "solve it",
    **{"angle1": 0, "offset1": 0.5, "weight1": 1, "angle2": 90, "offset2": 0.5, "weight2": 1},
    "bias": 0,
}
RISE_AND_FALL = START | {
    **{"angle1": 45, "offset1": 0, "weight1": 1.4, "angle2": 45, "offset2": 0.7, "weight2": -2.8}
}
TWO_SIDES = START | {"angle1": -45, "offset1": 0, "angle2": 135, "offset2": 0}
SILENT = START | {"angle1": 45, "offset1": 1.5, "angle2": 45, "offset2": 1.5, "bias": 0.5}


def float64(numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def network(scene):
    names = ("angle", "offset", "weight")
    pairs = [(scene[f"{name}1"], scene[f"{name}2"]) for name in names]
    return corners.Network(*pairs, scene["bias"])


@pytest.mark.parametrize("scene", [START, RISE_AND_FALL, TWO_SIDES, SILENT])
def test_loss_and_gradient_are_those_of_autograd(scene):
    here = network(scene)
    angles = torch.deg2rad(float64(here.angles))
    params = [
        torch.stack([angles.cos(), angles.sin()]),
        -float64(here.offsets),
        float64(here.weights),
        float64(here.bias),
    ]
    W1, b1, W2, b2 = (p.requires_grad_() for p in params)
    output = (corners.CORNERS @ W1 + b1).relu() @ W2 + b2
    torch.testing.assert_close(here.output(corners.CORNERS), output.detach())
    ((output - corners.TARGETS) ** 2).mean().backward()
    wanted = max(p.grad.abs().max().item() for p in params)
    assert here.largest_gradient == pytest.approx(wanted, abs=1e-12)


def test_the_line_is_where_the_neuron_begins():
    here = network(RISE_AND_FALL | {"angle2": -150, "offset2": -0.4})
    for neuron in (0, 1):
        ends = float64(here.line(neuron)).T  # (2, 2), a row for each end
        assert here.hidden(ends)[:, neuron].abs().max() < 1e-9
        assert (ends[0] - ends[1]).norm() > 5


def test_all_four_are_right_by_two_lines_and_not_at_the_start():
    assert corners.draw(**RISE_AND_FALL).reached
    assert corners.draw(**TWO_SIDES).reached
    assert not corners.draw(**START).reached
    assert "4 of 4 corners are right" in corners.draw(**RISE_AND_FALL).says


def test_stuck_is_wrong_without_a_slope():
    stuck = SILENT | {"task": "get stuck"}
    assert corners.draw(**stuck).reached
    assert not corners.draw(**stuck | {"bias": 0.45}).reached  # the bias has a slope
    assert not corners.draw(**RISE_AND_FALL | {"task": "get stuck"}).reached
    assert not corners.draw(**SILENT).reached


def test_one_neuron_alone_reaches_neither_goal():
    for angle, offset in itertools.product(range(-180, 180, 15), (-1.0, -0.3, 0.0, 0.5, 1.0)):
        for weight, bias in itertools.product((-2.0, 0.7, 1.5), (-0.5, 0.0, 0.4, 1.0)):
            alone = {"angle1": angle, "offset1": offset, "weight1": weight, "weight2": 0}
            assert not corners.draw(**START | alone | {"bias": bias}).reached


def test_an_output_of_one_half_is_no_answer():
    scene = corners.draw(**START | {"weight1": 0, "weight2": 0, "bias": 0.5})
    assert "0 of 4 corners are right" in scene.says


@pytest.mark.parametrize("angle", [-180, 180])
@pytest.mark.parametrize("weight", [-4.0, 4.0])
def test_every_position_can_be_drawn(angle, weight):
    scene = corners.draw(**START | {"angle1": angle, "weight2": weight, "offset1": -1.5})
    assert "nan" not in scene.says
    plots.png(still(scene))
