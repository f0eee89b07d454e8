"""References for *Activations* agree with torch and with differences; its mistakes are mistakes."""

import pytest
import torch
import torch.nn.functional as F

from nblib import checks, oracles
from nblib.oracles import activations as oracle

Z = torch.tensor([[-3.0, -0.5, 0.25], [2.0, -10.0, 7.0]], dtype=torch.float64)


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


ACTIVATIONS = [
    (oracle.sigmoid, torch.sigmoid, ()),
    (oracle.leaky_relu, F.leaky_relu, (0.3,)),
    (oracle.elu, F.elu, (1.7,)),
    (oracle.swish, lambda z, beta: z * torch.sigmoid(beta * z), (0.4,)),
    (oracle.gelu, F.gelu, ()),
]
NAMES = ["sigmoid", "leaky ReLU", "ELU", "Swish", "GELU"]


@pytest.mark.parametrize(("reference", "other", "settings"), ACTIVATIONS, ids=NAMES)
def test_values_are_torchs_and_slopes_are_central_differences(reference, other, settings):
    value, slope = reference(Z, *settings)
    torch.testing.assert_close(value, other(Z, *settings))
    h = 1e-6
    difference = (reference(Z + h, *settings)[0] - reference(Z - h, *settings)[0]) / (2 * h)
    torch.testing.assert_close(slope, difference, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("reference", "other", "settings"), ACTIVATIONS, ids=NAMES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_references_follow_torch_on_drawn_inputs(reference, other, settings, dtype):
    with checks.hidden("activation") as check:
        oracle.follow_activation(check, reference, other, *settings, dtype=dtype)


def test_slopes_at_a_kink_are_those_of_the_cards():
    zero = torch.tensor([0.0])
    assert oracle.leaky_relu(zero, 0.25)[1].item() == 0.25
    assert oracle.elu(zero, 0.25)[1].item() == 0.25


def test_gradient_norms_are_those_of_autograd(generator):
    weights, phi, X, last = oracle.draw_network((4, 3, 5, 2), torch.sin, generator, torch.float64)
    h, layers = X.clone().requires_grad_(), []
    for W in weights:
        h = torch.sin(h @ W)
        layers.append(h)
    wanted = [g.norm().item() for g in torch.autograd.grad(h, layers, last)]
    assert oracle.gradient_norms(weights, phi, X, last) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("num_dead", [0, 1, 3])
def test_a_drawn_layer_has_as_many_dead_units_as_asked_for(generator, num_dead):
    batches = oracle.draw_layer(6, num_dead, generator, torch.float32)
    assert [len(batch) for batch in batches] == [16, 16, 8]
    dead = oracle.dead_units(batches)
    assert len(dead) == num_dead
    largest = torch.cat(batches).amax(dim=0)
    assert [unit for unit in range(6) if largest[unit] == 0] == dead


def test_a_list_is_made_of_what_comes_but_not_of_a_number():
    assert oracle.listed(2)(range) == [0, 1]
    with pytest.raises(TypeError):
        oracle.listed(2)(abs)


@pytest.mark.parametrize("num_dead", [0, 1, 7, 9])
def test_wounded_networks_are_dead_just_where_they_say(generator, num_dead):
    network = oracle.wounded(30, 9, num_dead, generator, torch.float64)
    X, W1, b1, _ = network.parts
    hidden = torch.relu(X @ W1 + b1)
    assert int(network.dead.sum()) == num_dead
    assert torch.equal((hidden == 0).all(dim=0), network.dead)
    assert all((X @ W1)[:, unit].eq(0).all() for unit in network.zero)
    if network.biased is not None:
        assert b1[network.biased] == -30
        assert (hidden[:, network.rare] > 0).double().mean() < 0.1


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_cure_passes_and_leaves_the_output_as_it_is(generator, dtype):
    network = oracle.wounded(40, 60, 50, generator, dtype)
    with checks.hidden("A cure") as check:
        oracle.follow_revival(check, oracle.revive, network, generator)
    X, W1, b1, W2 = network.parts
    new_W1, new_b1, new_W2 = oracle.revive(*network.parts, generator)
    before, after = torch.relu(X @ W1 + b1) @ W2, torch.relu(X @ new_W1 + new_b1) @ new_W2
    torch.testing.assert_close(after, before)


def test_a_cure_without_the_generator_fails(generator):
    network = oracle.wounded(40, 60, 50, generator, torch.float32)
    own = torch.Generator().manual_seed(1)
    with pytest.raises(checks.CheckFailed), checks.hidden("A cure") as check:
        oracle.follow_revival(
            check, lambda *args: oracle.revive(*args[:-1], own), network, generator
        )


def test_losses_are_torchs(generator):
    for size in (1.0, 1e4):
        logits = size * torch.randn(5, 3, generator=generator, dtype=torch.float64)
        y = torch.tensor([0, 2, 1, 1, 0])
        wanted = torch.log_softmax(logits, dim=1)
        torch.testing.assert_close(oracle.log_softmax(logits), wanted)
        loss, gradient = oracle.cross_entropy(logits, y)
        assert loss == pytest.approx(F.cross_entropy(logits, y).item())
        torch.testing.assert_close(gradient, checks.grad_of(F.cross_entropy, logits, y))
        labels = (logits > 0.3).double()
        wanted = F.binary_cross_entropy_with_logits(logits, labels).item()
        assert oracle.bce_with_logits(logits, labels) == pytest.approx(wanted)


MISTAKES = {
    "sigmoid": (oracle.sigmoid, oracle.SIGMOID, (Z,)),
    "leaky ReLU": (oracle.leaky_relu, oracle.LEAKY_RELU, (torch.tensor([-2.0, 0.0, 0.2]), 0.3)),
    "ELU": (oracle.elu, oracle.ELU, (torch.tensor([-2.0, 0.0, 0.2]), 1.7)),
    "Swish": (oracle.swish, oracle.SWISH, (Z, 0.4)),
    "GELU": (oracle.gelu, oracle.GELU, (Z / 2,)),
    "log-softmax": (oracle.log_softmax, oracle.LOG_SOFTMAX, (Z,)),
    "cross-entropy": (oracle.cross_entropy, oracle.CROSS_ENTROPY, (Z / 2, torch.tensor([2, 1]))),
    "BCE": (oracle.bce_with_logits, oracle.BCE, (Z, (Z > -1).double())),
}


@pytest.mark.parametrize(
    ("reference", "wrong", "args"),
    [
        pytest.param(reference, wrong, args, id=f"{name}: {sentence[:40]}")
        for name, (reference, mistakes, args) in MISTAKES.items()
        for sentence, wrong in mistakes.items()
    ],
)
def test_a_mistake_is_told_from_the_reference(reference, wrong, args):
    with pytest.raises(checks.CheckFailed), checks.hidden("a mistake") as check:
        check.agree(wrong, reference, args)


def test_the_right_outputs_are_passed_and_every_wrong_name_has_a_sentence():
    with checks.hidden("What can it say?") as check:
        oracle.follow_choice(check, lambda task: oracle.OUTPUTS[task][0])
    for (activation, loss), why_not in oracle.OUTPUTS.values():
        assert len(why_not) == 6
        assert not {activation, loss} & why_not.keys()


def test_fresh_inputs_are_drawn_anew():
    first, second = (
        oracle.draw_layer(4, 1, oracles.fresh_generator(), torch.float64) for _ in range(2)
    )
    assert not torch.equal(first[0], second[0])
