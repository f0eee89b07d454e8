"""Passing messages along edges: right, and wrong in the ways that people write it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["LIGHT", "PROPAGATE", "as_one_graph", "light_gcn", "propagate"]


def propagate(
    A: Tensor,
    X: Tensor,
    *,
    loops: float = 1.0,
    degrees: Callable[[Tensor, Tensor], Tensor] = lambda A, looped: looped.sum(dim=1),
    left: float = -0.5,
    right: float = -0.5,
    report: Callable[[Tensor, Tensor], Tensor] = lambda P, X: P @ X,
) -> Tensor:
    """Return D^(−1/2) (A + I) D^(−1/2) X, with D the degrees of A + I (Kipf & Welling 2017).

    The parts, in which mistakes are made: the loops, the degrees, the powers of the degrees on both
    sides, and what is returned.
    """
    looped = A + loops * torch.eye(len(A), dtype=A.dtype)
    d = degrees(A, looped)
    return report(looped * d[:, None] ** left * d**right, X)


PROPAGATE: Mistakes = {
    "A node does not see itself: add the identity to A.": partial(propagate, loops=0.0),
    "The degrees are counted before the loops are added: they are those of A + I.": partial(
        propagate, degrees=lambda A, looped: A.sum(dim=1)
    ),
    "A node does not see itself, nor is it counted in its degree: add the identity to A first.": (
        partial(propagate, loops=0.0, degrees=lambda A, looped: A.sum(dim=1).clamp(min=1))
    ),
    "The degrees do not count the node itself: they are those of A + I.": partial(
        propagate, degrees=lambda A, looped: A.sum(dim=1).clamp(min=1)
    ),
    "A node's own row is added whole. Its weight is 1/dᵢ.": lambda A, X: (
        X + propagate(A, X, loops=0.0, degrees=lambda A, looped: A.sum(dim=1) + 1)
    ),
    "A node without edges gets 0. It sees itself, and keeps its row of X.": lambda A, X: (
        propagate(A, X) * A.any(dim=1)[:, None]
    ),
    "A row is divided by its own degree: that is the mean. Here it is √dᵢ √dⱼ.": partial(
        propagate, left=-1.0, right=0.0
    ),
    "A column is divided by its own degree. Here it is √dᵢ √dⱼ.": partial(
        propagate, left=0.0, right=-1.0
    ),
    "The neighbours are added up. Divide by √dᵢ √dⱼ.": partial(propagate, left=0.0, right=0.0),
    "It is divided by dᵢ dⱼ. Take the roots.": partial(propagate, left=-1.0, right=-1.0),
    "It is multiplied by √dᵢ √dⱼ. Divide.": partial(propagate, left=0.5, right=0.5),
    "It is divided by √dᵢ alone. √dⱼ, of the neighbour, is missing.": partial(
        propagate, left=-0.5, right=0.0
    ),
    "It is divided by √dⱼ alone. √dᵢ, of the node itself, is missing.": partial(
        propagate, left=0.0, right=-0.5
    ),
    "Each node sees itself twice: I is added once.": partial(propagate, loops=2.0),
    "The loops are subtracted. Add the identity.": partial(propagate, loops=-1.0),
    "The matrix came. Multiply it with X.": partial(propagate, report=lambda P, X: P),
    "That is two steps along the edges. One is wanted.": partial(
        propagate, report=lambda P, X: P @ (P @ X)
    ),
    "X is added once more. The loops bring it already.": partial(
        propagate, report=lambda P, X: P @ X + X
    ),
    "A ReLU stands behind it. The sums themselves are wanted.": partial(
        propagate, report=lambda P, X: (P @ X).clamp(min=0)
    ),
    "All ones are added to A, not the identity: that joins every node with every other.": (
        lambda A, X: _all_ones(A, X)
    ),
}


def _all_ones(A: Tensor, X: Tensor) -> Tensor:
    looped = A + 1
    d = looped.sum(dim=1)
    return (looped / (d[:, None] * d).sqrt()) @ X


def light_gcn(
    clicks: Tensor,
    users: Tensor,
    things: Tensor,
    num_layers: int,
    *,
    left: float = -0.5,
    right: float = -0.5,
    combine: Callable[[list[Tensor]], Tensor] = lambda layers: torch.stack(layers).mean(dim=0),
    loops: float = 0.0,
    at_once: bool = True,
    floor: float = 1.0,
) -> tuple[Any, Any]:
    """Return the vectors of users and things of LightGCN: means over 0 to `num_layers` steps.

    The parts, in which mistakes are made: the powers of the degrees, how the steps are combined,
    loops, whether both sides step at once, and what is taken for the degree of who has no clicks.
    """
    du = clicks.sum(dim=1).clamp(min=floor)
    di = clicks.sum(dim=0).clamp(min=floor)
    P = clicks * du[:, None] ** left * di**right  # (users, things)
    back = (clicks * du[:, None] ** right * di**left).T
    all_users, all_things = [users], [things]
    for _ in range(num_layers):
        new = P @ things + loops * users
        things = back @ (users if at_once else new) + loops * things
        users = new
        all_users.append(users)
        all_things.append(things)
    return combine(all_users), combine(all_things)


LIGHT: Mistakes = {
    "Only the last step counts. The mean over all steps is wanted, also of the vectors given.": (
        partial(light_gcn, combine=lambda layers: layers[-1])
    ),
    "The steps are added up. Their mean is wanted.": partial(
        light_gcn, combine=lambda layers: torch.stack(layers).sum(dim=0)
    ),
    "The sum is divided by num_layers. There are num_layers + 1 terms: the vectors given count.": (
        lambda clicks, users, things, num_layers: tuple(
            part * (num_layers + 1) / max(num_layers, 1)
            for part in light_gcn(clicks, users, things, num_layers)
        )
    ),
    "The vectors given are left out of the mean. They count as step 0.": lambda *args: light_gcn(
        *args, combine=lambda layers: torch.stack(layers[1:] or layers).mean(dim=0)
    ),
    "Each one sees itself as well. LightGCN has no loops: the mean over the steps does that.": (
        partial(light_gcn, loops=1.0)
    ),
    "Neighbours are averaged. Here it is √d of both: the user's and the thing's.": partial(
        light_gcn, left=-1.0, right=0.0
    ),
    "Neighbours are added up. Divide by √d of both.": partial(light_gcn, left=0.0, right=0.0),
    "It is divided by both degrees. Take the roots.": partial(light_gcn, left=-1.0, right=-1.0),
    "It is divided by √d of whoever receives, alone. The sender's √d is missing.": partial(
        light_gcn, left=-0.5, right=0.0
    ),
    "It is divided by √d of the sender, alone. The √d of whoever receives is missing.": partial(
        light_gcn, left=0.0, right=-0.5
    ),
    "The things get the users' *new* vectors. Both step at once, from the old ones.": partial(
        light_gcn, at_once=False
    ),
    "Who has no clicks divides by 0 and gets nan. Its sum is empty: 0.": partial(
        light_gcn, floor=0.0
    ),
    "Each step starts from the vectors given. It starts from those of the step before.": (
        lambda clicks, users, things, num_layers: light_gcn(
            clicks,
            users,
            things,
            min(num_layers, 1),
            combine=lambda layers: (layers[0] + num_layers * layers[-1]) / (num_layers + 1),
        )
    ),
    "Who has no clicks keeps its vector in each step. After step 0 its sum is empty: 0.": (
        lambda clicks, users, things, num_layers: tuple(
            torch.where(touched[:, None] > 0, mean, given)
            for mean, given, touched in zip(
                light_gcn(clicks, users, things, num_layers),
                (users, things),
                (clicks.sum(dim=1), clicks.sum(dim=0)),
                strict=True,
            )
        )
    ),
    "That is one step too many.": lambda clicks, users, things, num_layers: light_gcn(
        clicks, users, things, num_layers + 1
    ),
    "The number of layers is ignored: that is one step.": (
        lambda clicks, users, things, num_layers: light_gcn(clicks, users, things, 1)
    ),
    "The degrees are counted with a loop. Here a degree is a number of clicks.": (
        lambda clicks, users, things, num_layers: _looped_degrees(clicks, users, things, num_layers)
    ),
}


def _looped_degrees(
    clicks: Tensor, users: Tensor, things: Tensor, num_layers: int
) -> tuple[Tensor, Tensor]:
    P = clicks / ((clicks.sum(dim=1) + 1)[:, None] * (clicks.sum(dim=0) + 1)).sqrt()
    all_users, all_things = [users], [things]
    for _ in range(num_layers):
        users, things = P @ things, P.T @ users
        all_users.append(users)
        all_things.append(things)
    return torch.stack(all_users).mean(dim=0), torch.stack(all_things).mean(dim=0)


def as_one_graph(clicks: Tensor, users: Tensor, things: Tensor, num_layers: int) -> list[Tensor]:
    """Return the same as `light_gcn`, from one large table of users and things, by its powers."""
    num_users = len(users)
    n = num_users + len(things)
    A = torch.zeros(n, n, dtype=torch.float64)
    A[:num_users, num_users:] = clicks
    A[num_users:, :num_users] = clicks.T
    root = torch.where(A.sum(1) > 0, A.sum(1), 1.0).rsqrt()
    P, E = A * root[:, None] * root, torch.cat([users, things]).double()
    mean = sum(torch.linalg.matrix_power(P, k) @ E for k in range(num_layers + 1))
    return list(torch.split(mean / (num_layers + 1), [num_users, len(things)]))
