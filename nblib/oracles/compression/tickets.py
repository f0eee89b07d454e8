"""The lottery ticket: train, cut, rewind, and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.compression.masks import as_numbers, dtypes_of, magnitude_masks

__all__ = ["TICKET", "lottery", "winning_ticket"]

Weights = Sequence[Tensor]
Train = Callable[[Weights, Weights], Weights]
Cut = Callable[[Weights, float], Weights]


def _times(weights: Weights, masks: Weights) -> list[Tensor]:
    return [w * m for w, m in zip(weights, masks, strict=True)]


def winning_ticket(
    start: Weights,
    train: Train,
    cut: Cut,
    sparsity: float,
    num_rounds: int,
    *,
    share: Callable[[float, int, int], float] = lambda s, r, R: 1 - (1 - s) ** (r / R),
    rewind: bool = True,
    judged: Callable[[Weights, Weights], Weights] = lambda start, trained: trained,
    given: Callable[[Weights, Weights], Weights] = lambda start, trained: start,
) -> tuple[Weights, Weights]:
    """Return (weights of the start where kept, masks) after rounds of training and cutting."""
    masks: Weights = [torch.ones_like(w) for w in start]
    now: Weights = [*start]
    trained: Weights = now
    for r in range(1, num_rounds + 1):
        trained = train(_times(now, masks), masks)
        masks = cut(judged(start, trained), share(sparsity, r, num_rounds))
        now = start if rewind else trained
    return _times(given(start, trained), masks), masks


def lottery(
    seed: int, sparsity: float, num_rounds: int, dtype: torch.dtype = torch.float32
) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: a "training" that pulls each weight towards a place of its own."""
    shapes = ((5, 8), (4, 5))
    drawn = torch.Generator().manual_seed(seed)
    start, goal = (
        [torch.randn(s, generator=drawn, dtype=torch.float64).to(dtype) for s in shapes]
        for _ in range(2)
    )

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        begun, shares = [], []

        def train(weights: Weights, masks: Weights) -> list[Tensor]:
            now = [torch.as_tensor(w).detach() for w in weights]
            begun.append([w.double() for w in now])
            kept = [as_numbers(m).to(dtype) for m in masks]
            # how far depends on how many are left, so that going on differs from beginning again
            pull = 0.3 + 0.3 * sum(m.mean().item() for m in kept) / 2
            moved = [w + pull * (g - w) for w, g in zip(now, goal, strict=True)]
            return _times(moved, kept)

        def cut(weights: Weights, sparsity: float) -> list[Tensor]:
            shares.append(float(sparsity))
            found = [torch.as_tensor(w).detach() for w in weights]
            return [mask.to(dtype) for mask in magnitude_masks(found, sparsity)]

        ticket, masks = answer(start, train, cut, sparsity, num_rounds)
        return {
            "trainings": len(begun),
            "shares that are cut": shares,
            "what each training begins with": begun,
            "the weights": [*ticket],
            "the masks": [as_numbers(mask) for mask in masks],
            "dtypes of the weights": dtypes_of(ticket),
        }

    return play


def _on_top(start: Weights, train: Train, cut: Cut, sparsity: float, num_rounds: int) -> Any:
    """Begin each training with all weights of the start, masks forgotten."""
    masks: Weights = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        trained = train(start, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return _times(start, masks), masks


def _masks_never_told(
    start: Weights, train: Train, cut: Cut, sparsity: float, num_rounds: int
) -> Any:
    ones = [torch.ones_like(w) for w in start]
    return winning_ticket(start, lambda w, m: train(w, ones), cut, sparsity, num_rounds)


def _trained_once_more(
    start: Weights, train: Train, cut: Cut, sparsity: float, num_rounds: int
) -> Any:
    ticket, masks = winning_ticket(start, train, cut, sparsity, num_rounds)
    return train(ticket, masks), masks


def _uncut(start: Weights, *how: Any) -> Any:
    return start, winning_ticket(start, *how)[1]


_with = partial(partial, winning_ticket)

TICKET: Mistakes = {
    "The weights that come back are the trained ones. A ticket has those of the start.": _with(
        given=lambda start, trained: trained
    ),
    "Each round goes on from the trained weights. Rewind: begin it with those of the start.": _with(
        rewind=False
    ),
    "Each round goes on from the trained weights, and they come back. Rewind to the start.": _with(
        rewind=False, given=lambda start, trained: trained
    ),
    "The weights of the start are judged. Cut those that are small *after* training.": _with(
        judged=lambda start, trained: start
    ),
    "Weights are judged by how far they moved. Cut those that are small after training.": _with(
        judged=lambda start, trained: [t - s for s, t in zip(start, trained, strict=True)]
    ),
    "All is cut in each round: the share must grow from round to round.": _with(
        share=lambda s, r, R: s
    ),
    "The share grows by equal steps. Each round should keep the same part of what is left.": _with(
        share=lambda s, r, R: s * r / R
    ),
    "Each round keeps 1 − sparsity of what is left, so far too little stays in the end.": _with(
        share=lambda s, r, R: 1 - (1 - s) ** r
    ),
    "The rounds count from 0: the first cuts nothing, and the last not enough.": _with(
        share=lambda s, r, R: 1 - (1 - s) ** ((r - 1) / R)
    ),
    "The same small share is cut in each round. `cut` counts all weights, also those that are 0 "
    "already.": _with(share=lambda s, r, R: 1 - (1 - s) ** (1 / R)),
    "`cut` is told the share that stays. It wants the share that goes.": _with(
        share=lambda s, r, R: (1 - s) ** (r / R)
    ),
    "A training begins with weights that were cut. Give it the start times the masks.": _on_top,
    "`train` is told masks of ones each time, so that what was cut comes back.": _masks_never_told,
    "The ticket is trained at the end. Return it untrained.": _trained_once_more,
    "The weights that come back are those of the start, and nothing of them is cut.": _uncut,
}
