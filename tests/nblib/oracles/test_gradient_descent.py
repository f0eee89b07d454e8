"""The right answers of *Gradient descent* and *Start here* are those of torch and SciPy."""

import math

import pytest
import torch

from nblib import checks, oracles
from nblib.checks.mistakes import not_separated
from nblib.oracles import gradient_descent as oracle
from nblib.oracles import optimizers as rules
from nblib.oracles import start_here

RULES = {
    "sgd": (lambda p, g, state, lr: (rules.sgd(p, g, lr), state), torch.optim.SGD, {}),
    "momentum": (rules.momentum, torch.optim.SGD, {"momentum": 0.7}),
    "nesterov": (rules.nesterov, torch.optim.SGD, {"momentum": 0.7, "nesterov": True}),
    "adagrad": (rules.adagrad, torch.optim.Adagrad, {"eps": 0.2}),
    "rmsprop": (rules.rmsprop, torch.optim.RMSprop, {"alpha": 0.8, "eps": 0.2}),
    "adam": (rules.adam, torch.optim.Adam, {"betas": (0.7, 0.95), "eps": 0.2}),
    "adamw": (
        rules.adamw,
        torch.optim.AdamW,
        {"betas": (0.7, 0.95), "eps": 0.2, "weight_decay": 0.3},
    ),
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_update_rules_are_those_of_torch(name, dtype):
    rule, optimizer, settings = RULES[name]
    flat = [x for value in settings.values() for x in (value if type(value) is tuple else [value])]
    with checks.hidden(name) as check:
        rules.follow_optimizer(
            check,
            rule,
            lambda params: optimizer(params, lr=1, **settings),
            *(x for x in flat if x is not True),
            lrs=(0.1, 0.5, 0.02, 0.3),
            dtype=dtype,
        )


def test_a_way_begins_again_at_the_same_place():
    play = rules.steps([(2, 2), (3,)], (0.1, 0.2), 0.9)
    first, again = play(rules.momentum), play(rules.momentum)
    torch.testing.assert_close(first, again, rtol=0, atol=0)
    assert first[0][0][0, 0] == first[1][0][0, 0]  # its gradient is 0
    assert [len(first), len(first[0])] == [2, 2]


def test_who_keeps_what_is_given_is_told():
    def keeps(params, grads, state, lr, beta):
        return [p - lr * g for p, g in zip(params, grads, strict=True)], {"v": grads}

    with checks.hidden("own") as check:
        rules.insist_on_own(check, rules.momentum, 0.9)
    with pytest.raises(checks.CheckFailed), checks.hidden("own") as check:
        rules.insist_on_own(check, keeps, 0.9)


def test_borders_and_rates():
    hessian = oracles.spd_matrix([0.5, 2.0, 8.0], oracles.fresh_generator())
    assert oracle.largest_stable_lr(hessian) == pytest.approx(0.25)
    assert oracle.best_rates(hessian) == pytest.approx((15 / 17, 3 / 5))
    assert oracle.convergence_rate(3 * 0.8 ** torch.arange(9.0)) == pytest.approx(0.8)


def test_a_search_that_halves_finds_the_border_and_is_thrifty():
    run = 0.7, 0.0, 4.0, 0.001
    with checks.hidden("border") as check:
        assert oracle.search(check, *run)(oracle.bisect_lr) == 0.7
        oracle.insist_on_halving(check, oracle.bisect_lr, *run)


@pytest.mark.parametrize("step", [0.0, 1e-4], ids=["never ends", "small steps"])
def test_a_search_that_does_not_halve_is_stopped(step):
    def walk(diverges, low, high, tolerance):
        while not diverges(low):
            low += step
        return low

    with pytest.raises(checks.CheckFailed), checks.hidden("border") as check:
        oracle.search(check, 0.7, 0.0, 4.0, 0.001)(walk)
    with pytest.raises(checks.CheckFailed), checks.hidden("border") as check:
        oracle.insist_on_halving(check, lambda d, *run: walk(d, 0.69, *run[1:]), 0.7, 0, 4, 1e-3)


def test_numerical_gradients_are_near_those_of_autograd():
    x = torch.randn(2, 3, generator=oracles.fresh_generator(), dtype=torch.float64)
    found = oracle.numerical_gradient(lambda x: (x.sin() ** 2).sum(), x, 1e-5)
    torch.testing.assert_close(found, (2 * x).sin())


def test_the_colleague_has_made_two_mistakes():
    assert oracle.faulty_gradients(*oracle.colleagues_work()) == {"W1", "b2"}


def test_a_bowl_has_the_faults_that_it_is_given():
    generator = oracles.fresh_generator()
    for size in (1e3, 1e-6):
        assert not oracle.faulty_gradients(*oracle.bowl(generator, size, zero=True))
        case = oracle.bowl(generator, size, A=oracle.one_entry, C=torch.neg)
        assert oracle.faulty_gradients(*case) == {"A", "C"}


def test_clipping_is_that_of_torch():
    grads = [torch.tensor([3.0, 0.0]), torch.tensor([[-4.0], [12.0]])]
    for max_norm in (6.5, 13.0, 20.0):
        params = [torch.zeros_like(g, requires_grad=True) for g in grads]
        for p, g in zip(params, grads, strict=True):
            p.grad = g.clone()
        torch.nn.utils.clip_grad_norm_(params, max_norm)
        clipped = oracle.clip(grads, max_norm)
        torch.testing.assert_close(clipped, [p.grad for p in params])


def test_the_schedule_meets_its_corners():
    lrs = [oracle.warmup_cosine(*step) for step in oracle.every_step(8, 3, 0.9, 0.1)]
    assert lrs[0] == pytest.approx(0.3)
    assert lrs[2] == pytest.approx(0.9)
    assert lrs[-1] == pytest.approx(0.1)
    assert lrs[3] == pytest.approx(0.1 + 0.4 * (1 + math.cos(math.pi / 5)))


def test_softmax_regression_is_that_of_torch():
    generator = oracles.fresh_generator()
    X, y = torch.randn(7, 2, generator=generator), torch.arange(7) % 3
    orders = [torch.randperm(7, generator=generator) for _ in range(2)]
    layer = torch.nn.Linear(2, 3)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1)
    with torch.no_grad():
        for p in layer.parameters():
            p.zero_()
    wanted, step = [], 0
    for order in orders:
        losses = []
        for rows in order.split(3):
            optimizer.param_groups[0]["lr"] = 1 / (1 + step)
            each = torch.nn.functional.cross_entropy(layer(X[rows]), y[rows], reduction="none")
            optimizer.zero_grad()
            each.mean().backward()
            torch.nn.utils.clip_grad_norm_(layer.parameters(), 0.4)
            optimizer.step()
            losses += each.tolist()
            step += 1
        wanted.append(sum(losses) / 7)
    W, b, losses = oracle.train_softmax(X, y, orders, 3, lambda step: 1 / (1 + step), 0.4)
    torch.testing.assert_close(W, layer.weight.T.detach(), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(b, layer.bias.detach(), rtol=1e-4, atol=1e-5)
    assert losses == pytest.approx(wanted, rel=1e-4)


def test_mean_squared_error_is_that_of_torch():
    y_hat, y = torch.randn(2, 5, 3, generator=oracles.fresh_generator())
    torch.testing.assert_close(
        start_here.mean_squared_error(y_hat, y), torch.nn.functional.mse_loss(y_hat, y)
    )


def test_mistakes_are_told_apart_by_a_few_steps():
    plays = [
        rules.steps([(3,), (3,), (3,)], (0.1, 0.3, 0.05, 0.2), 0.9),
        rules.steps([(3,), (3,), (3,)], (0.3, 0.1, 0.2), 0.6),
    ]
    for rule, mistakes in ((rules.momentum, rules.MOMENTUM), (rules.nesterov, rules.NESTEROV)):
        assert not_separated(rule, mistakes, plays) == []
