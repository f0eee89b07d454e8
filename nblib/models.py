"""The reference networks of the lessons."""

import itertools
import math
from collections.abc import Callable, Sequence

import torch
from torch import nn

from nblib.runtime import device

__all__ = ["count_parameters", "mlp"]


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


def _linear(num_inputs: int, num_outputs: int, generator: torch.Generator | None) -> nn.Linear:
    # Uninitialized first: nn.Linear itself would draw from the global generator.
    layer = nn.utils.skip_init(nn.Linear, num_inputs, num_outputs)
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
