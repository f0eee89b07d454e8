"""Many p values at once: which of them are alarms?"""

from __future__ import annotations

from collections.abc import Callable

import torch
from scipy import stats
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["ALARMS_BH", "ALARMS_FAMILY", "alarms", "some_p_values", "stumbling"]


def alarms(p: Tensor, level: float, method: str) -> Tensor:
    """Return which p values are alarms, (m,) bool, by p values that are adjusted first."""
    p = p.double()
    if method == "bonferroni":
        return p * len(p) <= level
    if method == "benjamini-hochberg":
        return torch.from_numpy(stats.false_discovery_control(p.numpy())) <= level
    order = p.argsort()
    steps = p[order] * torch.arange(len(p), 0, -1)
    adjusted = torch.empty_like(p)
    adjusted[order] = steps.cummax(dim=0).values
    return adjusted <= level


def some_p_values(num: int, num_small: int, generator: torch.Generator) -> Tensor:
    """Return p values (num,), float64, some of them small; none near a limit, by rounding."""
    p = torch.rand(num, generator=generator, dtype=torch.float64)
    p[:num_small] = 0.06 * p[:num_small] ** 2
    return p[torch.randperm(num, generator=generator)]


def stumbling(num: int, level: float, generator: torch.Generator) -> Tensor:
    """Return p values (num,), float64, of which Holm takes the first alone.

    `num` is 3 or more.
    """
    u = torch.rand(num, generator=generator, dtype=torch.float64)
    p = level * torch.linspace(1.2 / (num - 1), 0.9, num - 1, dtype=torch.float64)
    p = torch.cat([0.8 * level / num * u[:1].clamp(min=0.1), p])
    return p[torch.randperm(num, generator=generator)]


def _sorted(rule: Callable[[Tensor, float], Tensor]) -> Callable[[Tensor, float], Tensor]:
    """Return a rule for p values in any order, from one for ascending ones."""

    def wrong(p: Tensor, level: float) -> Tensor:
        order = p.argsort()
        said = torch.empty(len(p), dtype=torch.bool)
        said[order] = rule(p[order], level)
        return said

    return wrong


def _instead(
    method: str, rule: Callable[[Tensor, float], Tensor]
) -> Callable[[Tensor, float, str], Tensor]:
    return lambda p, level, asked: rule(p, level) if asked == method else alarms(p, level, asked)


def _ranks(p: Tensor) -> Tensor:
    return torch.arange(1, len(p) + 1)


def _up_to_last(holds: Tensor) -> Tensor:
    """Return True for all up to the last True."""
    return holds.flip(0).cummax(dim=0).values.flip(0)


def _until_first_failure(holds: Tensor) -> Tensor:
    return holds.cummin(dim=0).values


def _holm_limits(p: Tensor, level: float) -> Tensor:
    return level / (len(p) + 1 - _ranks(p))


ALARMS_FAMILY: Mistakes = {
    "Nothing is corrected: each p is compared with the level itself.": (
        lambda p, level, method: p <= level
    ),
    "Bonferroni: each p is compared with the level itself. Divide it by the number of tests.": (
        _instead("bonferroni", lambda p, level: p <= level)
    ),
    "Bonferroni multiplies the level. Divide it by the number of tests.": _instead(
        "bonferroni", lambda p, level: p <= level * len(p)
    ),
    "Bonferroni divides the level by the number of *small* p values. All tests count.": _instead(
        "bonferroni", lambda p, level: p <= level / max(int((p <= level).sum()), 1)
    ),
    "Holm divides by the number of tests at each step: that is Bonferroni. After each alarm one "
    "test less is left.": _instead("holm", lambda p, level: p <= level / len(p)),
    "Holm stops at the first p that is too large: all later ones are no alarms.": _instead(
        "holm", _sorted(lambda p, level: p <= _holm_limits(p, level))
    ),
    "Holm goes up to the *last* p below its limit. It stops at the first that is above.": _instead(
        "holm", _sorted(lambda p, level: _up_to_last(p <= _holm_limits(p, level)))
    ),
    "Holm: the smallest p has the largest limit here. It has level / m, the smallest.": (
        _instead("holm", _sorted(lambda p, level: _until_first_failure(p <= level / _ranks(p))))
    ),
    "Holm's p values are not sorted: the smallest comes first, whatever its place.": _instead(
        "holm", lambda p, level: _until_first_failure(p <= _holm_limits(p, level))
    ),
    "Holm's alarms come in the order of the sorted p values. They belong to the places of the "
    "given ones.": _instead(
        "holm", lambda p, level: _until_first_failure(p.sort().values <= _holm_limits(p, level))
    ),
    "Holm divides by what is left *after* the test: m, m − 1, …, 1 are the numbers, m first.": (
        _instead(
            "holm",
            _sorted(
                lambda p, level: _until_first_failure(
                    p <= level / (len(p) - _ranks(p)).clamp(min=1)
                )
            ),
        )
    ),
    "True and False are exchanged: True is an alarm.": (
        lambda p, level, method: ~alarms(p, level, method)
    ),
}
ALARMS_BH: Mistakes = {
    "Nothing is corrected: each p is compared with the level itself.": (
        lambda p, level, method: p <= level
    ),
    "You stop at the first p above its limit. All up to the *last* one below are alarms.": (
        lambda p, level, method: _sorted(
            lambda p, level: _until_first_failure(p <= level * _ranks(p) / len(p))
        )(p, level)
    ),
    "Only the p values below their own limits are alarms. All up to the last of them are.": (
        lambda p, level, method: _sorted(lambda p, level: p <= level * _ranks(p) / len(p))(p, level)
    ),
    "The p values are not sorted: rank 1 is the smallest, whatever its place.": (
        lambda p, level, method: _up_to_last(p <= level * _ranks(p) / len(p))
    ),
    "The alarms come in the order of the sorted p values. They belong to the places of the given "
    "ones.": lambda p, level, method: _up_to_last(p.sort().values <= level * _ranks(p) / len(p)),
    "Ranks are counted from 0: the smallest p has rank 1.": lambda p, level, method: _sorted(
        lambda p, level: _up_to_last(p <= level * (_ranks(p) - 1) / len(p))
    )(p, level),
    "The limits fall from the smallest p to the largest. The smallest has the smallest limit.": (
        lambda p, level, method: _sorted(
            lambda p, level: _up_to_last(p <= level * (len(p) + 1 - _ranks(p)) / len(p))
        )(p, level)
    ),
    "The limits are not divided by the number of tests.": lambda p, level, method: _sorted(
        lambda p, level: _up_to_last(p <= level * _ranks(p))
    )(p, level),
    "These are Bonferroni's alarms.": lambda p, level, method: alarms(p, level, "bonferroni"),
    "These are Holm's alarms.": lambda p, level, method: alarms(p, level, "holm"),
    "True and False are exchanged: True is an alarm.": (
        lambda p, level, method: ~alarms(p, level, method)
    ),
}
