"""Two models on the same examples: bootstrap, McNemar's test, the corrected t-test."""

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
from nblib.checks.mistakes import Mistakes

__all__ = [
    "CORRECTED_T",
    "MCNEMAR",
    "corrected_t",
    "follow_bootstrap",
    "judged",
    "mcnemar",
    "paired_bootstrap",
]

# The bootstrap


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


# McNemar


def mcnemar(y: Tensor, a: Tensor, b: Tensor) -> float:
    """Return the exact two-sided p value of McNemar's test, for decisions a and b, (n,) each."""
    only_a, only_b = _disagreements(y, a, b)
    return _two_sided(min(only_a, only_b), only_a + only_b)


def judged(both: int, only_a: int, only_b: int, neither: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return labels and two models' decisions, five classes, with these counts, well mixed."""
    n = both + only_a + only_b + neither
    kind = torch.tensor([0] * both + [1] * only_a + [2] * only_b + [3] * neither)
    kind = kind[torch.randperm(n, generator=torch.Generator().manual_seed(n))]
    y = torch.arange(n) ** 2 % 5
    off = 1 + torch.arange(n) % 4
    a = torch.where(kind <= 1, y, (y + off) % 5)
    b = torch.where(kind % 2 == 0, y, (y + off.flip(0)) % 5)
    return y, a, b


def _disagreements(y: Tensor, a: Tensor, b: Tensor) -> tuple[int, int]:
    return int(((a == y) & (b != y)).sum()), int(((a != y) & (b == y)).sum())


def _tail(at_most: int, n: int) -> float:
    return sum(math.comb(n, j) for j in range(at_most + 1)) / 2**n


def _two_sided(fewer: int, n: int) -> float:
    return min(1.0, 2 * _tail(fewer, n))


def _of_counts(change: Callable[[int, int], float]) -> Callable[..., float]:
    """Return an answer of the two numbers of disagreements."""
    return lambda y, a, b: change(*_disagreements(y, a, b))


def _chi_square(correction: float) -> Callable[[int, int], float]:
    def p(only_a: int, only_b: int) -> float:
        if not only_a + only_b:
            return 1.0
        distance = max(abs(only_a - only_b) - correction, 0)
        return float(stats.chi2.sf(distance**2 / (only_a + only_b), 1))

    return p


def _normal_of_two(y: Tensor, a: Tensor, b: Tensor) -> float:
    n, right_a, right_b = len(y), int((a == y).sum()), int((b == y).sum())
    share = (right_a + right_b) / (2 * n)
    deviation = math.sqrt(2 * share * (1 - share) / n)
    return float(2 * stats.norm.sf(abs(right_a - right_b) / n / deviation)) if deviation else 1.0


def _of_all(y: Tensor, a: Tensor, b: Tensor) -> float:
    only_a, only_b = _disagreements(y, a, b)
    return _two_sided(min(only_a, only_b), len(y))


def _both_cells(y: Tensor, a: Tensor, b: Tensor) -> float:
    both, neither = int(((a == y) & (b == y)).sum()), int(((a != y) & (b != y)).sum())
    return _two_sided(min(both, neither), both + neither)


def _between_decisions(y: Tensor, a: Tensor, b: Tensor) -> float:
    first, second = int((a > b).sum()), int((a < b).sum())
    return _two_sided(min(first, second), first + second)


def _errors_apart(y: Tensor, a: Tensor, b: Tensor) -> float:
    first, second = int((a != y).sum()), int((b != y).sum())
    return _two_sided(min(first, second), first + second)


MCNEMAR: Mistakes = {
    "That is one tail. The question has two sides: take it twice, at most 1.": _of_counts(
        lambda a, b: _tail(min(a, b), a + b)
    ),
    "That is the tail of B's count alone, which is near 1 where B wins. Take the smaller count.": (
        _of_counts(lambda a, b: _tail(b, a + b))
    ),
    "That is the tail of A's count alone, which is near 1 where A wins. Take the smaller count.": (
        _of_counts(lambda a, b: _tail(a, a + b))
    ),
    "Twice the tail is above 1 where both counts are equal. No p value is above 1.": _of_counts(
        lambda a, b: 2 * _tail(min(a, b), a + b)
    ),
    "That is twice the tail of the larger count. Take the smaller.": _of_counts(
        lambda a, b: min(1.0, 2 * _tail(max(a, b), a + b))
    ),
    "Fewer than the smaller count are added up. That count itself belongs to them.": _of_counts(
        lambda a, b: min(1.0, 2 * _tail(min(a, b) - 1, a + b))
    ),
    "The smaller count is left out of the sum: it goes up to that count.": _of_counts(
        lambda a, b: min(1.0, 2 * _tail(min(a, b) - 1, a + b)) if a + b else 1.0
    ),
    "That is twice the tail of A's count, which is 1 where A wins. Take the smaller count.": (
        _of_counts(lambda a, b: min(1.0, 2 * _tail(a, a + b)))
    ),
    "That is twice the tail of B's count, which is 1 where B wins. Take the smaller count.": (
        _of_counts(lambda a, b: min(1.0, 2 * _tail(b, a + b)))
    ),
    "That is the probability of just this count. Add up those of fewer.": _of_counts(
        lambda a, b: min(1.0, 2 * math.comb(a + b, a) / 2 ** (a + b))
    ),
    "The count itself is taken by half, the so-called mid-p. Take it whole.": _of_counts(
        lambda a, b: min(1.0, 2 * _tail(min(a, b), a + b) - math.comb(a + b, a) / 2 ** (a + b))
    ),
    "That is the χ² approximation, without a correction. Compute the exact p value.": _of_counts(
        _chi_square(0)
    ),
    "That is the χ² approximation, with Yates's correction. Compute the exact p value.": _of_counts(
        _chi_square(1)
    ),
    "All examples are counted as tosses. Only those are on which one alone is right.": _of_all,
    "You count the examples on which both are right, and both wrong. These say nothing about which "
    "is better.": _both_cells,
    "All errors of the two are compared, those that they share among them. Count where one alone "
    "is right.": _errors_apart,
    "Two accuracies are compared as if each model had had a test set of its own. Use that they had "
    "the same.": _normal_of_two,
    "You compare the decisions with each other, and not with the truth.": _between_decisions,
    "Without any disagreement there is no evidence, and p is 1.": _of_counts(
        lambda a, b: _two_sided(min(a, b), a + b) if a + b else 0.0
    ),
    "Without any disagreement you divide by 0. There is no evidence then, and p is 1.": _of_counts(
        lambda a, b: _two_sided(min(a, b), a + b) if a + b else math.nan
    ),
    "That is 1 − p.": _of_counts(lambda a, b: 1 - _two_sided(min(a, b), a + b)),
    "That is whether p is below 0.05. Return p.": _of_counts(
        lambda a, b: float(_two_sided(min(a, b), a + b) < 0.05)
    ),
}

# The corrected t-test


def corrected_t(
    differences: Tensor,
    n_train: int,
    n_test: int,
    *,
    factor: Callable[[int, int, int], float] = lambda J, n_train, n_test: 1 / J + n_test / n_train,
    correction: int = 1,
    freedom: int = 1,
) -> tuple[float, float]:
    """Return (t, p) of Nadeau & Bengio (2003), for differences (J,) over J random splits."""
    values = [float(d) for d in differences]
    J = len(values)
    mean = sum(values) / J
    variance = sum((d - mean) ** 2 for d in values) / (J - correction)
    t = mean / math.sqrt(factor(J, n_train, n_test) * variance)
    return t, 2 * float(stats.t.sf(abs(t), J - freedom))


def _with(**how: Any) -> Callable[..., tuple[float, float]]:
    return lambda differences, n_train, n_test: corrected_t(differences, n_train, n_test, **how)


def _another_p(p: Callable[[float, int], float]) -> Callable[..., tuple[float, float]]:
    """Return the right t with another p, of t and J."""

    def wrong(differences: Tensor, n_train: int, n_test: int) -> tuple[float, float]:
        t = corrected_t(differences, n_train, n_test)[0]
        return t, float(p(t, len(differences)))

    return wrong


def _without_sign(differences: Tensor, n_train: int, n_test: int) -> tuple[float, float]:
    t, p = corrected_t(differences, n_train, n_test)
    return abs(t), p


def _by_the_variance(differences: Tensor, n_train: int, n_test: int) -> tuple[float, float]:
    J = len(differences)
    variance = differences.var().item()
    t = differences.mean().item() / ((1 / J + n_test / n_train) * variance)
    return t, 2 * float(stats.t.sf(abs(t), J - 1))


def _factor_outside(differences: Tensor, n_train: int, n_test: int) -> tuple[float, float]:
    J = len(differences)
    t = differences.mean().item() / ((1 / J + n_test / n_train) * differences.std().item())
    return t, 2 * float(stats.t.sf(abs(t), J - 1))


CORRECTED_T: Mistakes = {
    "That is the plain t-test, which takes the splits for independent: 1/J + n_test/n_train in "
    "place of 1/J.": _with(factor=lambda J, n_train, n_test: 1 / J),
    "You divide n_test by all examples. Divide it by n_train.": _with(
        factor=lambda J, n_train, n_test: 1 / J + n_test / (n_train + n_test)
    ),
    "The fraction is upside down: n_test/n_train.": _with(
        factor=lambda J, n_train, n_test: 1 / J + n_train / n_test
    ),
    "1/J is missing beside n_test/n_train.": _with(
        factor=lambda J, n_train, n_test: n_test / n_train
    ),
    "1/J and n_test/n_train are multiplied. Add them.": _with(
        factor=lambda J, n_train, n_test: n_test / n_train / J
    ),
    "1/(J − 1) stands where 1/J should.": _with(
        factor=lambda J, n_train, n_test: 1 / (J - 1) + n_test / n_train
    ),
    "Nothing is divided: the factor 1/J + n_test/n_train is missing.": _with(
        factor=lambda J, n_train, n_test: 1.0
    ),
    "The variance is divided by J. Divide by J − 1: a mean was taken off.": _with(correction=0),
    "You look up p with J degrees of freedom. There are J − 1.": _with(freedom=0),
    "You look up p with J − 2 degrees of freedom. There are J − 1.": _with(freedom=2),
    "You look up p in the normal distribution. With few splits Student's t has longer tails.": (
        _another_p(lambda t, J: 2 * stats.norm.sf(abs(t)))
    ),
    "That p is one tail. Take it twice.": _another_p(lambda t, J: stats.t.sf(abs(t), J - 1)),
    "p goes wrong where t is negative: take |t| first.": _another_p(
        lambda t, J: 2 * stats.t.sf(t, J - 1)
    ),
    "That is 1 − p: take the tail, `stats.t.sf`.": _another_p(
        lambda t, J: 1 - 2 * stats.t.sf(abs(t), J - 1)
    ),
    "That is 2·cdf(|t|), which is above 1. Take the tail, `stats.t.sf`.": _another_p(
        lambda t, J: 2 * stats.t.cdf(abs(t), J - 1)
    ),
    "You divide by the variance. Divide by the root of it, the factor under the root, too.": (
        _by_the_variance
    ),
    "1/J + n_test/n_train stands outside the root. It belongs under it.": _factor_outside,
    "The sign of t is lost: it tells who is ahead.": _without_sign,
    "The two are exchanged: (t, p).": lambda d, n_train, n_test: corrected_t(d, n_train, n_test)[
        ::-1
    ],
}
