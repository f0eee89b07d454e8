"""Rare classes: as rare as was asked for, real, seeded, and refused where it cannot be."""

import math

import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.metrics import roc_auc_score

from nblib import data
from nblib.data import rare
from nblib.runtime import device


@pytest.mark.parametrize(
    ("digit", "ratio", "test_size"), [(8, 100, 0.5), (0, 10, 0.3), (3, 400, 0.5)]
)
def test_one_digit_is_as_rare_as_asked_for_in_both_parts(digit, ratio, test_size):
    split = rare.one_digit(digit, ratio, test_size=test_size)
    num_rest = int((load_digits().target != digit).sum())
    num_rare = round(num_rest / ratio)
    assert sum(int((y == 0).sum()) for y in (split.y_train, split.y_test)) == num_rest
    assert int(split.y_test.sum()) == max(1, round(num_rare * test_size))
    assert int(split.y_train.sum()) == num_rare - int(split.y_test.sum())
    assert int((split.y_test == 0).sum()) / num_rest == pytest.approx(test_size, abs=0.001)
    for X, y in ((split.X_train, split.y_train), (split.X_test, split.y_test)):
        assert (X.dtype, y.dtype, X.shape) == (torch.float32, torch.int64, (len(y), 64))
        assert X.device.type == y.device.type == device().type
        assert 0 <= X.min() <= X.max() == 1


def test_every_picture_is_a_real_one_with_its_label_and_none_comes_twice():
    pixels, labels = load_digits(return_X_y=True)
    split = rare.one_digit(5, seed=3)
    X = torch.cat([split.X_train, split.X_test]).cpu().double() * 16
    y = torch.cat([split.y_train, split.y_test]).cpu()
    distance = torch.cdist(X, torch.from_numpy(pixels)).round(decimals=3)
    nearest = distance.argmin(dim=1)
    assert distance.min(dim=1).values.max() < 0.01
    assert len(nearest.unique()) == len(X)
    assert ((torch.from_numpy(labels)[nearest] == 5).long() == y).all()


def test_the_seed_decides_which_rare_examples_are_kept():
    first, again, other = (rare.one_digit(8, seed=seed) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    eights = [split.X_train[split.y_train == 1] for split in (first, other)]
    assert torch.cdist(*eights).min(dim=1).values.max() > 0.1


@pytest.mark.parametrize("wrong", [{"digit": 10}, {"ratio": 5}, {"ratio": 500}, {"test_size": 1.0}])
def test_an_impossible_rarity_is_refused(wrong):
    with pytest.raises(ValueError, match="a digit from 0 to 9, 10 <= ratio <= 400"):
        rare.one_digit(**wrong)


def test_in_the_table_of_tumours_malignant_is_what_one_looks_for():
    split, plain = rare.tumours(seed=2), data.breast_cancer(seed=2, test_size=0.5)
    assert torch.equal(split.X_train, plain.X_train)
    assert torch.equal(split.y_test, 1 - plain.y_test)
    assert int(split.y_train.sum() + split.y_test.sum()) == 212


@pytest.mark.parametrize("prevalence", [0.5, 0.05])
def test_bell_scores_have_the_area_that_theory_says(prevalence):
    y, scores = rare.bell_scores(40_000, prevalence, 1.2, seed=1)
    assert (y.dtype, scores.dtype) == (torch.int64, torch.float64)
    assert int(y.sum()) == prevalence * 40_000
    wanted = 0.5 * (1 + math.erf(1.2 / 2))  # Φ(1.2 / √2)
    assert roc_auc_score(y, scores) == pytest.approx(wanted, abs=0.01)
    assert torch.equal(rare.bell_scores(40_000, prevalence, 1.2, seed=1)[1], scores)


def test_bell_scores_need_both_classes():
    with pytest.raises(ValueError, match="leaves one class of 10 samples empty"):
        rare.bell_scores(10, 0.01, 1.0)
