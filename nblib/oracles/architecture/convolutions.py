"""Convolution from nothing: right, and wrong in the ways that beginners write it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["CONVOLVE", "convolve"]


def _zeros(X: Tensor, padding: int) -> Tensor:
    return F.pad(X, (padding,) * 4)


def convolve(
    X: Tensor,
    W: Tensor,
    b: Tensor,
    stride: int,
    padding: int,
    *,
    pad: Callable[[Tensor, int], Tensor] = _zeros,
    kernel: Callable[[Tensor], Tensor] = lambda W: W,
    places: Callable[[int, int, int], range] = lambda side, k, stride: range(
        0, side - k + 1, stride
    ),
    columns: Callable[[int, int, int], range] | None = None,
    product: str = "nchw,ochw->no",
    scale: Callable[[Tensor], float] = lambda W: 1.0,
    bias: Callable[[Tensor], Tensor] = lambda b: b[:, None, None],
) -> Tensor:
    """Return the convolution of X (n, in, h, w) with kernels W (out, in, kh, kw), plus b (out,).

    The parts, in which mistakes are made: the padding, the kernel, the places in rows and columns,
    the sum of products, a factor, and the bias.
    """
    X, W = pad(X, padding), kernel(W)
    kh, kw = W.shape[2:]
    rows = places(X.shape[2], kh, stride)
    across = (columns or places)(X.shape[3], kw, stride)
    out = torch.stack(
        [
            torch.stack(
                [torch.einsum(product, X[:, :, i : i + kh, j : j + kw], W) for j in across], dim=-1
            )
            for i in rows
        ],
        dim=-2,
    )  # (n, out, h', w')
    return out * scale(W) + bias(b)


CONVOLVE: Mistakes = {
    "Your kernel is turned round. Here, as in PyTorch, it is laid on as it is.": partial(
        convolve, kernel=lambda W: W.flip(2, 3)
    ),
    "Your kernel is transposed: W[o, c, i, j] goes with row i and column j.": partial(
        convolve, kernel=lambda W: W.transpose(2, 3)
    ),
    "Your kernel is upside down: W[o, c, 0, :] goes with the upper row of the window.": partial(
        convolve, kernel=lambda W: W.flip(2)
    ),
    "The bias is missing.": partial(convolve, bias=lambda b: 0 * b[:, None, None]),
    "The bias is subtracted. Add it.": partial(convolve, bias=lambda b: -b[:, None, None]),
    "All biases are added to every channel. Each output channel has its own.": partial(
        convolve, bias=lambda b: b.sum()
    ),
    "The input channels are averaged. Add them up.": partial(
        convolve, scale=lambda W: 1 / W.shape[1]
    ),
    "The products of a window are averaged. Add them up.": partial(
        convolve, scale=lambda W: 1 / W[0].numel()
    ),
    "The padding is ignored.": partial(convolve, pad=lambda X, padding: X),
    "The padding is on two sides only: above and on the left. It goes round the picture.": partial(
        convolve, pad=lambda X, padding: F.pad(X, (padding, 0, padding, 0))
    ),
    "The padding is on two sides only: below and on the right. It goes round the picture.": partial(
        convolve, pad=lambda X, padding: F.pad(X, (0, padding, 0, padding))
    ),
    "All rows and columns of padding come below and on the right. Half of them belong above and on "
    "the left.": partial(
        convolve, pad=lambda X, padding: F.pad(X, (0, 2 * padding, 0, 2 * padding))
    ),
    "All rows and columns of padding come above and on the left. Half of them belong below and on "
    "the right.": partial(
        convolve, pad=lambda X, padding: F.pad(X, (2 * padding, 0, 2 * padding, 0))
    ),
    "The bias is added once for each input channel. Once is enough.": lambda X, W, b, *rest: (
        convolve(X, W, b * W.shape[1], *rest)
    ),
    "The padding is left and right alone. It goes round the picture: above and below, too.": (
        partial(convolve, pad=lambda X, padding: F.pad(X, (padding, padding)))
    ),
    "The border is repeated beyond the picture. There it counts as 0.": partial(
        convolve,
        pad=lambda X, padding: F.pad(X, (padding,) * 4, mode="replicate"),
    ),
    "Beyond the border comes a 1. It counts as 0.": partial(
        convolve, pad=lambda X, padding: F.pad(X, (padding,) * 4, value=1.0)
    ),
    "The stride is ignored: the window moves on by `stride` pixels.": partial(
        convolve, places=lambda side, k, stride: range(side - k + 1)
    ),
    "The stride counts downwards alone. It holds for the columns as well.": partial(
        convolve, columns=lambda side, k, stride: range(side - k + 1)
    ),
    "As many windows as with the stride, but they move on by one pixel: begin at `i * stride`.": (
        partial(convolve, places=lambda side, k, stride: range((side - k) // stride + 1))
    ),
    "Your range ends one too early and leaves a window out: range(0, side − k + 1, stride).": (
        partial(convolve, places=lambda side, k, stride: range(0, side - k, stride))
    ),
    "There is one window too few in each direction: (side − k) // stride + 1.": partial(
        convolve,
        places=lambda side, k, stride: range(0, (side - k) // stride * stride, stride),
    ),
    "Only the first input channel counts. A kernel sees all of them.": lambda X, W, b, *rest: (
        convolve(X[:, :1], W[:, :1], b, *rest)
    ),
    "Only the first picture is done. There are several: the first dimension of X.": (
        lambda X, *rest: convolve(X[:1], *rest)
    ),
    "The two sides of the result are exchanged: first the rows, then the columns.": lambda *args: (
        convolve(*args).transpose(2, 3)
    ),
    "A ReLU stands behind it. The sums themselves are wanted.": lambda *args: convolve(*args).clamp(
        min=0
    ),
}
