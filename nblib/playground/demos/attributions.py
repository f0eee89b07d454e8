"""Attribution maps: how much each pixel of a picture speaks for a digit, by five methods."""

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nblib.playground.demos.cues import SIDE

__all__ = ["METHODS", "SIGNS", "attribution"]

SIGNS = ("with sign", "size alone")

Method = Callable[[nn.Module, Tensor, int], Tensor]


def gradient(model: nn.Module, x: Tensor, digit: int) -> Tensor:
    """Return the gradient of the digit's logit by the picture x, (64,)."""
    x = x.clone().requires_grad_()
    return torch.autograd.grad(model(x[None])[0, digit], x)[0]


def gradient_times_input(model: nn.Module, x: Tensor, digit: int) -> Tensor:
    """Return the gradient of the digit's logit times the picture x, (64,)."""
    return gradient(model, x, digit) * x


def integrated_gradients(model: nn.Module, x: Tensor, digit: int, num_steps: int = 32) -> Tensor:
    """Return the picture times the mean gradient on the way from black to it, (64,).

    Source: Sundararajan, Taly & Yan (2017), Axiomatic attribution for deep networks, eq. 1, by the
    midpoint rule.
    """
    shares = (torch.arange(num_steps) + 0.5) / num_steps
    path = (shares[:, None] * x).requires_grad_()  # (num_steps, 64)
    return x * torch.autograd.grad(model(path)[:, digit].sum(), path)[0].mean(0)


def occlusion(model: nn.Module, x: Tensor, digit: int) -> Tensor:
    """Return by how much the digit's logit falls when a pixel is made black, (64,)."""
    darkened = x * (1 - torch.eye(len(x)))  # (64, 64)
    return model(x[None])[0, digit] - model(darkened)[:, digit]


def edges(model: nn.Module, x: Tensor, digit: int) -> Tensor:
    """Return how much each pixel differs from its neighbours, (64,): no model is asked."""
    padded = F.pad(x.view(1, 1, SIDE, SIDE), (1, 1, 1, 1), mode="replicate")
    return (x.view(SIDE, SIDE) - F.avg_pool2d(padded, 3, stride=1)[0, 0]).flatten()


METHODS: dict[str, Method] = {
    "edges of the picture": edges,
    "gradient × input": gradient_times_input,
    "integrated gradients": integrated_gradients,
    "occlusion": occlusion,
    "gradient": gradient,
}


def attribution(method: str, model: nn.Module, x: Tensor, digit: int, sign: str) -> np.ndarray:
    """Return a map by one of METHODS, (8, 8), its largest size 1."""
    values = METHODS[method](model, x, digit).detach()
    values = values / values.abs().max().clamp(min=1e-12)
    return (values if sign == SIGNS[0] else values.abs()).view(SIDE, SIDE).numpy()
