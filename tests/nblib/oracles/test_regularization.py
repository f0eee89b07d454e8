"""The references of *Regularization* are right, its mistakes are wrong, and its plays can tell."""

import pytest
import torch
import torch.nn.functional as F

from nblib import checks, data
from nblib.checks.mistakes import not_separated
from nblib.oracles import regularization as oracle
from nblib.oracles.regularization.measure import draws, snapped

GENERATOR = torch.Generator().manual_seed(0)


def draw(*shape):
    return torch.randn(shape, generator=GENERATOR, dtype=torch.float64)


def test_the_proximal_step_minimizes_what_it_should():
    w, grad, lr, strength = draw(5), draw(5), 0.3, 0.7
    came = oracle.l1_step(w, grad, lr, strength)

    def value(z):
        return (z - w + lr * grad).square() / (2 * lr) + strength * z.abs()

    for step in (-0.01, 0.01):
        assert (value(came) <= value(came + step)).all()


def test_decay_is_that_of_sgd_for_weights_and_nothing_for_biases():
    weight, bias, grads = draw(2, 3), draw(3), [draw(2, 3), draw(3)]
    new_weight, new_bias = oracle.decay_step([weight, bias], grads, 0.2, 0.5)
    torch.testing.assert_close(new_weight, weight - 0.2 * (grads[0] + 0.5 * weight))
    torch.testing.assert_close(new_bias, bias - 0.2 * grads[1])


def test_weight_norm_gives_rows_of_the_lengths_asked_for():
    v, g = draw(4, 3), draw(4)
    weights = oracle.weight_norm(v, g)
    torch.testing.assert_close(weights.norm(dim=1), g.abs())
    torch.testing.assert_close(weights, F.normalize(v, dim=1) * g[:, None])


def test_smoothed_targets_add_up_to_1():
    logits, y = draw(6, 4), torch.tensor([0, 3, 2, 2, 1, 0])
    targets = 0.7 * F.one_hot(y, 4) + 0.3 / 4
    wanted = -(targets * logits.log_softmax(dim=1)).sum(dim=1).mean()
    torch.testing.assert_close(oracle.smoothed_cross_entropy(logits, y, 0.3), wanted)


def test_a_quarter_turn_is_a_rotation_of_the_array():
    images = draw(2, 3, 6, 6)
    turned = oracle.turn_and_zoom(images, torch.full((2,), 90.0).double(), torch.ones(2).double())
    torch.testing.assert_close(turned, images.rot90(1, (2, 3)))


def test_the_shortest_fit_is_that_of_least_squares():
    features, y = draw(4, 7), draw(4)
    wanted = torch.linalg.lstsq(features, y[:, None], driver="gelsd").solution[:, 0]
    torch.testing.assert_close(oracle.shortest_fit(features, y, 0.0), wanted)
    w = oracle.shortest_fit(features, y, 0.4)
    torch.testing.assert_close(features.T @ (y - features @ w), 0.4 * w)


def test_nearly_equal_shares_are_snapped_and_others_are_not():
    assert snapped(0.26, 0.25, 0.75) == 0.25
    assert snapped(0.444, 0.25, 0.75) == 0.44


def test_draws_tell_whether_the_generator_counts():
    assert draws(lambda g: torch.rand(3, generator=g))[1] == {
        "the same generator, the same draws": True,
        "another generator, other draws": True,
    }
    assert not draws(lambda g: torch.ones(3))[1]["another generator, other draws"]
    assert not draws(lambda g: torch.rand(3))[1]["the same generator, the same draws"]


def test_a_call_that_seeds_does_not_go_on():
    def seeds(x, generator):
        return x * torch.rand(3, generator=torch.Generator().manual_seed(1))

    with pytest.raises(checks.CheckFailed), checks.hidden("Draws") as check:
        oracle.insist_on_going_on(check, seeds, 1.0)


@pytest.mark.parametrize(
    ("plays", "reference", "mistakes"),
    [
        ([oracle.light(0.4)], oracle.jitter, oracle.LIGHT),
        ([oracle.noise(0.3)], oracle.jitter, oracle.NOISE),
        ([oracle.all_three], oracle.jitter, oracle.ALL_THREE),
        ([oracle.dropped(torch.ones(300, 80), 0.3, False)], oracle.dropout, oracle.DROPOUT_IN_USE),
    ],
)
def test_plays_tell_mistakes_apart(plays, reference, mistakes):
    assert not_separated(reference, mistakes, plays) == []


def network(num_features=64, width=8):
    shapes = (num_features, width), (width,), (width, 10), (10,)
    return [draw(*shape).float() for shape in shapes]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda w: None, "is the `return` missing?"),
        (lambda w: w[:2], "Return the four tensors"),
        (lambda w: [w[0].T, w[1], w[2].T, w[3]], "transposed"),
        (lambda w: [w[0], w[1], w[2][:, :9], w[3][:9]], "ten columns"),
        (lambda w: [w[0], w[1][None], w[2], w[3]], "The shapes are to be"),
        (lambda w: [w[0], w[1], w[2], w[3].expand(300, 10)], "The shapes are to be"),
        (lambda w: [w[0], w[1] * float("nan"), w[2], w[3]], "There is a NaN"),
    ],
)
def test_what_is_no_network_is_refused(change, said):
    with pytest.raises(checks.CheckFailed) as failed, checks.hidden("A network") as check:
        oracle.insist_on_network(check, change(network()), 64)
    assert said in failed.value.verdict.diagnosis


def test_a_network_is_accepted():
    with checks.hidden("A network") as check:
        oracle.insist_on_network(check, network(), 64)


def test_another_activation_is_named():
    W1, b1, W2, b2 = network(5, 4)
    X = draw(40, 5).float()
    y = (torch.tanh(X @ W1 + b1) @ W2 + b2).argmax(dim=1)
    with pytest.raises(checks.CheckFailed) as failed, checks.hidden("A network") as check:
        oracle.insist_on_knowing(check, [W1, b1, W2, b2], X, y)
    assert "another activation" in failed.value.verdict.diagnosis


def test_noisy_digits_have_four_wrong_labels_in_ten():
    task = oracle.noisy_digits(0, torch.Generator().manual_seed(0))
    assert len(task.X) == len(task.y) == 900
    assert len(task.X_valid) == len(task.y_valid) == 357
    assert int((task.y != data.digits(seed=0).y_train[:900].cpu()).sum()) == 360
