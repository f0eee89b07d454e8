"""Weights that wander about a minimum, and the mean of their way."""

import functools

import torch
from torch import Tensor

from nblib.playground.controls import Slider
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Heat, Line, Panel, Points, Scene

__all__ = ["BENDS", "GOAL", "NUM_STEPS", "draw", "wander", "wandering"]

BENDS, NOISE, START = (1.0, 0.1), 0.5, (1.0, 5.0)  # steep and flat; of each gradient; far away
NUM_STEPS, NUM_WALKS, GOAL = 200, 200, 0.009


@functools.lru_cache(maxsize=64)
def wander(lr: float) -> Tensor:
    """Return walks of SGD in a bowl, (NUM_STEPS + 1, NUM_WALKS, 2), from the same start.

    The loss is ½ Σ λ w², and each gradient has noise of standard deviation NOISE in it.
    """
    generator = torch.Generator().manual_seed(0)
    bends = torch.tensor(BENDS)
    walks = [torch.tensor(START).expand(NUM_WALKS, 2)]
    for _ in range(NUM_STEPS):
        noise = NOISE * torch.randn(NUM_WALKS, 2, generator=generator)
        walks.append(walks[-1] - lr * (bends * walks[-1] + noise))
    return torch.stack(walks)


def _loss(weights: Tensor) -> Tensor:
    """Return the loss, averaged over the walks, of weights (..., NUM_WALKS, 2)."""
    return (0.5 * torch.tensor(BENDS) * weights**2).sum(dim=-1).mean(dim=-1)


@functools.cache
def _heights() -> Tensor:
    x, y = torch.meshgrid(torch.linspace(-2.5, 2.5, 101), torch.linspace(-3, 6, 101), indexing="xy")
    height = 0.5 * (BENDS[0] * x**2 + BENDS[1] * y**2)
    return (height / height.max()).sqrt()


def draw(lr: float, start: int) -> Scene:
    """Return a walk and its mean from a step on, and the losses of both over all walks."""
    walks = wander(lr)
    after = walks[start + 1 :]  # the weights after the steps start + 1, …
    counts = torch.arange(1, len(after) + 1)[:, None, None]
    means = after.cumsum(dim=0) / counts  # (NUM_STEPS - start, NUM_WALKS, 2)
    last, mean = _loss(walks[-1]).item(), _loss(means[-1]).item()
    reached = mean <= GOAL
    path, (x, y) = walks[:, 0], means[-1, 0].tolist()
    left = Panel(
        "One walk in the bowl",
        Axis("steep weight", -2.5, 2.5),
        Axis("flat weight", -3, 6),
        [
            Heat(_heights()),
            Line(path[:, 0], path[:, 1], "SGD"),
            Points(path[-1:, 0], path[-1:, 1], "last weights", 0, 8, hollow=True),
            Points([x], [y], "mean", 1, 7),
        ],
    )
    right = Panel(
        f"Loss, averaged over {NUM_WALKS} walks",
        Axis("step", 0, NUM_STEPS),
        Axis("loss", 1e-3, 10, log=True),
        [
            Line([0, NUM_STEPS], [GOAL, GOAL], "goal", series=None),
            Line(range(NUM_STEPS + 1), _loss(walks), "weights"),
            Line(range(start + 1, NUM_STEPS + 1), _loss(means), "mean so far", series=1),
        ],
    )
    return Scene(
        [left, right],
        f"Rate {lr:g}, mean of the steps after {start}: the last weights have a loss of "
        f"{last:.4f}, the mean has {mean:.4f}, {'✓ low enough' if reached else '✗ too much'}.",
        goal=f"bring the loss of the mean to {GOAL:g} or less, within {NUM_STEPS} steps.",
        reached=reached,
    )


def wandering() -> None:
    """Show the playground of averages: a rate, and the step from which on weights are averaged."""
    show(
        "Weights that wander",
        draw,
        [
            Slider("lr", 0.02, 1, 0.1, "learning rate η", log=True),
            Slider("start", 0, NUM_STEPS - 1, 0, "average after step", step=1),
        ],
    )
