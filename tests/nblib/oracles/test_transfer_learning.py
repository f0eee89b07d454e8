"""The references of *Transfer learning*, against torch's modules and scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import NearestCentroid

from nblib import models
from nblib.oracles import transfer_learning as oracle


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


def network(state):
    model = models.convnet(len(state["head.bias"])).cpu()
    model.load_state_dict(state)
    return model.requires_grad_(False)


def test_features_are_those_of_the_network(generator):
    state, X, _ = oracle.draw_network(5, 4, generator)
    features, after = oracle.extract_features(state, 0.3, 2.0, X)
    wanted = network(state).eval()[:-1]((X - 0.3) / 2.0)
    torch.testing.assert_close(features, wanted, rtol=1e-4, atol=1e-5)
    assert oracle.bits(state, 0.3, 2.0, X)(oracle.extract_features) == {}
    assert all(after[name] is not state[name] for name in state)


@pytest.mark.parametrize("training", [True, False])
def test_what_moves_is_what_moves_in_the_network(generator, training):
    state, X, _ = oracle.draw_network(5, 4, generator)
    model = network(state).train(training)
    model(X)
    after = model.state_dict()
    wanted = {
        name: (after[name].double() - state[name].double()).abs().max().item()
        for name in state
        if not torch.equal(after[name], state[name])
    }
    assert oracle.what_moves(state, X, training) == pytest.approx(wanted, rel=1e-3)


def test_a_settled_network_moves_little(generator):
    state, X, _ = oracle.draw_network(5, 4, generator)
    moved = oracle.what_moves(oracle.settled(state, X), X, True)
    changes = [change for name, change in moved.items() if "running" in name]
    assert len(changes) == 6
    assert 1e-6 < min(changes) < max(changes) < 1e-3


def test_the_probe_is_that_of_scikit_learn(generator):
    features = torch.randn(40, 5, generator=generator, dtype=torch.float64)
    y = torch.arange(40) % 4
    W, b = oracle.train_probe(features, y, 4, 0.05)
    fitted = LogisticRegression(C=1 / (40 * 0.05), tol=1e-10, max_iter=10_000)
    fitted.fit(features.numpy(), y.numpy())
    np.testing.assert_allclose(W, fitted.coef_, atol=1e-5)
    np.testing.assert_allclose(
        b - b.mean(), fitted.intercept_ - fitted.intercept_.mean(), atol=1e-5
    )


def test_draws_are_as_they_should_be():
    y = torch.tensor([5, 2, 2, 5, 7, 2, 7, 5, 2, 7, 5, 5, 2, 7, 5, 2])
    facts = oracle.facts_of_draws(y, 3, 0)(oracle.draw_few)
    assert set(facts.values()) == {"yes"}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_leaving_one_out_is_that_of_scikit_learn(generator, dtype):
    features, y = oracle.draw_examples((4, 2, 9), 3, dtype, generator)
    wanted = cross_val_score(NearestCentroid(), features.numpy(), y.numpy(), cv=LeaveOneOut())
    assert oracle.nearest_mean_accuracy(features, y) == pytest.approx(wanted.mean())


def test_groups_hold_each_trained_parameter_once():
    names = [name for name, _ in models.convnet(3).named_parameters()]
    groups = oracle.parameter_groups(names, 1, 0.1, 0.5)
    listed = [name for group in groups for name in group["params"]]
    assert sorted(listed) == sorted(name for name in names if not name.startswith("block1."))
    assert [group["lr"] for group in groups] == [0.1, 0.05, 0.025]


def test_a_fitted_state_can_be_loaded_and_a_fault_has_its_name(generator):
    own, file = (oracle.draw_network(n, 1, generator)[0] for n in (3, 8))
    wrapped = {f"module.{name}": tensor for name, tensor in file.items()}
    model = network(oracle.fitted_state(own, wrapped, ["head"]))
    assert torch.equal(model.head.bias, own["head.bias"])
    assert torch.equal(model.block2[0].weight, file["block2.0.weight"])
    del file["block2.0.weight"]
    with pytest.raises(ValueError, match=r"block2\.0\.weight"):
        oracle.fitted_state(own, file, ["head"])


def test_forgetting_is_that_of_the_networks(generator):
    before, tuned, X, y = oracle.draw_forgetting(5, 8, generator)
    old, new = network(before).eval(), network(tuned).eval()
    new.head = old.head
    wanted = [(model(X).argmax(dim=1) == y).double().mean().item() for model in (old, new)]
    assert oracle.forgetting(before, tuned, X, y) == pytest.approx(wanted, abs=0.006)


def test_it_pays_where_the_median_gain_is_enough():
    zeros, gains = torch.zeros(2, 3), torch.tensor([[0.5, 0.25, 0.0], [0.5, 0.0, 0.25]])
    assert oracle.pays_up_to([5, 20, 10], zeros, gains, 0.125) == 20
    assert oracle.pays_up_to([5, 20, 10], zeros, gains, 0.25) == 5
    assert oracle.pays_up_to([5, 20, 10], zeros, gains, 0.75) == 0
