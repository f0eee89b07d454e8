import math

import pytest
import torch
from torch import nn

from nblib.models import colour_convnet, count_parameters, logits, mlp
from nblib.runtime import device


def generator(seed):
    return torch.Generator().manual_seed(seed)


def states_equal(a, b):
    a, b = a.state_dict(), b.state_dict()
    return list(a) == list(b) and all(torch.equal(a[name], b[name]) for name in a)


def test_it_starts_exactly_as_pytorch_would():
    torch.manual_seed(3)
    reference = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)).to(device())
    torch.manual_seed(3)
    assert states_equal(mlp([64, 32, 10]), reference)
    assert states_equal(mlp([64, 32, 10], generator=generator(3)), reference)


def test_a_generator_makes_it_independent_of_the_global_one():
    first = mlp([5, 4, 3], generator=generator(0))
    before = torch.get_rng_state()
    assert states_equal(mlp([5, 4, 3], generator=generator(0)), first)
    assert torch.equal(torch.get_rng_state(), before)
    assert not states_equal(mlp([5, 4, 3], generator=generator(1)), first)


def test_one_generator_gives_different_models_in_turn():
    source = generator(0)
    assert not states_equal(mlp([5, 3], generator=source), mlp([5, 3], generator=source))


def test_weights_are_uniform_within_the_bound():
    weight = mlp([100, 2000], generator=generator(0))[0].weight
    bound = 1 / math.sqrt(100)
    assert weight.abs().max() <= bound
    # A uniform variable on ±b has the variance b²/3; 200,000 draws know it to 0.5 %.
    assert weight.var().item() == pytest.approx(bound**2 / 3, rel=0.01)


def test_two_sizes_make_a_linear_model_on_the_device():
    model = mlp([64, 10])
    assert [type(layer) for layer in model] == [nn.Linear]
    assert model[0].weight.device.type == device().type
    assert model(torch.zeros(7, 64, device=device())).shape == (7, 10)


def test_the_activation_stands_between_layers_only():
    model = mlp([3, 4, 5, 2], activation=nn.Tanh)
    kinds = [type(layer) for layer in model]
    assert kinds == [nn.Linear, nn.Tanh, nn.Linear, nn.Tanh, nn.Linear]
    assert model[1] is not model[3]


@pytest.mark.parametrize("sizes", [[], [5], [5, 0], [5, -1, 2]])
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(ValueError, match="sizes need at least inputs and outputs"):
        mlp(sizes)


def test_parameters_are_counted_once_and_only_if_they_learn():
    model = mlp([64, 32, 10])
    assert count_parameters(model) == 64 * 32 + 32 + 32 * 10 + 10
    model[0].requires_grad_(False)
    assert count_parameters(model) == 32 * 10 + 10
    shared = nn.Linear(4, 4)
    assert count_parameters(nn.Sequential(shared, shared)) == 4 * 4 + 4


@pytest.mark.parametrize("sizes", [[5, 3], [6, 8, 7, 4]])
def test_layers_as_pairs_give_the_logits_of_the_model(sizes):
    model = mlp(sizes, generator=generator(0)).cpu()
    layers = [(m.weight, m.bias) for m in model if isinstance(m, nn.Linear)]
    X = torch.randn(9, sizes[0], generator=generator(1))
    torch.testing.assert_close(logits(layers, X), model(X))


def test_the_network_for_colour_pictures_returns_logits_whatever_their_size():
    model = colour_convnet(7, generator(0))
    for size in (8, 24):
        assert model(torch.rand(3, 3, size, size, device=device())).shape == (3, 7)
    assert [name for name, _ in model.named_children()][-1] == "head"
    other, again = (colour_convnet(7, generator(seed)) for seed in (1, 0))
    for mine, same, another in zip(
        model.parameters(), again.parameters(), other.parameters(), strict=True
    ):
        assert torch.equal(mine, same)
        assert not torch.equal(mine, another)
    weight = colour_convnet(7, generator(2)).block3[0].weight
    assert weight.abs().max().item() == pytest.approx(1 / 12, rel=0.01)  # 1/√(9 · 16)


def test_a_network_for_colour_pictures_needs_classes():
    with pytest.raises(ValueError, match="at least 1"):
        colour_convnet(0)
