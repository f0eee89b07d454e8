"""The playground of receptive fields: gradients against paths, counts against PyTorch, the goal."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from nblib import plots
from nblib.playground import Heat, Line
from nblib.playground.demos import stacks
from nblib.playground.demos.stacks import Stack
from nblib.playground.still import still

STACKS = [
    Stack(*setting) for setting in itertools.product((1, 3, 5, 7), (1, 3, 4), (1, 2, 4), (1, 2))
]


def reached_from_the_middle(stack):
    """The pixels of a row that a path leads to, back from the middle output, tap by tap."""
    sides = [stacks.SIZE, *stack.sizes]
    here = {sides[-1] // 2}
    for layer, side in zip(reversed(stack.layers), reversed(sides[:-1]), strict=True):
        half = layer.kernel // 2
        taps = [tap * layer.dilation for tap in range(-half, half + 1)]
        steps = {at * layer.stride + tap for at in here for tap in taps}
        here = {at for at in steps if 0 <= at < side}
    return sorted(here)


def test_the_gradient_is_not_0_exactly_where_a_path_leads():
    for stack in STACKS:
        row = reached_from_the_middle(stack)
        wanted = np.zeros((stacks.SIZE, stacks.SIZE), bool)
        wanted[np.ix_(row, row)] = True
        np.testing.assert_array_equal(stacks.gradient(stack) != 0, wanted, str(stack))


def test_sizes_parameters_and_multiply_adds_are_those_of_pytorch():
    for stack in STACKS:
        model = nn.Sequential(*(layer.module() for layer in stack.layers))
        with FlopCounterMode(display=False) as counter:
            shape = model(torch.zeros(1, 1, stacks.SIZE, stacks.SIZE, dtype=torch.float64)).shape
        assert shape[1:] == (stacks.CHANNELS, stack.sizes[-1], stack.sizes[-1])
        assert stack.num_parameters[-1] == sum(p.numel() for p in model.parameters())
        assert stack.multiply_adds == counter.get_total_flops() / 2


def measured(stack):
    rows, _ = np.nonzero(stacks.gradient(stack))
    return rows.max() - rows.min() + 1


def test_the_arithmetic_holds_where_the_field_lies_within_the_picture():
    inside = [stack for stack in STACKS if stack.fields[-1] <= 50]
    assert len(inside) > 30
    for stack in inside:
        assert measured(stack) == stack.fields[-1]
    assert measured(Stack(7, 4, 2, 1)) < Stack(7, 4, 2, 1).fields[-1]


def test_depth_widens_it_linearly_dilation_exponentially():
    assert Stack(3, 8, 1, 1).fields == [3, 5, 7, 9, 11, 13, 15, 17]
    assert Stack(3, 5, 2, 1).fields == [3, 7, 15, 31, 63]


def every_reached(strides=(1, 2, 3)):
    settings = itertools.product((1, 3, 5, 7), range(1, 9), range(1, 5), strides)
    return {setting for setting in settings if stacks.draw(*setting).reached}


def test_the_goal_needs_dilation_and_a_small_kernel():
    assert every_reached() == {(3, 3, 4, 1)} | {
        (3, depth, growth, 1) for depth in (4, 5) for growth in (2, 3, 4)
    }
    assert stacks.draw(3, 2, 1, 1).reached is False  # where it starts


def test_holes_are_told():
    assert "31 × 31. 1,832 parameters" in stacks.draw(3, 4, 2, 1).says
    assert "43 × 43, only 729 of these pixels" in stacks.draw(3, 3, 4, 1).says
    assert "65 × 65 (the whole picture)" in stacks.draw(7, 8, 1, 2).says


def test_the_frame_lies_around_the_gradient():
    view = stacks.draw(5, 2, 2, 1).panels[0]
    (heat,), (frame,) = ([m for m in view.marks if isinstance(m, kind)] for kind in (Heat, Line))
    assert (min(frame.x), max(frame.x)) == (32 - 6.5, 32 + 6.5)
    assert heat.z.max() == 1
    assert (heat.z[:26] == 0).all()
    assert (heat.z[26:39, 26:39] > 0).all()


def test_weights_leave_the_random_numbers_of_others_alone():
    torch.manual_seed(3)
    wanted = torch.rand(1)
    stacks.gradient.cache_clear()
    torch.manual_seed(3)
    stacks.gradient(Stack(3, 2, 1, 1))
    assert torch.rand(1) == wanted


@pytest.mark.parametrize("setting", [(1, 1, 1, 1), (7, 8, 4, 3), (1, 8, 4, 3), (7, 8, 4, 1)])
def test_every_position_can_be_drawn(setting):
    plots.png(still(stacks.draw(*setting)))
