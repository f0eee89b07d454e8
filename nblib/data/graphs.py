"""Small worlds of who belongs with whom: two blocks of nodes, and users who click on things."""

import torch
from torch import Tensor

from nblib.runtime import device

__all__ = ["clicks", "two_blocks"]


def two_blocks(
    within: float,
    between: float,
    seed: int = 0,
    *,
    size: int = 100,
    num_features: int = 8,
    signal: float = 0.8,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return a graph of two blocks of nodes, features of the nodes, and their blocks.

    Args:
        within, between: the probability of an edge between two nodes of one block, and of two.
        seed: draws edges and features.
        size: nodes in each block.
        num_features: standard normal; the mean of the first is −signal or +signal, by block.
        signal: see there.

    Returns:
        A (n, n) float32, symmetric, 1 for an edge, with zeros on the diagonal; X (n, num_features)
        float32; y (n,) int64, 0 for the first half and 1 for the second; n = 2 · size.

    Raises:
        ValueError: a probability is not in 0–1, or a block or the features are empty.

    >>> A, X, y = two_blocks(0.1, 0.01)
    >>> A.shape, X.shape, y.sum().item()
    (torch.Size([200, 200]), torch.Size([200, 8]), 100)
    """
    if not (0 <= within <= 1 and 0 <= between <= 1):
        raise ValueError(f"probabilities lie between 0 and 1, got {within} and {between}")
    if size < 1 or num_features < 1:
        raise ValueError(f"a block needs nodes and features, got {size} and {num_features}")
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(2).repeat_interleave(size)  # (n,)
    chance = torch.where(y[:, None] == y, within, between)  # (n, n)
    upper = (torch.rand(chance.shape, generator=generator) < chance).float().triu(1)
    X = torch.randn(len(y), num_features, generator=generator)
    X[:, 0] += signal * (2 * y - 1)
    return (upper + upper.T).to(device()), X.to(device()), y.to(device())


def clicks(
    per_user: int,
    seed: int = 0,
    *,
    num_users: int = 300,
    num_things: int = 200,
    num_tastes: int = 6,
    num_hidden: int = 4,
) -> tuple[Tensor, Tensor]:
    """Return which user clicked on which thing, and further clicks to be found.

    Users and things have tastes, drawn from normal distributions, and things a popularity. A user
    clicks on the things with the largest sum of 1.2 times the agreement of tastes, popularity, and
    chance (Gumbel's distribution, so that it is drawing by softmax without replacement).

    Args:
        per_user: clicks of each user that are known.
        seed: draws everything.
        num_users, num_things, num_tastes: the size of the world.
        num_hidden: clicks of each user that are to be found.

    Returns:
        known (num_users, num_things) float32, 1 for a click, and hidden of the same shape.

    Raises:
        ValueError: more clicks than things, or none.

    >>> known, hidden = clicks(5)
    >>> known.sum(dim=1).unique().item(), hidden.sum(dim=1).unique().item()
    (5.0, 4.0)
    """
    num_clicks = per_user + num_hidden
    if per_user < 1 or num_hidden < 1 or num_clicks > num_things:
        raise ValueError(f"1 to {num_things} clicks a user, got {per_user} and {num_hidden}")
    generator = torch.Generator().manual_seed(seed)
    users = torch.randn(num_users, num_tastes, generator=generator)
    things = torch.randn(num_things, num_tastes, generator=generator)
    popularity = torch.randn(num_things, generator=generator)
    chance = -torch.empty(num_users, num_things).exponential_(generator=generator).log()
    wanted = (1.2 * users @ things.T + popularity + chance).topk(num_clicks).indices
    order = torch.rand(wanted.shape, generator=generator).argsort(dim=1)
    wanted = wanted.gather(1, order)  # (num_users, num_clicks), in no order
    known, hidden = torch.zeros(2, num_users, num_things)
    known.scatter_(1, wanted[:, :per_user], 1.0)
    hidden.scatter_(1, wanted[:, per_user:], 1.0)
    return known.to(device()), hidden.to(device())
