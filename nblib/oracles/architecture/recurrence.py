"""A gated recurrent cell, and one that reads films: right, and wrong as people write them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["FILM", "GRU", "gru_step", "leaky_step", "moments", "read_film"]


def gru_step(
    x: Tensor,
    h: Tensor,
    W: Tensor,
    U: Tensor,
    b: Tensor,
    c: Tensor,
    *,
    cut: Callable[[Tensor], Any] = lambda Z: Z.chunk(3, dim=-1),
    order: tuple[int, int, int] = (0, 1, 2),
    gate: Callable[[Tensor], Tensor] = torch.sigmoid,
    bend: Callable[[Tensor], Tensor] = torch.tanh,
    candidate: Callable[..., Tensor] = lambda xn, hn, r, z, *_: xn + r * hn,
    mix: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda n, h, z: (1 - z) * n + z * h,
) -> Tensor:
    """Return the new state of a gated recurrent unit in PyTorch's form, with columns for units.

    The parts, in which mistakes are made: how the three parts are cut and ordered, the bends of the
    gates and of the candidate, the candidate's sum, and how old and new are mixed.
    """
    by_x, by_h = cut(x @ W + b), cut(h @ U + c)  # three of (n, k) each
    xr, xz, xn = (by_x[place] for place in order)
    hr, hz, hn = (by_h[place] for place in order)
    r, z = gate(xr + hr), gate(xz + hz)
    Un, cn = cut(U)[order[2]], cut(c)[order[2]]
    n = bend(candidate(xn, hn, r, z, h, Un, cn))
    return mix(n, h, z)


def _gates(h: Tensor) -> Tensor:
    """1 for the columns of r and z, 0 for those of n."""
    return torch.tensor([1, 1, 0], dtype=h.dtype).repeat_interleave(h.shape[1])


GRU: Mistakes = {
    "z and 1 − z are exchanged: h′ = (1 − z) n + z h.": partial(
        gru_step, mix=lambda n, h, z: z * n + (1 - z) * h
    ),
    "r is multiplied with h before the matrix. Here it comes after, r · (h Uₙ + cₙ).": (
        partial(gru_step, candidate=lambda xn, hn, r, z, h, Un, cn: xn + (r * h) @ Un + cn)
    ),
    "cₙ stands outside of r. It is inside: r · (h Uₙ + cₙ).": partial(
        gru_step, candidate=lambda xn, hn, r, z, h, Un, cn: xn + r * (h @ Un) + cn
    ),
    "You take z's part first. The order is r, z, n.": partial(gru_step, order=(1, 0, 2)),
    "You take the candidate's part first. The order is r, z, n.": partial(
        gru_step, order=(1, 2, 0)
    ),
    "The candidate is bent by the sigmoid. It is tanh: it may be negative.": partial(
        gru_step, bend=torch.sigmoid
    ),
    "The gates are bent by tanh. A gate lies between 0 and 1: the sigmoid.": partial(
        gru_step, gate=torch.tanh
    ),
    "The gates are not bent: they need the sigmoid.": partial(gru_step, gate=lambda Z: Z),
    "The candidate is not bent: it needs tanh.": partial(gru_step, bend=lambda Z: Z),
    "r does nothing. It multiplies what comes from h in the candidate.": partial(
        gru_step, candidate=lambda xn, hn, *_: xn + hn
    ),
    "r multiplies the input's part as well. It multiplies only what comes from h.": partial(
        gru_step, candidate=lambda xn, hn, r, *_: r * (xn + hn)
    ),
    "r multiplies the input's part, and not that of h. It is the other way round.": partial(
        gru_step, candidate=lambda xn, hn, r, *_: r * xn + hn
    ),
    "The candidate has z in the place of r.": partial(
        gru_step, candidate=lambda xn, hn, r, z, *_: xn + z * hn
    ),
    "The old state is lost: add z h.": partial(gru_step, mix=lambda n, h, z: (1 - z) * n),
    "The candidate is added whole. Its share is 1 − z.": partial(
        gru_step, mix=lambda n, h, z: n + z * h
    ),
    "The old state is added whole. Its share is z.": partial(
        gru_step, mix=lambda n, h, z: (1 - z) * n + h
    ),
    "bₙ stands inside of r. It is outside: r multiplies only h Uₙ + cₙ.": (
        lambda x, h, W, U, b, c: gru_step(x, h, W, U, b * _gates(h), c + b * (1 - _gates(h)))
    ),
    "The candidate itself is returned. Mix it with the old state: (1 − z) n + z h.": partial(
        gru_step, mix=lambda n, h, z: n
    ),
    "The biases c are missing.": lambda x, h, W, U, b, c: gru_step(x, h, W, U, b, 0 * c),
    "The biases b are missing.": lambda x, h, W, U, b, c: gru_step(x, h, W, U, 0 * b, c),
    "All biases are missing.": lambda x, h, W, U, b, c: gru_step(x, h, W, U, 0 * b, 0 * c),
    "Every third column is taken together. First come k columns for r, then k for z, k for n.": (
        partial(gru_step, cut=lambda Z: [Z[..., start::3] for start in range(3)])
    ),
}


def read_film(
    clips: Tensor,
    encode: Callable[[Tensor], Tensor],
    step: Callable[[Tensor, Tensor], Tensor],
    h: Tensor,
) -> Tensor:
    """Return the last state, (n, k), of a recurrent net that reads the encoded frames in order."""
    for frame in clips.unbind(1):  # (n, height, width)
        h = step(encode(frame), h)
    return h


def _folded(
    clips: Tensor, encode: Callable[[Tensor], Tensor], step: Callable[..., Tensor], h: Tensor
) -> Tensor:
    n, num_frames = clips.shape[:2]
    features = encode(clips.flatten(0, 1)).reshape(num_frames, n, -1)
    for time in range(num_frames):
        h = step(features[time], h)
    return h


def _once(
    clips: Tensor, encode: Callable[[Tensor], Tensor], step: Callable[..., Tensor], h: Tensor
) -> Tensor:
    features = torch.stack([encode(frame) for frame in clips.unbind(1)])
    return step(features.mean(dim=0), h)


def _all_states(
    clips: Tensor, encode: Callable[[Tensor], Tensor], step: Callable[..., Tensor], h: Tensor
) -> Tensor:
    states = []
    for frame in clips.unbind(1):
        h = step(encode(frame), h)
        states.append(h)
    return torch.stack(states, dim=1)


FILM: Mistakes = {
    "The films are mixed up: `flatten(0, 1)` puts a film's frames one after the other, so it is "
    "`reshape(n, T, ...)`.": _folded,
    "Time runs backwards. Begin with the first frame.": lambda clips, encode, step, h: read_film(
        clips.flip(1), encode, step, h
    ),
    "Only the last frame counts: hand on to each step the state that the step before gave.": (
        lambda clips, encode, step, h: step(encode(clips[:, -1]), h)
    ),
    "Only the first frame is read.": lambda clips, encode, step, h: step(encode(clips[:, 0]), h),
    "The first frame is left out.": lambda clips, encode, step, h: read_film(
        clips[:, 1:], encode, step, h
    ),
    "The last frame is left out.": lambda clips, encode, step, h: read_film(
        clips[:, :-1], encode, step, h
    ),
    "The features are averaged over time, and then there is one step: all order is lost.": _once,
    "The pictures are averaged over time before they are encoded: all order is lost.": (
        lambda clips, encode, step, h: step(encode(clips.mean(dim=1)), h)
    ),
    "The old state is added to the new one. What `step` returns is the next state already.": (
        lambda clips, encode, step, h: read_film(
            clips, encode, lambda features, h: h + step(features, h), h
        )
    ),
    "All states came. The last one is wanted.": _all_states,
    "The states are averaged over time. The last one is wanted.": lambda *args: _all_states(
        *args
    ).mean(dim=1),
    "The first picture is encoded for every step. Each step gets its own frame.": (
        lambda clips, encode, step, h: read_film(clips[:, :1].expand(clips.shape), encode, step, h)
    ),
    "The features are returned. The state of the recurrent net is wanted.": (
        lambda clips, encode, step, h: encode(clips[:, -1])
    ),
}


def moments(pictures: Tensor) -> Tensor:
    """Stand in for an encoder: the mean square and the first pixel of each picture, (m, 2)."""
    return torch.stack([pictures.square().mean(dim=(1, 2)), pictures[:, 0, 0]], dim=1)


def leaky_step(features: Tensor, h: Tensor) -> Tensor:
    """Stand in for a recurrent cell: half of the state turned by one place, and what comes in."""
    return torch.tanh(0.5 * h.roll(1, 1) + features + 0.1)
