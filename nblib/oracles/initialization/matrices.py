"""Orthogonal weights: right, and wrong in the ways that people make them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.initialization.units import Play, seeded, snap, tensor, yes

__all__ = ["DRAWN", "ORTHOGONAL", "draws", "orthogonal", "turned"]

# Orthogonal weights


def orthogonal(
    num_outputs: int,
    num_inputs: int,
    gain: float,
    generator: torch.Generator,
    *,
    columns: Callable[[Tensor, Tensor], Tensor] = lambda Q, R: Q * R.diagonal().sign(),
    scale: Callable[[float, int], float] = lambda gain, long: gain,
    turn: Callable[[Tensor], Tensor] = lambda Q: Q.T,
) -> Tensor:
    """Return `gain` times a matrix of orthonormal rows or columns: Saxe et al. (2014)."""
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    matrix = scale(gain, long) * columns(Q, R)
    return matrix if num_outputs >= num_inputs else turn(matrix)


def turned(num_outputs: int, num_inputs: int, gain: float, seed: int) -> Play:
    """Return a play that looks at the shorter side of one draw: rows or columns."""

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        matrix = tensor(answer(num_outputs, num_inputs, gain, seeded(seed)))
        vectors = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
        lengths = vectors.norm(dim=1)
        cosines = (vectors @ vectors.T) / (lengths[:, None] * lengths)
        equal = lengths.max() < 1.001 * lengths.min()
        length = snap(lengths.mean(), gain, 1e-3 * gain)
        return {
            "shape": list(matrix.shape),
            "perpendicular": yes((cosines - torch.eye(len(vectors))).abs().max() < 1e-3),
            "equally long": yes(equal),
            "length": length if equal else "various",
            "dtype": str(matrix.dtype),
        }

    return play


def draws(num_outputs: int, num_inputs: int, seeds: Sequence[int]) -> Play:
    """Return a play that looks at many draws; of square ones, some are to mirror."""

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        shape = num_outputs, num_inputs
        drawn = torch.stack([tensor(answer(*shape, 1.0, seeded(seed))) for seed in seeds])
        corners = drawn[:, 0, 0] > 0
        turns = torch.linalg.det(drawn) > 0 if num_outputs == num_inputs else torch.eye(2)[0]
        return {
            "entry [0, 0] takes both signs": yes(corners.any() and not corners.all()),
            "some mirror, some do not": yes(turns.any() and not turns.all()),
            "most entries are 0": yes((drawn.abs() < 1e-6).double().mean() > 0.5),
        }

    return play


def _exchanged_axes(
    num_outputs: int, num_inputs: int, gain: float, generator: torch.Generator
) -> Tensor:
    order = torch.randperm(max(num_outputs, num_inputs), generator=generator)
    signs = torch.randn(len(order), generator=generator).sign()
    return gain * (torch.eye(len(order))[order] * signs)[:num_outputs, :num_inputs]


ORTHOGONAL: Mistakes = {
    "The shape is wrong for more inputs than outputs: it is never turned round.": partial(
        orthogonal, turn=lambda Q: Q
    ),
    "A wide matrix has a square Q: split the transposed one, and turn it round.": (
        lambda m, n, gain, g: gain * torch.linalg.qr(torch.randn(m, n, generator=g))[0]
    ),
    "The shape is (outputs, inputs), whichever is larger; yours is turned round.": (
        lambda m, n, gain, g: orthogonal(m, n, gain, g).T
    ),
    "That is R. The orthonormal columns are in Q.": partial(
        orthogonal, columns=lambda Q, R: R, turn=lambda R: R
    ),
    "Perpendicular, but of different lengths: use Q alone, with signs of 1 and −1.": partial(
        orthogonal, columns=lambda Q, R: Q * R.diagonal()
    ),
    "Equally long, but not perpendicular to each other: normalizing lengths is not enough.": (
        partial(orthogonal, columns=lambda Q, R: F.normalize(Q @ R, dim=0))
    ),
    "Rows of one length are not enough, and a tall matrix has orthonormal columns.": (
        lambda m, n, gain, g: gain * F.normalize(torch.randn(m, n, generator=g), dim=1)
    ),
    "Columns of one length are not enough, and a wide matrix has orthonormal rows.": (
        lambda m, n, gain, g: gain * F.normalize(torch.randn(m, n, generator=g), dim=0)
    ),
    "That is a square matrix, too large: cut out as many rows and columns as are wanted.": (
        lambda m, n, gain, g: orthogonal(max(m, n), max(m, n), gain, g)
    ),
    "Neither perpendicular nor equally long: split the Gaussian matrix, and use Q.": partial(
        orthogonal, columns=lambda Q, R: Q @ R
    ),
    "The gain is missing. Multiply Q by it: what multiplies A is lost.": partial(
        orthogonal, scale=lambda gain, long: 1.0
    ),
    "The gain came in twice.": partial(orthogonal, scale=lambda gain, long: gain**2),
    "That is the root of the gain: multiply the matrix by the gain itself.": partial(
        orthogonal, scale=lambda gain, long: math.sqrt(gain)
    ),
    "Multiply by the gain; you divided.": partial(orthogonal, scale=lambda gain, long: 1 / gain),
    "Divide by nothing: orthonormal columns have length 1 already.": partial(
        orthogonal, scale=lambda gain, long: gain / math.sqrt(long)
    ),
    "Divide by nothing, not by √fan-in either: orthonormal columns have length 1.": (
        lambda m, n, gain, g: orthogonal(m, n, gain, g) / math.sqrt(n)
    ),
    "The √2 of ReLU is in the gain already.": partial(
        orthogonal, scale=lambda gain, long: gain * math.sqrt(2)
    ),
    "float32 is wanted.": lambda m, n, gain, g: orthogonal(m, n, gain, g).double(),
}


DRAWN: Mistakes = {
    "Most entries are 0: that is no draw from all orthogonal matrices alike.": _exchanged_axes,
    "The entry [0, 0] has the same sign in all of 30 draws: mind the signs of R's diagonal.": (
        partial(orthogonal, columns=lambda Q, R: Q)
    ),
    "It turns and mirrors, but [0, 0] has one sign in all of 30 draws: take R's signs.": partial(
        orthogonal, columns=lambda Q, R: Q * Q.diagonal().sign()
    ),
    "Either all of 30 draws mirror or none does: all orthogonal matrices are to come.": (
        lambda m, n, gain, g: _only_turning(orthogonal(m, n, gain, g))
    ),
}


def _only_turning(matrix: Tensor) -> Tensor:
    if matrix.shape[0] != matrix.shape[1] or torch.linalg.det(matrix) > 0:
        return matrix
    return torch.cat([matrix[:, :-1], -matrix[:, -1:]], dim=1)
