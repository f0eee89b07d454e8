"""McNemar's exact test: two models on the same examples, where one alone is right."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from scipy import stats
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["MCNEMAR", "judged", "mcnemar"]


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
