"""Flowers that are drawn by a rule: their species are known, and there are as many as one likes.

They are no photographs. A species is a number of petals, their shape, a colour and a disc; what
varies is size, place, turn, tilt, light, the leaves behind, and the gardener's colour varieties.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from nblib.runtime import device

__all__ = ["GARDEN", "SIZE", "SPECIES", "Species", "blossoms"]

SIZE = 24  # pixels on a side

_DISC = (0.85, 0.7, 0.15)
_LEAVES = (0.25, 0.45, 0.2)
_MORE_OR_LESS = 0.2  # the share of flowers that have a petal more, or less, or neither by lot


class Species(NamedTuple):
    """What a species is: lengths are shares of the flower's radius, colours (red, green, blue)."""

    petals: int
    pointed: float  # 0.4 is a wheel with notches, 3 is a star
    colour: tuple[float, float, float]
    disc: float


SPECIES = (
    Species(5, 1.0, (0.95, 0.3, 0.5), 0.28),  # pink
    Species(6, 0.5, (0.9, 0.45, 0.6), 0.2),  # rose
    Species(8, 2.5, (0.95, 0.9, 0.9), 0.4),  # white
    Species(5, 0.4, (0.6, 0.3, 0.8), 0.15),  # violet
    Species(13, 3.0, (0.95, 0.8, 0.2), 0.35),  # yellow
)

GARDEN = tuple(  # twenty others, to learn from
    Species(petals, pointed, colour, disc)
    for petals, pointed, disc in ((3, 0.8, 0.2), (4, 1.8, 0.3), (7, 1.2, 0.25), (10, 2.0, 0.35))
    for colour in (
        *((0.9, 0.2, 0.2), (0.95, 0.55, 0.2), (0.35, 0.4, 0.9)),
        *((0.8, 0.6, 0.9), (0.97, 0.95, 0.75)),
    )
)


def blossoms(
    num_samples: int,
    seed: int = 0,
    *,
    varieties: float = 0.25,
    species: Sequence[Species] = SPECIES,
) -> tuple[Tensor, Tensor]:
    """Return pictures of flowers, and their species.

    Args:
        num_samples: of all species together, each drawn by lot.
        seed: draws everything.
        varieties: the share of flowers that have the colour of a species drawn by lot.
        species: SPECIES, the five to be told apart; or GARDEN, twenty others.

    Returns:
        X (n, 3, 24, 24) float32 in 0–1, red, green, blue; y (n,) int64, places in `species`.

    Raises:
        ValueError: no flowers, no species, or a share that is not in 0–1.

    >>> X, y = blossoms(3)
    >>> X.shape, y.shape
    (torch.Size([3, 3, 24, 24]), torch.Size([3]))
    """
    if num_samples < 1 or not species or not 0 <= varieties <= 1:
        raise ValueError(
            "blossoms need 1 or more samples and species, and a share of varieties in 0–1; "
            f"got {num_samples}, {len(species)} and {varieties}"
        )
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(len(species), (num_samples,), generator=generator)
    shapes = torch.tensor([[one.petals, one.pointed, one.disc] for one in species])
    petals, pointed, disc = shapes[y].T
    among = torch.randint(-1, 2, (num_samples,), generator=generator)
    petals = petals + among * _by_lot(num_samples, _MORE_OR_LESS, generator)
    radius, angle = _polar(num_samples, generator)  # (n, 24, 24)
    waves = (petals[:, None, None] * angle / 2).cos().abs()
    edge = 0.55 + 0.45 * waves ** pointed[:, None, None]
    disc = disc * _between(0.8, 1.2, num_samples, generator)
    is_flower, is_disc = (_inside(radius, limit) for limit in (edge, disc[:, None, None]))
    colour = _colours(y, species, varieties, generator)[:, :, None, None]
    shade = 1 - 0.25 * radius.clamp(max=1)[:, None]
    picture = _over(_leaves(num_samples, generator), colour * shade, is_flower)
    picture = _over(picture, torch.tensor(_DISC)[:, None, None], is_disc)
    light = _between(0.6, 1.15, num_samples, generator)[:, None, None, None]
    noise = 0.05 * torch.randn(picture.shape, generator=generator)
    return (light * picture + noise).clamp(0, 1).to(device()), y.to(device())


def _polar(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return each pixel's distance from its flower's middle, in radii, and its angle there."""
    size = _between(0.28, 0.48, n, generator) * SIZE
    across, down = (SIZE * (0.5 + _between(-0.14, 0.14, n, generator)) for _ in range(2))
    tilt, turned_to, turn = (
        _between(0.7, 1.0, n, generator),
        _between(0, torch.pi, n, generator),
        _between(0, 2 * torch.pi, n, generator),
    )
    row, column = torch.arange(float(SIZE))[:, None], torch.arange(float(SIZE))
    x, y = column - across[:, None, None], row - down[:, None, None]
    cos, sin = turned_to.cos()[:, None, None], turned_to.sin()[:, None, None]
    u, v = cos * x + sin * y, (cos * y - sin * x) / tilt[:, None, None]
    return torch.hypot(u, v) / size[:, None, None], torch.atan2(v, u) + turn[:, None, None]


def _inside(radius: Tensor, limit: Tensor) -> Tensor:
    """Return how much of each pixel lies inside, (n, 1, 24, 24), from 0 to 1."""
    return torch.sigmoid((limit - radius) * SIZE * 0.75)[:, None]


def _colours(
    y: Tensor, species: Sequence[Species], varieties: float, generator: torch.Generator
) -> Tensor:
    colours = torch.tensor([one.colour for one in species])
    other = torch.randint(len(species), y.shape, generator=generator)
    chosen = torch.where(_by_lot(len(y), varieties, generator), other, y)
    return colours[chosen] + 0.12 * torch.randn(len(y), 3, generator=generator)


def _leaves(n: int, generator: torch.Generator) -> Tensor:
    """Return what is behind the flowers: green, in soft waves, (n, 3, 24, 24)."""
    waves = (torch.arange(SIZE) * torch.arange(4.0)[:, None] * torch.pi / SIZE).cos()  # (4, 24)
    heights = _between(-0.08, 0.08, n * 16, generator).view(n, 4, 4)
    soft = torch.einsum("npq,pi,qj->nij", heights, waves, waves)[:, None]
    strength = torch.ones(n, 3, 1, 1)
    strength[:, 1, 0, 0] = _between(0.5, 1.5, n, generator)
    return torch.tensor(_LEAVES)[:, None, None] + strength * soft


def _over(behind: Tensor, before: Tensor, mask: Tensor) -> Tensor:
    return behind * (1 - mask) + before * mask


def _between(low: float, high: float, n: int, generator: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(n, generator=generator)


def _by_lot(n: int, share: float, generator: torch.Generator) -> Tensor:
    return torch.rand(n, generator=generator) < share
