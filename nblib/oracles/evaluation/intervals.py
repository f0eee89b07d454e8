"""An interval around an accuracy: Wilson's, and what is taken for it."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import stats

from nblib.checks.mistakes import Mistakes

__all__ = ["WILSON", "wilson"]

Interval = tuple[float, float]


def wilson(num_right: int, n: int, z: float) -> Interval:
    """Return the two accuracies p with |num_right/n − p| = z·√(p(1 − p)/n): Wilson (1927)."""
    share, width = num_right / n, z * z / n
    a, b, c = 1 + width, -(2 * share + width), share * share  # a p² + b p + c = 0
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def _like_wilson(
    centre: Callable[[float, float, float], float],
    half: Callable[[float, float, float], float],
) -> Callable[[int, int, float], Interval]:
    """Return the function that gives centre ± half; both of share, n and z."""

    def wrong(num_right: int, n: int, z: float) -> Interval:
        middle, width = centre(num_right / n, n, z), half(num_right / n, n, z)
        return middle - width, middle + width

    return wrong


def _centre(p: float, n: float, z: float) -> float:
    return (p + z * z / (2 * n)) / (1 + z * z / n)


def _half(p: float, n: float, z: float) -> float:
    return z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))


def _wald_half(p: float, n: float, z: float) -> float:
    return z * math.sqrt(p * (1 - p) / n)


def _clipped(num_right: int, n: int, z: float) -> Interval:
    p = num_right / n
    return max(0.0, p - _wald_half(p, n, z)), min(1.0, p + _wald_half(p, n, z))


def _by_scipy(method: str) -> Callable[[int, int, float], Interval]:
    def wrong(num_right: int, n: int, z: float) -> Interval:
        level = 1 - 2 * stats.norm.sf(z)
        found = stats.binomtest(num_right, n).proportion_ci(float(level), method=method)
        return found.low, found.high

    return wrong


def _agresti(num_right: int, n: int, z: float) -> Interval:
    many = n + z * z
    p = (num_right + z * z / 2) / many
    return p - _wald_half(p, many, z), p + _wald_half(p, many, z)


WILSON: Mistakes = {
    "That is p ± z√(p(1 − p)/n), Wald's interval: it takes the measured share for the true one, "
    "and can leave 0 … 1.": _like_wilson(lambda p, n, z: p, _wald_half),
    "That is p ± z√(p(1 − p)/n), Wald's interval, cut off at 0 and 1. Solve for the true share.": (
        _clipped
    ),
    "The middle is still the measured share. It moves towards ½.": (
        _like_wilson(lambda p, n, z: p, _half)
    ),
    "The middle moves towards ½, and the width is still Wald's.": (
        _like_wilson(_centre, _wald_half)
    ),
    "Under the root stands z²/n. It is z²/(4n²).": _like_wilson(
        _centre, lambda p, n, z: z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / n)
    ),
    "Under the root stands z²/(4n). It is z²/(4n²).": _like_wilson(
        _centre, lambda p, n, z: z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n))
    ),
    "Under the root stands z²/n². It is z²/(4n²).": _like_wilson(
        _centre, lambda p, n, z: z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / n**2)
    ),
    "The root is missing.": _like_wilson(
        _centre, lambda p, n, z: z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n))
    ),
    "The root is over p(1 − p)/n alone. z²/(4n²) stands under it, too.": _like_wilson(
        _centre,
        lambda p, n, z: z / (1 + z * z / n) * (math.sqrt(p * (1 - p) / n) + z * z / (4 * n * n)),
    ),
    "In the middle stands z²/n. It is z²/(2n).": _like_wilson(
        lambda p, n, z: (p + z * z / n) / (1 + z * z / n), _half
    ),
    "Only the middle is divided by 1 + z²/n. The width is, too.": _like_wilson(
        _centre, lambda p, n, z: _half(p, n, z) * (1 + z * z / n)
    ),
    "Only the width is divided by 1 + z²/n. The middle is, too.": _like_wilson(
        lambda p, n, z: p + z * z / (2 * n), _half
    ),
    "Nothing is divided by 1 + z²/n.": _like_wilson(
        lambda p, n, z: p + z * z / (2 * n), lambda p, n, z: _half(p, n, z) * (1 + z * z / n)
    ),
    "The root is not multiplied by z.": _like_wilson(
        _centre, lambda p, n, z: math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    ),
    "The whole width stands on each side. Half of it belongs there.": _like_wilson(
        _centre, lambda p, n, z: 2 * _half(p, n, z)
    ),
    "The two ends are exchanged: (low, high).": lambda k, n, z: wilson(k, n, z)[::-1],
    "That is (middle, half of the width). The two ends are wanted.": lambda k, n, z: (
        _centre(k / n, n, z),
        _half(k / n, n, z),
    ),
    "z is always 1.96 here. Use the z that you are given.": lambda k, n, z: wilson(k, n, 1.96),
    "That is Agresti and Coull's interval, Wald's after z² more examples. It is near, and can "
    "leave 0 … 1.": _agresti,
    "That is the exact interval of Clopper and Pearson, mostly a wider one. Wilson's is wanted.": (
        _by_scipy("exact")
    ),
    "That is Wilson's interval with a correction for whole numbers, which is wider. The plain one "
    "is wanted.": _by_scipy("wilsoncc"),
    "These are numbers of right answers. Shares, from 0 to 1, are wanted.": lambda k, n, z: tuple(
        n * end for end in wilson(k, n, z)
    ),
    "The measured share is rounded down, to 0 or 1: divide by `/`, not `//`.": lambda k, n, z: (
        wilson(k // n, 1, z / math.sqrt(n))
    ),
    "These are percentages. Shares, from 0 to 1, are wanted.": lambda k, n, z: tuple(
        100 * end for end in wilson(k, n, z)
    ),
    "That is the interval of the error. The one of the accuracy is wanted.": lambda k, n, z: wilson(
        n - k, n, z
    ),
}
