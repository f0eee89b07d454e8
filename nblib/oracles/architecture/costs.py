"""What a convolution costs, and how far a stack of them sees: right, and wrong as people count."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["COST", "FIELD", "conv_cost", "receptive_field", "seen_by_gradient"]

Layer = tuple[int, int, int]


def conv_cost(
    in_channels: int,
    out_channels: int,
    kernel: int,
    height: int,
    width: int,
    stride: int,
    padding: int,
    groups: int,
    *,
    places: Callable[[int, int, int, int], int] = lambda side, k, s, p: (side + 2 * p - k) // s + 1,
    weights: Callable[[int, int, int, int], int] = lambda i, o, k, g: o * (i // g) * k * k,
    bias: int = 1,
    price: Callable[[int, int, int], int] = lambda weights, area, o: weights * area,
    report: Callable[[int, int], Any] = lambda parameters, adds: (parameters, adds),
) -> Any:
    """Return (parameters, multiply-adds) of a convolution with a bias, on one picture.

    The parts, in which mistakes are made: the side of the output, the number of weights, the bias,
    the price of all places, and what is returned.
    """
    area = places(height, kernel, stride, padding) * places(width, kernel, stride, padding)
    number = weights(in_channels, out_channels, kernel, groups)
    return report(number + bias * out_channels, price(number, area, out_channels))


def _full(i: int, o: int, k: int, g: int) -> int:
    return o * i * k * k


COST: Mistakes = {
    "The biases are missing among the parameters: one for each output channel.": partial(
        conv_cost, bias=0
    ),
    "The groups are ignored: an output channel sees only in_channels / groups of the inputs.": (
        partial(conv_cost, weights=_full)
    ),
    "You multiply by the groups. With groups, each output channel sees fewer inputs: divide.": (
        partial(conv_cost, weights=lambda i, o, k, g: o * i * k * k * g)
    ),
    "You divide by the groups twice: inputs *and* outputs per group is the price of one group.": (
        partial(conv_cost, weights=lambda i, o, k, g: (o // g) * (i // g) * k * k)
    ),
    "The groups are right in the parameters, and ignored in the multiply-adds.": lambda *args: (
        conv_cost(*args)[0],
        conv_cost(*args, weights=_full)[1],
    ),
    "The groups are right in the multiply-adds, and ignored in the parameters.": lambda *args: (
        conv_cost(*args, weights=_full)[0],
        conv_cost(*args)[1],
    ),
    "You count the places of the input. The kernel is laid on once for each place of the output.": (
        partial(conv_cost, places=lambda side, k, s, p: side)
    ),
    "The stride is ignored: the kernel moves on by `stride` places.": partial(
        conv_cost, places=lambda side, k, s, p: side + 2 * p - k + 1
    ),
    "The padding is ignored: it makes the picture larger.": partial(
        conv_cost, places=lambda side, k, s, p: (side - k) // s + 1
    ),
    "The padding is added on one side. It is on both sides: 2 · padding.": partial(
        conv_cost, places=lambda side, k, s, p: (side + p - k) // s + 1
    ),
    "The 1 is missing in the side of the output: (side + 2·padding − kernel) // stride + 1.": (
        partial(conv_cost, places=lambda side, k, s, p: (side + 2 * p - k) // s)
    ),
    "The side of the output is rounded up. A kernel that would stick out is not laid on: //.": (
        partial(conv_cost, places=lambda side, k, s, p: math.ceil((side + 2 * p - k) / s) + 1)
    ),
    "The side of the output is side / stride, whatever the kernel. Count where the kernel fits.": (
        partial(conv_cost, places=lambda side, k, s, p: side // s)
    ),
    "You count multiplications and additions apart. A multiplication with its addition is one.": (
        partial(conv_cost, price=lambda number, area, o: 2 * number * area)
    ),
    "The biases are among the multiply-adds. Adding a bias multiplies nothing: leave it out.": (
        partial(conv_cost, price=lambda number, area, o: (number + o) * area)
    ),
    "The kernel is kernel × kernel: its side counts squared.": partial(
        conv_cost, weights=lambda i, o, k, g: o * (i // g) * k
    ),
    "The multiply-adds are those of one place. Multiply by the places of the output.": partial(
        conv_cost, price=lambda number, area, o: number
    ),
    "The input channels are missing: a kernel has weights for each channel that it sees.": partial(
        conv_cost, weights=lambda i, o, k, g: o * k * k
    ),
    "The output channels are missing: each of them has a kernel of its own.": partial(
        conv_cost, weights=lambda i, o, k, g: (i // g) * k * k
    ),
    "You count a kernel's weights anew at each place. All places share them.": (
        lambda *args: (conv_cost(*args)[1] + args[1], conv_cost(*args)[1])
    ),
}


def receptive_field(
    layers: Sequence[Layer],
    *,
    grow: Callable[[int, int, int, int], int] = lambda k, s, d, jump: (k - 1) * d * jump,
    move_on: Callable[[int, int], int] = lambda jump, stride: jump * stride,
    begin: int = 1,
) -> int:
    """Return how many inputs along an axis one output sees; layers are (kernel, stride, dilation).

    The parts, in which mistakes are made: what a layer adds, how the distance between neighbours
    grows, and where one begins.
    """
    size, jump = begin, 1
    for kernel, stride, dilation in layers:
        size += grow(kernel, stride, dilation, jump)
        jump = move_on(jump, stride)
    return size


def _own_stride_first(layers: Sequence[Layer]) -> int:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        jump *= stride
        size += (kernel - 1) * dilation * jump
    return size


FIELD: Mistakes = {
    "The strides are ignored: behind a stride of 2, neighbours are 2 inputs apart.": partial(
        receptive_field, move_on=lambda jump, stride: 1
    ),
    "A layer's own stride counts before its kernel. It spreads the layers *behind* it.": (
        _own_stride_first
    ),
    "A layer adds its kernel. It adds kernel − 1: one of them is there already.": partial(
        receptive_field, grow=lambda k, s, d, jump: k * d * jump
    ),
    "The dilation is ignored: it pulls the kernel's inputs apart.": partial(
        receptive_field, grow=lambda k, s, d, jump: (k - 1) * jump
    ),
    "The strides are added up. Each multiplies the distance between neighbours.": partial(
        receptive_field, move_on=lambda jump, stride: jump + stride - 1
    ),
    "Only the stride of the layer just before counts. All before it multiply.": partial(
        receptive_field, move_on=lambda jump, stride: stride
    ),
    "The kernels are multiplied. Each adds (kernel − 1) · dilation · (strides before it).": (
        lambda layers: math.prod(kernel for kernel, _, _ in layers)
    ),
    "You begin at 0. Without a layer an output sees one input: itself.": partial(
        receptive_field, begin=0
    ),
    "The dilation multiplies the whole kernel. It pulls the kernel − 1 steps apart.": partial(
        receptive_field, grow=lambda k, s, d, jump: (k * d - 1) * jump
    ),
    "The dilations pile up like strides. A dilation spreads its own kernel alone.": lambda layers: (
        receptive_field([(k, s * d, d) for k, s, d in layers])
    ),
    "You walk from the last layer to the first, and multiply by strides as if it were the first.": (
        lambda layers: receptive_field(list(layers)[::-1])
    ),
    "Stride and dilation are exchanged. A layer is (kernel, stride, dilation).": lambda layers: (
        receptive_field([(k, d, s) for k, s, d in layers])
    ),
    "Without layers an output is an input, and sees 1: itself.": lambda layers: (
        receptive_field(layers) if layers else 0
    ),
    "Only the first layer counts.": lambda layers: receptive_field(layers[:1]),
    "Only the last layer counts.": lambda layers: receptive_field(layers[-1:]),
}


def seen_by_gradient(layers: Sequence[Layer]) -> int:
    """Return the same by measurement: how many inputs move the middle output of real layers."""
    x = torch.zeros(1, 1, 1001, dtype=torch.float64, requires_grad=True)
    z: Tensor = x
    for kernel, stride, dilation in layers:
        weights = torch.ones(1, 1, kernel, dtype=torch.float64)
        z = F.conv1d(z, weights, stride=stride, dilation=dilation)
    (gradient,) = torch.autograd.grad(z[0, 0, z.shape[2] // 2], x)
    places = gradient[0, 0].nonzero()
    return int(places.max() - places.min()) + 1
