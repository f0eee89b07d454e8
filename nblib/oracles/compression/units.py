"""To take whole units out of a network, so that it really becomes smaller."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["UNITS", "remove_units", "two_layers"]

Layer = tuple[Tensor, Tensor]


def remove_units(
    first: Layer,
    second: Layer,
    keep: Tensor,
    *,
    constant: Callable[[Tensor], Tensor] = torch.relu,
    sign: float = 1.0,
    folded: Callable[[Tensor], Tensor] = torch.logical_not,
    through: Callable[[Tensor], Tensor] = lambda W: W,
) -> tuple[Layer, Layer]:
    """Return both layers without the units that are not kept, whose constants go into the bias."""
    (W1, b1), (W2, b2) = first, second
    out = folded(keep)
    moved = through(W2[:, out]) @ constant(b1[out])
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + sign * moved)


def two_layers(
    sizes: tuple[int, int, int], keep: str, generator: torch.Generator, dtype: torch.dtype
) -> tuple[Layer, Layer, Tensor]:
    """Return two random layers and which units stay, "1" in `keep`."""
    num_inputs, num_hidden, num_outputs = sizes
    stay = torch.tensor([digit == "1" for digit in keep])
    assert len(stay) == num_hidden
    drawn = [
        torch.randn(shape, generator=generator, dtype=torch.float64)
        for shape in ((num_hidden, num_inputs), (num_hidden,), (num_outputs, num_hidden))
    ]
    W1, b1, W2 = drawn
    # units that go: one that speaks at least, and one that is silent, as far as there are two
    away = (~stay).nonzero().flatten().tolist()
    for place, unit in enumerate(away):
        b1[unit] = b1[unit].abs() + 0.3 if place % 2 == 0 else -b1[unit].abs() - 0.3
    b2 = torch.randn(num_outputs, generator=generator, dtype=torch.float64)
    return (W1.to(dtype), b1.to(dtype)), (W2.to(dtype), b2.to(dtype)), stay


def _masked(first: Layer, second: Layer, keep: Tensor) -> tuple[Layer, Layer]:
    """Set rows to 0 and leave all shapes as they are."""
    (W1, b1), rest = first, second
    return (W1 * keep[:, None], b1), rest


def _all_zero(first: Layer, second: Layer, keep: Tensor) -> tuple[Layer, Layer]:
    (W1, b1), (W2, b2) = first, second
    return (W1 * keep[:, None], b1 * keep), (W2 * keep, b2)


def _second_left(first: Layer, second: Layer, keep: Tensor) -> tuple[Layer, Layer]:
    return remove_units(first, second, keep)[0], second


_with = partial(partial, remove_units)

UNITS: Mistakes = {
    "A removed unit still spoke: with incoming weights of 0 it gives ReLU(bias), for every input. "
    "That constant must go into the second bias.": _with(sign=0.0),
    "The constant of a removed unit is its bias *after* the ReLU.": _with(constant=lambda b: b),
    "The constant is subtracted from the second bias. What goes must be put in its place: add.": (
        _with(sign=-1.0)
    ),
    "The constants of the units that stay are moved into the second bias. Those of the removed "
    "ones belong there.": _with(folded=lambda keep: keep),
    "The constants of all units are moved into the second bias. The units that stay still speak "
    "for themselves.": _with(folded=torch.ones_like),
    "The constants do not go through the second weights: multiply, then add.": _with(
        through=torch.ones_like
    ),
    "Kept and removed are exchanged: `keep` is True for the units that stay.": (
        lambda first, second, keep: remove_units(first, second, ~keep)
    ),
    "Nothing is smaller: rows of zeros are stored and multiplied like any others. Take them out.": (
        _masked
    ),
    "Rows, biases and columns of zeros are stored and multiplied like any others. Take them out.": (
        _all_zero
    ),
    "The second layer still has its columns for the removed units.": _second_left,
    "The new second bias has lost the old one.": lambda first, second, keep: remove_units(
        first, (second[0], torch.zeros_like(second[1])), keep
    ),
    "The first bias is that of other units: take those that `keep` says.": (
        lambda first, second, keep: (
            (first[0][keep], first[1][: int(keep.sum())]),
            remove_units(first, second, keep)[1],
        )
    ),
    "The first rows and columns are kept, however many stay. Take those that `keep` says.": (
        lambda first, second, keep: remove_units(
            first, second, torch.arange(len(keep)) < keep.sum()
        )
    ),
}
