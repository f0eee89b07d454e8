"""Numbers as whole codes: an affine grid in which 0 is exact."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["CODES", "off_the_edges", "quantize"]


def _with_zero(low: float, high: float) -> tuple[float, float]:
    return min(low, 0.0), max(high, 0.0)


def _to_nearest(x: Tensor, scale: float, zero: int) -> Tensor:
    return (x / scale).round() + zero


def quantize(
    x: Tensor,
    low: float,
    high: float,
    bits: int,
    *,
    spread: Callable[[float, float], tuple[float, float]] = _with_zero,
    pieces: Callable[[int], int] = lambda bits: 2**bits - 1,
    zero: Callable[[float, float], float] = lambda low, scale: round(-low / scale),
    code: Callable[[Tensor, float, Any], Tensor] = _to_nearest,
    clamp: bool = True,
) -> tuple[Tensor, float, Any]:
    """Return (codes, scale, zero point) of x, float32, on a grid from `low` to `high`."""
    low, high = spread(low, high)
    scale = (high - low) / pieces(bits)
    zero_point = zero(low, scale)
    codes = code(x.double(), scale, zero_point)
    codes = codes.clamp(0, 2**bits - 1) if clamp else codes.remainder(256)
    return codes.to(torch.uint8), scale, zero_point


def off_the_edges(
    low: float, high: float, bits: int, shape: tuple[int, ...], generator: torch.Generator
) -> tuple[Tensor, float, float, int]:
    """Return x near and beyond the grid, no number of it near the middle between two codes."""
    (bottom, top), steps = _with_zero(low, high), 2**bits - 1
    scale = (top - bottom) / steps
    zero = round(-bottom / scale)
    count = int(torch.tensor(shape).prod())
    away = torch.randint(-2 - steps // 8, steps + 3 + steps // 8, (count,), generator=generator)
    away[:4] = torch.tensor([-2, steps + 2, zero, steps // 2])[: len(away[:4])]
    off = 0.8 * torch.rand(count, generator=generator, dtype=torch.float64) - 0.4
    x = (away - zero + off) * scale
    x[2:3] = 0.0
    return x.view(shape).float(), low, high, bits


def _floor(x: Tensor, scale: float, zero: int) -> Tensor:
    return (x / scale).floor() + zero


def _towards_0(x: Tensor, scale: float, zero: int) -> Tensor:
    return (x / scale).trunc() + zero


def _values(x: Tensor, *grid: Any) -> tuple[Tensor, float, int]:
    codes, scale, zero = quantize(x, *grid)
    return (codes.float() - zero) * scale, scale, zero


def _symmetric(x: Tensor, low: float, high: float, bits: int) -> tuple[Tensor, float, int]:
    top = 2 ** (bits - 1) - 1
    scale = max(abs(low), abs(high)) / top
    return (x / scale).round().clamp(-top, top).to(torch.int8), scale, 0


def _signed(x: Tensor, *grid: Any) -> tuple[Tensor, float, int]:
    codes, scale, zero = quantize(x, *grid)
    half = 2 ** (grid[-1] - 1)
    return (codes.int() - half).to(torch.int8), scale, zero - half


def _own_range(x: Tensor, low: float, high: float, bits: int) -> tuple[Tensor, float, int]:
    return quantize(x, x.min().item(), x.max().item(), bits)


def _from_low(x: Tensor, low: float, high: float, bits: int) -> tuple[Tensor, float, int]:
    """Return codes that count from `low`, and a zero point that they do not use."""
    _, scale, zero = quantize(x, low, high, bits)
    codes = ((x.double() - min(low, 0.0)) / scale).round().clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero


_with = partial(partial, quantize)

CODES: Mistakes = {
    "0 lies between two codes: the zero point must be a whole number, rounded.": _with(
        zero=lambda low, scale: -low / scale
    ),
    "0 lies between two codes: the codes count from `low`, and not from a zero point that is "
    "rounded.": _from_low,
    "0 is not on the grid if `low` is above 0 or `high` below. Stretch the range until it is.": (
        _with(spread=lambda low, high: (low, high))
    ),
    "There are 2^bits codes, and one step less between the first and the last.": _with(
        pieces=lambda bits: 2**bits
    ),
    "There is one step too few: codes go from 0 to 2^bits − 1.": _with(
        pieces=lambda bits: 2**bits - 2
    ),
    "Numbers outside of the range wrap around: clamp the codes before they become uint8.": _with(
        clamp=False
    ),
    "Codes are rounded down, so that all is half a step too low. Round to the nearest.": _with(
        code=_floor
    ),
    "Codes are rounded towards 0, so that all shrinks by half a step. Round to the nearest.": _with(
        code=_towards_0
    ),
    "The zero point is rounded down. Round it to the nearest.": _with(
        zero=lambda low, scale: int(-low / scale)
    ),
    "The zero point has the wrong sign: it is the code that stands for 0.": _with(
        zero=lambda low, scale: round(low / scale), clamp=True
    ),
    "The zero point is not added: negative numbers all get the code 0.": _with(
        code=lambda x, scale, zero: (x / scale).round()
    ),
    "The numbers are multiplied by the scale. Divide: it is the size of a step.": _with(
        code=lambda x, scale, zero: (x * scale).round() + zero
    ),
    "Those are numbers again, not codes. The codes are wanted, in uint8.": _values,
    "That grid goes from minus to plus the larger end. Here it goes from `low` to `high`.": (
        _symmetric
    ),
    "The codes begin at −2^(bits − 1). Here they go from 0 to 2^bits − 1.": _signed,
    "The range is that of x. It is given here, by `low` and `high`.": _own_range,
}
