"""The right answers of *Architecture* are those of torch, or have what defines them."""

import itertools

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nblib import oracles
from nblib.data import glyphs
from nblib.oracles import architecture as oracle


def randn(*shape, dtype=torch.float64):
    return torch.randn(shape, generator=oracles.fresh_generator(), dtype=dtype)


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_a_convolution_is_that_of_torch(stride, padding):
    X, W, b = randn(2, 3, 7, 6), randn(4, 3, 3, 2), randn(4)
    wanted = F.conv2d(X, W, b, stride, padding)
    torch.testing.assert_close(oracle.convolve(X, W, b, stride, padding), wanted)


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_a_cost_is_counted_as_torch_does(groups):
    layer = nn.Conv2d(4, 8, 3, stride=2, padding=1, groups=groups)
    places = layer(torch.zeros(1, 4, 9, 12)).numel()
    parameters, multiply_adds = oracle.conv_cost(4, 8, 3, 9, 12, 2, 1, groups)
    assert parameters == sum(parameter.numel() for parameter in layer.parameters())
    assert multiply_adds == places * layer.weight[0].numel()


def test_a_receptive_field_is_what_gradients_see():
    for layers in itertools.product([(1, 1, 1), (3, 2, 1), (2, 1, 3)], repeat=3):
        assert oracle.receptive_field(layers) == oracle.seen_by_gradient(layers), layers
    assert oracle.receptive_field([]) == 1


def test_a_gru_is_that_of_torch():
    cell = nn.GRUCell(3, 4, dtype=torch.float64)
    x, h = randn(5, 3), randn(5, 4)
    weights = cell.weight_ih.T, cell.weight_hh.T, cell.bias_ih, cell.bias_hh
    torch.testing.assert_close(oracle.gru_step(x, h, *weights), cell(x, h))


def test_attention_is_that_of_torch_with_one_head_and_with_several():
    Q, K, V, mask = randn(3, 4), randn(5, 4), randn(5, 2), torch.ones(3, 5, dtype=torch.bool)
    mask[0, 2:] = mask[2, :4] = False
    out, weights = oracle.attention(Q, K, V, mask)
    torch.testing.assert_close(out, F.scaled_dot_product_attention(Q, K, V, mask))
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(3, dtype=torch.float64))

    X, W = randn(6, 8), randn(4, 8, 8) / 3
    layer = nn.MultiheadAttention(8, 4, bias=False, batch_first=True, dtype=torch.float64)
    layer.in_proj_weight.data = torch.cat([part.T for part in W[:3]])
    layer.out_proj.weight.data = W[3].T.contiguous()
    wanted = layer(X[None], X[None], X[None])[0][0]
    torch.testing.assert_close(oracle.multi_head(X, *W, 4), wanted)


def test_a_block_has_the_norms_of_torch_in_its_branches():
    X = randn(4, 6)
    Y = X + oracle.causal_mean(F.layer_norm(X, (6,), eps=0.2))
    wanted = Y + oracle.two_layers(F.layer_norm(Y, (6,), eps=0.2))
    came = oracle.transformer_block(X, oracle.causal_mean, oracle.two_layers, 0.2)
    torch.testing.assert_close(came, wanted)


def test_messages_do_not_depend_on_how_nodes_are_numbered():
    A = (torch.rand(6, 6, generator=oracles.fresh_generator()) < 0.4).double().triu(1)
    A, X, order = A + A.T, randn(6, 3), torch.randperm(6)
    renumbered = oracle.propagate(A[order][:, order], X[order])
    torch.testing.assert_close(renumbered, oracle.propagate(A, X)[order])
    path = torch.tensor([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]])
    wanted = torch.tensor([1 / 2, 6**-0.5, 0])
    torch.testing.assert_close(oracle.propagate(path, torch.eye(3))[0], wanted)


def test_clicks_are_a_graph_of_users_and_things():
    known = (torch.rand(4, 5, generator=oracles.fresh_generator()) < 0.5).double()
    known[0] = 0
    users, things = randn(4, 2), randn(5, 2)
    for num_layers in (0, 1, 3):
        came = oracle.light_gcn(known, users, things, num_layers)
        wanted = oracle.as_one_graph(known, users, things, num_layers)
        for one, other in zip(came, wanted, strict=True):
            torch.testing.assert_close(one, other)


def test_routing_shares_out_each_input_and_squashes():
    votes = randn(5, 3, 4)
    v, c = oracle.route(votes, 1)
    assert c.unique().tolist() == pytest.approx([1 / 3])
    s = votes.sum(dim=0) / 3
    length = s.norm(dim=1)
    torch.testing.assert_close(v.norm(dim=1), length**2 / (1 + length**2))
    torch.testing.assert_close(F.cosine_similarity(v, s), torch.ones(3, dtype=torch.float64))
    _, c = oracle.route(votes, 4)
    torch.testing.assert_close(c.sum(dim=1), torch.ones(5, dtype=torch.float64))


def test_growing_keeps_to_the_three_roundings():
    network = [32, 16, 3], [1, 2, 3], 224
    assert oracle.grow(*network, 1.0, 1.2, 1.1, 1.15) == ([32, 16, 8], [1, 2, 3], 224)
    channels, depths, side = oracle.grow(*network, 1.2 * 1.1**2 * 1.15**2, 1.2, 1.1, 1.15)
    assert (channels, depths, side) == ([32, 16, 8], [2, 3, 4], 258)  # 35.2 → 32, not below 31.7
    assert oracle.grow([10], [1], 8, 2.0, 1.0, 2**0.5, 1.0)[0] == [16]  # 14.1 → 16
    assert not oracle.far_from_edges([32], [1], 224, 1.0, 1.2, 1.1, 1.15)


def test_who_is_not_beaten():
    table = {"task": {"a": [0.5, 0.9], "b": [0.9, 0.95], "c": [0.89, 0.1]}}
    assert oracle.contenders(table) == {"task": ["a", "b"]}
    assert oracle.names_of(table)(lambda table: {"task": {"b", "a"}}) == {"task": ["a", "b"]}


def test_a_film_is_read_in_order():
    films, h = randn(2, 3, 4, 4), randn(2, 2)
    wanted = h
    for time in range(3):
        wanted = oracle.leaky_step(oracle.moments(films[:, time]), wanted)
    torch.testing.assert_close(
        oracle.read_film(films, oracle.moments, oracle.leaky_step, h), wanted
    )


def test_bitmaps_are_what_glyphs_count():
    bitmaps, y = glyphs.bitmaps("AB", 2, seed=3)
    counts, same = glyphs.glyphs("AB", 2, seed=3)
    assert bitmaps.shape == (4, 32, 32)
    assert torch.equal(glyphs.counts(bitmaps), counts)
    assert torch.equal(y, same)
