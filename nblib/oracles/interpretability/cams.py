"""Grad-CAM: channels weighted by their mean gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["GRAD_CAM", "grad_cam"]


def _upsampled(A: Tensor, size: tuple[int, int], mode: str = "bilinear") -> Tensor:
    how = {} if mode.startswith("nearest") else {"align_corners": False}
    return F.interpolate(A[:, None], size=size, mode=mode, **how)[:, 0]


def grad_cam(
    activations: Tensor,
    gradients: Tensor,
    size: tuple[int, int],
    *,
    weights: Callable[[Tensor], Tensor] = lambda G: G.mean(dim=(2, 3), keepdim=True),
    combine: Callable[[Tensor], Tensor] = lambda weighted: weighted.sum(dim=1).relu(),
    enlarge: Callable[[Tensor, tuple[int, int]], Any] = _upsampled,
) -> Any:
    """Return the maps (n, *size): relu(Σ_c mean gradient_c · A_c), enlarged (Selvaraju 2017).

    The parts, in which mistakes are made: the weights of the channels, how the weighted channels
    (n, c, h, w) are put together, and how the map is enlarged.
    """
    return enlarge(combine(weights(gradients) * activations), size)


def _with(**how: Any) -> Callable[..., Any]:
    return partial(grad_cam, **how)


GRAD_CAM: Mistakes = {
    "A channel's weight is its largest gradient. Take the mean over the places.": _with(
        weights=lambda G: G.amax(dim=(2, 3), keepdim=True)
    ),
    "A channel's weight is the sum of its gradients. Take the mean over the places.": _with(
        weights=lambda G: G.sum(dim=(2, 3), keepdim=True)
    ),
    "A channel's weight is the mean of absolute gradients. Keep the sign.": _with(
        weights=lambda G: G.abs().mean(dim=(2, 3), keepdim=True)
    ),
    "Negative gradients are cut off before the mean.": _with(
        weights=lambda G: G.relu().mean(dim=(2, 3), keepdim=True)
    ),
    "Negative weights are cut off. ReLU comes once, after the sum over channels.": _with(
        weights=lambda G: G.mean(dim=(2, 3), keepdim=True).relu()
    ),
    "Negative weights are cut off, and the sum is not. ReLU comes after the sum over channels.": (
        _with(
            weights=lambda G: G.mean(dim=(2, 3), keepdim=True).relu(),
            combine=lambda weighted: weighted.sum(dim=1),
        )
    ),
    "Activations below 0 are cut off first. ReLU comes once, after the sum.": lambda A, G, size: (
        grad_cam(A.relu(), G, size)
    ),
    "The gradients are divided by h², not by h·w. The height may differ from the width.": _with(
        weights=lambda G: G.sum(dim=(2, 3), keepdim=True) / G.shape[2] ** 2
    ),
    "Each place has a weight of its own: first average the gradients over the places.": _with(
        weights=lambda G: G
    ),
    "The weights are averaged over the pictures, too. Each picture has its own.": _with(
        weights=lambda G: G.mean(dim=(0, 2, 3), keepdim=True)
    ),
    "The weights are averaged over the channels, too. Each channel has its own.": _with(
        weights=lambda G: G.mean(dim=(1, 2, 3), keepdim=True)
    ),
    "The channels are added up without weights.": _with(weights=lambda G: 1),
    "ReLU comes before the sum: what speaks against the class is lost too early.": _with(
        combine=lambda weighted: weighted.relu().sum(dim=1)
    ),
    "ReLU is missing.": _with(combine=lambda weighted: weighted.sum(dim=1)),
    "Negative sums are turned to positive ones. Cut them off: ReLU.": _with(
        combine=lambda weighted: weighted.sum(dim=1).abs()
    ),
    "The channels are averaged. Add them up.": _with(
        combine=lambda weighted: weighted.mean(dim=1).relu()
    ),
    "The map is not enlarged.": _with(enlarge=lambda A, size: A),
    "The map is enlarged in blocks. Take bilinear interpolation.": _with(
        enlarge=partial(_upsampled, mode="nearest")
    ),
    "The map is enlarged with `align_corners=True`. Take False.": _with(
        enlarge=lambda A, size: F.interpolate(
            A[:, None], size=size, mode="bilinear", align_corners=True
        )[:, 0]
    ),
    "The map is enlarged before ReLU. First ReLU, then enlarge.": _with(
        combine=lambda weighted: weighted.sum(dim=1),
        enlarge=lambda A, size: _upsampled(A, size).relu(),
    ),
    "The map is scaled to a largest value of 1. Leave it as it is.": _with(
        enlarge=lambda A, size: _scaled(_upsampled(A, size))
    ),
    "A dimension is left over: (n, height, width) is wanted, without channels.": _with(
        enlarge=lambda A, size: _upsampled(A, size)[:, None]
    ),
    "Height and width are exchanged: `size` is (height, width).": _with(
        enlarge=lambda A, size: _upsampled(A, size[::-1])
    ),
    "Activations and gradients are exchanged: the gradients make the weights.": lambda A, G, size: (
        grad_cam(G, A, size)
    ),
}


def _scaled(maps: Tensor) -> Tensor:
    return maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-12)
