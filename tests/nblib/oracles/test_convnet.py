"""The convnet, and its reference written out once more: each judges the other, and torch both."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nblib import models
from nblib.oracles import convnet


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


def test_it_starts_exactly_as_pytorch_would():
    torch.manual_seed(3)
    layers = {}
    for k, num_inputs in enumerate((1, 32, 32), start=1):
        layers[f"block{k}.0"] = nn.Conv2d(num_inputs, 32, 3, bias=False)
    layers["head"] = nn.Linear(128, 7)
    state = models.convnet(7, torch.Generator().manual_seed(3)).state_dict()
    for name, layer in layers.items():
        for part, tensor in layer.state_dict().items():
            assert torch.equal(state[f"{name}.{part}"].cpu(), tensor), name


def test_it_counts_and_refuses():
    trained = 9 * 32 + 2 * 9 * 32 * 32 + 3 * 64 + 129 * 10
    assert models.count_parameters(models.convnet(10)) == trained
    with pytest.raises(ValueError, match="num_classes"):
        models.convnet(0)


def test_the_reference_computes_what_the_network_does(generator):
    state = convnet.random_state(4, generator)
    model = models.convnet(4).cpu()
    model.load_state_dict(state)
    X = torch.randn(9, 64, generator=generator)
    with torch.no_grad():
        wanted = model.eval()[:-1](X)
        torch.testing.assert_close(convnet.features(state, X), wanted)
        kept = {}
        wanted = model.train()[:-1](X)
        came = convnet.features(state, X, training=True, statistics=kept)
        torch.testing.assert_close(came, wanted, rtol=1e-4, atol=1e-5)
    after = model.state_dict()
    assert sorted(convnet.moved(state, after)) == sorted(kept)
    for name, tensor in kept.items():
        torch.testing.assert_close(tensor, after[name])


def test_logits_are_those_of_the_network(generator):
    state = convnet.random_state(4, generator)
    model = models.convnet(4).cpu().eval()
    model.load_state_dict(state)
    X = torch.randn(9, 64, generator=generator)
    with torch.no_grad():
        torch.testing.assert_close(convnet.logits(state, X), model(X), rtol=1e-4, atol=1e-4)


def test_differences_are_told_by_name(generator):
    state = convnet.random_state(4, generator)
    other = {name: tensor.clone() for name, tensor in state.items()}
    assert convnet.differences(state, other) == {}
    del other["head.bias"]
    other["block1.0.weight"][0] += 1e-6
    other["block1.1.bias"] = other["block1.1.bias"].double()
    other["block2.1.bias"] = other["block2.1.bias"][:1]
    other["extra"] = torch.ones(1)
    assert convnet.differences(state, other) == {
        "block1.0.weight": "moved",
        "block1.1.bias": "torch.float64",
        "block2.1.bias": "shape (1,)",
        "head.bias": "missing",
        "extra": "unexpected",
    }


def test_names_of_parameters_are_those_of_the_network():
    assert [*convnet.PARAMETERS] == [name for name, _ in models.convnet(2).named_parameters()]


@pytest.mark.parametrize("unfreeze", [True, False])
@pytest.mark.parametrize("training", [(False, True), (True, False)])
def test_the_reference_trains_as_torch_does(generator, unfreeze, training):
    state = convnet.random_state(4, generator)
    X, y = torch.randn(9, 64, generator=generator), torch.arange(9) % 4
    came = convnet.probe_then_tune(
        state, X, y, (2, 3), (0.1, 0.03), training=training, unfreeze=unfreeze
    )
    model = models.convnet(4).cpu()
    model.load_state_dict(state)
    for trained, mode, steps, lr in (
        (model.head, training[0], 2, 0.1),
        (model if unfreeze else model.head, training[1], 3, 0.03),
    ):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(steps):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(came[name], tensor, rtol=1e-3, atol=1e-4)


def test_random_states_have_nothing_at_its_default(generator):
    fresh = models.convnet(4, torch.Generator().manual_seed(1)).cpu().state_dict()
    state = convnet.random_state(4, generator)
    assert list(state) == list(fresh)
    assert set(convnet.moved(fresh, state)) == set(fresh)
