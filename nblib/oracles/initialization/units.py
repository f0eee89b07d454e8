"""How many units are different: right, and wrong in the ways that people count them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations, pairwise
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = [
    "UNITS",
    "Play",
    "Shape",
    "compared",
    "distinct_units",
    "seeded",
    "snap",
    "tensor",
    "yes",
]

Play = Callable[[Callable[..., Any]], Any]


Shape = Sequence[int]


def snap(value: Any, wanted: float, within: float) -> float:
    """Return `wanted` for all that is as near to it as luck explains."""
    value = float(value)
    return wanted if abs(value - wanted) <= within else value


def tensor(value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        raise TypeError(f"a tensor is wanted, and a {type(value).__name__} came")
    return value.detach()


def compared(one: Tensor, other: Tensor) -> str:
    return "the same numbers" if torch.equal(one, other) else "other numbers"


def yes(condition: Any) -> str:
    return "yes" if condition else "no"


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# Count the units


def _near(one: Tensor, other: Tensor, tolerance: float) -> bool:
    return bool((one - other).abs().max() <= tolerance)


def _units(W: Tensor, b: Tensor, tolerance: float) -> Tensor:
    return torch.cat([W, b[:, None]], dim=1)  # (num_units, num_inputs + 1)


def distinct_units(
    W: Tensor,
    b: Tensor,
    tolerance: float,
    *,
    units: Callable[..., Any] = _units,
    same: Callable[..., Any] = _near,
) -> int:
    """Count the units of a layer, W (num_units, num_inputs) and b (num_units,), that differ."""
    known: list[Tensor] = []
    for unit in units(W, b, tolerance):
        if not any(same(unit, other, tolerance) for other in known):
            known.append(unit)
    return len(known)


def _pairs(W: Tensor, b: Tensor, tolerance: float) -> tuple[int, int]:
    """Return how many pairs of units are the same, and how many are not."""
    both = list(combinations(_units(W, b, tolerance), 2))
    alike = sum(_near(*pair, tolerance) for pair in both)
    return alike, len(both) - alike


def _unless_all_alike(W: Tensor, b: Tensor, tolerance: float) -> int:
    known: list[Tensor] = []
    for unit in _units(W, b, tolerance):
        if not known or any(not _near(unit, other, tolerance) for other in known):
            known.append(unit)
    return len(known)


def _without_twin(W: Tensor, b: Tensor, tolerance: float) -> int:
    rows = _units(W, b, tolerance)
    return sum(sum(_near(row, other, tolerance) for other in rows) == 1 for row in rows)


def _by_neighbour(W: Tensor, b: Tensor, tolerance: float) -> int:
    rows = _units(W, b, tolerance)
    return 1 + sum(not _near(*pair, tolerance) for pair in pairwise(rows))


def _apart(W: Tensor, b: Tensor, tolerance: float) -> int:
    """Ask for equal weights and for an equal bias among all known units, each by itself."""
    known: list[Tensor] = []
    for unit in _units(W, b, tolerance):
        weights = any(_near(unit[:-1], other[:-1], tolerance) for other in known)
        biases = any(_near(unit[-1:], other[-1:], tolerance) for other in known)
        if not (weights and biases):
            known.append(unit)
    return len(known)


def _listed(W: Tensor, b: Tensor, tolerance: float) -> Tensor:
    rows = _units(W, b, tolerance)
    new = [r for i, r in enumerate(rows) if not any(_near(r, o, tolerance) for o in rows[:i])]
    return torch.stack(new)


UNITS: Mistakes = {
    "The bias belongs to the unit: equal weights with another bias are another unit.": partial(
        distinct_units, units=lambda W, b, t: W
    ),
    "Computers round: numbers that differ by no more than the tolerance are equal.": partial(
        distinct_units, same=lambda u, v, t: torch.equal(u, v)
    ),
    "You compared columns. A unit is a row of W.": partial(
        distinct_units, units=lambda W, b, t: W.T
    ),
    "You compared columns, the biases among them. A unit is a row of W, and its bias.": partial(
        distinct_units, units=lambda W, b, t: _units(W, b, t).T
    ),
    "The same numbers in another order are another unit: compare entry by entry.": partial(
        distinct_units, units=lambda W, b, t: torch.cat([W.sort(1).values, b[:, None]], 1)
    ),
    "You sorted the numbers of each unit. Their order counts: compare entry by entry.": partial(
        distinct_units, units=lambda W, b, t: _units(W, b, t).sort(1).values
    ),
    "A unit with the opposite signs is another unit.": partial(
        distinct_units, units=lambda W, b, t: _units(W, b, t).abs()
    ),
    "Units with equal sums need not be equal: compare entry by entry.": partial(
        distinct_units, same=lambda u, v, t: abs(u.sum() - v.sum()) <= t
    ),
    "Units of equal length (norm) need not be equal: compare entry by entry.": partial(
        distinct_units, same=lambda u, v, t: abs(u.norm() - v.norm()) <= t
    ),
    "A difference of just the tolerance still counts as equal: `<=`.": partial(
        distinct_units, same=lambda u, v, t: (u - v).abs().max() < t
    ),
    "`allclose` adds a relative tolerance of its own: set rtol=0.": partial(
        distinct_units, same=lambda u, v, t: torch.allclose(u, v, atol=t)
    ),
    "The tolerance is absolute: it does not grow with the numbers (atol, not rtol).": partial(
        distinct_units, same=lambda u, v, t: torch.allclose(u, v, rtol=t, atol=1e-8)
    ),
    "A difference may be negative: compare its absolute value.": partial(
        distinct_units, same=lambda u, v, t: (u - v).max() <= t
    ),
    "A difference may be negative, seen from the other side: compare its absolute value.": partial(
        distinct_units, same=lambda u, v, t: (v - u).max() <= t
    ),
    "The tolerance holds for each number; you compared the distance (norm) of the units.": partial(
        distinct_units, same=lambda u, v, t: (u - v).norm() <= t
    ),
    "The tolerance holds for each number; you compared the sum of the differences.": partial(
        distinct_units, same=lambda u, v, t: (u - v).abs().sum() <= t
    ),
    "The tolerance holds for each number; you compared the mean of the differences.": partial(
        distinct_units, same=lambda u, v, t: (u - v).abs().mean() <= t
    ),
    "One equal entry does not make a twin: all must agree.": partial(
        distinct_units, same=lambda u, v, t: (u - v).abs().min() <= t
    ),
    "Rounding parts neighbours on two sides of a border: look at differences.": (
        lambda W, b, t: len((_units(W, b, t) / t).round().unique(dim=0))
    ),
    "Cutting digits off parts neighbours on two sides of a border: look at differences.": (
        lambda W, b, t: len((_units(W, b, t) / t).floor().unique(dim=0))
    ),
    "That is how many units have a twin before them. The different ones are wanted.": (
        lambda W, b, t: len(W) - distinct_units(W, b, t)
    ),
    "Units that never had a twin are not all: each group of twins counts once.": _without_twin,
    "Compare with all units before, not only with the last one.": _by_neighbour,
    "Compare with all different units so far, not only with the first unit.": (
        lambda W, b, t: 1 + sum(not _near(u, _units(W, b, t)[0], t) for u in _units(W, b, t))
    ),
    "A unit is new if it differs from all that are known; you ask for one of them.": (
        _unless_all_alike
    ),
    "You took one off for each pair of twins: three equal units are three pairs.": (
        lambda W, b, t: len(W) - _pairs(W, b, t)[0]
    ),
    "The bias is equal within the tolerance as well: do not compare it exactly.": partial(
        distinct_units, same=lambda u, v, t: _near(u, v, t) and u[-1] == v[-1]
    ),
    "The count begins at 1: the first unit is new as well.": (
        lambda W, b, t: distinct_units(W, b, t) - 1
    ),
    "That is how many pairs of units are the same. Count units, not pairs.": (
        lambda W, b, t: _pairs(W, b, t)[0]
    ),
    "That is how many pairs of units differ. Count units, not pairs.": (
        lambda W, b, t: _pairs(W, b, t)[1]
    ),
    "Weights and bias must agree with those of one and the same unit.": _apart,
    "Those are the different units themselves: return how many they are.": _listed,
}
