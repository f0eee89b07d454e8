"""Routing by agreement between capsules: right, and wrong as people (and libraries) write it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["ROUTE", "route"]


def _squash(s: Tensor) -> Tensor:
    """|s|²/(1 + |s|²) · s/|s|, without the division by |s|."""
    length = s.norm(dim=-1, keepdim=True)
    return length / (1 + length**2) * s


def _agreement(votes: Tensor, v: Tensor, s: Tensor) -> Tensor:
    return (votes * v).sum(dim=-1)


def route(
    votes: Tensor,
    passes: int,
    *,
    softmax_dim: int = 1,
    squash: Callable[[Tensor], Tensor] = _squash,
    prepare: Callable[[Tensor], Tensor] = lambda votes: votes,
    gather: Callable[[Tensor, Tensor], Tensor] = lambda c, votes: (c[..., None] * votes).sum(dim=0),
    agreement: Callable[[Tensor, Tensor, Tensor], Tensor] = _agreement,
    learn: Callable[[Tensor, Tensor], Tensor] = lambda b, agreed: b + agreed,
    begin: Callable[[Tensor], Tensor] = lambda votes: torch.zeros_like(votes[..., 0]),
    report: Callable[[Tensor, Tensor, Tensor, Tensor], Any] = lambda v, c, s, b: (v, c),
) -> Any:
    """Return the output capsules (outputs, d) and the coupling (inputs, outputs) of the last pass.

    `votes` has shape (inputs, outputs, d). The parts, in which mistakes are made: the direction of
    the softmax, the squash, the votes, the weighted sum, the agreement, how the logits learn and
    begin, and what is returned.
    """
    votes = prepare(votes)
    b = begin(votes)  # (inputs, outputs)
    for _ in range(passes):
        c = b.softmax(dim=softmax_dim)
        s = gather(c, votes)  # (outputs, d)
        v = squash(s)
        b = learn(b, agreement(votes, v, s))
    return report(v, c, s, b)


def _cosine(votes: Tensor, v: Tensor, s: Tensor) -> Tensor:
    lengths = (votes.norm(dim=-1) * v.norm(dim=-1)).clamp(min=1e-12)
    return _agreement(votes, v, s) / lengths


ROUTE: Mistakes = {
    "The softmax runs over the inputs. Each input shares itself out over the outputs: `dim=1`.": (
        partial(route, softmax_dim=0)
    ),
    "The squash is missing.": partial(route, squash=lambda s: s),
    "Your squash makes every vector 1 long. Its length must become |s|²/(1 + |s|²).": partial(
        route, squash=lambda s: s / s.norm(dim=-1, keepdim=True).clamp(min=1e-12)
    ),
    "Your squash divides by |s|, and a vector of zeros becomes nan. It stays 0.": partial(
        route,
        squash=lambda s: (n := s.norm(dim=-1, keepdim=True)) ** 2 / (1 + n**2) * (s / n),
    ),
    "Your squash multiplies by s in place of s/|s|: its length must become |s|²/(1 + |s|²).": (
        partial(
            route,
            squash=lambda s: (
                s.norm(dim=-1, keepdim=True) ** 2 / (1 + s.norm(dim=-1, keepdim=True) ** 2) * s
            ),
        )
    ),
    "Your squash takes one length for all outputs together. Each output has its own.": partial(
        route, squash=lambda s: s.norm() / (1 + s.norm() ** 2) * s
    ),
    "Your squash makes a vector |s|/(1 + |s|) long. It must become |s|²/(1 + |s|²).": partial(
        route, squash=lambda s: s / (1 + s.norm(dim=-1, keepdim=True))
    ),
    "All inputs share one b. Each adds the agreement of its own votes.": partial(
        route, agreement=lambda votes, v, s: _agreement(votes, v, s).sum(dim=0, keepdim=True)
    ),
    "The votes are squashed. Only the sums are.": partial(route, prepare=_squash),
    "b is replaced by the agreement. It is added up: b + agreement.": partial(
        route, learn=lambda b, agreed: agreed
    ),
    "The agreement is subtracted from b. Add it.": partial(
        route, learn=lambda b, agreed: b - agreed
    ),
    "The agreement is with s. It is with the squashed v.": partial(
        route, agreement=lambda votes, v, s: _agreement(votes, s, s)
    ),
    "The agreement is a cosine. It is the plain product of vote and v.": partial(
        route, agreement=_cosine
    ),
    "b never changes: all outputs share alike in each pass.": partial(
        route, learn=lambda b, agreed: b
    ),
    "The votes are averaged over the inputs. They are added up, with their couplings.": partial(
        route, gather=lambda c, votes: (c[..., None] * votes).mean(dim=0)
    ),
    "The couplings are not used: all votes count fully.": partial(
        route, gather=lambda c, votes: votes.sum(dim=0)
    ),
    "That is one pass too many.": lambda votes, passes: route(votes, passes + 1),
    "That is one pass too few.": lambda votes, passes: (
        route(votes, passes - 1) if passes > 1 else _before_any(votes)
    ),
    "The number of passes is ignored: these are three.": lambda votes, passes: route(votes, 3),
    "The coupling is taken after the last agreement. Return the one that made v.": partial(
        route, report=lambda v, c, s, b: (v, b.softmax(dim=1))
    ),
    "b itself came in place of the coupling. The softmax makes shares of it.": partial(
        route, report=lambda v, c, s, b: (v, b)
    ),
    "The sums before the squash came. The squashed vectors are wanted.": partial(
        route, report=lambda v, c, s, b: (s, c)
    ),
    "The lengths came. The vectors themselves are wanted.": partial(
        route, report=lambda v, c, s, b: (v.norm(dim=-1), c)
    ),
}


def _before_any(votes: Tensor) -> tuple[Tensor, Tensor]:
    return torch.zeros_like(votes[0]), torch.full_like(votes[..., 0], 1 / votes.shape[1])
