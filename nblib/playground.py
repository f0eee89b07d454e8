"""Playgrounds: pieces of a lesson to turn knobs on, each with a goal."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from nblib import plots

__all__ = ["OPTIMIZERS", "SURFACES", "Surface", "descend", "descent"]


@dataclass(frozen=True)
class Surface:
    """A loss over the plane, where to start on it and what part of it to draw."""

    loss: Callable[[Tensor, Tensor], Tensor]  # elementwise, so that it draws and trains alike
    start: tuple[float, float]
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    goal: float  # the loss to get below


SURFACES = {
    "ravine": Surface(
        lambda x, y: 0.5 * (x**2 + 100 * y**2), (-9, 0.8), (-10, 4), (-1.5, 1.5), 1e-3
    ),
    "bowl": Surface(lambda x, y: 0.5 * (x**2 + 2 * y**2), (-3, 2), (-4, 4), (-3, 3), 1e-3),
    "Rosenbrock": Surface(
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.2, 1), (-2, 2), (-1, 3), 1.0
    ),
    "saddle": Surface(
        lambda x, y: 0.5 * (x**2 - y**2) + 0.05 * y**4, (-3, 1e-3), (-4, 4), (-4, 4), -1.249
    ),
}

OPTIMIZERS: dict[str, Callable[[list[Tensor], float, float], torch.optim.Optimizer]] = {
    "gradient descent": lambda p, lr, beta: torch.optim.SGD(p, lr=lr),
    "momentum": lambda p, lr, beta: torch.optim.SGD(p, lr=lr, momentum=beta),
    "Nesterov": lambda p, lr, beta: torch.optim.SGD(
        p, lr=lr, momentum=beta, nesterov=beta > 0
    ),
    "RMSprop": lambda p, lr, beta: torch.optim.RMSprop(p, lr=lr),
    "Adam": lambda p, lr, beta: torch.optim.Adam(p, lr=lr, betas=(beta, 0.999)),
}  # fmt: skip


def descend(
    surface: Surface, optimizer: str, lr: float, beta: float = 0.9, num_steps: int = 60
) -> tuple[Tensor, Tensor]:
    """Walk down a surface from its start.

    `optimizer` is one of OPTIMIZERS; `beta` is its momentum, where it has one.
    Returns the points, (num_steps + 1, 2) float64, and the loss at each, (num_steps + 1,).
    Raises ValueError for an unknown optimizer.
    """
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"no optimizer {optimizer!r}; there are {', '.join(OPTIMIZERS)}")
    w = torch.tensor(surface.start, dtype=torch.float64, requires_grad=True)
    rule = OPTIMIZERS[optimizer]([w], lr, beta)
    points, losses = [], []
    for step in range(num_steps + 1):
        loss = surface.loss(*w)
        points.append(w.detach().clone())
        losses.append(loss.detach())
        if step < num_steps:
            rule.zero_grad()
            loss.backward()
            rule.step()
    return torch.stack(points), torch.stack(losses)


def descent(surface: str = "ravine") -> None:
    """Show the playground of gradient descent: sliders where there is a front end, else a picture.

    `surface` is the first of SURFACES to be shown.
    """
    if "JPY_SESSION_NAME" not in os.environ:
        plots.show(*_picture(surface, "momentum", lr=0.02, beta=0.8))
        return
    import ipywidgets as widgets
    from IPython.display import display

    wide = {"style": {"description_width": "9em"}, "layout": {"width": "26em"}}
    controls = {
        "surface": widgets.Dropdown(
            options=list(SURFACES), value=surface, description="surface", **wide
        ),
        "optimizer": widgets.Dropdown(options=list(OPTIMIZERS), description="optimizer", **wide),
        "lr": widgets.FloatLogSlider(
            0.003,
            min=-4,
            max=1,
            step=0.02,
            description="learning rate",
            readout_format=".4f",
            **wide,
        ),
        "beta": widgets.FloatSlider(
            0.9, min=0, max=0.99, step=0.01, description="momentum β", **wide
        ),
    }
    picture, caption = widgets.Image(format="png"), widgets.HTML()

    def redraw(_: object = None) -> None:
        fig, sentence = _picture(**{name: control.value for name, control in controls.items()})
        picture.value, caption.value = plots.png(fig), f"<p role='status'>{sentence}</p>"

    for control in controls.values():
        control.observe(redraw, names="value")
    redraw()
    left, right = (list(controls.values())[i::2] for i in (0, 1))
    rows = widgets.HBox([widgets.VBox(left), widgets.VBox(right)])
    display(widgets.VBox([rows, caption, picture]))


def _picture(surface: str, optimizer: str, lr: float, beta: float) -> tuple[plots.Figure, str]:
    here = SURFACES[surface]
    points, losses = descend(here, optimizer, lr, beta)
    fig, (left, right) = plots.figure(ncols=2, size=(9.6, 3.6))
    plots.contour(left, here.loss, here.xlim, here.ylim)
    plots.path(left, points, optimizer)
    plots.curves(
        right, {"loss": losses - losses.new_tensor(min(0.0, here.goal))}, range(len(losses))
    )
    right.axhline(max(here.goal, 1e-3), color="gray", linestyle=":")
    right.set(yscale="log", xlabel="step", ylabel="loss", ylim=(1e-6, 1e4))
    below = (losses < here.goal).nonzero()
    outcome = (
        f"✓ Loss below {here.goal:g} at step {int(below[0])}."
        if len(below)
        else f"✗ Not yet: after {len(losses) - 1} steps the loss is {losses[-1]:.3g}, "
        f"the goal is below {here.goal:g}."
    )
    return fig, f"{optimizer} on the {surface}, learning rate {lr:.4g}. {outcome}"
