"""The references of *Training strategies* are those of the libraries, and its checks can fail."""

import pytest
import torch
import torch.nn.functional as F
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from torch import nn
from torch.optim.swa_utils import AveragedModel, update_bn

from nblib.oracles import training_strategies as oracle


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


def test_a_moving_average_has_weights_that_add_up_to_one(generator):
    weights = torch.randn(6, 2, generator=generator, dtype=torch.float64)
    share = 0.7 ** torch.arange(5, -1, -1).double()
    wanted = (share / share.sum()) @ weights
    assert torch.allclose(oracle.ema(weights, 0.7)[-1], wanted)
    assert torch.allclose(oracle.ema(torch.ones(9, 1), 0.9), torch.ones(9, 1))


def test_the_mean_beside_the_training_is_that_of_averaged_model():
    def with_torch(weights, gradient, lr, num_steps, start):
        model = nn.ParameterList([nn.Parameter(w.clone()) for w in weights])
        optimizer, mean = torch.optim.SGD(model.parameters(), lr=lr), AveragedModel(model)
        for step in range(num_steps):
            for p, g in zip(model, gradient([p.detach() for p in model]), strict=True):
                p.grad = g
            optimizer.step()
            if step >= start:
                mean.update_parameters(model)
        return [p.detach() for p in model], [p.detach() for p in mean.module]

    walk = oracle.walk(3, 0.4, 9, 4)
    wanted, came = walk(with_torch), walk(oracle.averaged_sgd)
    assert wanted["gradients asked for"] == came["gradients asked for"] == 9
    for name in ("the last weights", "the mean weights"):
        for w, c in zip(wanted[name], came[name], strict=True):
            assert torch.allclose(w, c)


def test_the_mean_network_has_the_statistics_of_update_bn(generator):
    states, batches = oracle.random_networks(3, [7, 20], generator)
    came = oracle.mean_network(states, batches)
    model = nn.Sequential(nn.Linear(64, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Linear(24, 10))
    model.load_state_dict(came)  # all names are there
    assert list(model.state_dict()) == list(states[0])
    update_bn(batches, model)
    for name in ("1.running_mean", "1.running_var"):
        assert torch.allclose(model.state_dict()[name], came[name], atol=1e-5)


def test_a_barrier_is_that_of_a_known_hill():
    def loss(weights):
        return 1 - (weights[0].item() ** 2) + 3 * weights[0].item()  # a = -1: -3, b = 1: 3

    a, b = [torch.tensor(-1.0)], [torch.tensor(1.0)]
    assert oracle.barrier(loss, a, b, 4) == pytest.approx(1)  # at the middle: 1 - 0
    assert oracle.barrier(lambda w: -loss(w), a, b, 4) == 0


def test_held_out_losses_are_those_of_cross_val_predict(generator):
    class ByMeans(ClassifierMixin, BaseEstimator):
        def fit(self, X, y):
            self.classes_, self.X_, self.y_ = torch.arange(3).numpy(), X, y
            return self

        def decision_function(self, X):
            X_train, y_train, X = (torch.from_numpy(part) for part in (self.X_, self.y_, X))
            return oracle.held_out.predict(X_train, y_train, X).numpy()

        predict = decision_function

    y = torch.arange(30) % 3
    X = torch.randn(30, 4, generator=generator) + F.one_hot(y, 4)
    fold = torch.randperm(30, generator=generator) % 4
    came = oracle.held_out_losses(X, y, fold, oracle.held_out.predict)
    logits = cross_val_predict(
        ByMeans(),
        X.numpy(),
        y.numpy(),
        cv=PredefinedSplit(fold.numpy()),
        method="decision_function",
    )
    wanted = F.cross_entropy(torch.from_numpy(logits).float(), y, reduction="none")
    assert torch.allclose(came, wanted, atol=1e-5)


def test_all_examples_are_shown_in_the_end_and_none_is_taken_back(generator):
    difficulty = torch.randn(17, generator=generator)
    before: set[int] = set()
    for step in range(12):
        now = {*oracle.shown(difficulty, step, 3, 9, True).tolist()}
        assert before <= now
        before = now
    assert len(oracle.shown(difficulty, 0, 3, 9, True)) == 3
    assert before == {*range(17)}


def test_growing_batches_keep_the_planned_ratio():
    plan = oracle.growing_batches(0.4, 16, 2, 3, 40, 9)
    assert plan[2] == (0.4, 16)
    assert plan[3] == (0.4, 32)
    assert plan[6] == (pytest.approx(0.25), 40)
    for epoch, (rate, batch) in enumerate(plan):
        assert rate / batch == pytest.approx(0.4 / 16 / 2 ** (epoch // 3))


def test_rounding_by_lot_is_right_on_average(generator):
    x = torch.tensor([1.002, -0.3, 77.7, 1e-20])
    many = oracle.round_by_lot(x.expand(40_000, -1), generator)
    assert torch.equal(many, many.bfloat16().float())
    assert torch.allclose(many.mean(dim=0), x, rtol=2e-4)
    facts = oracle.facts_of_rounding(x, torch.tensor([1.0, -3.0]), 0)
    assert {*facts(oracle.round_by_lot).values()} == {"yes"}
    assert facts(lambda x, generator: x.bfloat16().float())["both neighbours come"] == "no"


def test_small_trainings_are_as_told():
    names = ["some features", "all features", "untrained", "some features, weights × 3"]
    said = oracle.verdicts(oracle.small_trainings, names, range(20, 28))
    assert list(said.values()) == ["helps", "hurts", "no difference"]
