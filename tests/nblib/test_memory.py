"""What autograd holds is counted: once a tensor, no parameters, and no longer than it is held."""

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from nblib.memory import Meter

ROWS = 30 * 20 * 4  # the bytes of one tensor (30, 20) in float32


@pytest.fixture
def layers():
    generator = torch.Generator().manual_seed(0)
    return [nn.Parameter(torch.randn(20, 20, generator=generator) / 4) for _ in range(6)]


def run(h, weights):
    for w in weights:
        h = torch.tanh(h @ w)
    return h


def test_each_layer_holds_one_tensor_and_the_last_its_output(layers):
    with Meter() as meter:
        h = run(torch.ones(30, 20), layers)
    assert h.requires_grad
    assert meter.bytes == meter.most == 7 * ROWS


def test_nothing_is_held_after_the_way_back_and_the_most_is_remembered(layers):
    with Meter() as meter:
        run(torch.ones(30, 20), layers).sum().backward()
    assert (meter.bytes, meter.most) == (0, 7 * ROWS)


def test_nothing_is_held_when_the_graph_is_forgotten(layers):
    with Meter() as meter:
        h = run(torch.ones(30, 20), layers)
        del h
    assert meter.bytes == 0


def test_without_gradients_nothing_is_held(layers):
    with Meter() as meter, torch.no_grad():
        run(torch.ones(30, 20), layers)
    assert meter.most == 0


def test_a_tensor_that_two_steps_save_counts_once():
    x = torch.ones(30, 20, requires_grad=True)
    with Meter() as meter:
        y = x.sin() + x.cos()
    assert y.requires_grad
    assert meter.bytes == ROWS


def test_parameters_do_not_count_and_their_views_neither(layers):
    with Meter() as meter:
        y = nn.functional.linear(torch.ones(30, 20, requires_grad=True), layers[0])
    assert y.requires_grad
    assert meter.most == ROWS


def test_checkpoints_hold_less(layers):
    x = torch.ones(30, 20, requires_grad=True)
    with Meter() as meter:
        h = checkpoint(
            run,
            checkpoint(run, x, layers[:3], use_reentrant=False),
            layers[3:],
            use_reentrant=False,
        )
        h.sum().backward()
    assert meter.most < 7 * ROWS


def test_gradients_are_those_without_a_meter(layers):
    plain = torch.autograd.grad(run(torch.ones(30, 20), layers).sum(), layers)
    with Meter():
        metered = torch.autograd.grad(run(torch.ones(30, 20), layers).sum(), layers)
    assert all(torch.equal(a, b) for a, b in zip(plain, metered, strict=True))
