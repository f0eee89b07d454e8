"""Integrated gradients: right, and the ways in which a path is walked wrongly."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib import models
from nblib.checks.mistakes import Mistakes
from nblib.oracles.interpretability.saliencies import Layers, _chosen, saliency

__all__ = ["INTEGRATED", "integrated_gradients"]


def _midpoints(steps: int) -> Tensor:
    return (torch.arange(steps, dtype=torch.float64) + 0.5) / steps


def integrated_gradients(
    layers: Layers,
    X: Tensor,
    y: Tensor,
    baseline: Tensor,
    steps: int,
    *,
    at: Callable[[int], Tensor] = _midpoints,
    factor: Callable[[Tensor, Tensor], Any] = lambda X, baseline: X - baseline,
    start: Callable[[Tensor], Any] = lambda baseline: baseline,
    way: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda begin, X, share: (
        begin + share * (X - begin)
    ),
    score: Callable[[Tensor, Tensor], Tensor] = _chosen,
) -> Tensor:
    """Return (x − baseline) times the mean gradient at the midpoints of the way, (n, num_inputs).

    The parts, in which mistakes are made: where on the way (0 … 1), the factor, the start of the
    way, the way, and what is differentiated.
    """
    begin = start(baseline)
    shares = at(steps).to(X.dtype)
    maps = [saliency(layers, way(begin, X, share), y, score=score) for share in shares]
    return factor(X, baseline) * torch.stack(maps).mean(dim=0)


def _with(**how: Any) -> Callable[..., Tensor]:
    return partial(integrated_gradients, **how)


def _trapezoid(layers: Layers, X: Tensor, y: Tensor, baseline: Tensor, steps: int) -> Tensor:
    shares = torch.linspace(0, 1, steps + 1, dtype=X.dtype)
    maps = [saliency(layers, baseline + share * (X - baseline), y) for share in shares]
    return (X - baseline) * (sum(maps) - (maps[0] + maps[-1]) / 2) / steps


def _without(step: int) -> Callable[..., Tensor]:
    """Return the parts without what one step, the first or the last, adds to them."""

    def wrong(layers: Layers, X: Tensor, y: Tensor, baseline: Tensor, steps: int) -> Tensor:
        share = float(_midpoints(steps)[step])
        there = saliency(layers, baseline + share * (X - baseline), y)
        all_steps = integrated_gradients(layers, X, y, baseline, steps)
        return all_steps - (X - baseline) * there / steps

    return wrong


def _rescaled(layers: Layers, X: Tensor, y: Tensor, baseline: Tensor, steps: int) -> Tensor:
    A = integrated_gradients(layers, X, y, baseline, steps)
    rise = models.logits(layers, X) - models.logits(layers, baseline[None])
    return A * rise.gather(1, y[:, None]) / A.sum(dim=1, keepdim=True)


INTEGRATED: Mistakes = {
    "The factor x − baseline is missing: that is the mean gradient.": _with(
        factor=lambda X, baseline: 1
    ),
    "The factor is x. It is x − baseline, the way that was gone.": _with(
        factor=lambda X, baseline: X
    ),
    "The factor is |x − baseline|. Keep its sign.": _with(
        factor=lambda X, baseline: (X - baseline).abs()
    ),
    "The factor is turned: baseline − x. It is x − baseline.": _with(
        factor=lambda X, baseline: baseline - X
    ),
    "The way begins at 0. It begins at the baseline.": _with(start=torch.zeros_like),
    "The baseline is ignored: way and factor begin at 0.": _with(
        start=torch.zeros_like, factor=lambda X, baseline: X
    ),
    "The way is b + α·x, which does not end at x. It is b + α·(x − b).": _with(
        way=lambda begin, X, share: begin + share * X
    ),
    "The parts are scaled such that they add up exactly. Leave what the steps give.": _rescaled,
    "You look at the beginning of each step, 0, 1/steps, … Look at its middle.": _with(
        at=lambda steps: torch.arange(steps) / steps
    ),
    "You look at the end of each step, 1/steps, …, 1. Look at its middle.": _with(
        at=lambda steps: (torch.arange(steps) + 1) / steps
    ),
    "The places run from 0 to 1, both ends among them, with all alike. Look at the middle of each "
    "step.": _with(at=lambda steps: torch.linspace(0, 1, steps)),
    "The places run from 0 to 1, one more than there are steps. Look at the middle of each step.": (
        _with(at=lambda steps: torch.linspace(0, 1, steps + 1))
    ),
    "That is the trapezoid rule, at both ends of each step. Look at its middle.": _trapezoid,
    "That is (x − baseline) × the gradient at x. Walk all the way.": _with(
        at=lambda steps: torch.ones(1)
    ),
    "Only the middle of the way is looked at. Take the middle of each of the steps.": _with(
        at=lambda steps: torch.full((1,), 0.5)
    ),
    "The last step is left out.": _without(-1),
    "The first step is left out.": _without(0),
    "The gradients are added up. Take their mean.": lambda layers, X, y, baseline, steps: (
        steps * integrated_gradients(layers, X, y, baseline, steps)
    ),
    "You walk with the probability. Take the logit.": _with(
        score=lambda z, y: _chosen(z.softmax(dim=1), y)
    ),
    "You walk with the mean loss. Take the logit.": _with(score=F.cross_entropy),
    "You walk with the loss. Take the logit.": _with(
        score=lambda z, y: F.cross_entropy(z, y, reduction="sum")
    ),
    "You walk with the log probability. Take the logit.": _with(
        score=lambda z, y: _chosen(z.log_softmax(dim=1), y)
    ),
    "The logits of all classes are added up. Each example has one class: `y`.": _with(
        score=lambda z, y: z.sum()
    ),
    "All examples are asked for the class of the first.": lambda layers, X, y, baseline, steps: (
        integrated_gradients(layers, X, y[:1].expand_as(y), baseline, steps)
    ),
    "The sign is lost.": lambda *args: integrated_gradients(*args).abs(),
    "What speaks against the class is cut off.": lambda *args: integrated_gradients(*args).relu(),
    "These are the sums over the inputs. The map is wanted, one number for each input.": (
        lambda *args: integrated_gradients(*args).sum(dim=1)
    ),
}
