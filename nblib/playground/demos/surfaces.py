"""Descent on surfaces: the paths of the optimizers, to be steered."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from nblib.playground import own
from nblib.playground.controls import Choice, Control, Slider, Spot
from nblib.playground.demos.paths import (
    NUM_STEPS,
    OPTIMIZERS,
    SURFACES,
    WITH_BETA,
    descend,
    walk,
)
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Heat, Line, Panel, Points, Scene, Text

__all__ = ["TITLE", "compare", "controls", "descent", "draw"]

TITLE = "Descent on a surface"
_FAR = 1e6  # beyond it, two paths that diverge are not compared


@functools.cache
def _heights(name: str) -> np.ndarray:
    """Return log heights from 0 to 1, (201, 201), so that a flat valley shows like steep walls."""
    surface = SURFACES[name]
    x, y = torch.meshgrid(
        torch.linspace(*surface.xlim, 201, dtype=torch.float64),
        torch.linspace(*surface.ylim, 201, dtype=torch.float64),
        indexing="xy",
    )  # (201, 201) each
    height = surface.above(x, y)
    return (1 + torch.log10((height / height.max()).clamp(min=1e-4)) / 4).numpy()


def draw(
    surface: str, optimizer: str, lr: float, beta: float, start: tuple[float, float] | None = None
) -> Scene:
    """Return a descent as a Scene: its path on the surface, and its loss step by step."""
    here = SURFACES[surface]
    path, losses = descend(here, optimizer, lr, beta, start)
    below = (losses < here.goal).nonzero()
    if len(below):
        outcome = f"✓ Below {here.goal:g} at step {int(below[0])}."
    elif not losses[-1] < 1e6:  # nan as well
        outcome = "✗ It diverges: the loss grows without bound."
    else:
        outcome = f"✗ {losses[-1]:.3g} after {NUM_STEPS} steps, not below {here.goal:g}."
    momentum = f", β {beta:g}" if optimizer in WITH_BETA else ""
    elsewhere = "" if start is None else " From another start, this does not count."
    place = start or here.start
    stars = [Text(x, y, "★", 16) for x, y in here.minima]
    left = Panel(
        f"Path on the {surface}",
        Axis("x", *here.xlim),
        Axis("y", *here.ylim),
        [
            Heat(_heights(surface)),
            *stars,
            Line(path[:, 0], path[:, 1], optimizer, markers=True),
            Points([place[0]], [place[1]], "start", size=8, hollow=True),
        ],
    )
    right = Panel(
        "Loss above the minimum",
        Axis("step", 0, NUM_STEPS),
        Axis("loss", 1e-6, 1e3, log=True),
        [
            Line([0, NUM_STEPS], [here.goal, here.goal], "goal", series=None),
            Line(range(NUM_STEPS + 1), losses, optimizer),
        ],
    )
    return Scene(
        [left, right],
        f"{optimizer[0].upper()}{optimizer[1:]} on the {surface}, learning rate {lr:g}{momentum}. "
        f"{outcome}{elsewhere}",
        goal=f"bring the loss on the {surface} to less than {here.goal:g} above its minimum, "
        f"within {NUM_STEPS} steps, from ({here.start[0]:g}, {here.start[1]:g}).",
        reached=None if start else bool(len(below)),
    )


def compare(step: Callable[..., Any], optimizer: str, **position: Any) -> Scene:
    """Return the Scene of `draw` with the path of one's own `step` beside that of `optimizer`.

    Args:
        step: as `walk` takes it.
        optimizer: one of OPTIMIZERS, whose path is the right one.
        position: the further arguments of `draw`.
    """
    scene = draw(optimizer=optimizer, **position)
    surface = SURFACES[position["surface"]]
    where = position["lr"], position["beta"], position.get("start")
    try:
        path = walk(surface, step, *where)
    except own.Refusal as refusal:
        return replace(scene, says=str(refusal), goal="", reached=None)
    right, _ = descend(surface, optimizer, *where)
    near = int((right.abs() < _FAR).all(dim=1).cumprod(dim=0).sum())  # nan is not near
    first = own.parting(path[:near], right[:near])
    if first is None:
        outcome = f"✓ Your path is that of {optimizer}, step by step."
    else:
        lost = " and becomes NaN" if path[-1].isnan().any() and right.isfinite().all() else ""
        outcome = f"✗ Your path leaves that of {optimizer} at step {first}{lost}."
    left, losses = scene.panels
    yours = Line(path[:, 0], path[:, 1], "yours", series=1, markers=True)
    height = Line(range(NUM_STEPS + 1), surface.above(*path.T), "yours", series=1)
    panels = [
        replace(left, marks=[*left.marks, yours]),
        replace(losses, marks=[*losses.marks, height]),
    ]
    # Without momentum many mistakes make no difference, so that is no proof.
    reached = first is None if first or position["beta"] > 0 else None
    goal = f"walk as {optimizer} does, with momentum."
    return Scene(panels, f"{outcome} {scene.says}", goal, reached)


def descent(
    surface: str = "ravine",
    step: Callable[..., Any] | None = None,
    optimizer: str = "",
) -> None:
    """Show the playground of descent: surface, optimizer, learning rate, momentum, start by click.

    Args:
        surface: the one of SURFACES to begin with.
        step: a function of one's own, such as `momentum_step`, to see its path beside that of the
            optimizer; see `walk`.
        optimizer: the one of OPTIMIZERS to begin with; by default gradient descent, or momentum
            beside a `step`.

    Raises:
        ValueError: no such surface or optimizer.
    """
    optimizer = optimizer or ("gradient descent" if step is None else "momentum")
    title = TITLE if step is None else "Your descent on a surface"
    scene = draw if step is None else functools.partial(compare, step)
    show(title, scene, controls(surface, optimizer))


def controls(surface: str = "ravine", optimizer: str = "gradient descent") -> list[Control]:
    """Return the knobs of `descent`; raises ValueError for no such surface or optimizer."""
    return [
        Choice("surface", list(SURFACES), surface),
        Choice("optimizer", list(OPTIMIZERS), optimizer),
        Slider("lr", 1e-4, 10, 0.018, "learning rate η", log=True),
        Slider("beta", 0, 0.99, 0.9, "momentum β", step=0.01),
        Spot("start", panel=0, label="the start", cleared_by=["surface"]),
    ]
