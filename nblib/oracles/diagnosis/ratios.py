"""How far one step of Adam moves each weight, against its size."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["RATIOS", "some_network", "update_ratios"]

State = Mapping[str, Tensor]
Case = tuple[list[int], dict[str, Tensor], Tensor, Tensor, float]


def _gradients(
    state: State, X: Tensor, y: Tensor, loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> dict[str, Tensor]:
    leaves = {name: p.detach().double().clone().requires_grad_() for name, p in state.items()}
    names, h = [name for name in leaves if name.endswith("weight")], X.double()
    for name in names:
        h = F.linear(h, leaves[name], leaves[name.replace("weight", "bias")])
        h = h if name == names[-1] else h.relu()
    found = torch.autograd.grad(loss_fn(h, y), [*leaves.values()])
    return dict(zip(leaves, found, strict=True))


def _moved(w: Tensor, g: Tensor, lr: float) -> Tensor:
    """Return the weights after the first step of Adam, whose means are g and g² themselves."""
    return w - lr * g / (g.abs() + 1e-8)


def update_ratios(
    sizes: Sequence[int],
    state: State,
    X: Tensor,
    y: Tensor,
    lr: float,
    *,
    ratio: Callable[[Tensor, Tensor], Tensor] = lambda w, after: (after - w).norm() / w.norm(),
    move: Callable[[Tensor, Tensor, float], Tensor] = _moved,
    counts: Callable[[str], bool] = lambda name: name.endswith("weight"),
    loss_fn: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
) -> dict[str, float]:
    """Return ‖after − before‖ / ‖before‖ of each weight matrix, over one step of Adam."""
    found = _gradients(state, X, y, loss_fn)
    return {
        name: float(ratio(p.double(), move(p.double(), found[name], lr)))
        for name, p in state.items()
        if counts(name)
    }


def some_network(sizes: Sequence[int], lr: float, generator: torch.Generator) -> Case:
    """Return the arguments of `update_ratios`: a network by lot, named as in `models.mlp`.

    The first step of Adam is lr · g/(|g| + ε), which is ±lr for all that is not tiny, so that no
    loss in place of another would show there. One column of X is tiny.
    """
    state = {}
    for i, (num_in, num_out) in enumerate(itertools.pairwise(sizes)):
        for name, shape in (("weight", (num_out, num_in)), ("bias", (num_out,))):
            draw = 2 * torch.rand(shape, generator=generator) - 1
            state[f"{2 * i}.{name}"] = (1 + i) * draw / num_in**0.5
    X = torch.randn(9, sizes[0], generator=generator)
    X[:, 0] *= 3e-8  # whose gradients are as small as Adam's ε: these steps hang on their size
    return [*sizes], state, X, torch.arange(9) % sizes[-1], lr


def _ratio(of: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., dict[str, float]]:
    return lambda *case: update_ratios(*case, ratio=of)


def _with(**parts: Any) -> Callable[..., dict[str, float]]:
    return lambda *case: update_ratios(*case, **parts)


def _two_steps(
    sizes: Sequence[int], state: State, X: Tensor, y: Tensor, lr: float
) -> dict[str, float]:
    now = {name: p.double() for name, p in state.items()}
    mean = {name: torch.zeros_like(p) for name, p in now.items()}
    square = {name: torch.zeros_like(p) for name, p in now.items()}
    for step in (1, 2):
        for name, g in _gradients(now, X, y, F.cross_entropy).items():
            mean[name] = 0.9 * mean[name] + 0.1 * g
            square[name] = 0.999 * square[name] + 0.001 * g**2
            root = (square[name] / (1 - 0.999**step)).sqrt()
            now[name] = now[name] - lr * mean[name] / (1 - 0.9**step) / (root + 1e-8)
    return {
        name: float((now[name] - p).norm() / p.norm())
        for name, p in state.items()
        if name.endswith("weight")
    }


RATIOS: Mistakes = {
    "All ratios are 0: either nothing moved (is there a `backward`, and a `step`?), or what was "
    "noted before the step is no copy, but the weights themselves: clone them.": _ratio(
        lambda w, after: 0 * w.norm()
    ),
    "That is lr·‖gradient‖/‖weight‖, right for plain SGD alone. Let the optimizer make its step, "
    "and look how far the weights went.": _with(move=lambda w, g, lr: w - lr * g),
    "The size after the step stands below. Divide by the size before it.": _ratio(
        lambda w, after: (after - w).norm() / after.norm()
    ),
    "The ratio is upside down: the change belongs above.": _ratio(
        lambda w, after: w.norm() / (after - w).norm()
    ),
    "That compares the two norms. A weight may move far and keep its size: take the norm of the "
    "difference.": _ratio(lambda w, after: (after.norm() - w.norm()).abs() / w.norm()),
    "That is the mean of the ratios of all entries. One norm above and one below are wanted.": (
        _ratio(lambda w, after: ((after - w).abs() / w.abs()).mean())
    ),
    "Sums of absolute values are compared. The norm is the root of the sum of squares.": _ratio(
        lambda w, after: (after - w).abs().sum() / w.abs().sum()
    ),
    "The norms are squared.": _ratio(lambda w, after: ((after - w).norm() / w.norm()) ** 2),
    "These are spectral norms of matrices, their largest singular values. The root of the sum of "
    "squares is wanted.": _ratio(
        lambda w, after: torch.linalg.norm(after - w, ord=2) / torch.linalg.norm(w, ord=2)
    ),
    "That is the size of the change. Divide it by the size of the weights.": _ratio(
        lambda w, after: (after - w).norm()
    ),
    "The biases are in the report, too. Only the weights are wanted.": _with(counts=lambda _: True),
    "Only the first weight is in the report. All are wanted.": _with(
        counts=lambda name: name == "0.weight"
    ),
    "The change has twice its size: is the step made twice?": _with(
        move=lambda w, g, lr: w - 2 * lr * g / (g.abs() + 1e-8)
    ),
    "Two steps are made. One is wanted.": _two_steps,
    "The names are cut. Those of the weights are wanted, such as `0.weight`.": lambda *case: {
        name.removesuffix(".weight"): ratio for name, ratio in update_ratios(*case).items()
    },
    "The softmax is taken before `F.cross_entropy`, which takes it itself.": _with(
        loss_fn=lambda z, y: F.cross_entropy(z.softmax(dim=1), y)
    ),
    "The loss is the sum over the examples. `F.cross_entropy` takes their mean.": _with(
        loss_fn=lambda z, y: F.cross_entropy(z, y, reduction="sum")
    ),
}
