"""The references of *Interpretability* are the libraries', and its checks of chance can fail."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from sklearn import manifold
from sklearn.linear_model import LinearRegression

from nblib import checks, models
from nblib.oracles import interpretability


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


def said(check_of_chance, *args):
    """The sentence with which a check of chance fails, or "" where it passes."""
    try:
        with checks.hidden("chance") as check:
            check_of_chance(check, *args)
    except checks.CheckFailed as failed:
        return failed.verdict.diagnosis
    return ""


def test_saliency_is_the_jacobian(generator):
    layers = interpretability.network([5, 7, 3], generator, torch.float64)
    X = torch.randn(4, 5, generator=generator, dtype=torch.float64)
    y = torch.tensor([2, 0, 1, 2])
    jacobian = torch.stack([torch.func.jacrev(partial(models.logits, layers))(x[None]) for x in X])
    wanted = jacobian[torch.arange(4), 0, y, 0]
    torch.testing.assert_close(interpretability.saliency(layers, X, y), wanted)


def test_integrated_gradients_are_complete_and_share_what_saturates(generator):
    layers = interpretability.network([5, 7, 3], generator, torch.float64)
    X, base = torch.randn(2, 4, 5, generator=generator, dtype=torch.float64)
    y = torch.tensor([2, 0, 1, 2])
    parts = interpretability.integrated_gradients(layers, X, y, base[0], 2000).sum(dim=1)
    rise = models.logits(layers, X) - models.logits(layers, base[:1])
    torch.testing.assert_close(parts, rise[torch.arange(4), y], rtol=0, atol=0.01)


def test_occlusion_by_single_pixels_is_the_fall_of_a_linear_score(generator):
    w, x = torch.randn(2, 3, 4, generator=generator, dtype=torch.float64)
    map_ = interpretability.occlusion(lambda Z: (Z * w).sum(dim=(1, 2)), x[None], 1, 0.5)
    torch.testing.assert_close(map_[0], w * (x - 0.5))


def test_shapley_of_the_gloves_and_by_all_orders(generator):
    assert interpretability.shapley(interpretability.glove, 3) == pytest.approx(
        [2 / 3, 1 / 6, 1 / 6]
    )
    value = interpretability.game(torch.rand(16, generator=generator).tolist())
    many = interpretability.shapley_sampled(value, 4, 20_000, generator)
    assert many == pytest.approx(interpretability.shapley(value, 4), abs=0.01)


def test_a_local_line_is_scikit_learns(generator):
    Z = torch.randn(50, 3, generator=generator, dtype=torch.float64)
    scores = Z.square().sum(dim=1)
    near = np.exp(-((Z - Z[0]) ** 2).sum(dim=1).numpy() / 1.3**2)
    wanted = LinearRegression().fit(Z.numpy(), scores.numpy(), near).coef_
    assert interpretability.local_line(Z[0], Z, scores, 1.3).tolist() == pytest.approx(wanted)


def test_trustworthiness_is_scikit_learns(generator):
    X = torch.randn(30, 5, generator=generator, dtype=torch.float64)
    wanted = manifold.trustworthiness(X.numpy(), X[:, :2].numpy(), n_neighbors=4)
    assert interpretability.trustworthiness(X, X[:, :2], 4) == pytest.approx(wanted)


def test_random_answers_are_all_that_is_told_of_them(generator):
    X = torch.randn(20, 4, generator=generator, dtype=torch.float64)
    value = interpretability.game([0.5, 2.0, -1.0, 4.0, 3.0, 2.5, 7.0, 9.3])
    for play, reference in (
        (interpretability.facts_of_smoothing(3, 0), interpretability.smoothgrad),
        (interpretability.facts_of_orders(value, 3, 0), interpretability.shapley_sampled),
        (
            interpretability.facts_of_permuting(X, [[2, 0], [2]], 2, 0),
            interpretability.permutation_importance,
        ),
    ):
        assert set(play(reference).values()) == {"yes"}


def test_the_noise_of_smoothgrad_is_measured():
    follow = interpretability.follow_smoothgrad

    def wide(layers, X, y, sd, num_draws, generator):
        return interpretability.smoothgrad(layers, X, y, math.sqrt(sd), num_draws, generator)

    for seed in range(20):
        assert said(follow, interpretability.smoothgrad, 0.5, seed) == ""
        assert said(follow, wide, 0.5, seed).startswith("The noise has the variance `sd`")


@pytest.mark.parametrize("size", [3, 4, 5])
def test_a_planted_network_follows_its_cue_and_not_the_decoy(generator, size):
    net = interpretability.planted(generator, size)
    assert net.cue.sum() == net.decoy.sum() == size
    right = models.logits(net.layers, net.X).argmax(dim=1) == net.y
    assert right.double().mean() > 0.95
    assert interpretability.followed_by(net.layers, net.X, net.cue, net.y) > 0.95
    assert interpretability.followed_by(net.layers, net.X, net.decoy, net.y) < 0.1
    differ = (net.X[net.y == 1].mean(dim=0) - net.X[net.y == 0].mean(dim=0)).abs()
    assert differ[net.decoy].min() > differ[net.cue].max()
    assert said(interpretability.follow_shortcut, lambda *_: net.cue, generator, size) != ""
