"""A layer computed in whole numbers: multiplied, added up, and only then scaled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["INTEGERS", "coded_layer", "int8_linear", "wide_layer"]


def _scaled(sums: Tensor, scale_x: float, scale_w: Tensor, bias: Tensor) -> Tensor:
    return sums * (scale_x * scale_w.double()) + bias


def int8_linear(
    codes_x: Tensor,
    scale_x: float,
    zero_x: int,
    codes_w: Tensor,
    scale_w: Tensor,
    bias: Tensor,
    *,
    shifted: Callable[[Tensor, int], Tensor] = lambda codes, zero: codes.long() - zero,
    wrapped: torch.dtype = torch.int64,
    end: Callable[[Tensor, float, Tensor, Tensor], Tensor] = _scaled,
) -> tuple[Tensor, Tensor]:
    """Return (sums of products (n, outputs) int32, outputs (n, outputs) float32)."""
    sums = shifted(codes_x, zero_x).long() @ codes_w.long().T
    sums = sums.to(wrapped).long()
    out = end(sums.double(), scale_x, scale_w, bias.double())
    return sums.to(torch.int32), out.float()


Coded = tuple[Tensor, float, int, Tensor, Tensor, Tensor]


def coded_layer(
    n: int, num_inputs: int, num_outputs: int, generator: torch.Generator, top: int = 127
) -> Coded:
    """Return codes of inputs, uint8, and of weights, int8, with their scales, and a bias.

    The weights' codes go to ±`top`; the fewer there are, the larger are the scales.
    """
    codes_x = torch.randint(256, (n, num_inputs), generator=generator).to(torch.uint8)
    codes_w = torch.randint(-top, top + 1, (num_outputs, num_inputs), generator=generator)
    codes_x[0, 0], codes_w[0, 0] = 255, -top
    zero = int(torch.randint(60, 200, (), generator=generator))
    scale_x = (0.01 + 0.02 * torch.rand((), generator=generator).item()) * 127 / top
    scale_w = (0.005 + 0.02 * torch.rand(num_outputs, generator=generator)) * 127 / top
    bias = torch.randn(num_outputs, generator=generator)
    return codes_x, scale_x, zero, codes_w.to(torch.int8), scale_w, bias


_with = partial(partial, int8_linear)

INTEGERS: Mistakes = {
    "The zero point is not subtracted: the code of 0 counts as something.": _with(
        shifted=lambda codes, zero: codes.long()
    ),
    "uint8 knows no negative numbers: codes below the zero point wrap around. Convert first, then "
    "subtract.": _with(
        shifted=lambda codes, zero: (codes.long() - zero).remainder(256),
    ),
    "The inputs go through int8, where codes above 127 become negative. Convert to int32.": _with(
        shifted=lambda codes, zero: codes.to(torch.int8).long() - zero
    ),
    "The zero point is subtracted from the weights, too. Theirs is 0.": (
        lambda codes_x, scale_x, zero_x, codes_w, *rest: int8_linear(
            codes_x, scale_x, zero_x, codes_w.long() - zero_x, *rest
        )
    ),
    "The zero point is added. Subtract it.": _with(shifted=lambda codes, zero: codes.long() + zero),
    "The sums do not fit into 8 bits, and wrap around: convert to int32 before you multiply.": (
        _with(wrapped=torch.int8)
    ),
    "The sums do not fit into 16 bits, and wrap around. Take int32.": _with(wrapped=torch.int16),
    "The zero point is subtracted once from each sum. It goes with each product: subtract it "
    "from each code.": lambda codes_x, scale_x, zero_x, codes_w, scale_w, bias: _from_sums(
        codes_x, scale_x, zero_x, codes_w, scale_w, bias
    ),
    "The scale of the inputs is missing.": _with(
        end=lambda sums, scale_x, scale_w, bias: sums * scale_w + bias
    ),
    "The scales of the weights are missing.": _with(
        end=lambda sums, scale_x, scale_w, bias: sums * scale_x + bias
    ),
    "The bias is scaled as well. It is no code: add it at the end.": _with(
        end=lambda sums, scale_x, scale_w, bias: (sums + bias) * (scale_x * scale_w)
    ),
    "The bias is missing.": _with(
        end=lambda sums, scale_x, scale_w, bias: sums * (scale_x * scale_w)
    ),
    "The scales are added. Two codes are multiplied, so their scales are, too.": _with(
        end=lambda sums, scale_x, scale_w, bias: sums * (scale_x + scale_w) + bias
    ),
    "All outputs have the scale of the first. Each row of weights has its own.": _with(
        end=lambda sums, scale_x, scale_w, bias: sums * (scale_x * scale_w[0]) + bias
    ),
    "The sums are scaled already. The first result is the whole numbers, before any scale.": (
        lambda *args: (int8_linear(*args)[1], int8_linear(*args)[1])
    ),
    "Both results are exchanged: the sums come first.": lambda *args: int8_linear(*args)[::-1],
}


def _from_sums(
    codes_x: Tensor, scale_x: float, zero_x: int, codes_w: Tensor, scale_w: Tensor, bias: Tensor
) -> tuple[Tensor, Tensor]:
    sums = codes_x.long() @ codes_w.long().T - zero_x
    out = _scaled(sums.double(), scale_x, scale_w.double(), bias.double())
    return sums.to(torch.int32), out.float()


def wide_layer(num_inputs: int) -> tuple[Tensor, float, int, Tensor, Tensor, Tensor]:
    """Return a layer with one large sum, odd for an odd number of inputs."""
    codes_x = torch.full((1, num_inputs), 253, dtype=torch.uint8)
    codes_w = torch.full((1, num_inputs), 127, dtype=torch.int8)
    return codes_x, 0.01, 0, codes_w, torch.tensor([0.02]), torch.tensor([0.5])
