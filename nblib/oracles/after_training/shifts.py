"""What has changed between two tables of p(x, y)?"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["KINDS", "SHIFTS", "some_tables", "tables_alike_in_part", "what_changed"]

KINDS = ("nothing", "covariate shift", "label shift", "concept drift", "several")


Case = tuple[Tensor, Tensor]


def _of_x(table: Tensor) -> Tensor:
    return table.sum(dim=1)


def _of_y(table: Tensor) -> Tensor:
    return table.sum(dim=0)


def _y_given_x(table: Tensor) -> Tensor:
    return table / table.sum(dim=1, keepdim=True)


def _x_given_y(table: Tensor) -> Tensor:
    return table / table.sum(dim=0, keepdim=True)


_PARTS = (_of_x, _of_y, _y_given_x, _x_given_y)


def _alike(one: Tensor, other: Tensor) -> bool:
    return bool((one - other).abs().max() < 1e-6)


def what_changed(before: Tensor, after: Tensor) -> str:
    """Return which of KINDS leads from one table of p(x, y) to the other."""
    same = {
        of: _alike(of(before.double()), of(after.double()))
        for of in (_of_x, _y_given_x, _x_given_y)
    }
    if same[_of_x] and same[_y_given_x]:
        return "nothing"
    if same[_y_given_x]:
        return "covariate shift"
    if same[_x_given_y]:
        return "label shift"
    return "concept drift" if same[_of_x] else "several"


def _shares(size: int, generator: torch.Generator) -> Tensor:
    """Return probabilities of this many things, each 0.05 or more of an even share."""
    drawn = 0.15 + torch.rand(size, generator=generator, dtype=torch.float64)
    return drawn / drawn.sum()


def some_tables(
    kind: str, num_x: int, num_y: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return a table (num_x, num_y) before and after a change of this kind, float64."""
    while True:
        before, after = _drawn(kind, num_x, num_y, generator)
        if _clear(before, after):
            return before, after


def _clear(before: Tensor, after: Tensor) -> bool:
    """Return whether each part stays up to rounding, or moves so that nobody overlooks it."""
    apart = [float((of(before) - of(after)).abs().max()) for of in _PARTS]
    return all(difference < 1e-9 or difference > 0.015 for difference in apart)


def _drawn(kind: str, num_x: int, num_y: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    p = _shares(num_x * num_y, generator).reshape(num_x, num_y)
    moved_x = _of_x(p).roll(1) * torch.linspace(1, 2, num_x).double()
    moved_y = _of_y(p).roll(1) * torch.linspace(1, 2, num_y).double()
    rule = _y_given_x(_y_given_x(p).roll(1, dims=1) * torch.linspace(1, 2, num_y).double())
    moved_x, moved_y = moved_x / moved_x.sum(), moved_y / moved_y.sum()
    after = {
        "nothing": p,
        "covariate shift": moved_x[:, None] * _y_given_x(p),
        "label shift": moved_y * _x_given_y(p),
        "concept drift": _of_x(p)[:, None] * rule,
        "several": moved_x[:, None] * rule,
    }[kind]
    return p, after.clone()


def tables_alike_in_part(num_x: int, num_y: int, generator: torch.Generator) -> list[Case]:
    """Return tables before and after that look like less of a change than it is, or like another.

    In the first two x tells nothing of y, and one of p(x) and p(y) moves; then p(y | x) stays for
    the first y alone, and then p(x | y) for the first x alone. There are 3 or more of each.
    """
    while True:
        x, other_x = (_shares(num_x, generator)[:, None] for _ in range(2))
        y, other_y = (_shares(num_y, generator) for _ in range(2))
        p = _shares(num_x * num_y, generator).reshape(num_x, num_y)
        rule, looks = _y_given_x(p), _x_given_y(p)
        rule = torch.cat([rule[:, :1], rule[:, 1:].roll(1, dims=1)], dim=1)
        looks = torch.cat([looks[:1], looks[1:].roll(1, dims=0)])
        pairs = [
            (x * y, other_x * y),
            (x * y, x * other_y),
            (p, _of_x(p)[:, None] * rule),
            (p, other_y * looks),
        ]
        if all(_clear(*pair) for pair in pairs):
            return pairs


def _in_turn(*rules: tuple[str, Callable[[Tensor, Tensor], bool]], last: str) -> Callable[..., str]:
    def wrong(before: Tensor, after: Tensor) -> str:
        for name, holds in rules:
            if holds(before, after):
                return name
        return last

    return wrong


def _same(of: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor], bool]:
    return lambda before, after: _alike(of(before), of(after))


def _equal(of: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor], bool]:
    return lambda before, after: torch.equal(of(before), of(after))


def _moved(of: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor], bool]:
    return lambda before, after: not _alike(of(before), of(after))


def _renamed(names: dict[str, str]) -> Callable[..., str]:
    return lambda before, after: names.get(said := what_changed(before, after), said)


_NOTHING = ("nothing", _same(lambda table: table))

SHIFTS: Mistakes = {
    "Rows and columns are exchanged: a row is an x, a column a y, and p(x) is the sum over y.": (
        lambda before, after: what_changed(before.T, after.T)
    ),
    "Every change of p(x) is called covariate shift. It is one only if p(y | x) stays.": _in_turn(
        _NOTHING,
        ("covariate shift", _moved(_of_x)),
        ("label shift", _same(_x_given_y)),
        last="concept drift",
    ),
    "Every change of p(y) is called label shift. It is one only if p(x | y) stays.": _in_turn(
        _NOTHING,
        ("label shift", _moved(_of_y)),
        ("covariate shift", _same(_y_given_x)),
        ("concept drift", _same(_of_x)),
        last="several",
    ),
    "Every change of p(y | x) is called concept drift. Under label shift it changes, too, and for "
    "concept drift p(x) must stay.": _in_turn(
        _NOTHING, ("concept drift", _moved(_y_given_x)), last="covariate shift"
    ),
    "Where p(x) and p(y | x) both change, and p(x | y) too, it is none of the three: several.": (
        _renamed({"several": "concept drift"})
    ),
    "You compare exactly. Numbers that should be equal differ by rounding: use torch.allclose.": (
        _in_turn(
            ("nothing", torch.equal),
            ("covariate shift", _equal(_y_given_x)),
            ("label shift", _equal(_x_given_y)),
            ("concept drift", _equal(_of_x)),
            last="several",
        )
    ),
    "Every change of p(y) with another p(y | x) is called label shift. It is one only if p(x | y) "
    "stays.": _in_turn(
        _NOTHING,
        ("covariate shift", _same(_y_given_x)),
        ("label shift", _moved(_of_y)),
        ("concept drift", _same(_of_x)),
        last="several",
    ),
    "p(x) and p(y) alone are compared. Both may change, or stay, in each of the cases: look at "
    "p(y | x) and p(x | y).": lambda before, after: (
        {
            (True, True): "concept drift",
            (True, False): "label shift",
            (False, True): "covariate shift",
            (False, False): "several",
        }[_same(_of_x)(before, after), _same(_of_y)(before, after)]
        if not _same(lambda table: table)(before, after)
        else "nothing"
    ),
    "Two tables that are alike have nothing changed. Ask that first.": _renamed(
        {"nothing": "covariate shift"}
    ),
    "Covariate shift and label shift are exchanged.": _renamed(
        {"covariate shift": "label shift", "label shift": "covariate shift"}
    ),
    "Label shift is not found: there p(x | y) stays, each column divided by its sum.": _in_turn(
        _NOTHING,
        ("covariate shift", _same(_y_given_x)),
        ("concept drift", _same(_of_x)),
        last="several",
    ),
    "p(x) may stay under label shift, too, if x tells nothing of y. Ask for label shift before "
    "concept drift.": _in_turn(
        _NOTHING,
        ("covariate shift", _same(_y_given_x)),
        ("concept drift", _same(_of_x)),
        ("label shift", _same(_x_given_y)),
        last="several",
    ),
    "Covariate shift is not found: there p(y | x) stays, each row divided by its sum.": _renamed(
        {"covariate shift": "several"}
    ),
    "Concept drift is not found: there p(x) stays, the sum of each row, and p(y | x) does not.": (
        _renamed({"concept drift": "several"})
    ),
}
