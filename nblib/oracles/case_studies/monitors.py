"""What a curve of validation accuracies says: go on, enough, or too far; and what to keep."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import torch

from nblib.checks.mistakes import Mistakes

__all__ = ["MONITOR", "monitor", "some_curve"]


def _noise(p: float, n: int, k: int) -> float:
    return math.sqrt(2 * p * (1 - p) / n)


def _of_both_windows(last: float, before: float, best: float) -> tuple[float, float]:
    return (last + before) / 2, (last + before) / 2


def _scaled(factor: float) -> Callable[[float, int, int], float]:
    return lambda p, n, k: factor * _noise(p, n, k)


def monitor(
    accuracies: Sequence[float],
    k: int,
    n: int,
    *,
    noise: Callable[[float, int, int], float] = _noise,
    before: Callable[[list[float], int], float] = lambda means, k: means[-1 - k],
    keep: Callable[[Sequence[float], list[float], int], int] = (
        lambda accuracies, means, k: means.index(max(means)) + k - 1
    ),
    top: Callable[[Sequence[float], list[float], int], float] = (
        lambda accuracies, means, k: max(means)
    ),
    shares: Callable[[float, float, float], tuple[float, float]] = _of_both_windows,
    order: Sequence[str] = ("go on", "too far"),
) -> tuple[str, int]:
    """Return what to do, and the evaluation to keep the weights of, by means of k evaluations."""
    ends = range(k, len(accuracies) + 1)
    means = [sum(accuracies[end - k : end]) / k for end in ends]
    last, earlier = means[-1], before(means, k)
    best = top(accuracies, means, k)
    climb, fall = (noise(p, n, k) for p in shares(last, earlier, best))
    holds = {"go on": last - earlier > climb, "too far": best - last > fall}
    verdict = next((word for word in order if holds[word]), "enough")
    return verdict, keep(accuracies, means, k)


def _single(accuracies: Sequence[float], k: int, n: int) -> tuple[str, int]:
    """Return the verdict by single evaluations, without means."""
    last, earlier = accuracies[-1], accuracies[-1 - k]
    limit = _noise((last + earlier) / 2, n, k)
    verdict = "go on" if last - earlier > limit else "enough"
    if verdict == "enough" and max(accuracies) - last > limit:
        verdict = "too far"
    return verdict, [*accuracies].index(max(accuracies))


def _in_float32(accuracies: Sequence[float], k: int, n: int) -> tuple[str, int]:
    return monitor(torch.tensor(accuracies).tolist(), k, n)


def _best_single(accuracies: Sequence[float], means: list[float], k: int) -> int:
    return [*accuracies].index(max(accuracies[k - 1 :]), k - 1)


def _apart(means: list[float], k: int) -> list[float]:
    """Return the means of windows that do not overlap, counted from the end."""
    return means[::-1][::k]


def some_curve(seed: int, kind: str, num: int, k: int, n: int) -> tuple[list[float], int, int]:
    """Return (accuracies, k, n): a curve that climbs, is flat, falls, or falls and recovers.

    No two means are equal, and none lies near a limit.
    """
    generator = torch.Generator().manual_seed(seed)
    while True:
        x = torch.linspace(0, 1, num).double()
        shape = {
            "climbs": 0.3 + 0.5 * x,
            "flat": 0.7 - 0.4 * (-9 * x).exp(),
            "falls": 0.75 - 1.6 * (x - 0.4) ** 2,
            "recovers": 0.65 + 0.22 * torch.cos(2 * math.pi * x) - 0.2 * x,
        }[kind]
        noise = 0.03 * torch.randn(num, generator=generator).double()
        curve = (shape + noise).clamp(0.02, 0.98).tolist()
        means = [sum(curve[e - k : e]) / k for e in range(k, num + 1)]
        tight, wide = (monitor(curve, k, n, noise=_scaled(factor)) for factor in (0.97, 1.03))
        gaps = torch.tensor(sorted(means)).diff().min() if len(means) > 1 else torch.tensor(1.0)
        if tight == wide and gaps > 1e-6:
            return curve, k, n


MONITOR: Mistakes = {
    "p is the last mean alone: it is the mean of both windows.": partial(
        monitor, shares=lambda last, before, best: (last, last)
    ),
    "p is the mean of the earlier window alone: it is the mean of both.": partial(
        monitor, shares=lambda last, before, best: (before, before)
    ),
    'For "too far" p is taken from the best and the last window. There is one s for both: p is '
    "the mean of the last two windows.": partial(
        monitor, shares=lambda last, before, best: ((last + before) / 2, (last + best) / 2)
    ),
    "In float32 means that are close become equal: compute in float64.": _in_float32,
    "Windows that overlap are left out when the best one is looked for. It may end at any "
    "evaluation from k − 1 on.": partial(
        monitor,
        top=lambda accuracies, means, k: max(_apart(means, k)),
        keep=lambda accuracies, means, k: means.index(max(_apart(means, k))) + k - 1,
    ),
    "You compare single evaluations: compare means of k of them.": _single,
    "The two windows overlap. Compare the last k with the k before them.": partial(
        monitor, before=lambda means, k: means[-2]
    ),
    "You compare the last k with the first k: compare them with the k just before.": partial(
        monitor, before=lambda means, k: means[0]
    ),
    "The factor 2 is missing in s: the variances of two windows add up.": partial(
        monitor, noise=lambda p, n, k: math.sqrt(p * (1 - p) / n)
    ),
    "The noise is divided by the root of k. The same pictures are looked at k times: that is no "
    "more pictures.": partial(monitor, noise=lambda p, n, k: math.sqrt(2 * p * (1 - p) / (n * k))),
    "The root is missing in the noise.": partial(
        monitor, noise=lambda p, n, k: 2 * p * (1 - p) / n
    ),
    "Two standard deviations are asked for: one is enough here.": partial(
        monitor, noise=lambda p, n, k: 2 * _noise(p, n, k)
    ),
    "Any difference counts, however small: it must be more than the noise.": partial(
        monitor, noise=lambda p, n, k: 0.0
    ),
    "You keep the best single evaluation, which is partly luck: keep the end of the best window.": (
        partial(monitor, keep=lambda accuracies, means, k: [*accuracies].index(max(accuracies)))
    ),
    "You keep the best single evaluation from k − 1 on, which is partly luck: keep the end of the "
    "best window.": partial(
        monitor,
        keep=_best_single,
    ),
    "You keep the beginning of the best window: keep its end, where all k lie behind.": partial(
        monitor, keep=lambda accuracies, means, k: means.index(max(means))
    ),
    "Evaluations are counted from 1: count from 0.": partial(
        monitor, keep=lambda accuracies, means, k: means.index(max(means)) + k
    ),
    "You keep the last evaluation. The best window may lie earlier.": partial(
        monitor, keep=lambda accuracies, means, k: len(accuracies) - 1
    ),
    "The last mean is compared with the best single evaluation: compare it with the best mean.": (
        partial(monitor, top=lambda accuracies, means, k: max(accuracies))
    ),
    "A curve that climbs again is told to stop: ask first whether it still climbs.": partial(
        monitor, order=("too far", "go on")
    ),
    "It is never told that it went too far.": partial(monitor, order=("go on",)),
    "It is never told to go on.": partial(monitor, order=("too far",)),
}
