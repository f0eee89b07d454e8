"""What watches over a model at work: tests of its inputs and of its errors."""

import math
from statistics import NormalDist

import numpy as np

__all__ = ["CORRECTIONS", "adjusted", "ks_p_values", "more_errors_p"]

CORRECTIONS = ("none", "Bonferroni", "Benjamini–Hochberg")


def ks_p_values(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the p of a two-sample Kolmogorov–Smirnov test of each column, without ties.

    Args:
        a, b: (n, features) and (m, features).

    Returns:
        p (features,), by Smirnov's limit for large samples: Smirnov (1948).
    """
    from scipy.special import kolmogorov  # SciPy takes a while to import

    n, m = len(a), len(b)
    order = np.concatenate([a, b]).argsort(axis=0)
    gaps = np.where(order < n, 1 / n, -1 / m).cumsum(axis=0)  # of the distribution functions
    return kolmogorov(np.abs(gaps).max(axis=0) * math.sqrt(n * m / (n + m)))


def adjusted(p: np.ndarray, correction: str) -> float:
    """Return the p of "some feature has changed": at or below the level, there is an alarm.

    Args:
        p: (features,), one for each.
        correction: one of CORRECTIONS. None: the smallest p. Bonferroni: that times the number of
            features. Benjamini & Hochberg (1995): p_(k) times features / k, the smallest over k.
    """
    p = np.sort(p)
    if correction == "Bonferroni":
        p = p * len(p)
    elif correction == "Benjamini–Hochberg":
        p = p * len(p) / np.arange(1, len(p) + 1)
    return min(1.0, float(p.min()))


def more_errors_p(before: float, now: float, n: int) -> float:
    """Return the p of "no more errors than before", from two shares of n examples each.

    One-sided z-test of two proportions.
    """
    pooled = (before + now) / 2
    deviation = math.sqrt(max(pooled * (1 - pooled), 1e-9) * 2 / n)
    return NormalDist().cdf((before - now) / deviation)
