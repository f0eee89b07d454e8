"""Flowers drawn by a rule: as many as asked for, told apart by shape, and coloured as asked for."""

import pytest
import torch
from sklearn.linear_model import LogisticRegression

from nblib.data.blossoms import GARDEN, SIZE, SPECIES, blossoms


def mean_colours(X):
    return X.mean(dim=(2, 3)).cpu().numpy()


def score_by_colour(**options):
    X, y = blossoms(400, seed=1, **options)
    X_test, y_test = blossoms(400, seed=2, **options)
    model = LogisticRegression(C=100.0, max_iter=2000).fit(mean_colours(X), y.cpu())
    return model.score(mean_colours(X_test), y_test.cpu())


def test_pictures_and_species_are_as_they_are_said_to_be():
    X, y = blossoms(300, seed=3)
    assert X.shape == (300, 3, SIZE, SIZE)
    assert (X.dtype, y.dtype) == (torch.float32, torch.int64)
    assert X.min() >= 0
    assert X.max() <= 1
    assert y.bincount(minlength=len(SPECIES)).min() > 35
    _, y = blossoms(400, seed=3, species=GARDEN)
    assert y.bincount(minlength=len(GARDEN)).min() > 3


def test_the_species_of_the_garden_are_others():
    assert len({*GARDEN}) == 20
    assert not {one[:2] for one in GARDEN} & {one[:2] for one in SPECIES}


def test_varieties_take_the_colour_away_as_a_sign():
    by_colour = [score_by_colour(varieties=share) for share in (0, 0.25, 1)]
    assert by_colour == sorted(by_colour, reverse=True)
    assert by_colour[0] > by_colour[2] + 0.1


def test_the_species_differ_in_shape_where_all_colours_are_by_lot():
    X, y = blossoms(1500, seed=4, varieties=1)
    bright = X.amax(1)
    few, many = (bright[y == species].mean().item() for species in (1, 4))
    assert few > many + 0.02  # thirteen pointed petals cover less than six round ones


def test_flowers_fill_the_middle_and_leaves_are_green():
    X, _ = blossoms(200, seed=5)
    corner = X[:, :, :3, :3].mean(dim=(0, 2, 3))
    middle = X[:, :, 10:14, 10:14].mean(dim=(0, 2, 3))
    assert corner.argmax() == 1
    assert middle[0] > middle[2] + 0.2  # the disc is yellow


def test_the_seed_draws_everything():
    one, again, other = (blossoms(5, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one[0], again[0])
    assert torch.equal(one[1], again[1])
    assert not torch.equal(one[0], other[0])


@pytest.mark.parametrize("options", [{"num_samples": 0}, {"varieties": 1.2}, {"species": ()}])
def test_what_makes_no_sense_is_refused(options):
    with pytest.raises(ValueError, match="blossoms need"):
        blossoms(**{"num_samples": 3} | options)
