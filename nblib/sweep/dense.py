"""Fully connected networks side by side: what vmap makes of them, in fewer operations.

A linear layer is ten of them under vmap and two here, and it is their number that takes the time:
these networks are small.
"""

from collections.abc import Mapping
from typing import TypeGuard

import torch
from torch import Tensor, nn

__all__ = ["is_dense", "outputs"]

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


def outputs(model: nn.Sequential, stacked: Mapping[Tensor, Tensor], X: Tensor) -> Tensor:
    """Return what each model makes of its inputs.

    Args:
        model: one of them, for which `is_dense`.
        stacked: for each parameter of `model` those of all models, (num_members, ...).
        X: (num_members, batch, num_inputs).

    Returns:
        (num_members, batch, num_outputs).
    """
    for layer in model:
        if isinstance(layer, nn.Linear):
            weight = stacked[layer.weight].mT  # (num_members, num_inputs, num_outputs)
            if layer.bias is None:
                X = X @ weight
            else:
                X = torch.baddbmm(stacked[layer.bias].unsqueeze(1), X, weight)
        else:
            X = layer(X)
    return X
