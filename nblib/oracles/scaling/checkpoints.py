"""Gradients with few activations in memory: what must come, how often layers run, what is held."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["CHECKPOINTED", "checkpointed", "facts_of_checkpoints", "some_layers"]

Answer = Callable[[list[Tensor], Tensor, int], tuple[list[Tensor], int, float]]
Case = tuple[list[Tensor], Tensor, int]
_SLACK = 3  # tensors that a loss, a border or a gradient on its way may hold besides


def _mean_square(h: Tensor) -> Tensor:
    return h.square().mean()


def _gradients(
    weights: Sequence[Tensor], x: Tensor, loss: Callable[[Tensor], Tensor] = _mean_square
) -> list[Tensor]:
    leaves = [w.double().clone().requires_grad_() for w in weights]
    h = x.double()
    for w in leaves:
        h = torch.tanh(h @ w)
    return [g.to(x.dtype) for g in torch.autograd.grad(loss(h), leaves)]


def checkpointed(
    weights: Sequence[Tensor],
    x: Tensor,
    num_segments: int,
    *,
    passes: Callable[[int, int], int] = lambda num_layers, num_segments: 2 * num_layers,
    held: Callable[[int, int], int] = lambda num_layers, num_segments: (
        num_layers // num_segments + 2
    ),
    change: Callable[[list[Tensor], int], list[Tensor]] = lambda grads, num_segments: grads,
) -> tuple[list[Tensor], int, float]:
    """Return the gradients of the mean of h², how often a layer ran, how many tensors were held."""
    m = len(weights)
    grads = change(_gradients(weights, x), num_segments)
    return grads, passes(m, num_segments), float(held(m, num_segments))


def facts_of_checkpoints(
    weights: list[Tensor], x: Tensor, num_segments: int
) -> Callable[[Answer], dict[str, Any]]:
    """Return a play: the gradients, and whether time and memory were kept within bounds."""
    num_layers = len(weights)
    length = num_layers // num_segments

    def facts(answer: Answer) -> dict[str, Any]:
        gradients, runs, held = answer(weights, x, num_segments)
        return {
            "gradients": gradients,
            "layers run": "as often as they must"
            if num_layers < runs <= 2 * num_layers
            else "not a second time"
            if runs == num_layers
            else "too often"
            if runs > 2 * num_layers
            else "too seldom",
            "held at once": "a segment" if held <= length + _SLACK else "too many",
        }

    return facts


def some_layers(num_layers: int, width: int, num_segments: int, generator: torch.Generator) -> Case:
    """Return the arguments of `checkpointed`: square weights and 5 rows of input, float32."""
    weights = [
        torch.randn(width, width, generator=generator) * 1.2 / width**0.5 for _ in range(num_layers)
    ]
    return weights, torch.randn(5, width, generator=generator), num_segments


def _with(**how: Any) -> Answer:
    return lambda *case: checkpointed(*case, **how)


def _last_only(grads: list[Tensor], num_segments: int) -> list[Tensor]:
    first = len(grads) - len(grads) // num_segments
    return [torch.zeros_like(g) if i < first else g for i, g in enumerate(grads)]


def _by_ones(weights: list[Tensor], x: Tensor, num_segments: int) -> tuple[Any, int, float]:
    """Send ones instead of the gradient into every segment but the last."""
    length, h = len(weights) // num_segments, x.double()
    found: list[Tensor] = []
    for start in range(0, len(weights), length):
        leaves = [w.double().clone().requires_grad_() for w in weights[start : start + length]]
        out = h
        for w in leaves:
            out = torch.tanh(out @ w)
        is_last = start + length == len(weights)
        value = out.square().mean() if is_last else out.sum()
        found += [g.to(x.dtype) for g in torch.autograd.grad(value, leaves)]
        h = out.detach()
    return found, 2 * len(weights), float(length + 2)


def _own_loss(weights: list[Tensor], x: Tensor, num_segments: int) -> tuple[Any, int, float]:
    """Take the loss of each segment's own output, as if the network ended there."""
    length = len(weights) // num_segments
    found: list[Tensor] = []
    for end in range(length, len(weights) + 1, length):
        found += _gradients(weights[:end], x)[end - length :]
    return found, 2 * len(weights), float(length + 2)


def _too_late(weights: list[Tensor], x: Tensor, num_segments: int) -> tuple[Any, int, float]:
    """Start each segment from what comes out of it."""
    length, h = len(weights) // num_segments, x.double()
    outputs = []
    for i, w in enumerate(weights):
        h = torch.tanh(h @ w.double())
        if i % length == length - 1:
            outputs.append(h)
    came = 2 * h / h.numel()
    found: list[Tensor] = []
    for s in reversed(range(num_segments)):
        leaves = [w.double().requires_grad_() for w in weights[s * length :][:length]]
        start = h = outputs[s].clone().requires_grad_()
        for w in leaves:
            h = torch.tanh(h @ w)
        *these, came = torch.autograd.grad(h, [*leaves, start], came)
        found = [g.to(x.dtype) for g in these] + found
    return found, 2 * len(weights), float(length + 2)


def _of_loss(loss: Callable[[Tensor], Tensor]) -> Answer:
    return lambda weights, x, num_segments: (
        _gradients(weights, x, loss),
        2 * len(weights),
        float(len(weights) // num_segments + 2),
    )


def _in_segments(grads: list[Tensor], num_segments: int) -> list[list[Tensor]]:
    length = len(grads) // num_segments
    return [grads[i : i + length] for i in range(0, len(grads), length)]


def _added_up(grads: list[Tensor], num_segments: int) -> list[Tensor]:
    return [2 * g for g in grads]


CHECKPOINTED: Mistakes = {
    "The gradients are right, and all layers' outputs are held until the end: run the first pass "
    "under `torch.no_grad()`, and keep only what goes into each segment.": _with(
        passes=lambda m, k: m, held=lambda m, k: m + 1
    ),
    "Layers run a second time, and yet too much is held at once: run the first pass under "
    "`torch.no_grad()`, and send the gradient back through a segment before the one in front of it "
    "runs again.": _with(held=lambda m, k: m + k),
    "Layers run more than twice each: once in the first pass, and once on the way back.": _with(
        passes=lambda m, k: 3 * m
    ),
    "The more segments there are, the more often layers run: each is computed from the input of "
    "the network on. Keep what goes into each segment, and start there.": _with(
        passes=lambda m, k: m + m * (k - 1) // 2
    ),
    "With many segments too much is held. Either there are segments of `num_segments` layers, and "
    "`num_segments` of them are wanted; or autograd holds what goes into each of them, as it does "
    "in `torch.utils.checkpoint`.": _with(held=lambda m, k: k + 1),
    "With many segments as much is held as with two: `num_segments` says how many there are.": (
        _with(held=lambda m, k: (m + 1) // 2 + 1)
    ),
    "A segment starts here from what comes out of it. Keep what goes into it.": _too_late,
    "The loss is a mean of squares: the gradient of the last output is divided by the number of "
    "its entries.": _of_loss(lambda h: h.square().sum()),
    "You divide by the number of rows. The mean is over all entries of the last output.": _of_loss(
        lambda h: h.square().sum() / len(h)
    ),
    "That is the gradient of the mean of the outputs. The loss is the mean of their squares.": (
        _of_loss(lambda h: h.mean())
    ),
    "The factor 2 of the square's derivative is missing.": _with(
        change=lambda grads, k: [g / 2 for g in grads]
    ),
    "The gradients of each segment come in reverse order.": _with(
        change=lambda grads, k: [g for part in _in_segments(grads, k) for g in part[::-1]]
    ),
    "The gradients are transposed.": _with(change=lambda grads, k: [g.T for g in grads]),
    "Only the last segment has gradients: what comes back at the input of a segment must go on "
    "into "
    "the one in front of it.": _with(change=_last_only),
    "Into the segments before the last goes a gradient of ones. What came back at the input of the "
    "next segment belongs there.": _by_ones,
    "Each segment has a loss of its own here. The loss is that of the last output; the others get "
    "what comes back from the segment behind them.": _own_loss,
    "The gradients come in the order in which they were found, last segment first. Return them in "
    "the order of the weights.": _with(
        change=lambda grads, k: [
            g
            for s in reversed(range(k))
            for g in grads[s * len(grads) // k : (s + 1) * len(grads) // k]
        ]
    ),
    "The gradients come in reverse order. Return them in the order of the weights.": _with(
        change=lambda grads, k: grads[::-1]
    ),
    "Every gradient is twice what it should be: is the gradient of the mean of h² right, or was "
    "something added up twice?": _with(change=_added_up),
}
