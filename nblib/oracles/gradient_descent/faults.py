"""Planted faults in a backward pass, and how they are found or missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.gradient_descent.curvature import Play

__all__ = [
    "FAULTY",
    "FAULTY_SMALL",
    "FAULTY_ZERO",
    "a_little_off",
    "bowl",
    "colleagues_work",
    "faulty_gradients",
    "inspect",
    "one_entry",
    "rounded",
    "row",
]


def row(x: Tensor) -> int:
    return x[0].numel() if x.ndim else 1


Loss = Callable[[Mapping[str, Tensor]], Tensor]


Case = tuple[Loss, dict[str, Tensor], dict[str, Tensor]]  # loss, parameters, claimed gradients


def colleagues_work() -> Case:
    """Return the network of the lesson, its parameters, and the gradients by a colleague."""
    generator = torch.Generator().manual_seed(4)
    shapes = {"X": (20, 3), "y": (20, 2), "W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,)}
    drawn = {
        name: torch.randn(shape, generator=generator, dtype=torch.float64)
        for name, shape in shapes.items()
    }
    X, y = drawn.pop("X"), drawn.pop("y")

    def error(p: Mapping[str, Tensor]) -> Tensor:
        return torch.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"] - y

    def loss(p: Mapping[str, Tensor]) -> Tensor:
        return 0.5 * (error(p) ** 2).sum(dim=1).mean()

    h, mean_error = torch.tanh(X @ drawn["W1"] + drawn["b1"]), error(drawn) / len(X)
    grads = {
        "W1": X.T @ (mean_error @ drawn["W2"].T),
        "b1": (mean_error @ drawn["W2"].T * (1 - h**2)).sum(dim=0),
        "W2": h.T @ mean_error,
        "b2": mean_error.mean(dim=0),
    }
    return loss, drawn, grads


def bowl(
    generator: torch.Generator,
    size: float,
    *,
    zero: bool = False,
    **faults: Callable[[Tensor], Tensor],
) -> Case:
    """Return a loss, a point and the gradients there, of this size, some of them made faulty.

    The parameters are "A", "B", "C" of shape (3, 2), all positive. With `zero` there is one more,
    "Z", which is 0, and so is its gradient. The gradients come in another order.
    """
    params = {
        name: 1 + torch.rand(3, 2, generator=generator, dtype=torch.float64) for name in "ABC"
    }
    if zero:
        params = {"Z": torch.zeros(2, dtype=torch.float64), **params}
    grads = {name: 2 * size * params[name] for name in reversed(params)}
    grads |= {name: fault(grads[name]) for name, fault in faults.items()}

    def loss(p: Mapping[str, Tensor]) -> Tensor:
        return size * torch.stack([(x**2).sum() for x in p.values()]).sum()

    return loss, params, grads


def one_entry(gradient: Tensor) -> Tensor:
    """Return a gradient, shape (3, 2), with a fault in one entry."""
    faulty = gradient.clone()
    faulty[2, 1] *= 1.5
    return faulty


def a_little_off(gradient: Tensor) -> Tensor:
    """Return a gradient that is wrong by a relative error of 2.5e-3."""
    return 1.005 * gradient


def rounded(gradient: Tensor) -> Tensor:
    """Return a gradient that is right, up to a relative error of 2e-6."""
    return (1 + 4e-6) * gradient


def inspect(case: Case) -> Play:
    """Return a play in which an answer looks for faults; what counts is which names it finds."""

    def play(answer: Callable[..., Any]) -> Any:
        found = answer(*case)
        return sorted(found) if isinstance(found, set | frozenset | list | tuple) else found

    return play


def faulty_gradients(
    loss: Loss,
    params: dict[str, Tensor],
    grads: dict[str, Tensor],
    is_wrong: Callable[[Tensor, Tensor], Any] = lambda a, n: (
        (a - n).norm() > 1e-4 * (a.norm() + n.norm())
    ),
) -> set[str]:
    """Return the names of the gradients that are wrong by more than 1e-4 of their size."""
    points = {name: value.clone().requires_grad_() for name, value in params.items()}
    exact = dict(zip(points, torch.autograd.grad(loss(points), list(points.values())), strict=True))
    return {name for name in params if bool(is_wrong(grads[name], exact[name]))}


def _first_of(found: Callable[..., set[str]]) -> Callable[..., set[str]]:
    def first(loss: Any, params: dict[str, Tensor], grads: dict[str, Tensor]) -> set[str]:
        names = found(loss, params, grads)
        return {next(name for name in params if name in names)} if names else set()

    return first


def _relative(
    by: Callable[[Tensor], Tensor],
) -> Callable[..., set[str]]:
    """Compare one number of each gradient, to 1e-4 of it."""
    return partial(
        faulty_gradients,
        is_wrong=lambda a, n: (by(a) - by(n)).abs() > 1e-4 * (by(a).abs() + by(n).abs()),
    )


FAULTY: Mistakes = {
    "These are the right ones. The faulty ones are wanted.": (
        lambda loss, params, grads: {*params} - faulty_gradients(loss, params, grads)
    ),
    "You stop at the first one. Go through all parameters.": _first_of(faulty_gradients),
    "You call every gradient wrong.": lambda loss, params, grads: {*params},
    "You call every gradient right.": lambda loss, params, grads: set[str](),
    "A fault passes where the difference is negative: measure its length.": partial(
        faulty_gradients, is_wrong=lambda a, n: (a - n).max() > 1e-4 * (a.norm() + n.norm())
    ),
    "A fault passes where the lengths agree: take the length of the difference.": _relative(
        lambda g: g.norm()
    ),
    "You take the gradients in the order of the dictionary. Take them by their names.": (
        lambda loss, params, grads: faulty_gradients(
            loss, params, dict(zip(params, grads.values(), strict=True))
        )
    ),
    "A fault passes where the sums agree: take the length of the difference.": _relative(
        lambda g: g.sum()
    ),
    "A fault passes where only signs are wrong: take the length of the difference.": partial(
        faulty_gradients,
        is_wrong=lambda a, n: (a.abs() - n.abs()).norm() > 1e-4 * (a.norm() + n.norm()),
    ),
    "A fault passes unless every entry is wrong. One is enough.": partial(
        faulty_gradients, is_wrong=lambda a, n: ((a - n).abs() > 1e-4 * (a.abs() + n.abs())).all()
    ),
}


FAULTY_SMALL: Mistakes = {
    "The fault in a small gradient passes: divide the error by the size of both.": partial(
        faulty_gradients, is_wrong=lambda a, n: (a - n).norm() > 1e-4
    ),
}


FAULTY_ZERO: Mistakes = {
    "Where both gradients are 0 you call it wrong: nothing differs there.": partial(
        faulty_gradients, is_wrong=lambda a, n: not (a - n).norm() < 1e-4 * (a.norm() + n.norm())
    ),
    "Where both gradients are 0 you divide by 0: nothing differs there.": partial(
        faulty_gradients,
        is_wrong=lambda a, n: (a - n).norm().item() / (a.norm() + n.norm()).item() > 1e-4,
    ),
}
