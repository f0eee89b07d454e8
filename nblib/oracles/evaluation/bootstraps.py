"""The paired bootstrap: two models on the same examples, drawn again."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy import stats
from torch import Tensor

from nblib.checks import Exercise

__all__ = ["follow_bootstrap", "paired_bootstrap"]


def paired_bootstrap(
    right_a: Tensor, right_b: Tensor, num_draws: int, generator: torch.Generator
) -> tuple[float, float]:
    """Return the 2.5 % and 97.5 % quantiles of the mean difference of resampled examples."""
    gain = right_a.double() - right_b.double()
    rows = torch.randint(len(gain), (num_draws, len(gain)), generator=generator)
    ends = torch.tensor([0.025, 0.975], dtype=torch.float64)
    low, high = gain[rows].mean(dim=1).quantile(ends).tolist()
    return low, high


def _resampled(right_a: Tensor, right_b: Tensor, *, paired: bool = True) -> np.ndarray:
    """Return 200,000 differences of resampled sets; drawn as counts, which is the same."""
    n, random = len(right_a), np.random.default_rng(0)
    if not paired:
        a, b = (random.binomial(n, float(r.double().mean()), 200_000) for r in (right_a, right_b))
        return (a - b) / n
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    shares = [only_a / n, only_b / n, 1 - (only_a + only_b) / n]
    drawn = random.multinomial(n, shares, size=200_000)
    return (drawn[:, 0] - drawn[:, 1]) / n


@dataclass(frozen=True)
class _Interval:
    """Quantiles of what is drawn 10,000 times, so a little to each side will do."""

    drawn: np.ndarray
    outside: float = 0.05

    def ends(self, more: float = 0.0) -> tuple[float, float]:
        """Return both quantiles, for `more` standard errors of the share below them."""
        shares = np.array([self.outside / 2, 1 - self.outside / 2])
        errors = more * np.sqrt(shares * (1 - shares) / 10_000)
        low, high = np.quantile(self.drawn, np.clip(shares + errors, 0, 1))
        return float(low), float(high)

    def fits(self, came: Sequence[float], n: int) -> bool:
        """Whether an answer may have these quantiles, of n examples."""
        least, most = self.ends(-6), self.ends(6)
        return all(
            a - 0.25 / n <= float(c) <= b + 0.25 / n
            for a, c, b in zip(least, came, most, strict=True)
        )


def _wrong_intervals(right_a: Tensor, right_b: Tensor) -> dict[str, _Interval]:
    """Return, for each mistake, the interval that it makes of these examples."""
    n, gain = len(right_a), right_a.double() - right_b.double()
    mean, spread = gain.mean().item(), gain.std(correction=0).item()
    drawn = _resampled(right_a, right_b)
    bell = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    of_a = np.random.default_rng(0).binomial(n, float(right_a.double().mean()), 200_000) / n
    return {
        "Each model is resampled by itself, which makes the interval too wide. Draw examples, and "
        "take both models' answers to them.": _Interval(_resampled(right_a, right_b, paired=False)),
        "The interval has no width: drawn without replacement, all examples come each time.": (
            _Interval(np.full(2, mean))
        ),
        "That is B minus A. A minus B is wanted.": _Interval(-drawn),
        "These are the 5 % and the 95 % quantile. For 95 % in between take 2.5 % and 97.5 %.": (
            _Interval(drawn, 0.1)
        ),
        "These are the quartiles. Take 2.5 % and 97.5 %.": _Interval(drawn, 0.5),
        "That is one standard deviation to each side. Take the quantiles 2.5 % and 97.5 %.": (
            _Interval(mean + spread / math.sqrt(n) * bell, 2 * stats.norm.sf(1))
        ),
        "That is the mean ± 1.96 standard deviations. With few disagreements the quantiles are "
        "others: take them.": _Interval(mean + spread / math.sqrt(n) * bell),
        "These are spreads of single examples. Take the mean of each resampled set first.": (
            _Interval(mean + spread * bell)
        ),
        "That is the interval of A's accuracy. The one of the difference is wanted.": (
            _Interval(of_a)
        ),
        "The interval lies around 0. Do not subtract the mean.": _Interval(drawn - mean),
    }


def follow_bootstrap(
    check: Exercise,
    answer: Callable[..., Any],
    right_a: Tensor,
    right_b: Tensor,
    generator: torch.Generator,
    num_draws: int = 10_000,
    *,
    also: Sequence[tuple[Tensor, Tensor]] = (),
) -> None:
    """Check an interval of 10,000 draws, up to what chance and whole numbers of examples allow.

    The 2.5 % quantile of so many draws has a standard deviation of 0.027 standard deviations of
    what is drawn; six times that is allowed for, and one example. That is less than the 0.31 to the
    5 % quantile if two answers in ten differ on some thousand examples. With few examples there are
    few possible differences, and chance may leave no choice: then no tolerance is needed. A mistake
    is named only if it explains what comes of the examples in `also`, too.
    """
    came = check.call(answer, right_a, right_b, num_draws, generator)
    n, gain = len(right_a), right_a.double() - right_b.double()
    drawn = _resampled(right_a, right_b)
    wanted = _Interval(drawn).ends()
    spread = gain.std(correction=0).item() / math.sqrt(n)
    far = 0.25 / n if _is_certain(drawn, wanted, n) else 0.16 * spread + 1.01 / n
    if not _is_pair(came) or all(
        abs(float(c) - w) <= far for c, w in zip(came, wanted, strict=True)
    ):
        check.close(came, wanted, rtol=0, atol=far)
        return
    facts = {"returned": came, "expected": wanted}
    swapped = all(abs(float(c) - w) <= far for c, w in zip(came, wanted[::-1], strict=True))
    check.that(not swapped, "The two ends are exchanged: (low, high).", **facts)
    for factor, sentence in {100: _PERCENT, n: _SUMS}.items():
        off = [abs(float(c) / factor - w) for c, w in zip(came, wanted, strict=True)]
        check.that(max(off) > far, sentence, **facts)
    tried = [(right_a, right_b, came)]
    tried += [(a, b, answer(a, b, num_draws, generator)) for a, b in also]
    known = [
        {s for s, wrong in _wrong_intervals(a, b).items() if wrong.fits(ends, len(a))}
        for a, b, ends in tried
    ]
    for sentence in sorted(set.intersection(*known)):
        check.that(False, sentence, **facts)
    _say_width(check, came, wanted, far)
    check.close(came, wanted, rtol=0, atol=far)


def _say_width(check: Exercise, came: Any, wanted: tuple[float, float], far: float) -> None:
    """Say how an interval is off: wide, narrow, or elsewhere."""
    (low, high), facts = map(float, came), {"returned": came, "expected": wanted}
    width, right_width = high - low, wanted[1] - wanted[0]
    check.that(width < right_width + 2 * far, "The interval is too wide.", **facts)
    check.that(width > right_width - 2 * far, "The interval is too narrow.", **facts)
    off = (low + high - sum(wanted)) / 2
    check.that(abs(off) < 2 * far, "The interval lies in another place.", **facts)


_PERCENT = "These are percentages. Take shares."
_SUMS = "These are sums. Take the mean of each resampled set."


def _is_pair(came: Any) -> bool:
    return isinstance(came, list | tuple) and len(came) == 2


def _is_certain(drawn: np.ndarray, wanted: tuple[float, float], n: int) -> bool:
    """Whether 10,000 draws have just these quantiles, but for six standard errors of a share."""
    return all(
        (drawn < end - 0.5 / n).mean() < q - 0.0095 and (drawn < end + 0.5 / n).mean() > q + 0.0095
        for end, q in zip(wanted, (0.025, 0.975), strict=True)
    )
