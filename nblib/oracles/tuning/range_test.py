"""The range test: one training while the rate grows, and the rate of the steepest fall."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["STEEPEST", "range_test", "sweep_of_rates"]


def _smoothed(loss: np.ndarray, keep: float = 0.9, correct: bool = True) -> np.ndarray:
    mean, found = 0.0, []
    for t, one in enumerate(loss, 1):
        mean = keep * mean + (1 - keep) * one
        found.append(mean / (1 - keep**t) if correct else mean)
    return np.array(found)


def range_test(
    lrs: Tensor,
    losses: Tensor,
    *,
    smooth: Callable[[np.ndarray], np.ndarray] = _smoothed,
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda s, lr: (
        np.diff(s) / np.diff(np.log(lr))
    ),
    skip: Callable[[int], int] = lambda n: n // 10,
    end: Callable[[np.ndarray], int] = lambda s: int(s.argmin()),
    pick: Callable[[np.ndarray], int] = lambda slopes: int(slopes.argmin()),
    give: Callable[[np.ndarray, int, np.ndarray, np.ndarray], float] = (
        lambda lr, t, slopes, s: float(lr[t])
    ),
) -> float:
    """Return the rate from which the smoothed loss falls most per unit of log lr."""
    lr, loss = lrs.double().numpy(), losses.double().numpy()
    loss = loss[: np.isfinite(loss).cumprod().sum()]
    s, first = smooth(loss), skip(len(lr))
    slopes = slope(s, lr[: len(s)])
    part = slopes[first : end(s)]
    if not len(part):  # an IndexError, as PyTorch raises, so that a mistake is known by it
        raise IndexError("no step lies between the first tenth and the smallest loss")
    t = first + pick(part)
    return give(lr, t, slopes, s)


def _started_at_the_first(loss: np.ndarray) -> np.ndarray:
    mean, found = loss[0], []
    for one in loss:
        mean = 0.9 * mean + 0.1 * one
        found.append(mean)
    return np.array(found)


def _corrected_twice(loss: np.ndarray) -> np.ndarray:
    return _started_at_the_first(loss) / (1 - 0.9 ** np.arange(1, len(loss) + 1))


def _counted(lrs: Tensor, losses: Tensor) -> float:
    """A tenth of the losses that count, not of all."""
    num_good = int(torch.isfinite(losses).long().cumprod(dim=0).sum())
    return range_test(lrs[:num_good], losses[:num_good])


def sweep_of_rates(
    seed: int,
    n: int,
    *,
    at: float = 0.45,
    dip: float = 0.0,
    bad: int = 0,
    late: bool = False,
    spikes: Mapping[int, float] | None = None,
) -> tuple[Tensor, Tensor]:
    """Return rates, unevenly spaced and rising, and noisy losses: a plateau, a fall, a rise.

    The fall is `at` this part of the way; `dip` is the height of a steep fall at the very start,
    `late` says whether there is one after the explosion, `bad` how many of the last losses are
    not finite (nan first if the seed is odd), and `spikes` which losses are others.
    """
    generator = torch.Generator().manual_seed(seed)
    gaps = 0.5 + torch.rand(n, generator=generator, dtype=torch.float64)
    where = gaps.cumsum(dim=0) / gaps.sum()  # 0 … 1
    lrs = 10 ** (-5 + 6 * where)
    loss = 2.3 - 2.2 / (1 + torch.exp(-(where - at) * 25))
    loss = loss + (2000 if late else 200) * (where - 0.85).clamp(min=0) ** 1.5
    loss = loss + dip * torch.exp(-where * 60)
    if late:
        loss = loss * (1 - 0.99 / (1 + torch.exp(-(where - 0.93) * 200)))
    loss = loss * (1 + 0.05 * torch.randn(n, generator=generator, dtype=torch.float64))
    for t, one in (spikes or {}).items():
        loss[t] = one
    if bad:
        two = [math.nan, math.inf] if seed % 2 else [math.inf, math.nan]
        loss[-bad:] = torch.tensor(two).double().repeat(bad)[:bad]
    return lrs, loss


def _rates(**how: Any) -> Callable[[Tensor, Tensor], float]:
    return lambda lrs, losses: range_test(lrs, losses, **how)


STEEPEST: Mistakes = {
    "That is the rate where the smoothed loss is smallest, about to explode. Take "
    "the steepest fall.": _rates(give=lambda lr, t, slopes, s: float(lr[s.argmin()])),
    "That is a tenth of the rate where the smoothed loss is smallest. Take the steepest fall.": (
        _rates(give=lambda lr, t, slopes, s: float(lr[s.argmin()]) / 10)
    ),
    "The losses are not smoothed: the luck of one batch decides.": _rates(smooth=lambda loss: loss),
    "The mean is not corrected: it starts at 0, so divide by 1 − 0.9ᵗ, with t = 1 for the first.": (
        _rates(smooth=lambda loss: _smoothed(loss, correct=False))
    ),
    "The mean starts at the first loss. Start it at 0, and divide by 1 − 0.9ᵗ, with t = 1 for the "
    "first.": _rates(smooth=_started_at_the_first),
    "The mean starts at the first loss, and is divided all the same. Start it at 0.": _rates(
        smooth=_corrected_twice
    ),
    "A tenth of the losses that are left is left out. n is the number of all rates.": _counted,
    "You begin one step too late: step n // 10 itself counts.": _rates(skip=lambda n: n // 10 + 1),
    "The slope is taken from the step before to the step after. Take it from t to t + 1.": _rates(
        slope=lambda s, lr: np.gradient(s, np.log(lr))
    ),
    "The largest slope of either sign is taken. Take the most negative.": _rates(
        pick=lambda slopes: int(np.abs(slopes).argmax())
    ),
    "0.9 and 0.1 are exchanged: 0.9 belongs to what was before.": _rates(
        smooth=lambda loss: _smoothed(loss, keep=0.1)
    ),
    "The slope is per unit of lr. Divide by the difference of the logarithms.": _rates(
        slope=lambda s, lr: np.diff(s) / np.diff(lr)
    ),
    "The slope is per step. The rates are unevenly spaced: divide by the difference of the "
    "logarithms.": _rates(slope=lambda s, lr: np.diff(s)),
    "The first tenth is not left out.": _rates(skip=lambda n: 0),
    "You look beyond the smallest smoothed loss: what falls there falls from a height.": _rates(
        end=lambda s: len(s) - 1
    ),
    "That is the rate after the step. Return the one before: the left end.": _rates(
        give=lambda lr, t, slopes, s: float(lr[t + 1])
    ),
    "That is the place in the list. Return the rate there.": _rates(
        give=lambda lr, t, slopes, s: float(t)
    ),
    "That is the place counted from where you began to look, not in the whole list.": (
        _rates(give=lambda lr, t, slopes, s: float(lr[t - len(lr) // 10]))
    ),
    "That is the slope. Return the rate where it is steepest.": _rates(
        give=lambda lr, t, slopes, s: float(slopes[t])
    ),
    "That is where the loss rises most, or falls least. Look for the smallest slope, below 0.": (
        _rates(pick=lambda slopes: int(slopes.argmax()))
    ),
    "That is where the slope is smallest in size. Look for the smallest, below 0.": _rates(
        pick=lambda slopes: int(np.abs(slopes).argmin())
    ),
    "That is the logarithm of the rate.": _rates(give=lambda lr, t, slopes, s: math.log(lr[t])),
}
