"""The right answers of *Backpropagation* are those of torch, NumPy and SciPy."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.optimize import minimize_scalar

from nblib import checks, data, oracles
from nblib.oracles import backpropagation as oracle


def randn(*shape, dtype=torch.float64):
    return torch.randn(shape, generator=oracles.fresh_generator(), dtype=dtype)


def test_a_layer_is_that_of_torch():
    X, W, b = randn(4, 3), randn(3, 2), randn(2)
    torch.testing.assert_close(oracle.layer(X, W, b), F.linear(X, W.T, b))


def test_decisions_and_shapes_of_weights():
    weights = [[[1, 1], [1, 1]], [0, -1], [[1], [-2]], [0]]
    with checks.hidden("XOR") as check:
        assert oracle.decisions(oracle.weights_of(check, weights)) == [0, 1, 1, 0]
        half = oracle.weights_of(check, [*weights[:2], [[0.5], [-1]], [0]])
        assert oracle.decisions(half) == [0, 0.5, 0.5, 0]
    with pytest.raises(checks.CheckFailed), checks.hidden("XOR") as check:
        oracle.weights_of(check, [*weights[:2], [1, -2], [0]])


def test_weights_are_told_to_be_turned_only_where_turning_them_helps():
    columns = [[[1, 2], [1, 2]], [0, -2], [[1], [-1]], [0]]
    rows = [[[1, 1], [2, 2]], *columns[1:]]
    either = [[[1, -1], [-1, 1]], [0, 0], [[1], [1]], [0]]
    neither = [*columns[:3], [1]]

    def look(weights):
        with checks.hidden("XOR") as check:
            oracle.say_if_turned(check, oracle.weights_of(check, weights))

    for weights in (columns, either, neither):
        look(weights)
    with pytest.raises(checks.CheckFailed) as failed:
        look(rows)
    assert failed.value.verdict.diagnosis.startswith("With W1 transposed it is right")


@pytest.mark.parametrize("delta", [0.3, 1.0, 2.5])
def test_huber_is_that_of_torch(delta):
    y_hat, y = randn(2, 9)
    loss, gradient = oracle.huber(y_hat, y, delta)
    torch.testing.assert_close(loss, F.huber_loss(y_hat, y, delta=delta))
    exact = checks.grad_of(lambda p: F.huber_loss(p, y, delta=delta), y_hat)
    torch.testing.assert_close(gradient, exact)


@pytest.mark.parametrize("loss", ["squared", "absolute", "huber"])
def test_the_best_constant_is_where_scipy_finds_it(loss):
    y, delta = randn(7), 0.6
    each = {
        "squared": torch.square,
        "absolute": torch.abs,
        "huber": lambda r: F.huber_loss(r, 0 * r, delta=delta, reduction="none"),
    }[loss]
    bounds = y.min().item(), y.max().item()
    found = minimize_scalar(lambda c: each(c - y).sum().item(), bounds=bounds, method="bounded")
    assert oracle.best_constant(y, loss, delta) == pytest.approx(found.x, abs=1e-4)


def test_gradients_of_a_neuron_and_of_a_network_are_those_of_autograd():
    w, b, x, y = randn(3), randn(), randn(3), randn()
    loss, by_w, by_b = oracle.neuron_gradients(w, b, x, y)
    torch.testing.assert_close(loss, ((w @ x + b).tanh() - y) ** 2)
    for came, at in ((by_w, 0), (by_b, 1)):
        others = [w, b]

        def loss_of(value, at=at, others=others):
            v, c = (value if i == at else other for i, other in enumerate(others))
            return ((v @ x + c).tanh() - y) ** 2

        torch.testing.assert_close(came, checks.grad_of(loss_of, others[at]))
    params = oracle.start((4, 5, 3), oracles.fresh_generator(), torch.float64)
    X, labels = randn(6, 4), torch.arange(6) % 3
    W1, b1, W2, b2 = watched = [p.clone().requires_grad_() for p in params]
    exact = F.cross_entropy((X @ W1 + b1).tanh() @ W2 + b2, labels)
    wanted = torch.autograd.grad(exact, watched)
    came, *gradients = oracle.network_gradients(X, labels, *params)
    torch.testing.assert_close(came, exact.detach())
    torch.testing.assert_close(gradients, [*wanted])


@pytest.mark.parametrize("shared", [False, True])
def test_gradients_of_a_tape_are_those_of_autograd(shared):
    for _ in range(20):
        tape = oracle.random_tape(oracles.fresh_generator(), 4, 8, shared)
        assert oracle.tape_gradients(tape) == pytest.approx(oracle.by_torch(tape))
        uses = [place for _, parents, _ in tape for place in parents]
        if not shared:
            assert len(uses) == len(set(uses))


@pytest.mark.parametrize("shared", [False, True])
def test_no_random_tape_overflows(shared):
    for seed in range(1000):
        tape = oracle.random_tape(torch.Generator().manual_seed(seed), 4, 14, shared)
        assert max(abs(value) for _, _, value in tape) < 5


def test_known_numbers_of_a_shared_tape():
    diamond = oracle.evaluate(
        *(2.0, 3.0, ("add", 0, 1), ("mul", 0, 1), ("add", 2, 3), ("mul", 2, 3), ("add", 4, 5))
    )
    assert oracle.tape_gradients(diamond)[:4] == [25, 19, 7, 6]
    wrong = [mistake(diamond)[:4] for mistake in oracle.SHARED.values()]
    assert wrong[1:3] == [[29, 22, 7, 6], [4, 3, 7, 6]]  # as engines have erred
    assert oracle.tape_gradients(oracle.chain(40))[0] == 2**40


def test_broadcasting_backwards_is_that_of_autograd():
    gradient = randn(2, 3, 4)
    for shape in ((4,), (3, 1), (1, 3, 1), (), (2, 3, 4)):
        source = torch.zeros(shape, dtype=torch.float64)
        wanted = checks.grad_of(lambda s: (s.expand(2, 3, 4) * gradient).sum(), source)
        torch.testing.assert_close(oracle.unbroadcast(gradient, shape), wanted)


def test_a_network_goes_through_its_points():
    knots = torch.tensor([-1.0, 0.5, 0.75, 3.0]).double()
    values, points = randn(4), torch.linspace(-1, 3, 33).double()
    came = oracle.through(knots, values, points)(oracle.hat_network)
    np.testing.assert_allclose(came, np.interp(points, knots, values), atol=1e-12)


def test_random_feedback_through_the_right_matrix_is_backpropagation():
    params = oracle.start((4, 5, 3), oracles.fresh_generator(), torch.float64)
    X, y = randn(6, 4), torch.arange(6) % 3
    came = oracle.feedback_step(X, y, *params, params[2].T, 0.3)
    weights, _ = oracle.train_network(X, y, params, [torch.arange(6)], 0.3)
    torch.testing.assert_close([*came], weights)
    other = oracle.feedback_step(X, y, *params, randn(3, 5), 0.3)
    torch.testing.assert_close([*other[2:]], weights[2:])  # the last layer is the same
    assert not torch.allclose(other[0], weights[0])


def test_the_right_loop_reads_and_a_frozen_one_does_not():
    def lazy(X, y, params, batches, lr):
        return params, [2.3] * len(batches)

    with checks.hidden("reads") as check:
        oracle.insist_on_reading(check, oracle.train_network, data.digits(), at_least=0.94)
    with pytest.raises(checks.CheckFailed), checks.hidden("reads") as check:
        oracle.insist_on_reading(check, lazy, data.digits(), at_least=0.94)
