"""Packed networks: what they compute, and how many bytes they take."""

import zlib

import pytest
import torch
from torch import nn

from nblib import packed


def some_layer(num_inputs, num_outputs, top=7):
    generator = torch.Generator().manual_seed(num_inputs)
    shape = (num_outputs, num_inputs)
    codes = torch.randint(-top, top + 1, shape, generator=generator).to(torch.int8)
    scales, bias = torch.rand(2, num_outputs, generator=generator)
    return codes, scales.contiguous(), bias.contiguous()


def test_logits_are_those_of_linear_layers_with_relu_between():
    network = [some_layer(5, 4), some_layer(4, 3), some_layer(3, 2)]
    modules = []
    for codes, scales, bias in network:
        layer = nn.Linear(codes.shape[1], codes.shape[0])
        layer.weight.data = codes.float() * scales[:, None]
        layer.bias.data = bias
        modules += [layer, nn.ReLU()]
    X = torch.randn(6, 5, generator=torch.Generator().manual_seed(0))
    wanted = nn.Sequential(*modules[:-1])(X)
    assert torch.allclose(packed.logits(network, X), wanted, atol=1e-4)


def test_bytes_are_those_of_all_parts_deflated_in_order():
    network = [some_layer(5, 4), some_layer(4, 3)]
    parts = [bytes(part.numpy()) for layer in network for part in layer]
    assert packed.num_bytes(network) == len(zlib.compress(b"".join(parts), 9))


def test_what_is_not_contiguous_or_watched_by_autograd_counts_alike():
    codes, scales, bias = some_layer(5, 4)
    turned = codes.T.contiguous().T
    assert not turned.is_contiguous()
    watched = [(turned, scales.clone().requires_grad_(), bias)]
    assert packed.num_bytes(watched) == packed.num_bytes([(codes, scales, bias)])


@pytest.mark.parametrize("top", [1, 7, 127])
def test_few_values_take_few_bytes(top):
    size = packed.num_bytes([some_layer(64, 64, top)])
    assert (size < 2000) is (top == 1)
    assert (size > 4000) is (top == 127)


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ((torch.zeros(2, 3), torch.ones(2), torch.ones(2)), "the codes of layer 0"),
        ((torch.zeros(6).to(torch.int8), torch.ones(6), torch.ones(6)), "the codes of layer 0"),
        ((torch.zeros(2, 3).to(torch.int8), torch.ones(3), torch.ones(2)), "the scales of layer 0"),
        (
            (torch.zeros(2, 3).to(torch.int8), torch.ones(2), torch.ones(2).double()),
            "the bias of layer 0",
        ),
        ((torch.zeros(2, 3).to(torch.int8), torch.ones(2)), "three tensors"),
    ],
)
def test_what_is_no_packed_network_is_said(layer, said):
    with pytest.raises(ValueError, match=said):
        packed.check([layer])


def test_a_packed_network_passes():
    packed.check([some_layer(5, 4), some_layer(4, 3)])
