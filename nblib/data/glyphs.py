"""Printed letters and digits, distorted, in exactly the format of the handwritten digits.

Each symbol of each font becomes once a map of the distances to its outline. A bent copy of the map,
cut off at a distance of its own, is the symbol in another slant, size and weight of stroke.
"""

import functools
import string
from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import distance_transform_edt
from torch import Tensor

from nblib.runtime import device

__all__ = ["DIGITS", "FONTS", "LETTERS", "bitmaps", "counts", "glyphs"]

DIGITS = string.digits
LETTERS = string.ascii_uppercase + "abdefghnqrt"  # those small ones that have a shape of their own

FONTS = (  # of those that matplotlib brings
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique"),
    *("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique"),
    *("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic"),
    *("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"),
    *("cmr10", "cmb10", "cmss10", "cmtt10"),
)

_MAP, _BITMAP, _BLOCK = 64, 32, 4  # pixels on a side
_BOX = 48  # of the map, which a symbol fills in height or in width
_BEND = 0.12  # standard deviation, in halves of the picture
_FLIPPED = 0.01  # the share of the pixels
_AT_ONCE = 4096


def glyphs(
    symbols: str = LETTERS, num_per_symbol: int = 100, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Return distorted pictures of printed symbols, of 8 × 8 pixels.

    Each picture has a font, a turn (up to 0.25 rad), a slant, a width, a height, a place, a bend, a
    weight of stroke and a little noise of its own. As with `data.digits`, a bitmap of 32 × 32
    pixels is drawn, and black pixels are counted in blocks of 4 × 4.

    Args:
        symbols: the classes: DIGITS, LETTERS, or any others that the fonts have.
        num_per_symbol: pictures of each.
        seed: draws all of them.

    Returns:
        X (n, 64) float32, counts from 0 to 16; y (n,) int64, places in `symbols`, in order.

    Raises:
        ValueError: no symbols, twice the same, a blank, or no pictures.

    >>> X, y = glyphs("AB", num_per_symbol=3)
    >>> X.shape, y.tolist()
    (torch.Size([6, 64]), [0, 0, 0, 1, 1, 1])
    """
    X, y = bitmaps(symbols, num_per_symbol, seed)
    return counts(X), y


def bitmaps(
    symbols: str = LETTERS, num_per_symbol: int = 100, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Return the same pictures before their pixels are counted: (n, 32, 32) bool, and y (n,) int64.

    Arguments and errors as for `glyphs`.
    """
    if not symbols or len(set(symbols)) < len(symbols) or num_per_symbol < 1:
        raise ValueError(
            "glyphs need different symbols, and 1 or more pictures of each; "
            f"got {symbols!r} and {num_per_symbol}"
        )
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(len(symbols)).repeat_interleave(num_per_symbol)  # (n,)
    font = torch.randint(len(FONTS), (len(y),), generator=generator)
    maps = _maps(symbols)
    X = [
        _bitmaps(maps[some, of], generator)
        for some, of in zip(y.split(_AT_ONCE), font.split(_AT_ONCE), strict=True)
    ]
    return torch.cat(X).to(device()), y.to(device())


def counts(bitmaps: Tensor) -> Tensor:
    """Return how many pixels are black in each block of 4 × 4, as the real digits were made.

    Args:
        bitmaps: (n, 32, 32) bool.

    Returns:
        (n, 64) float32, from 0 to 16.

    Source: Alpaydin & Kaynak (1998), https://doi.org/10.24432/C50P49
    """
    return F.avg_pool2d(bitmaps.float()[:, None], _BLOCK).flatten(1) * _BLOCK**2


def _bitmaps(maps: Tensor, generator: torch.Generator) -> Tensor:
    """Draw a distortion for each map (n, 64, 64), and return the ink, (n, 32, 32) bool."""
    n = len(maps)
    uniform = functools.partial(_uniform, n, generator)
    grid = F.affine_grid(_affine(uniform), [n, 1, _BITMAP, _BITMAP], align_corners=False)
    bend = _BEND * torch.randn(n, 2, 4, 4, generator=generator)
    bend = F.interpolate(bend, size=(_BITMAP, _BITMAP), mode="bicubic", align_corners=False)
    grid = grid + bend.movedim(1, 3)  # (n, 32, 32, 2)
    depth = F.grid_sample(maps[:, None], grid, padding_mode="border", align_corners=False)[:, 0]
    thicker = uniform(-0.5, 2.5)  # in pixels of the map
    flipped = torch.rand(depth.shape, generator=generator) < _FLIPPED
    return (depth > -thicker[:, None, None]) ^ flipped


def _affine(uniform: Callable[[float, float], Tensor]) -> Tensor:
    """Return (n, 2, 3) matrices from places in the bitmap to places in the map."""
    angle, slant = uniform(-0.25, 0.25), uniform(-0.4, 0.4)
    x_scale = _BOX / _MAP / uniform(0.6, 1.0)
    y_scale = _BOX / _MAP / uniform(0.9, 1.1)
    cos, sin = angle.cos(), angle.sin()
    rows = [
        torch.stack([cos * x_scale, (slant * cos - sin) * y_scale, uniform(-0.1, 0.1)], dim=1),
        torch.stack([sin * x_scale, (slant * sin + cos) * y_scale, uniform(-0.05, 0.05)], dim=1),
    ]
    return torch.stack(rows, dim=1)


def _uniform(n: int, generator: torch.Generator, low: float, high: float) -> Tensor:
    return low + (high - low) * torch.rand(n, generator=generator)


@functools.cache
def _maps(symbols: str) -> Tensor:
    """Return (symbols, fonts, 64, 64) distances to the outline in pixels, above 0 inside."""
    return torch.tensor(
        np.array([[_map(symbol, font) for font in FONTS] for symbol in symbols]),
        dtype=torch.float32,
    )


def _map(symbol: str, font: str) -> np.ndarray:
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"
    large = Image.new("L", (8 * _BOX, 8 * _BOX))
    ImageDraw.Draw(large).text(
        (2 * _BOX, _BOX), symbol, fill=255, font=ImageFont.truetype(str(path), 4 * _BOX)
    )
    box = large.getbbox()
    if box is None:
        raise ValueError(f"{symbol!r} leaves no ink in the font {font}")
    drawn = large.crop(box)
    width, height = (max(1, round(side * _BOX / max(drawn.size))) for side in drawn.size)
    picture = Image.new("L", (_MAP, _MAP))
    picture.paste(
        drawn.resize((width, height), Image.Resampling.LANCZOS),
        ((_MAP - width) // 2, (_MAP - height) // 2),
    )
    ink = np.asarray(picture) > 127
    return distance_transform_edt(ink) - distance_transform_edt(~ink)
