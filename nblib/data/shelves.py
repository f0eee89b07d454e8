"""Products on a shelf, each with a price sticker that may give the product away."""

import torch
from torch import Tensor

from nblib.runtime import device

__all__ = ["PRODUCTS", "SIZE", "shelves"]

PRODUCTS = ("bottle", "can", "box", "jar")
SIZE = 16  # pixels on a side

# Half the width of each product, in pixels, from its top down.
_OUTLINES = torch.tensor(
    [
        [1.5, 1.5, 1.5, 1.5, 2.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5],
        [2.5, 3.0, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.0, 2.5],
        [4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0],
        [3.0, 3.0, 2.5, 3.5, 4.0, 4.5, 4.5, 4.5, 4.5, 4.5, 4.0, 3.0],
    ]
)
_STICKERS = torch.tensor([[0.9, 0.1, 0.1], [0.95, 0.85, 0.1], [0.1, 0.7, 0.2], [0.1, 0.3, 0.9]])
_STICKER = 3  # pixels on a side


def shelves(
    num_samples: int, seed: int = 0, *, tied: float = 0.95, noise: float = 0.1
) -> tuple[Tensor, Tensor, Tensor]:
    """Return pictures of products, what they are, and the colours of their price stickers.

    A product has any colour and place. Its sticker, at the foot of the shelf, is red, yellow, green
    or blue: a shop that prices by product ties colour and product together.

    Args:
        num_samples: of all four products together, each drawn by lot.
        seed: draws everything.
        tied: the share of stickers that have the colour of their product; the others are drawn by
            lot from all four. 0 is a shop in which a sticker says nothing.
        noise: standard deviation of the noise on each pixel.

    Returns:
        X (n, 3, 16, 16) float32 in 0–1; y (n,) int64, places in PRODUCTS; stickers (n,) int64,
        the place in PRODUCTS of the product whose colour it is.

    Raises:
        ValueError: no samples, a share that is not in 0–1, or noise below 0.

    >>> X, y, stickers = shelves(5, tied=1)
    >>> X.shape, bool((y == stickers).all())
    (torch.Size([5, 3, 16, 16]), True)
    """
    if num_samples < 1 or not 0 <= tied <= 1 or noise < 0:
        raise ValueError(
            "shelves need 1 or more samples, a share that is tied in 0–1 and noise of 0 or more; "
            f"got {num_samples}, {tied} and {noise}"
        )
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(len(PRODUCTS), (num_samples,), generator=generator)
    lot = torch.randint(len(PRODUCTS), (num_samples,), generator=generator)
    is_tied = torch.rand(num_samples, generator=generator) < tied
    stickers = torch.where(is_tied, y, lot)
    middle = SIZE / 2 + 4 * torch.rand(num_samples, generator=generator) - 2.5  # of each product
    wide = 0.8 + 0.4 * torch.rand(num_samples, generator=generator)
    half = torch.zeros(num_samples, SIZE)
    half[:, 1 : 1 + _OUTLINES.shape[1]] = _OUTLINES[y] * wide[:, None]
    away = (torch.arange(float(SIZE)) - middle[:, None]).abs()  # (n, 16), of each column
    mask = torch.sigmoid(4 * (half[:, :, None] - away[:, None]))[:, None]  # (n, 1, 16, 16)
    mask = mask * (half > 0)[:, None, :, None]
    colour, wall = torch.rand(2, num_samples, 3, 1, 1, generator=generator)
    X = (0.1 + 0.3 * wall) * (1 - mask) + (0.35 + 0.65 * colour) * mask
    left = torch.randint(SIZE - _STICKER + 1, (num_samples,), generator=generator)
    columns = left[:, None] + torch.arange(_STICKER)  # (n, 3)
    rows = torch.arange(SIZE - _STICKER, SIZE)
    which = torch.arange(num_samples)[:, None, None]
    X[which, :, rows[:, None], columns[:, None]] = _STICKERS[stickers][:, None, None]
    X = X + noise * torch.randn(X.shape, generator=generator)
    return X.clamp(0, 1).to(device()), y.to(device()), stickers.to(device())
