"""The gradient of a logit by the pixels: right, and what else is differentiated for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib import models
from nblib.checks.mistakes import Mistakes

__all__ = ["SALIENCY", "Layers", "network", "saliency"]

Layers = list[tuple[Tensor, Tensor]]


def network(sizes: list[int], generator: torch.Generator, dtype: torch.dtype) -> Layers:
    """Return layers of these sizes with random weights and biases, their outputs of size one."""
    layers = []
    for num_inputs, num_outputs in pairwise(sizes):
        weight = torch.randn(num_outputs, num_inputs, generator=generator, dtype=torch.float64)
        bias = torch.randn(num_outputs, generator=generator, dtype=torch.float64) / 2
        layers.append(((weight * (2 / num_inputs) ** 0.5).to(dtype), bias.to(dtype)))
    return layers


def _chosen(scores: Tensor, y: Tensor) -> Tensor:
    return scores.gather(1, y[:, None]).sum()


def saliency(
    layers: Layers, X: Tensor, y: Tensor, *, score: Callable[[Tensor, Tensor], Tensor] = _chosen
) -> Tensor:
    """Return the gradient of each example's logit of class y by its inputs, (n, num_inputs)."""
    with torch.enable_grad():
        at = X.detach().clone().requires_grad_()
        (gradient,) = torch.autograd.grad(score(models.logits(layers, at), y), at)
    return gradient


def _with(score: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    return partial(saliency, score=score)


SALIENCY: Mistakes = {
    "That is the gradient of the loss. It fades where the network is sure, and its sign is turned: "
    "differentiate the logit.": _with(lambda z, y: F.cross_entropy(z, y, reduction="sum")),
    "That is the gradient of the mean loss. Differentiate the logit of the class.": _with(
        F.cross_entropy
    ),
    "That is the gradient of the log probability, in which all logits have a part. Take the "
    "logit.": _with(lambda z, y: _chosen(z.log_softmax(dim=1), y)),
    "That is the gradient of the probability, which fades where the network is sure. Take the "
    "logit.": _with(lambda z, y: _chosen(z.softmax(dim=1), y)),
    "The logits of all classes are added up. Each example has one class: `y`.": _with(
        lambda z, y: z.sum()
    ),
    "That is the largest logit's gradient. The class is asked for: `y`.": _with(
        lambda z, y: z.amax(dim=1).sum()
    ),
    "Each example gets the classes of all others, too: `z[:, y]` takes every class from every row. "
    "Take one from each.": _with(lambda z, y: z[:, y].sum()),
    "All examples are asked for the class of the first.": _with(lambda z, y: z[:, y[0]].sum()),
    "All examples are asked for class 0.": _with(lambda z, y: z[:, 0].sum()),
    "The gradient is divided by the number of examples: add the logits up, do not average.": _with(
        lambda z, y: _chosen(z, y) / len(y)
    ),
    "The sign is lost. A pixel may speak against the class.": lambda *args: saliency(*args).abs(),
    "What speaks against the class is cut off.": lambda *args: saliency(*args).relu(),
    "That is gradient × input. The gradient alone is wanted.": lambda layers, X, y: (
        saliency(layers, X, y) * X
    ),
    "The map is scaled to a largest value of 1. Leave it as it is.": lambda *args: (
        saliency(*args) / saliency(*args).abs().amax(dim=1, keepdim=True)
    ),
    "The maps are scaled to a largest value of 1 over all. Leave them as they are.": lambda *args: (
        saliency(*args) / saliency(*args).abs().max()
    ),
    "The gradients of all examples are added up. One row for each example is wanted.": (
        lambda *args: saliency(*args).sum(dim=0)
    ),
    "Only the first example has a map.": lambda layers, X, y: saliency(layers, X[:1], y[:1])[0],
    "That is minus the gradient.": lambda *args: -saliency(*args),
}
