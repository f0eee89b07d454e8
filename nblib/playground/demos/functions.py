"""Activation functions at work: the function, its slope, and the gradients that it lets through."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.playground import own
from nblib.playground.controls import Button, Choice, Slider
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Bars, Line, Panel, Scene

__all__ = ["FUNCTIONS", "NUM_LAYERS", "Flow", "activations", "compare", "draw", "flow"]

Pair = Callable[[Tensor], tuple[Tensor, Tensor]]  # z, any shape → φ(z) and φ′(z), of its shape

WIDTH, BATCH_SIZE, NUM_LAYERS = 100, 50, 30

_LOW, _HIGH = 0.5, 2.0
_MIDDLE = NUM_LAYERS // 2

FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "ReLU": torch.relu,
    "leaky ReLU": lambda z: F.leaky_relu(z, 0.3),
    "ELU": F.elu,
    "SiLU": F.silu,
    "GELU": F.gelu,
}


@dataclass(frozen=True)
class Flow:
    """What a deep network computes, and what comes back. Layer 1 stands first."""

    inputs: Tensor  # (layers, batch, width) float32, of the activation function
    factors: Tensor  # (layers,) gain² times the mean square of the slopes that were met
    gradients: Tensor  # (layers,) norms, with respect to the outputs of the layers


@functools.lru_cache(maxsize=4)
def _start(seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the data, all weights with variance 1/WIDTH, and the gradients at the end."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(BATCH_SIZE, WIDTH, generator=generator)
    weights = torch.randn(NUM_LAYERS, WIDTH, WIDTH, generator=generator) / WIDTH**0.5
    return x, weights, torch.randn(BATCH_SIZE, WIDTH, generator=generator)


def _slope(phi: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
    """Return φ′ at z, of its shape."""
    point = z.detach().clone().requires_grad_()
    return torch.autograd.grad(phi(point).sum(), point)[0]


def _pair(phi: Callable[[Tensor], Tensor]) -> Pair:
    return lambda z: (phi(z), _slope(phi, z))


def flow(activation: str | Pair, gain: float, seed: int = 0) -> Flow:
    """Send standard normal data through h ← φ(h W), and standard normal gradients back.

    Args:
        activation: φ, one of FUNCTIONS, or a function that returns φ and φ′.
        gain: the entries of each W are normal, with standard deviation gain / √WIDTH.
        seed: of the data, weights and gradients.
    """
    h, weights, gradient = _start(seed)
    both = _pair(FUNCTIONS[activation]) if isinstance(activation, str) else activation
    inputs, slopes = [], []
    for weight in weights:
        z = h @ (gain * weight)  # (batch, width)
        h, slope = both(z)
        inputs.append(z)
        slopes.append(slope)
    norms = [gradient.norm()]
    for weight, slope in zip(weights.flip(0)[:-1], slopes[:0:-1], strict=True):
        gradient = (gradient * slope) @ (gain * weight).T  # (batch, width)
        norms.append(gradient.norm())
    factors = torch.stack([gain**2 * slope.square().mean() for slope in slopes])
    return Flow(torch.stack(inputs), factors, torch.stack(norms[::-1]))


def draw(activation: str, gain: float, seed: int = 0) -> Scene:
    """Return a function, its slope, and the norms of the gradients in a network, as a Scene."""
    seen = flow(activation, gain, seed)
    phi, z = FUNCTIONS[activation], torch.linspace(-4, 4, 161)
    shares = seen.gradients / seen.gradients[-1]
    factor = seen.factors[1:].log().mean().exp().item()  # the first layer is passed by no gradient
    reached = _LOW <= shares[0].item() <= _HIGH
    edges = torch.linspace(-4, 4, 41)
    counts = torch.histogram(seen.inputs[_MIDDLE].flatten(), edges).hist
    inputs = Bars(
        edges, 0.5 * counts / counts.max().clamp(min=1), f"its inputs, layer {_MIDDLE + 1}", 1
    )
    layers = range(1, NUM_LAYERS + 1)
    return Scene(
        [
            Panel(
                "Function",
                Axis("input z", -4, 4),
                Axis("φ(z)", -1.5, 4),
                [inputs, Line(z, phi(z), activation)],
            ),
            Panel(
                "Slope",
                Axis("input z", -4, 4),
                Axis("φ′(z)", -0.25, 1.5),
                [inputs, Line(z, _slope(phi, z), activation)],
            ),
            Panel(
                "Gradient on its way back",
                Axis("layer", 0, NUM_LAYERS + 1),
                Axis("norm, last layer = 1", 1e-20, 1e8, log=True),
                [Band(_LOW, _HIGH, "goal"), Line(layers, shares, "gradient")],
            ),
        ],
        f"{activation[0].upper()}{activation[1:]}, gain {gain:g}. "
        f"gain² × mean squared slope: {factor:.3g} on average. "
        f"{'✓' if reached else '✗'} Layer 1 gets {shares[0].item():.3g} × the gradient of "
        f"layer {NUM_LAYERS}.",
        goal=f"carry the gradient back through {NUM_LAYERS} layers: the first one gets between "
        "half and twice of what the last one has.",
        reached=reached,
    )


def compare(function: Pair, activation: str, gain: float, seed: int = 0) -> Scene:
    """Return the Scene of `draw` with one's own function, and its slope, beside the right ones.

    Args:
        function: z, any shape → φ(z) and φ′(z), two tensors of its shape.
        activation, gain, seed: as for `draw`.
    """
    scene = draw(activation, gain, seed)
    z = torch.linspace(-4, 4, 161)
    try:
        yours = _own_pair(function)(z)
        back = flow(_own_pair(function), gain, seed).gradients
    except own.Refusal as refusal:
        return replace(scene, says=str(refusal), goal="", reached=None)
    parts = {}
    rights = _pair(FUNCTIONS[activation])(z)
    for name, mine, right in zip(("value", "slope"), yours, rights, strict=True):
        if own.parting(mine, right) is not None:
            at = (mine - right).abs().nan_to_num(math.inf).argmax()
            parts[name] = f"{mine[at]:.3g} at z = {z[at]:g}, not {right[at]:.3g}"
    lines = [
        *(Line(z, part, "yours", series=2) for part in yours),
        Line(range(1, NUM_LAYERS + 1), back / back[-1], "yours", series=2),
    ]
    panels = [
        replace(panel, marks=[*panel.marks, line])
        for panel, line in zip(scene.panels, lines, strict=True)
    ]
    apart = "; ".join(f"your {name} is {what}" for name, what in parts.items())
    says = f"✗ Beside {activation}, {apart}." if parts else f"✓ Your function is {activation}."
    return Scene(panels, f"{says} {scene.says}", f"give {activation} and its slope.", not parts)


def _own_pair(function: Pair) -> Pair:
    def both(z: Tensor) -> tuple[Tensor, Tensor]:
        match own.call(function, z):
            case (Tensor(shape=z.shape) as value, Tensor(shape=z.shape) as slope):
                return value.detach(), slope.detach()
        raise own.Refusal("✗ Your function should return φ(z) and φ′(z), of the shape of z each.")

    return both


def activations(activation: str = "sigmoid", function: Pair | None = None) -> None:
    """Show the playground of activation functions: what each lets through, at any initial gain.

    Args:
        activation: the one of FUNCTIONS to begin with.
        function: one's own, such as `gelu`, which returns φ(z) and φ′(z), to see it beside.

    Raises:
        ValueError: no such function.
    """
    show(
        "A function, its slope, and the gradient",
        draw if function is None else functools.partial(compare, function),
        [
            Choice("activation", list(FUNCTIONS), activation),
            Slider("gain", 0.5, 4, 1, "initial gain", step=0.01),
            Button("seed", "New weights"),
        ],
    )
