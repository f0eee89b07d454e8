"""Signals through a deep network: histograms of activations and gradients, layer by layer."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from nblib.playground import own
from nblib.playground.controls import Button, Choice, Slider
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Bars, Line, Panel, Points, Scene

__all__ = ["ACTIVATIONS", "MAX_DEPTH", "Signals", "compare", "depth", "draw", "propagate"]

WIDTH, BATCH_SIZE, MAX_DEPTH = 200, 50, 50

_GOAL_LAYER, _LOW, _HIGH, _FACTOR = 30, 0.5, 2.0, 10.0
_MAX_RIDGES = 8

ACTIVATIONS = {
    "ReLU": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "GELU": torch.nn.functional.gelu,
    "none": lambda z: z,
}


@dataclass(frozen=True)
class Signals:
    """What passes through the network: (depth, batch, width) float32, layer 1 first."""

    activations: Tensor
    gradients: Tensor  # of the loss with respect to the activations


@functools.lru_cache(maxsize=4)
def _start(seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return inputs, weights of all layers with variance 1/WIDTH, and gradients at the end."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(BATCH_SIZE, WIDTH, generator=generator, requires_grad=True)
    weights = torch.randn(MAX_DEPTH, WIDTH, WIDTH, generator=generator) / WIDTH**0.5
    return x, weights, torch.randn(BATCH_SIZE, WIDTH, generator=generator)


def propagate(gain: float, num_layers: int, activation: str, seed: int = 0) -> Signals:
    """Send standard normal inputs through h ← φ(h W), and standard normal gradients back.

    Args:
        gain: the entries of each W are normal, with standard deviation gain / √WIDTH.
        num_layers: from 1 to MAX_DEPTH.
        activation: φ, one of ACTIVATIONS.
        seed: of inputs, weights and gradients; a deeper network begins with the same layers.
    """
    h, weights, last_gradient = _start(seed)
    phi, layers = ACTIVATIONS[activation], []
    for weight in weights[:num_layers]:
        h = phi(h @ (gain * weight))  # (batch, width)
        layers.append(h)
    gradients = torch.autograd.grad(h, layers, last_gradient)
    return Signals(torch.stack(layers).detach(), torch.stack(gradients))


def draw(activation: str, gain: float, num_layers: int, seed: int = 0) -> Scene:
    """Return the signals as a Scene: histograms of some layers, standard deviations of all."""
    signals = propagate(gain, num_layers, activation, seed)
    spread = signals.activations.flatten(1).std(1)  # (depth,)
    gradient_spread = signals.gradients.flatten(1).std(1)  # (depth,)
    ratio = (gradient_spread[0] / gradient_spread[-1]).item()
    layer = Axis("layer", 0, num_layers * 1.2)
    values, log_sizes = torch.linspace(-3, 3, 61), torch.linspace(-10, 4, 57)
    left = Panel(
        "Activations, without zeros",
        Axis("activation", -3, 3),
        layer,
        _ridges(signals.activations, values, values, 0),
    )
    middle = Panel(
        "Gradients",
        Axis("size of the gradient", 1e-10, 1e4, log=True),
        layer,
        _ridges(signals.gradients.abs().log10(), log_sizes, 10**log_sizes, 1),
    )
    steps = range(1, num_layers + 1)
    right = Panel(
        "Standard deviation",
        Axis("layer", 0, num_layers + 1),
        Axis("standard deviation", 1e-6, 1e4, log=True),
        [
            Band(_LOW, _HIGH, "goal"),
            Line(steps, spread, "activations", 0),
            Line(steps, gradient_spread, "gradients", 1),
            *(
                Points([at], [spread[at - 1]], series=0, size=6, hollow=True)
                for at in [_GOAL_LAYER]
                if at <= num_layers
            ),
        ],
    )
    says, reached = _judge(spread, ratio)
    return Scene(
        [left, middle, right],
        f"{activation}, gain {gain:g}, {num_layers} layers. {says}",
        goal=f"at layer {_GOAL_LAYER}, activations with a standard deviation between {_LOW:g} and "
        f"{_HIGH:g}; and gradients that change by less than a factor of {_FACTOR:g} on their way.",
        reached=reached,
    )


def _ridges(values: Tensor, bins: Tensor, edges: Tensor, series: int) -> list[Bars]:
    """Return a histogram for some of the layers, each standing on its number."""
    num_layers = len(values)
    chosen = torch.linspace(1, num_layers, min(num_layers, _MAX_RIDGES)).round().int().tolist()
    ridges = []
    for layer in reversed(chosen):
        flat = values[layer - 1].flatten()
        counts = torch.histogram(flat[flat.isfinite() & (flat != 0)], bins).hist
        heights = counts / counts.max().clamp(min=1) * 0.17 * num_layers
        ridges.append(Bars(edges, heights, series=series, base=layer))
    return ridges


def _judge(spread: Tensor, ratio: float) -> tuple[str, bool]:
    if len(spread) < _GOAL_LAYER:
        return f"✗ The goal asks for {_GOAL_LAYER} layers or more.", False
    at_goal = spread[_GOAL_LAYER - 1].item()
    kept, flows = _LOW <= at_goal <= _HIGH, 1 / _FACTOR < ratio < _FACTOR
    return (
        f"{'✓' if kept else '✗'} Standard deviation at layer {_GOAL_LAYER}: {at_goal:.3g}. "
        f"{'✓' if flows else '✗'} Gradients at layer 1: {ratio:.3g} × those at the last.",
        kept and flows,
    )


def compare(
    find_gain: Callable[..., Any], activation: str, gain: float, num_layers: int, seed: int = 0
) -> Scene:
    """Return the Scene of `draw` with the signals of a network that has a gain found by oneself.

    Args:
        find_gain: (activation, num_samples, generator) → gain, as in *Initialization*.
        activation, gain, num_layers, seed: as for `draw`.
    """
    scene = draw(activation, gain, num_layers, seed)
    generator = torch.Generator().manual_seed(seed)
    try:
        found = own.number(own.call(find_gain, ACTIVATIONS[activation], 100_000, generator))
    except own.Refusal as refusal:
        return replace(scene, says=str(refusal), goal="", reached=None)
    spread = propagate(found, num_layers, activation, seed).activations.flatten(1).std(1)
    yours = Line(range(1, num_layers + 1), spread, "activations, your gain", series=2)
    *others, right = scene.panels
    panels = [*others, replace(right, marks=[*right.marks, yours])]
    return replace(
        scene, panels=panels, says=f"Your gain for {activation} is {found:.3g}. {scene.says}"
    )


def depth(activation: str = "ReLU", gain: Callable[..., Any] | None = None) -> None:
    """Show the playground of depth: what initial gain and activation do to signals and gradients.

    Args:
        activation: the one of ACTIVATIONS to begin with.
        gain: a function of one's own that finds the gain of an activation; see `compare`.

    Raises:
        ValueError: no such activation.
    """
    show(
        "Signals through a deep network",
        draw if gain is None else functools.partial(compare, gain),
        [
            Choice("activation", list(ACTIVATIONS), activation),
            Slider("gain", 0.5, 3, 1, "initial gain", step=0.01),
            Slider("num_layers", 1, MAX_DEPTH, 30, "layers", step=1),
            Button("seed", "New weights"),
        ],
    )
