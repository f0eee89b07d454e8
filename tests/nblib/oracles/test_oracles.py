"""The references of hidden tests are independent, and they can fail."""

import pytest
import torch

from nblib import checks, oracles


def test_spd_matrix_has_the_eigenvalues_asked_for():
    matrix = oracles.spd_matrix([0.5, 2.0, 9.0], oracles.fresh_generator())
    torch.testing.assert_close(matrix, matrix.T)
    wanted = torch.tensor([0.5, 2.0, 9.0], dtype=torch.float64)
    torch.testing.assert_close(torch.linalg.eigvalsh(matrix), wanted)


def test_fresh_generators_draw_different_numbers():
    first, second = (torch.rand(4, generator=oracles.fresh_generator()) for _ in range(2))
    assert not torch.equal(first, second)


def follow(step):
    with checks.hidden("SGD") as check:
        oracles.follow_optimizer(
            check,
            step,
            lambda params: torch.optim.SGD(params, lr=1),
            lrs=(0.1, 0.5),
            dtype=torch.float64,
        )


def descend(params, grads, state, lr):
    return [p - lr * g for p, g in zip(params, grads, strict=True)], state


def test_a_rule_that_follows_passes():
    follow(descend)


def test_a_rule_that_forgets_a_change_of_the_learning_rate_fails():
    with pytest.raises(checks.CheckFailed):
        follow(lambda params, grads, state, lr: descend(params, grads, state, 0.1))


def follow_sigmoid(function):
    with checks.hidden("sigmoid") as check:
        oracles.follow_activation(check, function, torch.sigmoid, dtype=torch.float64)


def test_an_activation_that_follows_passes():
    follow_sigmoid(lambda z: (torch.sigmoid(z), torch.sigmoid(z) * torch.sigmoid(-z)))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda z: (torch.sigmoid(z), z * (1 - z)),
        lambda z: (torch.exp(z) / (1 + torch.exp(z)), torch.sigmoid(z) * torch.sigmoid(-z)),
        lambda z: (torch.sigmoid(z).float(), (torch.sigmoid(z) * torch.sigmoid(-z)).float()),
    ],
    ids=["slope at the input", "overflow", "float32"],
)
def test_an_activation_that_errs_fails(wrong):
    with pytest.raises(checks.CheckFailed):
        follow_sigmoid(wrong)


def test_a_joint_is_found_again():
    generator = torch.Generator().manual_seed(0)
    ends = torch.randn(7, 4, generator=generator, dtype=torch.float64)
    i, j = torch.tensor([0, 5, 2]), torch.tensor([3, 1, 6])
    share = torch.tensor([0.2, 0.9, -0.5], dtype=torch.float64)
    points = torch.lerp(ends[i], ends[j], share[:, None])
    found = oracles.joint(points, ends)
    assert found.first.tolist() == [0, 1, 2]
    assert found.second.tolist() == [3, 5, 6]
    torch.testing.assert_close(found.share, torch.tensor([0.2, 0.1, -0.5], dtype=torch.float64))
    assert found.distance.max() < 1e-12
    assert oracles.joint(points + 0.1, ends).distance.min() > 0.01
