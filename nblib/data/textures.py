"""Textures in the format of the handwritten digits: pictures without any strokes in them."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.data.glyphs import counts
from nblib.runtime import device

__all__ = ["KINDS", "NUM_CLASSES", "textures"]

NUM_CLASSES = 12

_SIZE = 32
_FLIPPED = 0.01  # the share of the pixels


def textures(kind: str, num_samples: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Return pictures of textures, of 8 × 8 pixels, in 12 classes.

    Args:
        kind: `stripes`, in 4 directions (class modulo 4) and 3 widths, or `grain`, blots of 4
            sizes (class modulo 4) that cover 3 shares of the picture.
        num_samples: of all classes together, in turn.
        seed: draws all of them.

    Returns:
        X (n, 64) float32, counts from 0 to 16; y (n,) int64 in 0–11.

    Raises:
        ValueError: no such kind, or no pictures.
    """
    if kind not in KINDS or num_samples < 1:
        raise ValueError(
            f"textures are {' or '.join(KINDS)}, 1 or more; got {kind!r} and {num_samples}"
        )
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(num_samples) % NUM_CLASSES
    ink = KINDS[kind](y, generator)  # (n, 32, 32)
    flipped = torch.rand(ink.shape, generator=generator) < _FLIPPED
    return counts(ink ^ flipped).to(device()), y.to(device())


def _stripes(y: Tensor, generator: torch.Generator) -> Tensor:
    n = len(y)
    angle = (y % 4) * torch.pi / 4 + 0.15 * torch.randn(n, generator=generator)
    period = torch.tensor([6.0, 10.0, 16.0])[y // 4]  # pixels
    period = period * (1 + 0.1 * torch.randn(n, generator=generator))
    phase = 2 * torch.pi * torch.rand(n, generator=generator)
    row, column = torch.arange(float(_SIZE))[:, None], torch.arange(float(_SIZE))
    angle, period, phase = (values[:, None, None] for values in (angle, period, phase))
    along = row * angle.sin() + column * angle.cos()  # (n, 32, 32)
    return (2 * torch.pi * along / period + phase).sin() > 0.2


def _grain(y: Tensor, generator: torch.Generator) -> Tensor:
    height = torch.zeros(len(y), _SIZE, _SIZE)
    for size_class, size in enumerate((1, 4, 8, 16)):
        rough = torch.randn(len(y), 1, _SIZE // size, _SIZE // size, generator=generator)
        smooth = F.interpolate(rough, size=(_SIZE, _SIZE), mode="bicubic", align_corners=False)
        height = torch.where((y % 4 == size_class)[:, None, None], smooth[:, 0], height)
    covered = torch.tensor([0.3, 0.5, 0.7])[y // 4]
    rank = height.flatten(1).argsort(dim=1).argsort(dim=1).view_as(height)
    return rank >= ((1 - covered) * _SIZE**2)[:, None, None]


KINDS: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    "stripes": _stripes,
    "grain": _grain,
}
