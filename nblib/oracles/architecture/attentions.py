"""Attention, with one head and with several: right, and wrong in the ways that people write it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["ATTENTION", "HEADS", "attention", "multi_head"]


def _masked(scores: Tensor, mask: Tensor) -> Tensor:
    return scores.masked_fill(~mask, -math.inf).softmax(dim=-1)


def attention(
    Q: Tensor,
    K: Tensor,
    V: Tensor,
    mask: Tensor,
    *,
    scale: Callable[[Tensor, Tensor, Tensor], float] = lambda Q, K, V: 1 / math.sqrt(Q.shape[1]),
    scores: Callable[[Tensor, Tensor], Tensor] = lambda Q, K: Q @ K.T,
    weigh: Callable[[Tensor, Tensor], Tensor] = _masked,
    report: Callable[[Tensor, Tensor], Any] = lambda out, weights: (out, weights),
) -> Any:
    """Return (out, weights) of scaled dot-product attention; True in `mask` is "may look".

    Q (T, d), K (S, d), V (S, e), mask (T, S) bool. The parts, in which mistakes are made: the
    scale, the scores, masking with the softmax, and what is returned.
    """
    weights = weigh(scores(Q, K) * scale(Q, K, V), mask)  # (T, S)
    return report(weights @ V, weights)


ATTENTION: Mistakes = {
    "The scores are not divided by √d.": partial(attention, scale=lambda Q, K, V: 1.0),
    "The scores are divided by d. It is √d.": partial(
        attention, scale=lambda Q, K, V: 1 / Q.shape[1]
    ),
    "The scores are multiplied by √d. Divide.": partial(
        attention, scale=lambda Q, K, V: math.sqrt(Q.shape[1])
    ),
    "√d is taken of the width of the values. d is the width of queries and keys.": partial(
        attention, scale=lambda Q, K, V: 1 / math.sqrt(V.shape[1])
    ),
    "√d is taken of the number of keys. d is the width of queries and keys.": partial(
        attention, scale=lambda Q, K, V: 1 / math.sqrt(len(K))
    ),
    "√d is taken of the number of queries. d is the width of queries and keys.": partial(
        attention, scale=lambda Q, K, V: 1 / math.sqrt(len(Q))
    ),
    "The softmax runs over the queries. Each query, a row, has weights that add up to 1.": partial(
        attention,
        weigh=lambda scores, mask: scores.masked_fill(~mask, -math.inf).softmax(dim=0),
    ),
    "The softmax runs over the queries, and a key that none may see gets weights all the same. "
    "Each query, a row, has weights that add up to 1.": partial(
        attention, weigh=lambda scores, mask: scores.masked_fill(~mask, -1e9).softmax(dim=0)
    ),
    "The exponentials are not divided by their sum: a query's weights add up to 1.": partial(
        attention, weigh=lambda scores, mask: scores.exp() * mask
    ),
    "The mask comes after the softmax, so the weights of a row no longer add up to 1.": partial(
        attention, weigh=lambda scores, mask: scores.softmax(dim=-1) * mask
    ),
    "Hidden scores become 0, and e⁰ = 1 is a weight like any other. Make them −∞.": partial(
        attention, weigh=lambda scores, mask: (scores * mask).softmax(dim=-1)
    ),
    "The mask is upside down: True means that the query may look.": partial(
        attention, weigh=lambda scores, mask: scores.masked_fill(mask, -math.inf).softmax(dim=-1)
    ),
    "The mask is ignored.": partial(attention, weigh=lambda scores, mask: scores.softmax(dim=-1)),
    "Hidden scores are only 1 lower than the others, which leaves them weights: make them −∞.": (
        partial(
            attention,
            weigh=lambda scores, mask: (scores - (~mask).to(scores.dtype)).softmax(dim=-1),
        )
    ),
    "There is no softmax: the scores themselves are the weights.": partial(
        attention, weigh=lambda scores, mask: scores * mask
    ),
    "Weights are scores divided by their sum. The softmax makes them positive first.": partial(
        attention,
        weigh=lambda scores, mask: scores * mask / (scores * mask).sum(dim=-1, keepdim=True),
    ),
    "Queries and keys are brought to length 1. Their plain product is the score.": partial(
        attention,
        scores=lambda Q, K: (Q / Q.norm(dim=1, keepdim=True)) @ (K / K.norm(dim=1, keepdim=True)).T,
    ),
    "The weights hold the scores before the softmax.": lambda Q, K, V, mask: (
        attention(Q, K, V, mask)[0],
        Q @ K.T / math.sqrt(Q.shape[1]),
    ),
    "The weights are transposed: a row for each query, a column for each key.": partial(
        attention, report=lambda out, weights: (out, weights.T)
    ),
    "Only the best key counts. Every key counts by its weight.": partial(
        attention,
        weigh=lambda scores, mask: torch.nn.functional.one_hot(
            scores.masked_fill(~mask, -math.inf).argmax(dim=-1), scores.shape[1]
        ).to(scores.dtype),
    ),
}


def _split(Z: Tensor, heads: int) -> Tensor:
    return Z.reshape(len(Z), heads, -1).transpose(0, 1)  # (heads, T, d / heads)


def _merge(Z: Tensor) -> Tensor:
    return Z.transpose(0, 1).reshape(Z.shape[1], -1)  # (T, d)


def multi_head(
    X: Tensor,
    Wq: Tensor,
    Wk: Tensor,
    Wv: Tensor,
    Wo: Tensor,
    heads: int,
    *,
    split: Callable[[Tensor, int], Tensor] = _split,
    merge: Callable[[Tensor], Tensor] = _merge,
    width: Callable[[Tensor, int], float] = lambda X, heads: X.shape[1] / heads,
    dim: int = -1,
    out: Callable[[Tensor, Tensor], Tensor] = lambda Z, Wo: Z @ Wo,
) -> Tensor:
    """Return self-attention with several heads, each of consecutive columns, (T, d).

    The parts, in which mistakes are made: splitting, merging, the d of √d, the direction of the
    softmax, and the last matrix.
    """
    Q, K, V = (split(X @ W, heads) for W in (Wq, Wk, Wv))
    weights = (Q @ K.transpose(-2, -1) / math.sqrt(width(X, heads))).softmax(dim=dim)
    return out(merge(weights @ V), Wo)


HEADS: Mistakes = {
    "There is one head. Cut the columns into `heads` parts, each of which attends by itself.": (
        lambda X, Wq, Wk, Wv, Wo, heads: multi_head(X, Wq, Wk, Wv, Wo, 1)
    ),
    "√d is that of the whole width. A head has d / heads columns.": partial(
        multi_head, width=lambda X, heads: X.shape[1]
    ),
    "The scores are not divided by the root of a head's width.": partial(
        multi_head, width=lambda X, heads: 1.0
    ),
    "The scores are divided by a head's width. It is its root.": partial(
        multi_head, width=lambda X, heads: (X.shape[1] / heads) ** 2
    ),
    "The heads are cut by `reshape(heads, T, ...)`, which mixes the positions: cut the columns, "
    "`reshape(T, heads, ...)`, then swap.": partial(
        multi_head, split=lambda Z, heads: Z.reshape(heads, len(Z), -1)
    ),
    "The heads are joined by `reshape` alone, which mixes the positions: swap the two first.": (
        partial(multi_head, merge=lambda Z: Z.reshape(Z.shape[1], -1))
    ),
    "Cut and join both forget to swap: each head attends over a part of the positions only.": (
        partial(
            multi_head,
            split=lambda Z, heads: Z.reshape(heads, len(Z), -1),
            merge=lambda Z: Z.reshape(Z.shape[1], -1),
        )
    ),
    "A head takes every `heads`-th column. Its columns stand side by side: d / heads of them.": (
        partial(multi_head, split=lambda Z, heads: Z.reshape(len(Z), -1, heads).permute(2, 0, 1))
    ),
    "The heads attend to one another at each position. Positions attend, head by head.": partial(
        multi_head,
        split=lambda Z, heads: Z.reshape(len(Z), heads, -1),
        merge=lambda Z: Z.reshape(len(Z), -1),
    ),
    "The last matrix, Wo, is missing.": partial(multi_head, out=lambda Z, Wo: Z),
    "Wo comes transposed: rows are positions, so it is Z @ Wo.": partial(
        multi_head, out=lambda Z, Wo: Z @ Wo.T
    ),
    "The softmax runs over the queries. Each query's weights add up to 1.": partial(
        multi_head, dim=-2
    ),
    "The softmax runs over the heads. Each head has its own, over the keys.": partial(
        multi_head, dim=-3
    ),
    "Keys and values are exchanged.": lambda X, Wq, Wk, Wv, Wo, heads: multi_head(
        X, Wq, Wv, Wk, Wo, heads
    ),
    "Keys are the values: Wv is not used.": lambda X, Wq, Wk, Wv, Wo, heads: multi_head(
        X, Wq, Wk, Wk, Wo, heads
    ),
    "Queries are the keys: Wk is not used.": lambda X, Wq, Wk, Wv, Wo, heads: multi_head(
        X, Wq, Wq, Wv, Wo, heads
    ),
    "The values are X itself: Wv is not used.": lambda X, Wq, Wk, Wv, Wo, heads: multi_head(
        X, Wq, Wk, torch.eye(len(Wv), dtype=X.dtype), Wo, heads
    ),
    "Queries and keys are exchanged.": lambda X, Wq, Wk, Wv, Wo, heads: multi_head(
        X, Wk, Wq, Wv, Wo, heads
    ),
    "X itself is added. That comes with the block; here attention alone is wanted.": (
        lambda X, *rest: X + multi_head(X, *rest)
    ),
    "The matrices are transposed: rows of X are positions, so it is X @ Wq.": (
        lambda X, Wq, Wk, Wv, Wo, heads: multi_head(X, Wq.T, Wk.T, Wv.T, Wo.T, heads)
    ),
    "The first head stands for all.": lambda X, Wq, Wk, Wv, Wo, heads: multi_head(
        X,
        Wq,
        Wk,
        Wv,
        Wo,
        heads,
        merge=lambda Z: Z[:1].expand(Z.shape).transpose(0, 1).reshape(Z.shape[1], -1),
    ),
}
