"""The cheapest threshold: right, and wrong in the ways that people choose it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["THRESHOLD", "THRESHOLD_COST", "choose_threshold", "priced_examples"]

# --- Decide ---------------------------------------------------------------------------------------


def choose_threshold(
    y_valid: Tensor,
    p_valid: Tensor,
    y_test: Tensor,
    p_test: Tensor,
    false_alarm_cost: float,
    miss_cost: float,
    *,
    candidates: Callable[[list[float]], list[float]] = lambda p: [*sorted(p), math.inf],
    judge: Callable[[Errors, float, float], float] = lambda e, alarm, miss: _price(e, alarm, miss),
    strictly: bool = False,
    paid: Callable[[Errors, float, float], float] = lambda e, a, m: _price(e, a, m) / e.num_all,
) -> tuple[float, float]:
    """Return the cheapest threshold on validation data, and its mean cost on test data.

    The first of the best `candidates(p_valid)` is chosen, by `judge(errors, alarm, miss)`;
    `paid(errors, alarm, miss)` is the cost on test data; `strictly` says no at the threshold.
    """
    costs = false_alarm_cost, miss_cost
    choice = candidates(p_valid.tolist())
    found = [judge(_errors(y_valid, p_valid, t, strictly), *costs) for t in choice]
    threshold = choice[found.index(min(found))]
    return threshold, paid(_errors(y_test, p_test, threshold, strictly), *costs)


def priced_examples() -> list[tuple[Any, ...]]:
    """Return arguments of `choose_threshold` that tell the mistakes below apart.

    Prices are whole, and validation sets have 2ᵐ examples, so that rounding decides nothing.
    """

    def drawn(n: int, num_positive: int, seed: int) -> tuple[Tensor, Tensor]:
        generator = torch.Generator().manual_seed(seed)
        y = (torch.randperm(n, generator=generator) < num_positive).long()
        p = torch.randint(1, 15, (n,), generator=generator) + 5 * y
        return y, p.double() / 20

    def given(labels: list[int], p: list[float]) -> tuple[Tensor, Tensor]:
        return torch.tensor(labels), torch.tensor(p)

    y_test, p_test = given([1, 0, 0, 1, 0], [0.3, 0.55, 0.7, 0.45, 0.25])
    main = given([0, 1, 0, 0, 1, 0, 1, 0], [0.35, 0.4, 0.45, 0.6, 0.55, 0.2, 0.85, 0.9])
    best_no, best_yes = (
        given([0, 0, 1, 0], [0.5, 0.6, 0.1, 0.7]),
        given([1, 0, 1, 1], [0.3, 0.2, 0.15, 0.8]),
    )
    y_tied, p_tied = given([1, 0, 1, 0, 1, 0, 0, 0], [0.55, 0.3, 0.9, 0.15, 0.25, 0.7, 0.65, 0.4])
    return [
        (*main, y_test, p_test, 1.0, 4.0),
        (*best_no, y_test, p_test, 5.0, 1.0),
        (*best_yes, y_test, p_test, 1.0, 10.0),
        (y_tied, p_tied.double(), y_test, p_test.double(), 1.0, 2.0),
        (*drawn(32, 9, seed=3), *drawn(20, 9, seed=20), 2.0, 3.0),
        (*drawn(32, 9, seed=0), *drawn(20, 9, seed=20), 2.0, 3.0),
    ]


class Errors(NamedTuple):
    """What a threshold does to some examples, counted."""

    alarms: int  # false ones
    misses: int
    num_positive: int
    num_all: int

    @property
    def false_positive_rate(self) -> float:
        return self.alarms / (self.num_all - self.num_positive)

    @property
    def miss_rate(self) -> float:
        return self.misses / self.num_positive


def _errors(y: Tensor, p: Tensor, threshold: float, strictly: bool = False) -> Errors:
    said = p > threshold if strictly else p >= threshold
    alarms, misses = int((said & (y == 0)).sum()), int((~said & (y == 1)).sum())
    return Errors(alarms, misses, int(y.sum()), len(y))


def _price(errors: Errors, alarm: float, miss: float) -> float:
    return alarm * errors.alarms + miss * errors.misses


def _minus_f1(errors: Errors, *_: float) -> float:
    found = errors.num_positive - errors.misses
    return -2 * found / (2 * found + errors.alarms + errors.misses)


Chosen = Callable[..., tuple[float, float]]


def _at(rule: Callable[[float, float], float]) -> Chosen:
    """Return an answer whose threshold depends on the two costs alone."""
    return lambda y_v, p_v, y, p, *costs: choose_threshold(
        y_v, p_v, y, p, *costs, candidates=lambda _: [rule(*costs)]
    )


def _among(candidates: Callable[[list[float]], list[float]]) -> Chosen:
    return partial(choose_threshold, candidates=candidates)


def _judged(judge: Callable[[Errors, float, float], float]) -> Chosen:
    return partial(choose_threshold, judge=judge)


def _paid(paid: Callable[[Errors, float, float], float]) -> Chosen:
    return partial(choose_threshold, paid=paid)


def _on_the_test_set(y_v: Tensor, p_v: Tensor, y: Tensor, p: Tensor, *costs: float) -> Any:
    return choose_threshold(y, p, y, p, *costs)


def _on_both_sets(y_v: Tensor, p_v: Tensor, y: Tensor, p: Tensor, *costs: float) -> Any:
    return choose_threshold(torch.cat([y_v, y]), torch.cat([p_v, p]), y, p, *costs)


def _costs_exchanged(y_v: Tensor, p_v: Tensor, y: Tensor, p: Tensor, a: float, m: float) -> Any:
    return choose_threshold(y_v, p_v, y, p, m, a)


def _on_validation(
    y_v: Tensor, p_v: Tensor, y: Tensor, p: Tensor, *costs: float, **how: Any
) -> Any:
    return choose_threshold(y_v, p_v, y_v, p_v, *costs, **how)


def _cut_elsewhere(
    errors: Callable[[Tensor, Tensor, float], Errors],
) -> Chosen:
    """Return an answer with the right threshold that is not used on the test set."""

    def answer(y_v: Tensor, p_v: Tensor, y: Tensor, p: Tensor, *c: float) -> tuple[float, float]:
        threshold, _ = choose_threshold(y_v, p_v, y, p, *c)
        return threshold, _price(errors(y, p, threshold), *c) / len(y)

    return answer


def _midways(p: list[float]) -> list[float]:
    steps = sorted(set(p))
    return [0.0, *((a + b) / 2 for a, b in itertools.pairwise(steps)), math.inf]


THRESHOLD: Mistakes = {
    "The two results are exchanged: the threshold comes first.": (
        lambda *given: choose_threshold(*given)[::-1]
    ),
    "The threshold was chosen on the test set, and what it costs there is then no honest figure. "
    "Choose on the validation set.": _on_the_test_set,
    "The threshold was chosen on validation and test data together. The test set takes no part.": (
        _on_both_sets
    ),
    "The two costs are exchanged.": _costs_exchanged,
    "That is 0.5, which is right only if both errors cost the same.": _at(lambda a, m: 0.5),
    "That is the formula for calibrated probabilities. Nobody says that these are: look for the "
    "cheapest.": _at(lambda a, m: a / (a + m)),
    "That is the formula, upside down. Look for the cheapest threshold.": (
        _at(lambda a, m: m / (a + m))
    ),
    "That always says no to all.": _at(lambda a, m: math.inf),
    "That threshold makes the fewest errors. Errors have prices: make the cheapest ones.": (
        _judged(lambda e, a, m: e.alarms + e.misses)
    ),
    "That is the dearest threshold.": _judged(lambda e, a, m: -_price(e, a, m)),
    "False alarms cost nothing with you. Count both errors.": _judged(lambda e, a, m: m * e.misses),
    "Misses cost nothing with you. Count both errors.": _judged(lambda e, a, m: a * e.alarms),
    "That threshold has the best F1. Errors have prices: make the cheapest ones.": (
        _judged(_minus_f1)
    ),
    "That threshold has the best recall minus false positive rate. Errors have prices: make the "
    "cheapest ones.": _judged(lambda e, a, m: e.miss_rate + e.false_positive_rate),
    "You weigh the two error rates, each within its class. The mean cost counts every example "
    "alike.": _judged(lambda e, a, m: m * e.miss_rate + a * e.false_positive_rate),
    "You say yes only above the threshold. At it, too: p ≥ t.": (
        partial(choose_threshold, strictly=True)
    ),
    "Of equally cheap thresholds you take the highest. Take the lowest.": (
        _among(lambda p: [math.inf, *sorted(p, reverse=True)])
    ),
    "Of equally cheap thresholds you take the one that is first in the data. Take the lowest.": (
        _among(lambda p: [*p, math.inf])
    ),
    "Saying no to all may be cheapest: infinity is a candidate, too.": _among(sorted),
    "0 is no candidate. The lowest is the smallest validation probability.": (
        _among(lambda p: [0.0, *sorted(p), math.inf])
    ),
    "1 stands in for infinity. Who is quite sure, p = 1, would still get a yes.": (
        _among(lambda p: [*sorted(p), 1.0])
    ),
    "Your candidates are hundredths. They are the validation probabilities themselves, and "
    "infinity.": _among(lambda p: [i / 100 for i in range(101)]),
    "Your candidates lie midway between probabilities. They are the validation probabilities "
    "themselves, and infinity.": _among(_midways),
}


THRESHOLD_COST: Mistakes = {
    **THRESHOLD,
    "The threshold comes alone. Return what it costs as well.": (
        lambda *given: choose_threshold(*given)[0]
    ),
    "The cost comes alone. Return the threshold as well.": (
        lambda *given: choose_threshold(*given)[1]
    ),
    "That is the cost on the validation set, on which the threshold was chosen: too good to be "
    "true. Report the test set.": _on_validation,
    "That is the total cost. Divide by the number of examples.": _paid(_price),
    "That is the total cost on the validation set. Report the mean on the test set.": (
        partial(_on_validation, paid=_price)
    ),
    "That is the share of errors. Count each at its price.": (
        _paid(lambda e, a, m: (e.alarms + e.misses) / e.num_all)
    ),
    "The two prices are exchanged in the cost.": (
        _paid(lambda e, a, m: _price(e, m, a) / e.num_all)
    ),
    "You count only the misses. False alarms cost, too.": (
        _paid(lambda e, a, m: m * e.misses / e.num_all)
    ),
    "You count only the false alarms. Misses cost, too.": (
        _paid(lambda e, a, m: a * e.alarms / e.num_all)
    ),
    "You divide by the number of errors. Divide by that of all test examples.": (
        _paid(lambda e, a, m: _price(e, a, m) / max(e.alarms + e.misses, 1))
    ),
    "You divide by the number of positives. Divide by that of all test examples.": (
        _paid(lambda e, a, m: _price(e, a, m) / e.num_positive)
    ),
    "You add the two error rates, each within its class, at their price. Take the mean over all "
    "test examples.": _paid(lambda e, a, m: m * e.miss_rate + a * e.false_positive_rate),
    "You divide by the number of validation examples. Divide by that of the test examples.": (
        lambda y_v, *others: choose_threshold(
            y_v, *others, paid=lambda e, a, m: _price(e, a, m) / len(y_v)
        )
    ),
    "On the test set you say yes only above the threshold. At it, too: p ≥ t.": (
        _cut_elsewhere(partial(_errors, strictly=True))
    ),
    "On the test set you cut at 0.5. Cut at the threshold that was chosen.": (
        _cut_elsewhere(lambda y, p, threshold: _errors(y, p, 0.5))
    ),
}
