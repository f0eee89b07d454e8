"""Of the things that somebody will like, how many stand among the first k?"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["RECALL", "recall_at_k", "some_scores"]


def _without(scores: Tensor, known: Tensor) -> Tensor:
    return scores.masked_fill(known, -math.inf)


def _of_each(hits: Tensor, num: Tensor, k: int) -> Tensor:
    some = num > 0
    return (hits[some] / num[some].clamp(max=k)).mean()


def recall_at_k(
    scores: Tensor,
    known: Tensor,
    hidden: Tensor,
    k: int,
    *,
    mask: Callable[[Tensor, Tensor], Tensor] = _without,
    mean: Callable[[Tensor, Tensor, int], Tensor] = _of_each,
    largest: bool = True,
) -> float:
    """Return the mean over users of (hits among the first k) / min(k, hidden likings)."""
    top = mask(scores, known).topk(k, dim=1, largest=largest).indices
    hits = hidden.gather(1, top).sum(1).double()
    return mean(hits, hidden.sum(1).double(), k).item()


def some_scores(
    num_users: int, num_things: int, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Return scores, likings that are known and likings that are hidden; some users have none.

    What is known has a high score, as it has after training.
    """
    scores = torch.randn(num_users, num_things, generator=generator)
    known, likes = torch.rand(2, num_users, num_things, generator=generator) < 0.25
    likes[torch.randperm(num_users, generator=generator)[: num_users // 4]] = False
    hidden = likes & ~known
    hidden[0] = ~known[0]  # who likes nearly all
    scores = scores + 0.8 * hidden + 0.9 * known - 0.8
    return scores, known, hidden


def _minus_a_hundred(scores: Tensor, known: Tensor) -> Tensor:
    return scores.masked_fill(known, -100.0)


def _who_have_k_left(scores: Tensor, known: Tensor, hidden: Tensor, k: int) -> float:
    some = ((~known).sum(1) >= k) & hidden.any(1)
    return recall_at_k(scores[some], known[some], hidden[some], k) if some.any() else 0.0


def _with(**parts: Any) -> Callable[..., float]:
    return lambda *case: recall_at_k(*case, **parts)


def _nobody_is_zero(hits: Tensor, num: Tensor, k: int) -> Tensor:
    return (hits / num.clamp(min=1, max=k)).mean()


def _one_by_user(hits: Tensor, num: Tensor, k: int) -> Tensor:
    return torch.where(num > 0, hits / num.clamp(min=1, max=k), 1.0).mean()


def _of_all_scores(scores: Tensor, known: Tensor, hidden: Tensor, k: int) -> float:
    """The first k of all pairs of a user and a thing."""
    top = _without(scores, known).flatten().topk(k).indices
    return hidden.flatten()[top].double().mean().item()


RECALL: Mistakes = {
    "What a user is known to like is recommended again, and takes the places of what could be "
    "found. Leave it out before you take the first k.": _with(mask=lambda scores, known: scores),
    "What is known gets the score 0, which is more than a negative one. −∞ is below all.": _with(
        mask=lambda scores, known: scores.masked_fill(known, 0.0)
    ),
    "The scores of what is *not* known are taken away: the other way round.": _with(
        mask=lambda scores, known: scores.masked_fill(~known, -math.inf)
    ),
    "Users without any hidden liking count as 0. Nothing can be found for them: leave them "
    "out.": _with(mean=_nobody_is_zero),
    "Users without any hidden liking count as 1. Leave them out.": _with(mean=_one_by_user),
    "Nothing found of nothing is 0/0, a NaN. Leave users without any hidden liking out.": _with(
        mean=lambda hits, num, k: (hits / num.clamp(max=k)).mean()
    ),
    "You divide by k even where a user has fewer hidden likings, so that nobody could reach 1. "
    "Divide by the smaller of the two.": _with(
        mean=lambda hits, num, k: (hits[num > 0] / k).mean()
    ),
    "You divide by k, and count the users without any hidden liking: leave these out, and divide "
    "by the smaller of k and the number of hidden likings.": _with(
        mean=lambda hits, num, k: (hits / k).mean()
    ),
    "You divide by all hidden likings even where a user has more than k, so that 1 is out of "
    "reach. Divide by the smaller of the two.": _with(
        mean=lambda hits, num, k: (hits[num > 0] / num[num > 0]).mean()
    ),
    "All hits are divided by all hidden likings, so that who likes much counts more. Take the mean "
    "of the users' shares.": _with(mean=lambda hits, num, k: hits.sum() / num.clamp(max=k).sum()),
    "You divide by the larger of k and the number of hidden likings. Divide by the smaller of the "
    "two.": _with(mean=lambda hits, num, k: (hits[num > 0] / num[num > 0].clamp(min=k)).mean()),
    "Users who have fewer than k things left are left out. They count, with all that they have "
    "left.": _who_have_k_left,
    "What is known gets −100, and scores may be lower. −∞ is below all.": _with(
        mask=_minus_a_hundred
    ),
    "Known and hidden likings are exchanged: hidden ones are hits, known ones are out.": (
        lambda scores, known, hidden, k: recall_at_k(scores, hidden, known, k)
    ),
    "That is the share of users with a hit. How many of their likings were found?": _with(
        mean=lambda hits, num, k: (hits[num > 0] > 0).double().mean()
    ),
    "That is a sum over the users. Take the mean.": _with(
        mean=lambda hits, num, k: _of_each(hits, num, k) * (num > 0).sum()
    ),
    "The k lowest scores are taken. The highest are wanted.": _with(
        largest=False, mask=lambda scores, known: scores.masked_fill(known, math.inf)
    ),
    "The k lowest scores are taken, or what is known comes first. The highest of what is not known "
    "are wanted.": _with(largest=False),
    "The first k of all scores together are taken. Each user has a list of his own.": (
        _of_all_scores
    ),
    "One thing too few is looked at: the first k.": (
        lambda scores, known, hidden, k: recall_at_k(
            scores, known, hidden, k - 1, mean=lambda hits, num, _: _of_each(hits, num, k)
        )
    ),
    "One thing too many is looked at: the first k, no more.": (
        lambda scores, known, hidden, k: recall_at_k(
            scores,
            known,
            hidden,
            min(k + 1, scores.shape[1]),
            mean=lambda hits, num, _: _of_each(hits, num, k),
        )
    ),
}
