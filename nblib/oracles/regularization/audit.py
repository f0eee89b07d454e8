"""Does the label survive a change? A table of the classes before and after."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["LABEL_CHANGES", "label_changes"]

Nearest = Callable[[Tensor, Tensor], Tensor]  # of (originals, changed), places among the originals


def label_changes(X: Tensor, y: Tensor, X_changed: Tensor) -> Tensor:
    """Return the shares (num_classes, num_classes) of row a's examples that end nearest to b.

    `X`, (n, num_features), holds originals of the classes in `y`, (n,); the own one does not count.
    """
    return _changes()(X, y, X_changed)


def _without_own(distance: Tensor, fill: float = torch.inf) -> Tensor:
    return distance.clone().fill_diagonal_(fill)


def _nearest(X: Tensor, X_changed: Tensor) -> Tensor:
    return _without_own(torch.cdist(X_changed, X)).argmin(dim=1)


def _by_zero(X: Tensor, X_changed: Tensor) -> Tensor:
    distance = torch.cdist(X_changed, X)
    return distance.masked_fill(distance == 0, torch.inf).argmin(dim=1)


def _changes(
    nearest: Nearest = _nearest,
    shares: Callable[[Tensor], Tensor] = lambda n: n / n.sum(1)[:, None],
) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    def table(X: Tensor, y: Tensor, X_changed: Tensor) -> Tensor:
        k = int(y.max()) + 1
        after = y[nearest(X, X_changed)]
        return shares(F.one_hot(y, k).double().T @ F.one_hot(after, k).double())

    return table


LABEL_CHANGES: Mistakes = {
    "The own original counts. Leave it out: put infinity on the diagonal.": _changes(
        lambda X, C: torch.cdist(C, X).argmin(dim=1)
    ),
    "You leave out what is at distance 0. The own original is elsewhere, once it has changed.": (
        _changes(_by_zero)
    ),
    "You take the second nearest, but the own original need not be the nearest.": _changes(
        lambda X, C: torch.cdist(C, X).argsort(dim=1)[:, 1]
    ),
    "Rows and columns are exchanged: the row is the class before.": _changes(
        shares=lambda n: (n / n.sum(dim=1, keepdim=True)).T
    ),
    "These are counts. Divide each row by its sum.": _changes(shares=lambda n: n),
    "You divide by the number of all examples. Each row adds up to 1.": _changes(
        shares=lambda n: n / n.sum()
    ),
    "The columns add up to 1. The rows should.": _changes(
        shares=lambda n: n / n.sum(dim=0, keepdim=True)
    ),
    "Each row is divided by the sum of another: keepdim=True.": _changes(
        shares=lambda n: n / n.sum(dim=1)
    ),
    "Also a class that nothing lands in has a column: tell `F.one_hot` the number of classes.": (
        lambda X, y, C: label_changes(X, y, C)[:, : int(y[_nearest(X, C)].max()) + 1]
    ),
    "You look for the changed image nearest to each original. It is the other way round.": (
        _changes(lambda X, C: _nearest(C, X))
    ),
    "You compare changed images with one another. Compare them with the originals.": _changes(
        lambda X, C: _nearest(C, C)
    ),
    "You compare originals with one another. Where are the changed ones?": _changes(
        lambda X, C: _nearest(X, X)
    ),
    "That is the farthest one: argmin.": _changes(
        lambda X, C: _without_own(torch.cdist(C, X), -1.0).argmax(dim=1)
    ),
    "You add up absolute differences. Near is meant as a distance: torch.cdist.": _changes(
        lambda X, C: _without_own(torch.cdist(C, X, p=1)).argmin(dim=1)
    ),
    "You compare directions only. Near is meant as a distance: torch.cdist.": _changes(
        lambda X, C: _without_own(1 - F.normalize(C) @ F.normalize(X).T).argmin(dim=1)
    ),
}
