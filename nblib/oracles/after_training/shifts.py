"""What has changed between two tables of p(x, y)?"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["KINDS", "SHIFTS", "some_tables", "what_changed"]

KINDS = ("nothing", "covariate shift", "label shift", "concept drift", "several")


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
        apart = [float((of(before) - of(after)).abs().max()) for of in _PARTS]
        if all(difference < 1e-9 or difference > 0.015 for difference in apart):
            return before, after


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


def _in_turn(*rules: tuple[str, Callable[[Tensor, Tensor], bool]], last: str) -> Callable[..., str]:
    def wrong(before: Tensor, after: Tensor) -> str:
        for name, holds in rules:
            if holds(before, after):
                return name
        return last

    return wrong


def _same(of: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor], bool]:
    return lambda before, after: _alike(of(before), of(after))


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
    "Two tables that are alike have nothing changed. Ask that first.": _renamed(
        {"nothing": "covariate shift"}
    ),
    "Covariate shift and label shift are exchanged.": _renamed(
        {"covariate shift": "label shift", "label shift": "covariate shift"}
    ),
    "Label shift is not found: there p(x | y) stays, each column divided by its sum.": _renamed(
        {"label shift": "several"}
    ),
    "Covariate shift is not found: there p(y | x) stays, each row divided by its sum.": _renamed(
        {"covariate shift": "several"}
    ),
    "Concept drift is not found: there p(x) stays, the sum of each row, and p(y | x) does not.": (
        _renamed({"concept drift": "several"})
    ),
}
