"""The reference networks of the lessons."""

import itertools
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from nblib.runtime import device

__all__ = ["colour_convnet", "convnet", "count_parameters", "logits", "mlp"]

_CHANNELS = 32


def mlp(
    sizes: Sequence[int],
    activation: Callable[[], nn.Module] = nn.ReLU,
    generator: torch.Generator | None = None,
) -> nn.Sequential:
    """Return fully connected layers with an activation between them, on the course's device.

    Weights and biases start as in `nn.Linear`: uniform between ±1/√(number of inputs).

    Args:
        sizes: number of inputs, of the units in each hidden layer, and of outputs. Two sizes make
            a linear model, with cross-entropy: softmax regression.
        activation: makes the module between two layers.
        generator: on the CPU; draws the initial weights, the same on every device. Without it
            they come from PyTorch's global generator.

    Returns:
        A model from (n, sizes[0]) to logits (n, sizes[-1]), both float32.

    Raises:
        ValueError: fewer than two sizes, or one below 1.

    >>> mlp([64, 32, 10])
    Sequential(
      (0): Linear(in_features=64, out_features=32, bias=True)
      (1): ReLU()
      (2): Linear(in_features=32, out_features=10, bias=True)
    )
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes need at least inputs and outputs, each 1 or more; got {sizes}")
    layers: list[nn.Module] = []
    for num_inputs, num_outputs in itertools.pairwise(sizes):
        layers += [_linear(num_inputs, num_outputs, generator), activation()]
    return nn.Sequential(*layers[:-1]).to(device())


def logits(layers: Sequence[tuple[Tensor, Tensor]], X: Tensor) -> Tensor:
    """Return what fully connected layers with ReLU between them make of X: an `mlp`, as a function.

    Args:
        layers: pairs of a weight, (num_outputs, num_inputs), and a bias, (num_outputs,).
        X: (n, num_inputs), of the dtype of the layers.

    Returns:
        Logits, (n, num_classes): the outputs of the last layer.

    >>> one = (torch.tensor([[1.0, 2.0]]), torch.tensor([0.5]))
    >>> logits([one], torch.tensor([[1.0, 1.0], [0.0, 2.0]]))
    tensor([[3.5000],
            [4.5000]])
    """
    for number, (weight, bias) in enumerate(layers):
        X = (X.relu() if number else X) @ weight.T + bias
    return X


def convnet(num_classes: int, generator: torch.Generator | None = None) -> nn.Sequential:
    """Return a small convolutional network for pictures of 8 × 8 pixels, on the course's device.

    Its children are named: `image`, `block1`, `block2`, `block3` (each a 3 × 3 convolution to 32
    channels, batch norm and ReLU; the last two also halve height and width), `flatten`, `head`.
    Weights start as in `nn.Conv2d` and `nn.Linear`.

    Args:
        num_classes: how many logits the head returns.
        generator: as for `mlp`.

    Returns:
        A model from (n, 64) by way of 128 features to logits (n, num_classes), all float32.

    Raises:
        ValueError: no classes.

    >>> [name for name, _ in convnet(10).named_children()]
    ['image', 'block1', 'block2', 'block3', 'flatten', 'head']
    """
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1, got {num_classes}")
    return nn.Sequential(
        OrderedDict(
            image=nn.Unflatten(1, (1, 8, 8)),
            block1=nn.Sequential(*_convolution(1, generator)),
            block2=nn.Sequential(*_convolution(_CHANNELS, generator), nn.MaxPool2d(2)),
            block3=nn.Sequential(*_convolution(_CHANNELS, generator), nn.MaxPool2d(2)),
            flatten=nn.Flatten(),  # (n, 32, 2, 2) → (n, 128)
            head=_linear(4 * _CHANNELS, num_classes, generator),
        )
    ).to(device())


def colour_convnet(num_classes: int, generator: torch.Generator | None = None) -> nn.Sequential:
    """Return a small convolutional network for colour pictures, on the course's device.

    Three 3 × 3 convolutions, to 8, 16 and 16 channels, with ReLU; the first two also halve height
    and width. What the last one finds is averaged over each quarter of the picture, which makes 64
    features for the linear `head`. Without batch norm, so that a bad rate shows. Weights start as
    in `nn.Conv2d` and `nn.Linear`.

    Args:
        num_classes: how many logits the head returns.
        generator: as for `mlp`.

    Returns:
        A model from (n, 3, height, width), each side 8 or more, to logits (n, num_classes), all
        float32.

    Raises:
        ValueError: no classes.

    >>> count_parameters(colour_convnet(5))
    4037
    """
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1, got {num_classes}")
    return nn.Sequential(
        OrderedDict(
            block1=nn.Sequential(_conv2d(3, 8, generator), nn.ReLU(), nn.MaxPool2d(2)),
            block2=nn.Sequential(_conv2d(8, 16, generator), nn.ReLU(), nn.MaxPool2d(2)),
            block3=nn.Sequential(_conv2d(16, 16, generator), nn.ReLU(), nn.AdaptiveAvgPool2d(2)),
            flatten=nn.Flatten(),  # (n, 16, 2, 2) → (n, 64)
            head=_linear(64, num_classes, generator),
        )
    ).to(device())


def _convolution(num_inputs: int, generator: torch.Generator | None) -> list[nn.Module]:
    layer = _conv2d(num_inputs, _CHANNELS, generator, bias=False)
    return [layer, nn.BatchNorm2d(_CHANNELS), nn.ReLU()]


def _conv2d(
    num_inputs: int, num_outputs: int, generator: torch.Generator | None, bias: bool = True
) -> nn.Conv2d:
    with torch.random.fork_rng(devices=[]):  # nn.Conv2d draws from the global generator
        layer = nn.Conv2d(num_inputs, num_outputs, 3, padding=1, bias=bias)
    bound = 1 / math.sqrt(9 * num_inputs)
    for parameter in layer.parameters():  # (num_outputs, num_inputs, 3, 3), and the bias if any
        nn.init.uniform_(parameter, -bound, bound, generator)
    return layer


def _linear(num_inputs: int, num_outputs: int, generator: torch.Generator | None) -> nn.Linear:
    with torch.random.fork_rng(devices=[]):  # nn.Linear draws from the global generator
        layer = nn.Linear(num_inputs, num_outputs)
    bound = 1 / math.sqrt(num_inputs)
    nn.init.uniform_(layer.weight, -bound, bound, generator)  # (num_outputs, num_inputs)
    nn.init.uniform_(layer.bias, -bound, bound, generator)  # (num_outputs,)
    return layer


def count_parameters(model: nn.Module) -> int:
    """Return how many numbers training can change in the model; frozen ones do not count.

    >>> count_parameters(mlp([64, 32, 10]))  # 64·32 + 32 + 32·10 + 10
    2410
    """
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
