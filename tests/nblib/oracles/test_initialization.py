"""The references of *Initialization* against torch, and its plays on starts that others wrote."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nblib.oracles import initialization as oracle

SHAPES = ((7, 4), (5, 3, 2), (4, 6, 3, 2), (3, 2, 2, 3, 4))


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_distinct_units_are_the_unique_rows():
    W = torch.randint(2, (40, 3), generator=seeded()).float()
    b = torch.randint(2, (40,), generator=seeded(1)).float()
    rows = torch.cat([W, b[:, None]], dim=1)
    assert oracle.distinct_units(W, b, 0.5) == len(rows.unique(dim=0))


@pytest.mark.parametrize(("std", "num_inputs", "smallest"), [(0.01, 100, 2**-149), (0.6, 3, 0.5)])
def test_vanishing_depth_is_where_multiplying_ends(std, num_inputs, smallest):
    size, layer = 1.0, 0
    while size >= smallest:
        size, layer = size * std * math.sqrt(num_inputs / 2), layer + 1
    assert oracle.vanishing_depth(std, num_inputs, smallest) == layer


@pytest.mark.parametrize("shape", SHAPES)
def test_fans_and_xavier_are_those_of_torch(shape):
    weight = torch.empty(shape)
    assert oracle.fans(shape) == nn.init._calculate_fan_in_and_fan_out(weight)
    wanted = nn.init.xavier_uniform_(weight, generator=seeded())
    torch.testing.assert_close(oracle.xavier(shape, seeded()), wanted)


def test_gains_are_those_of_an_integral():
    for activation, wanted in ((torch.relu, 2**0.5), (torch.tanh, 1.5925), (torch.selu, 1.0)):
        assert oracle.gain(activation, 1_000_000, seeded()) == pytest.approx(wanted, rel=0.01)
        assert oracle.estimate(activation, 0)(oracle.gain) == pytest.approx(wanted, rel=1e-3)


def test_a_network_is_he_start():
    for (weight, bias), shape in zip(oracle.network(SHAPES, 2**0.5, 3), SHAPES, strict=True):
        assert weight.shape == shape
        assert not bias.any()
        assert bias.shape == shape[:1]
    ((weight, _),) = oracle.network([(400, 300)], 2**0.5, 3)
    assert weight.std().item() == pytest.approx(math.sqrt(2 / 300), rel=0.01)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (1, 6)])
def test_orthogonal_stretches_all_by_the_gain(shape):
    stretch = torch.linalg.svdvals(oracle.orthogonal(*shape, 1.7, seeded()))
    torch.testing.assert_close(stretch, torch.full_like(stretch, 1.7))


def test_lsuv_gives_every_layer_a_standard_deviation_of_1():
    weights, h = [torch.randn(4, 6), torch.randn(5, 4)], torch.randn(50, 6)
    for weight in oracle.lsuv(weights, h):
        z = h @ weight.T
        assert z.std().item() == pytest.approx(1)
        h = z.tanh()


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("shape", [(6, 3), (4, 3, 5, 2), (2, 3, 1, 4)])
def test_batch_norm_is_that_of_torch(shape, train):
    x, (gamma, beta, mean) = torch.randn(shape), torch.randn(3, 3)
    var = torch.rand(3) + 0.2
    new_mean, new_var = mean.clone(), var.clone()
    wanted = F.batch_norm(x, new_mean, new_var, gamma, beta, train, 0.3, 0.2)
    came = oracle.batch_norm(x, gamma, beta, mean, var, train, 0.3, 0.2)
    torch.testing.assert_close(came, (wanted, new_mean, new_var))


def test_branches_grow_as_asked():
    for num_blocks, growth in ((1, 3.0), (10, 2.0), (200, 20.0)):
        grown = (1 + oracle.branch_scale(num_blocks, growth) ** 2) ** num_blocks
        assert grown == pytest.approx(growth)


def torch_xavier(shape, generator):
    return nn.init.xavier_uniform_(torch.empty(shape), generator=generator)


def torch_orthogonal(num_outputs, num_inputs, gain, generator):
    return nn.init.orthogonal_(torch.empty(num_outputs, num_inputs), gain, generator=generator)


def test_plays_say_of_others_right_starts_what_they_say_of_the_reference():
    for play in (oracle.weights((500, 300), 1), oracle.from_generator((4, 3))):
        assert play(torch_xavier) == play(oracle.xavier)
    for play in (
        oracle.turned(4, 7, 1.7, 1),
        oracle.draws(4, 4, range(30)),
        oracle.from_generator(5, 3, 1.0),
    ):
        assert play(torch_orthogonal) == play(oracle.orthogonal)


def test_plays_tell_wrong_starts_from_right_ones():
    def eye(num_outputs, num_inputs, gain, generator):
        return gain * torch.eye(num_outputs, num_inputs)

    play = oracle.from_generator(5, 3, 1.0)
    assert play(eye)["another generator"] == "the same numbers"
    assert oracle.draws(4, 4, range(30))(eye)["entry [0, 0] takes both signs"] == "no"


def test_a_gain_that_ignores_the_number_of_samples_is_seen():
    def thousand(activation, num_samples, generator):
        return oracle.gain(activation, 1000, generator)

    assert set(oracle.samples(oracle.gain).values()) == {"yes"}
    assert set(oracle.samples(thousand).values()) == {"no"}


def test_a_generator_has_moved_once_it_has_drawn():
    generator = seeded(5)
    assert not oracle.has_moved(generator)
    torch.rand(1, generator=generator)
    assert oracle.has_moved(generator)
