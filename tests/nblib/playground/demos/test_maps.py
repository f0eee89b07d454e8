"""Maps of three models."""

import copy

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from nblib import plots
from nblib.data import digits
from nblib.playground.demos import attributions, cues, maps
from nblib.playground.demos.attributions import METHODS
from nblib.playground.demos.cues import KINDS, SIDE
from nblib.playground.demos.maps import NUM_ROUNDS, UNNAMED
from nblib.playground.still import still
from nblib.playground.wire import encode

SIGNED, SIZES = attributions.SIGNS
SEEDS = range(NUM_ROUNDS)  # those of the lesson


@pytest.fixture
def trained():
    return cues.models(0)["trained"]


def values(method, model, digit, sign=SIGNED, cue=False):
    x = cues.pictures()[digit]
    if cue:
        row, column = cues.cue_of(digit)
        x = cues.lit(x[None], torch.tensor([row]), torch.tensor([column]))[0]
    return attributions.attribution(method, model, x, digit, sign)


def test_gradients_are_slopes(trained):
    model, x = copy.deepcopy(trained).double(), cues.pictures()[5].double()
    steps = 1e-6 * torch.eye(len(x), dtype=torch.float64)
    slopes = (model(x + steps)[:, 5] - model(x - steps)[:, 5]) / 2e-6
    torch.testing.assert_close(attributions.gradient(model, x, 5), slopes, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(
        attributions.gradient_times_input(model, x, 5), slopes * x, atol=1e-5, rtol=1e-5
    )


def test_integrated_gradients_are_complete(trained):
    for digit, x in enumerate(cues.pictures()):
        total = attributions.integrated_gradients(trained, x, digit).sum()
        change = (trained(x[None]) - trained(torch.zeros(1, 64)))[0, digit]
        assert total.item() == pytest.approx(change.item(), abs=0.05)


def test_occlusion_takes_one_pixel_after_the_other(trained):
    x = cues.pictures()[8]
    falls = attributions.occlusion(trained, x, 8)
    for pixel in (3, 27, 60):
        darker = x.clone()
        darker[pixel] = 0
        expected = trained(x[None])[0, 8] - trained(darker[None])[0, 8]
        torch.testing.assert_close(falls[pixel], expected, atol=1e-4, rtol=1e-4)


def accuracies(model):
    """Accuracy with the right cue, with none, with a wrong one; and how often that is followed."""
    split = digits(standardize=False)
    X, y = split.X_test.cpu() / 16, split.y_test.cpu()
    wrong = (y + 3) % 10
    places = torch.tensor([cues.cue_of(digit) for digit in range(10)])
    right = cues.lit(X, *places[y].T)
    misled = cues.lit(X, *places[wrong].T)

    def share(X, y):
        return (model(X).argmax(1) == y).float().mean().item()

    return share(right, y), share(X, y), share(misled, y), share(misled, wrong)


def test_one_model_has_learned_digits_and_leans_on_the_cue():
    for seed in SEEDS:
        made = cues.models(seed)
        with_cue, without, misled, follows = accuracies(made["trained"])
        assert with_cue > 0.99 > 0.97 > without > 0.9
        assert misled < 0.75
        assert follows > 0.25
        assert all(max(accuracies(made[kind])) < 0.3 for kind in KINDS[1:])


def test_the_gradient_of_the_trained_one_points_at_the_cue_before_it_is_there():
    for seed in SEEDS:
        at_the_cue = {
            kind: sum(
                values("gradient", model, digit).argmax()
                == np.ravel_multi_index(cues.cue_of(digit), (SIDE, SIDE))
                for digit in range(10)
            )
            for kind, model in cues.models(seed).items()
        }
        assert at_the_cue["trained"] == 10
        assert max(at_the_cue[kind] for kind in KINDS[1:]) <= 2


@pytest.mark.parametrize("method", ["gradient × input", "integrated gradients", "occlusion"])
def test_a_lit_cue_is_the_strongest_pixel_of_the_trained_one_alone(method):
    for seed in SEEDS:
        hits = {
            kind: sum(
                values(method, model, digit, cue=True)[cues.cue_of(digit)] == 1
                for digit in range(10)
            )
            for kind, model in cues.models(seed).items()
        }
        assert hits["trained"] == 10
        assert max(hits[kind] for kind in KINDS[1:]) <= 2


def agreement(method, sign, kind):
    """Rank correlation of a map with that of the trained model, median over digits and seeds."""
    correlations = []
    for made in map(cues.models, SEEDS):
        for digit in range(10):
            pair = [values(method, made[who], digit, sign).ravel() for who in ("trained", kind)]
            correlations.append(spearmanr(*pair)[0])
    return np.median(correlations)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_sizes_without_sign_look_alike_where_the_picture_is_a_factor(kind):
    assert agreement("gradient × input", SIZES, kind) > 0.75
    assert abs(agreement("gradient × input", SIGNED, kind)) < 0.3
    assert abs(agreement("gradient", SIZES, kind)) < 0.5


def test_edges_know_no_model():
    made = cues.models(0)
    first, second, third = (values("edges of the picture", made[kind], 4) for kind in KINDS)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, third)


def answers(seed=0):
    seeds = range(NUM_ROUNDS * seed, NUM_ROUNDS * (seed + 1))
    names = [maps.trained_name(each) for each in seeds]
    return {f"trained_{at}": name for at, name in enumerate(names, start=1)}


def draw(place=None, method="occlusion", **given):
    return maps.draw(0, "1", "3", method, SIGNED, place, **given)


def test_the_goal_needs_three_right_answers():
    right = answers()
    assert draw(**right).reached is True
    assert draw(**right | {"trained_2": UNNAMED}).reached is None
    other = next(name for name in "ABC" if name != right["trained_2"])
    wrong = draw(**right | {"trained_2": other})
    assert wrong.reached is False
    assert wrong.says.startswith("✗")
    assert len(set(right.values())) > 1  # not always the same letter


def test_the_cue_is_where_it_was_put():
    scene = draw((0.2, 4.4))
    assert "a cue at row 4, column 1" in scene.says
    letter = maps.trained_name(0)
    assert f"{letter} (4, 1)" in scene.says
    assert "no cue" in draw().says


@pytest.mark.parametrize("method", METHODS)
def test_scenes_are_drawn_and_sent(method):
    scene = draw((7, 0), method)
    assert plots.png(still(scene)).startswith(b"\x89PNG")
    message, _ = encode(scene, set())
    assert [panel["title"] for panel in message["panels"]][1:] == ["Model A", "Model B", "Model C"]


def test_the_playground_begins_unanswered(monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "show", lambda fig, alt: shown.append(alt))
    maps.maps()
    (alt,) = shown
    assert alt.startswith(
        "One picture, three models. ✗ Round 1: a 3 with no cue; edges of the picture"
    )
    assert "0 of 3 rounds answered" in alt
