"""Fully connected networks side by side: what vmap makes of them, in fewer operations.

A linear layer is ten of them under vmap and one here, and it is their number that takes the time:
these networks are small. Features come before examples, (num_members, features, batch): so weights
and their gradients are used as they lie in memory, and nothing is ever copied to be transposed.
"""

from collections.abc import Callable, Mapping
from typing import TypeGuard

import torch
from torch import Tensor, nn

__all__ = ["is_dense", "layers"]

Layer = Callable[[Tensor], Tensor]

_ELEMENTWISE = {nn.Dropout, nn.GELU, nn.Identity, nn.LeakyReLU, nn.ReLU, nn.Sigmoid, nn.Tanh}


def is_dense(model: nn.Module) -> TypeGuard[nn.Sequential]:
    """Return whether the model does no more than nn.Linear and elementwise layers in a row.

    >>> is_dense(nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1)))
    True
    >>> is_dense(nn.Sequential(nn.Linear(2, 8), nn.Softmax(dim=1)))
    False
    """
    return _is_plain(model, {nn.Sequential}) and all(
        _is_plain(layer, _ELEMENTWISE | {nn.Linear}) for layer in model.children()
    )


def _is_plain(module: nn.Module, types: set[type[nn.Module]]) -> bool:
    own = vars(module)
    is_changed = "forward" in own or any(own[name] for name in own if name.endswith("_hooks"))
    return type(module) in types and not is_changed


def layers(model: nn.Sequential, stacked: Mapping[Tensor, Tensor]) -> list[Layer]:
    """Return the layers of all models, each as one function.

    Args:
        model: one of the models, for which `is_dense`.
        stacked: for each parameter of `model` those of all models, (num_members, ...).

    Returns:
        Functions from (num_members, num_inputs, batch) to (num_members, num_outputs, batch).
    """
    return [_linear(layer, stacked) if isinstance(layer, nn.Linear) else layer for layer in model]


def _linear(layer: nn.Linear, stacked: Mapping[Tensor, Tensor]) -> Layer:
    weight = stacked[layer.weight]  # (num_members, num_outputs, num_inputs)
    if layer.bias is None:
        return lambda X: weight @ X
    bias = stacked[layer.bias]  # (num_members, num_outputs)
    return lambda X: torch.baddbmm(bias.unsqueeze(2), weight, X)
