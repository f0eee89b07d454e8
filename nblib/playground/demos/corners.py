"""Two neurons as two lines in the plane: can they answer exclusive or, and can they learn it?"""

from dataclasses import dataclass

import torch
from torch import Tensor

from nblib.playground.controls import Choice, Slider
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Bars, Heat, Line, Panel, Points, Scene, Text

__all__ = ["CORNERS", "TARGETS", "TASKS", "Network", "draw", "xor"]

CORNERS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], dtype=torch.float64)
TARGETS = torch.tensor([0.0, 1.0, 1.0, 0.0], dtype=torch.float64)
TASKS = ("solve it", "get stuck")
STUCK_LOSS, STUCK_GRADIENT = 0.2, 1e-3
_LOW, _HIGH, _GRID = -0.75, 1.75, 101
_FAR = 4.0  # beyond the panel
_SIDE = torch.linspace(_LOW, _HIGH, _GRID, dtype=torch.float64)


def _float64(numbers: tuple[float, float]) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64)


@dataclass(frozen=True)
class Network:
    """Two ReLU neurons with weights of length 1, and the output that adds them up."""

    angles: tuple[float, float]  # of the weights, in degrees
    offsets: tuple[float, float]  # how far each line lies from (0, 0), along its weights
    weights: tuple[float, float]  # of the neurons in the output
    bias: float

    def hidden(self, X: Tensor) -> Tensor:
        """Return what the neurons give at X (n, 2): (n, 2)."""
        return (X @ self._directions - _float64(self.offsets)).clamp(min=0)

    def output(self, X: Tensor) -> Tensor:
        """Return the network's output at X (n, 2): (n,)."""
        return self.hidden(X) @ _float64(self.weights) + self.bias

    @property
    def losses(self) -> Tensor:
        """The squared error at each corner, (4,)."""
        return (self.output(CORNERS) - TARGETS) ** 2

    @property
    def largest_gradient(self) -> float:
        """The largest slope of the mean loss by any of the nine parameters."""
        h = self.hidden(CORNERS)
        d = (self.output(CORNERS) - TARGETS) / 2  # the slope of the mean of four squares
        at_neurons = d[:, None] * _float64(self.weights) * (h > 0)
        slopes = [CORNERS.T @ at_neurons, at_neurons.sum(0), h.T @ d, d.sum()]
        return max(part.abs().max().item() for part in slopes)

    @property
    def _directions(self) -> Tensor:
        angles = torch.deg2rad(_float64(self.angles))
        return torch.stack([angles.cos(), angles.sin()])  # (2, 2), a column for each neuron

    def line(self, neuron: int) -> tuple[list[float], list[float]]:
        """Return two far ends, x and y, of the line on which a neuron begins."""
        normal = self._directions[:, neuron]
        along = torch.stack([-normal[1], normal[0]])
        ends = normal * self.offsets[neuron] + _float64((-_FAR, _FAR))[:, None] * along
        return ends[:, 0].tolist(), ends[:, 1].tolist()


def draw(
    task: str,
    angle1: float,
    offset1: float,
    weight1: float,
    angle2: float,
    offset2: float,
    weight2: float,
    bias: float,
) -> Scene:
    """Return two neurons as a Scene: lines and decision in the plane, the loss at each corner."""
    network = Network((angle1, angle2), (offset1, offset2), (weight1, weight2), bias)
    x, y = torch.meshgrid(_SIDE, _SIDE, indexing="xy")
    field = network.output(torch.stack([x.flatten(), y.flatten()], 1)).reshape(_GRID, _GRID)
    outputs, losses = network.output(CORNERS), network.losses
    num_right = int(((outputs > 0.5) == (TARGETS > 0.5)).logical_and(outputs != 0.5).sum())
    loss, gradient = losses.mean().item(), network.largest_gradient
    is_stuck = loss > STUCK_LOSS and gradient < STUCK_GRADIENT
    reached = num_right == 4 if task == "solve it" else is_stuck
    goals = {
        "solve it": "all four corners right, with two neurons.",
        "get stuck": f"a loss above {STUCK_LOSS:g}, and every gradient below {STUCK_GRADIENT:g}.",
    }
    left = Panel(
        "Shaded is yes: the filled corners alone",
        Axis("x₁", _LOW, _HIGH),
        Axis("x₂", _LOW, _HIGH),
        [
            Heat(0.75 * (field > 0.5).numpy(), levels=2),
            Line(*network.line(0), "neuron 1 begins", 0),
            Line(*network.line(1), "neuron 2 begins", 1),
            Points([0, 1], [1, 0], series=2, size=8),
            Points([0, 1], [0, 1], series=3, size=8, hollow=True),
            *(
                Text(cx, cy + 0.14, f"{out:.2f}", 12)
                for (cx, cy), out in zip(CORNERS.tolist(), outputs.tolist(), strict=True)
            ),
        ],
    )
    right = Panel(
        "Squared error at each corner",
        Axis("corner", -0.5, 3.5, names=("0, 0", "0, 1", "1, 0", "1, 1")),
        Axis("loss", 0, 1.5),
        [Bars([-0.5, 0.5, 1.5, 2.5, 3.5], losses.clamp(max=1.5))],
    )
    return Scene(
        [left, right],
        f"{'✓' if reached else '✗'} {num_right} of 4 corners are right. Loss {loss:.3f}, largest "
        f"gradient {gradient:.3g}.",
        goal=goals[task],
        reached=reached,
    )


def xor() -> None:
    """Show the playground of exclusive or: turn and shift two neurons, and add them up."""
    show(
        "Exclusive or, by two neurons",
        draw,
        [
            Choice("task", TASKS, label="goal"),
            Slider("bias", -1, 1, 0, "output bias", step=0.05),
            Slider("angle1", -180, 180, 0, "angle 1", step=5),
            Slider("angle2", -180, 180, 90, "angle 2", step=5),
            Slider("offset1", -1.5, 1.5, 0.5, "offset 1", step=0.05),
            Slider("offset2", -1.5, 1.5, 0.5, "offset 2", step=0.05),
            Slider("weight1", -4, 4, 1, "weight 1", step=0.1),
            Slider("weight2", -4, 4, 1, "weight 2", step=0.1),
        ],
    )
