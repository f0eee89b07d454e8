"""Test examples that stand in the training part as well, exactly or nearly."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["SEEN", "seen_before", "some_twins"]


def seen_before(
    X_train: Tensor,
    X_test: Tensor,
    tol: float,
    *,
    near: Callable[[Tensor, float], Tensor] = lambda far, tol: (far <= tol).all(dim=2),
) -> Tensor:
    """Return of each test row whether some training row is within tol of it in every entry."""
    far = (X_test[:, None] - X_train[None]).abs()  # (num_test, num_train, k)
    return near(far, tol).any(dim=1)


def some_twins(
    num_train: int,
    num_test: int,
    k: int,
    tol: float,
    generator: torch.Generator,
    dtype: torch.dtype,
    offset: float = 0.0,
) -> tuple[Tensor, Tensor, float]:
    """Return parts with exact twins, near ones, ones that are far in one entry, and strangers."""
    X = offset + torch.randn(num_train, k, generator=generator, dtype=dtype)
    Z = offset + torch.randn(num_test, k, generator=generator, dtype=dtype)
    order = torch.randperm(num_train, generator=generator)
    Z[0] = X[order[0]]
    Z[2] = X[order[1]] + 0.9 * tol  # near in each entry, far in sum
    X[order[4]] = Z[2]
    X[order[4], 0] += 1.3 * tol  # nearer by the Euclidean distance, and too far in one entry
    Z[3] = X[order[2]]
    Z[3, -1] += 3 * tol  # far in one entry
    Z[4] = X[order[3]]
    Z[4, 0] -= 5  # far below: a signed difference is small
    Z[5], Z[6] = X[order[:2]]
    Z[5, 0] += 0.6 * tol
    Z[6, :2] += 0.6 * tol  # near by the Euclidean distance, too
    Z[7] = X[order[0]]
    Z[7, 0] = X[order[1], 0]  # each entry is that of some training row
    Z[8] = X[order[0]] - 0.9 * tol  # near in each entry, far by the Euclidean distance
    Z[-1] = Z[1]  # twins of each other, strangers to the training part
    return X, Z, tol


SEEN: Mistakes = {
    "One entry that agrees is enough here. All of them must.": lambda *case: seen_before(
        *case, near=lambda far, tol: (far <= tol).any(dim=2)
    ),
    "The absolute value is missing: entries far below count as near.": lambda X, Z, tol: (
        (Z[:, None] - X[None] <= tol).all(dim=2).any(dim=1)
    ),
    "The differences of all entries are added up. Each by itself must be at most tol.": (
        lambda *case: seen_before(*case, near=lambda far, tol: far.sum(dim=2) <= tol)
    ),
    "The mean of the differences is compared. Each by itself must be at most tol.": (
        lambda *case: seen_before(*case, near=lambda far, tol: far.mean(dim=2) <= tol)
    ),
    "The Euclidean distance is compared. Each entry by itself must be at most tol.": (
        lambda *case: seen_before(*case, near=lambda far, tol: far.norm(dim=2) <= tol)
    ),
    "Only exact twins are found. A difference up to tol counts, too.": lambda *case: seen_before(
        *case, near=lambda far, tol: (far == 0).all(dim=2)
    ),
    "Entries of several training rows count together. One of them must agree in all: first "
    "`all(dim=2)`, then `any(dim=1)`.": lambda X, Z, tol: (
        ((Z[:, None] - X[None]).abs() <= tol).any(dim=1).all(dim=1)
    ),
    "All training rows must be near here. One is enough.": lambda X, Z, tol: (
        ((Z[:, None] - X[None]).abs() <= tol).all(dim=2).all(dim=1)
    ),
    "That is the table of all pairs. One answer for each test row is wanted: `any(dim=1)`.": (
        lambda X, Z, tol: ((Z[:, None] - X[None]).abs() <= tol).all(dim=2)
    ),
    "Only the nearest row by the Euclidean distance is asked. Another one may be within tol in "
    "every entry.": lambda X, Z, tol: (
        (Z - X[torch.cdist(Z, X, compute_mode="donot_use_mm_for_euclid_dist").argmin(dim=1)]).abs()
        <= tol
    ).all(dim=1),
    "`isclose` adds a part of the numbers' own size to what it allows. Set `rtol=0`.": (
        lambda X, Z, tol: torch.isclose(Z[:, None], X[None], atol=tol).all(dim=2).any(dim=1)
    ),
    "Each training row is judged. One answer for each test row is wanted.": lambda X, Z, tol: (
        seen_before(Z, X, tol)
    ),
    "A test row is compared with the training row of the same number alone. Any may be its twin.": (
        lambda X, Z, tol: torch.tensor(
            [i < len(X) and bool(((Z[i] - X[i]).abs() <= tol).all()) for i in range(len(Z))]
        )
    ),
    "Twins inside the test part are found, too. Only the training part counts.": lambda X, Z, tol: (
        seen_before(X, Z, tol) | (((Z[:, None] - Z[None]).abs() <= tol).all(dim=2).sum(dim=1) > 1)
    ),
    "These are the numbers of the rows. True or False for each test row is wanted.": (
        lambda *case: seen_before(*case).nonzero()[:, 0]
    ),
    "It is the other way round: True where it was seen before.": lambda *case: ~seen_before(*case),
}
