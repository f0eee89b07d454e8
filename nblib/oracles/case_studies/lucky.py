"""How good is the best of many strategies that know nothing? Bailey and López de Prado (2014)."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

from nblib.checks.mistakes import Mistakes

__all__ = ["LUCK", "expected_best", "luck"]

_GAMMA = 0.5772156649015329  # Euler and Mascheroni's constant
_NORMAL = NormalDist()


def expected_best(num_tried: int) -> float:
    """Return about what the largest of so many standard normal numbers is, on average."""
    return _weighed(num_tried, _GAMMA, math.e)


def _weighed(n: int, gamma: float, e: float) -> float:
    if n == 1:
        return 0.0
    first, second = (_NORMAL.inv_cdf(1 - 1 / m) for m in (n, n * e))
    return (1 - gamma) * first + gamma * second


def _by_rule_of_thumb(n: int) -> float:
    return math.sqrt(2 * math.log(n))


def _all_fall_short(z: float, n: int) -> float:
    return _NORMAL.cdf(z) ** n


def luck(
    best: float,
    num_tried: int,
    num_years: float,
    *,
    expected: Callable[[int], float] = expected_best,
    sd: Callable[[float], float] = lambda years: 1 / math.sqrt(years),
    sd_of_chance: Callable[[float], float] | None = None,
    chance: Callable[[float, int], float] = lambda z, n: 1 - _all_fall_short(z, n),
) -> tuple[float, float]:
    """Return the Sharpe ratio to be expected of the best, and the chance that it reaches `best`."""
    z = best / (sd_of_chance or sd)(num_years)
    return sd(num_years) * expected(num_tried), chance(z, num_tried)


def _with(**parts: Any) -> Callable[..., tuple[float, float]]:
    return lambda *case: luck(*case, **parts)


def _of_what_is_above(best: float, num_tried: int, num_years: float) -> tuple[float, float]:
    usual, _ = luck(best, num_tried, num_years)
    return usual, 1 - _NORMAL.cdf((best - usual) * math.sqrt(num_years))


LUCK: Mistakes = {
    "√(2 ln n) is too large for the numbers that one meets. Take the formula with the two "
    "quantiles.": _with(expected=_by_rule_of_thumb),
    "The two weights are exchanged: 1 − γ belongs to 1/n, γ to 1/(n e).": _with(
        expected=lambda n: _weighed(n, 1 - _GAMMA, math.e)
    ),
    "Only the quantile at 1 − 1/n is used, once or for both. The second one is at 1 − 1/(n e), "
    "with e = 2.718.": _with(expected=lambda n: _weighed(n, 0.0, math.e)),
    "The second quantile is left out, and the first is weighed by 1 − γ all the same.": _with(
        expected=lambda n: (1 - _GAMMA) * _weighed(n, 0.0, math.e)
    ),
    "Brackets are missing: 1 / n * e is e/n. The second quantile is at 1 - 1 / (n * e).": _with(
        expected=lambda n: _weighed(n, _GAMMA, 1 / math.e)
    ),
    "The expected best is that for one year: multiply it by the standard deviation, 1/√years.": (
        lambda best, n, years: (expected_best(n), luck(best, n, years)[1])
    ),
    "The chance is that for one year. In how many standard deviations, of 1/√years each, does "
    "`best` lie?": _with(sd_of_chance=lambda years: 1.0),
    "Nothing depends on the years: the standard deviation of a Sharpe ratio is 1/√years.": _with(
        sd=lambda years: 1.0
    ),
    "The standard deviation is 1/√years, not √years: the longer one looks, the less luck does.": (
        _with(sd=math.sqrt)
    ),
    "1/years is the variance. The standard deviation is its root.": _with(
        sd=lambda years: 1 / years
    ),
    "The chance is that of a single strategy. The best of all reaches `best` if any of them "
    "does.": _with(chance=lambda z, n: 1 - _all_fall_short(z, 1)),
    "n times the chance of one counts twice where two reach `best`, and may pass 1. It is 1 "
    "minus the chance that none does.": _with(chance=lambda z, n: n * (1 - _all_fall_short(z, 1))),
    "n times the chance of one counts twice where two of them reach `best`, even if it is cut at "
    "1. It is 1 minus the chance that none does.": _with(
        chance=lambda z, n: min(1.0, n * (1 - _all_fall_short(z, 1)))
    ),
    "That is the chance that *none* of them reaches `best`. Subtract it from 1.": _with(
        chance=_all_fall_short
    ),
    "That is the chance that *all* of them reach `best`. One is enough.": _with(
        chance=lambda z, n: (1 - _all_fall_short(z, 1)) ** n
    ),
    "Both results are rounded, to two digits: return them as they are.": (
        lambda *case: tuple(round(number, 2) for number in luck(*case))
    ),
    "The chance is read from a normal distribution around the expected best. The best of many is "
    "not normally distributed: take 1 minus the chance that none reaches `best`.": (
        _of_what_is_above
    ),
}
