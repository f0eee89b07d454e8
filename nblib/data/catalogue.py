"""Users who like things of a catalogue: some things are known, and some are new today."""

from typing import NamedTuple

import torch
from torch import Tensor

__all__ = ["Catalogue", "catalogue"]

_NUM_FEATURES, _NUM_TASTES = 4, 6
_OWN = 0.6  # standard deviation of what no feature tells of a taste
_RARE = -3.2  # the logit of a liking where nothing speaks for it


class Catalogue(NamedTuple):
    """Who likes what. A row is a user, a column a thing."""

    known: Tensor  # (num_users, num_things) bool: likings to learn from
    hidden: Tensor  # (num_users, num_things) bool: likings to be found, none of which is known
    is_new: Tensor  # (num_things,) bool: nobody has met these yet, so all their likings are hidden
    users: Tensor  # (num_users, 4) float32, features
    things: Tensor  # (num_things, 4) float32, features
    truth: Tensor  # (num_users, num_things) float32, logits of liking: what nobody can better


def catalogue(
    seed: int = 0, *, num_users: int = 400, num_things: int = 300, share_new: float = 0.15
) -> Catalogue:
    """Return a catalogue, and who likes what in it.

    Users and things have six tastes each, which four features tell in part. A liking has the logit
    −3.2 + 0.9 (tastes of the user · tastes of the thing) + popularity of the thing; a fifth of the
    likings of things that are not new is hidden, and all likings of those that are.

    Args:
        seed: draws everything.
        num_users, num_things: the size of the world.
        share_new: the probability that a thing is new.

    Returns:
        A Catalogue.

    Raises:
        ValueError: no users or no things, or a probability that is not in 0–1.
    """
    if num_users < 1 or num_things < 1 or not 0 <= share_new < 1:
        raise ValueError(
            "a catalogue needs users and things, and 0 <= share_new < 1; "
            f"got {num_users}, {num_things} and {share_new}"
        )
    generator = torch.Generator().manual_seed(seed)
    users, tastes_of_users = _drawn(num_users, generator)
    things, tastes_of_things = _drawn(num_things, generator)
    popularity = 1.2 * torch.randn(num_things, generator=generator)
    truth = 0.9 * tastes_of_users @ tastes_of_things.T + popularity + _RARE
    likes, held_out = torch.rand(2, num_users, num_things, generator=generator)
    is_new = torch.rand(num_things, generator=generator) < share_new
    is_liked = likes < truth.sigmoid()
    is_hidden = (held_out < 0.2) | is_new
    parts = (is_liked & ~is_hidden, is_liked & is_hidden, is_new, users, things, truth)
    return Catalogue(*parts)


def _drawn(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return features (n, 4), and tastes (n, 6) which these explain in part."""
    features = torch.randn(n, _NUM_FEATURES, generator=generator)
    way = torch.randn(_NUM_FEATURES, _NUM_TASTES, generator=generator)
    own = torch.randn(n, _NUM_TASTES, generator=generator)
    return features, 0.4 * features @ way + _OWN * own
