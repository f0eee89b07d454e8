"""Surfaces over the plane, and the paths on them of optimizers, or of a function of one's own."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from nblib.playground import own

__all__ = ["NUM_STEPS", "OPTIMIZERS", "SURFACES", "WITH_BETA", "Surface", "descend", "walk"]

NUM_STEPS = 60


@dataclass(frozen=True)
class Surface:
    """A loss over the plane, where to start on it and what part of it to draw."""

    loss: Callable[[Tensor, Tensor], Tensor]  # elementwise, so that it draws and trains alike
    start: tuple[float, float]
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    goal: float  # how far above the minimum to get

    def above(self, x: Tensor, y: Tensor) -> Tensor:
        """Return how far the loss at x and y, any shape, lies above the minimum."""
        return self.loss(x, y) - self.loss(*x.new_tensor(self.minima[0]))


SURFACES = {
    "ravine": Surface(
        lambda x, y: 0.5 * (x**2 + 100 * y**2), (-9, 0.8), (-10, 4), (-2.5, 2.5), ((0, 0),), 1e-3
    ),
    "bowl": Surface(
        lambda x, y: 0.5 * (x**2 + 2 * y**2), (-3, 2), (-4, 4), (-3, 3), ((0, 0),), 1e-3
    ),
    "Rosenbrock valley": Surface(
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        (-1.2, 1), (-2, 2), (-1, 3), ((1, 1),), 0.1,
    ),
    "saddle": Surface(
        lambda x, y: 0.5 * (x**2 - y**2) + 0.05 * y**4,
        (-3, 0.001), (-4, 4), (-4, 4), ((0, 5**0.5), (0, -(5**0.5))), 1e-3,
    ),
}  # fmt: skip

OPTIMIZERS: dict[str, Callable[[list[Tensor], float, float], torch.optim.Optimizer]] = {
    "gradient descent": lambda p, lr, beta: torch.optim.SGD(p, lr=lr),
    "momentum": lambda p, lr, beta: torch.optim.SGD(p, lr=lr, momentum=beta),
    "Nesterov": lambda p, lr, beta: torch.optim.SGD(
        p, lr=lr, momentum=beta, nesterov=beta > 0
    ),
    "RMSprop": lambda p, lr, beta: torch.optim.RMSprop(p, lr=lr),
    "Adam": lambda p, lr, beta: torch.optim.Adam(p, lr=lr, betas=(beta, 0.999)),
}  # fmt: skip

WITH_BETA = ("momentum", "Nesterov", "Adam")


def descend(
    surface: Surface,
    optimizer: str,
    lr: float,
    beta: float = 0.9,
    start: tuple[float, float] | None = None,
    num_steps: int = NUM_STEPS,
) -> tuple[Tensor, Tensor]:
    """Walk down a surface.

    Args:
        surface: where.
        optimizer: one of OPTIMIZERS.
        lr: its learning rate.
        beta: its momentum, where it has one.
        start: x and y; by default the start of the surface.
        num_steps: how many updates.

    Returns:
        The points, (num_steps + 1, 2), and how far the loss at each lies above the minimum,
        (num_steps + 1,); both float64.

    Raises:
        ValueError: no such optimizer.
    """
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"no optimizer {optimizer!r}; there are {', '.join(OPTIMIZERS)}")
    w = torch.tensor(start or surface.start, dtype=torch.float64, requires_grad=True)
    rule = OPTIMIZERS[optimizer]([w], lr, beta)
    points = [w.detach().clone()]
    for _ in range(num_steps):
        rule.zero_grad()
        surface.loss(*w).backward()
        rule.step()
        points.append(w.detach().clone())
    path = torch.stack(points)  # (num_steps + 1, 2)
    return path, surface.above(*path.T)


def walk(
    surface: Surface,
    step: Callable[..., Any],
    lr: float,
    beta: float,
    start: tuple[float, float] | None = None,
    num_steps: int = NUM_STEPS,
) -> Tensor:
    """Walk down a surface with a function of one's own.

    Args:
        surface: where.
        step: as in *Gradient descent*: (params, grads, state, lr, ...) → (params, state), with
            further arguments among beta, beta1, beta2 and eps. The two lists hold one tensor, (2,).
        lr: its learning rate.
        beta: its momentum, beta or beta1.
        start: x and y; by default the start of the surface.
        num_steps: how many updates.

    Returns:
        The points, (num_steps + 1, 2) float64, up to the first that is not finite; then nan.

    Raises:
        own.Refusal: it is not written, raises an error, or returns something else.
    """
    known = {"lr": lr, "beta": beta, "beta1": beta, "beta2": 0.999, "eps": 1e-8}
    settings = {name: known[name] for name in inspect.signature(step).parameters if name in known}
    points = torch.full((num_steps + 1, 2), torch.nan, dtype=torch.float64)
    w = torch.tensor(start or surface.start, dtype=torch.float64)
    state: Any = {}
    for n in range(num_steps + 1):
        points[n] = w
        if n == num_steps or not w.isfinite().all():
            return points
        leaf = w.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(surface.loss(*leaf), leaf)
        match own.call(step, [w], [gradient], state, **settings):
            case [[Tensor(shape=(2,)) as new], state]:
                w = new.detach().double()
            case _:
                raise own.Refusal(
                    "✗ Your function should return a list of the new parameters, and the new state."
                )
    return points
