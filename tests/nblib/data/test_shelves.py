"""Products on a shelf: a sticker that tells what is asked for, and pictures without it, too."""

import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier

from nblib.data.shelves import PRODUCTS, SIZE, shelves


def test_pictures_products_and_stickers_are_as_they_are_said_to_be():
    X, y, stickers = shelves(300, seed=1)
    assert X.shape == (300, 3, SIZE, SIZE)
    assert (X.dtype, y.dtype, stickers.dtype) == (torch.float32, torch.int64, torch.int64)
    assert X.min() >= 0
    assert X.max() <= 1
    assert y.bincount(minlength=len(PRODUCTS)).min() > 50


@pytest.mark.parametrize(("tied", "agree"), [(1.0, 1.0), (0.8, 0.85), (0.0, 0.25)])
def test_so_many_stickers_agree_with_their_product(tied, agree):
    _, y, stickers = shelves(4000, seed=2, tied=tied)
    assert (y == stickers).double().mean().item() == pytest.approx(agree, abs=0.03)


def test_the_sticker_has_its_colour_at_the_foot_of_the_shelf():
    X, _, stickers = shelves(400, seed=3, tied=0, noise=0)
    foot = X[:, :, -1].flatten(1).cpu()
    model = KNeighborsClassifier(5).fit(foot[:300], stickers[:300].cpu())
    assert model.score(foot[300:], stickers[300:].cpu()) > 0.5
    red, blue = (X[stickers == colour, :, -3:].mean(dim=(0, 2, 3)) for colour in (0, 3))
    assert red[0] > blue[0]
    assert blue[2] > red[2]


def test_products_show_without_any_sticker():
    X, y, _ = shelves(600, seed=4, tied=0, noise=0)
    edges = (X[:, :, 1:-3] - X[:, :, 1:-3, :1]).abs().amax(1).flatten(1).cpu()
    model = KNeighborsClassifier(5).fit(edges[:500], y[:500].cpu())
    assert model.score(edges[500:], y[500:].cpu()) > 0.45  # by lot: 0.25


def test_the_seed_draws_everything():
    one, again, other = (shelves(5, seed=seed)[0] for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


@pytest.mark.parametrize("options", [{"num_samples": 0}, {"tied": -0.1}, {"noise": -1.0}])
def test_what_makes_no_sense_is_refused(options):
    with pytest.raises(ValueError, match="shelves need"):
        shelves(**{"num_samples": 3} | options)
