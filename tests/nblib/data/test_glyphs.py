"""Printed symbols and textures: the format of the real digits, classes that can be told apart."""

from pathlib import Path

import matplotlib
import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFont
from sklearn.neighbors import KNeighborsClassifier

from nblib import data
from nblib.data import glyphs, textures

SOURCES = {
    "digits": lambda n, seed: glyphs.glyphs(glyphs.DIGITS, n, seed),
    "letters": lambda n, seed: glyphs.glyphs(glyphs.LETTERS, n, seed),
    "stripes": lambda n, seed: textures.textures("stripes", 12 * n, seed),
    "grain": lambda n, seed: textures.textures("grain", 12 * n, seed),
}


@pytest.mark.parametrize("source", SOURCES)
def test_the_format_is_that_of_the_real_digits(source):
    X, y = SOURCES[source](10, 0)
    real = data.digits(standardize=False)
    assert (X.dtype, y.dtype, X.shape[1]) == (real.X_train.dtype, real.y_train.dtype, 64)
    assert X.device == real.X_train.device
    assert torch.equal(X, X.round())
    assert (X.min(), X.max()) == (0, 16) == (real.X_train.min(), real.X_train.max())
    assert torch.bincount(y).tolist() == [10] * (int(y.max()) + 1)


@pytest.mark.parametrize("source", SOURCES)
def test_the_seed_decides_everything(source):
    X, y = SOURCES[source](3, 5)
    again_X, again_y = SOURCES[source](3, 5)
    assert torch.equal(X, again_X)
    assert torch.equal(y, again_y)
    assert not torch.equal(X, SOURCES[source](3, 6)[0])


@pytest.mark.parametrize("source", SOURCES)
def test_the_classes_can_be_told_apart_and_no_picture_comes_twice(source):
    X, y = SOURCES[source](40, 0)
    assert len(X.unique(dim=0)) > 0.99 * len(X)
    known = KNeighborsClassifier(3).fit(X.cpu(), y.cpu())
    X, y = SOURCES[source](10, 1)
    assert known.score(X.cpu(), y.cpu()) > 3 / (int(y.max()) + 1)


def test_real_digits_look_like_printed_ones():
    X, y = glyphs.glyphs(glyphs.DIGITS, 300, 0)
    real = data.digits(standardize=False)
    known = KNeighborsClassifier(5).fit(X.cpu(), y.cpu())
    assert known.score(real.X_test.cpu(), real.y_test.cpu()) > 0.5  # by chance 0.1


def test_counts_are_those_of_numpy(rng):
    bitmaps = rng.random((5, 32, 32)) < 0.4
    wanted = bitmaps.reshape(5, 8, 4, 8, 4).sum(axis=(2, 4)).reshape(5, 64)
    counts = glyphs.counts(torch.from_numpy(bitmaps))
    assert counts.dtype == torch.float32
    np.testing.assert_array_equal(counts, wanted)


def test_every_font_has_every_symbol():
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in glyphs.FONTS:
        font = ImageFont.truetype(str(folder / f"{name}.ttf"), 40)

        def drawn(symbol, font=font):
            picture = Image.new("L", (80, 80))
            ImageDraw.Draw(picture).text((10, 10), symbol, fill=255, font=font)
            return picture.tobytes()

        pictures = [drawn(symbol) for symbol in glyphs.LETTERS + glyphs.DIGITS]
        assert len(set(pictures)) == len(pictures), name  # a missing one is drawn as a box


def test_stripes_run_as_their_class_says():
    X, y = textures.textures("stripes", 1200, 0)
    pictures = X.reshape(-1, 8, 8)
    along_row = (pictures[:, :, 1:] - pictures[:, :, :-1]).abs().mean(dim=(1, 2))
    along_column = (pictures[:, 1:] - pictures[:, :-1]).abs().mean(dim=(1, 2))
    wide = y // 4 == 2
    assert (along_row > along_column)[wide & (y % 4 == 0)].all()  # they stand upright
    assert (along_row < along_column)[wide & (y % 4 == 2)].all()


def test_grain_covers_its_share():
    X, y = textures.textures("grain", 1200, 0)
    covered = X.mean(dim=1) / 16
    for density, share in enumerate((0.3, 0.5, 0.7)):
        assert covered[y // 4 == density].mean().item() == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(("symbols", "count"), [("", 3), ("AA", 3), ("AB", 0)])
def test_impossible_glyphs_are_refused(symbols, count):
    with pytest.raises(ValueError, match="different symbols"):
        glyphs.glyphs(symbols, count)


def test_a_blank_is_refused():
    with pytest.raises(ValueError, match="leaves no ink"):
        glyphs.glyphs("A ", 1)


@pytest.mark.parametrize(("kind", "count"), [("wood", 3), ("grain", 0)])
def test_impossible_textures_are_refused(kind, count):
    with pytest.raises(ValueError, match="stripes or grain"):
        textures.textures(kind, count)
