"""What one output of a stack of convolutions sees, and what that costs."""

import functools
import itertools
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from nblib.playground.controls import Slider
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Heat, Line, Panel, Points, Scene

__all__ = ["SIZE", "Layer", "Stack", "draw", "field"]

SIZE, CHANNELS, MAX_DEPTH = 65, 8, 8  # an odd side has a middle
GOAL_FIELD, GOAL_PARAMETERS = 31, 3000


@dataclass(frozen=True)
class Layer:
    """A square convolution with bias, padded so that without stride the size stays."""

    num_inputs: int  # channels
    kernel: int  # odd
    stride: int
    dilation: int

    @property
    def num_parameters(self) -> int:
        """Weights and biases."""
        return CHANNELS * (self.num_inputs * self.kernel**2 + 1)

    def module(self) -> nn.Conv2d:
        """Return it as a module, float64, with random weights."""
        # Taps that are a whole picture away see none of it, however far they are.
        dilation = min(self.dilation, SIZE)
        return nn.Conv2d(
            self.num_inputs,
            CHANNELS,
            self.kernel,
            self.stride,
            padding=dilation * (self.kernel - 1) // 2,
            dilation=dilation,
            dtype=torch.float64,
        )


@dataclass(frozen=True)
class Stack:
    """Convolutions of one size to CHANNELS channels; the first has 1 input, and dilation 1."""

    kernel: int
    depth: int
    growth: int  # of the dilation, from each layer to the next: 2 makes 1, 2, 4, 8, ...
    stride: int

    @property
    def layers(self) -> list[Layer]:
        """From the input on."""
        return [
            Layer(1 if at == 0 else CHANNELS, self.kernel, self.stride, self.growth**at)
            for at in range(self.depth)
        ]

    @property
    def sizes(self) -> list[int]:
        """The side of what each layer returns, for a picture of SIZE × SIZE."""
        sides = itertools.accumulate(
            self.layers, lambda side, layer: -(-side // layer.stride), initial=SIZE
        )
        return list(sides)[1:]

    @property
    def fields(self) -> list[int]:
        """The side of the receptive field after each layer, by arithmetic.

        A layer adds (kernel − 1) · dilation steps, each as wide as the strides before it: Araujo,
        Norris & Sim (2019), Computing receptive fields of convolutional neural networks, eq. 2.
        """
        adds = [
            (layer.kernel - 1) * layer.dilation * self.stride**at
            for at, layer in enumerate(self.layers)
        ]
        return list(itertools.accumulate(adds, initial=1))[1:]

    @property
    def num_parameters(self) -> list[int]:
        """Weights and biases up to each layer."""
        return list(itertools.accumulate(layer.num_parameters for layer in self.layers))

    @property
    def multiply_adds(self) -> int:
        """For one picture; those with the padding count."""
        return sum(
            side**2 * CHANNELS * layer.num_inputs * layer.kernel**2
            for side, layer in zip(self.sizes, self.layers, strict=True)
        )


@functools.lru_cache(maxsize=64)
def gradient(stack: Stack) -> np.ndarray:
    """Return the size of the gradient of the middle output, summed over channels, (SIZE, SIZE).

    The weights are random and there is no activation function, so it is 0 only where no path leads.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Sequential(*(layer.module() for layer in stack.layers))
    X = torch.zeros(1, 1, SIZE, SIZE, dtype=torch.float64, requires_grad=True)
    middle = stack.sizes[-1] // 2
    (grad,) = torch.autograd.grad(model(X)[0, :, middle, middle].sum(), X)
    return grad[0, 0].abs().numpy()


def draw(kernel: int, depth: int, growth: int, stride: int) -> Scene:
    """Return what the middle output sees, and the cost of each further layer, as a Scene."""
    stack = Stack(kernel, depth, growth, stride)
    grad = gradient(stack)
    rows, columns = np.nonzero(grad)
    low, high = int(columns.min()), int(columns.max())
    side, seen = high - low + 1, len(rows)
    cost = stack.num_parameters[-1]
    whole = " (the whole picture)" if side == SIZE else ""
    holes = f", only {seen:,} of these pixels" if seen < side**2 else ""
    reached = side >= GOAL_FIELD and cost < GOAL_PARAMETERS and stride == 1
    return Scene(
        [_view(grad, (low, high), (int(rows.min()), int(rows.max()))), _price(stack, side)],
        f"{'✓' if reached else '✗'} It sees {side} × {side}{whole}{holes}. {cost:,} parameters, "
        f"{stack.multiply_adds / 1e6:.3g} million multiply-adds, "
        f"{stack.sizes[-1]} × {stack.sizes[-1]} outputs.",
        goal=f"a receptive field of {GOAL_FIELD} × {GOAL_FIELD} or more with fewer than "
        f"{GOAL_PARAMETERS:,} parameters, and an output for each pixel (stride 1).",
        reached=reached,
    )


def _view(grad: np.ndarray, across: tuple[int, int], along: tuple[int, int]) -> Panel:
    left, right = across[0] - 0.5, across[1] + 0.5
    top, bottom = along[0] - 0.5, along[1] + 0.5
    # Most of it is tiny beside the middle: the fourth root lets the eye see where it is not 0.
    return Panel(
        "Gradient of the middle output",
        Axis("pixel, across", 0, SIZE - 1),
        Axis("pixel, up", 0, SIZE - 1),
        [
            Heat((grad / grad.max()) ** 0.25, levels=0),
            Line(
                [left, right, right, left, left],
                [top, top, bottom, bottom, top],
                "receptive field",
                1,
            ),
        ],
    )


def _price(stack: Stack, side: int) -> Panel:
    whole = Stack(stack.kernel, MAX_DEPTH, stack.growth, stack.stride)
    plain = Stack(3, MAX_DEPTH, 1, 1)
    return Panel(
        f"Layer by layer, up to {MAX_DEPTH}",
        Axis("parameters", 10, 100_000, log=True),
        Axis("side of the receptive field", 1, 300, log=True),
        [
            Band(GOAL_FIELD, 300, f"{GOAL_FIELD} or more"),
            Line([GOAL_PARAMETERS] * 2, [1, 300], f"{GOAL_PARAMETERS:,} parameters", series=None),
            Line(plain.num_parameters, plain.fields, "3 × 3, no dilation", 2),
            Line(whole.num_parameters, whole.fields, "this stack, by arithmetic", markers=True),
            Points([stack.num_parameters[-1]], [side], "here, measured", 1, 7, hollow=True),
        ],
    )


def field() -> None:
    """Show the playground of receptive fields: kernel, depth, dilation and stride."""
    show(
        "What one output sees",
        draw,
        [
            Slider("kernel", 1, 7, 3, "kernel", step=2),
            Slider("depth", 1, MAX_DEPTH, 2, "layers", step=1),
            Slider("growth", 1, 4, 1, "dilation grows ×", step=1),
            Slider("stride", 1, 3, 1, "stride per layer", step=1),
        ],
    )
