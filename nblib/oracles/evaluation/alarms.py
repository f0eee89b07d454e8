"""False alarms of a comparison, where two learners are alike by construction."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from scipy import stats
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes

__all__ = [
    "ALARMS",
    "NUM_EXAMPLES",
    "SHIFT",
    "Compare",
    "answered",
    "false_alarms",
    "follow_data_sets",
    "mcnemar_on_one_split",
    "plain_t",
]

NUM_EXAMPLES, SHIFT = 200, 0.45

Compare = Callable[[Tensor, Tensor, Tensor], float]


def false_alarms(
    compare: Compare,
    num_data_sets: int,
    generator: torch.Generator,
    *,
    share: Callable[[Tensor], float] = lambda p: (p < 0.05).double().mean().item(),
) -> float:
    """Return the share of data sets on which `compare` finds p < 0.05 though A and B are alike."""
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (NUM_EXAMPLES,), generator=generator)
        X = torch.randn(NUM_EXAMPLES, 10, generator=generator) + SHIFT * (2 * y[:, None] - 1)
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return share(torch.tensor(found, dtype=torch.float64))


def answered(values: Sequence[float]) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: `compare` answers these p values, one after another."""

    def play(answer: Callable[..., Any]) -> Any:
        left = list(values)

        def compare(X_a: Tensor, X_b: Tensor, y: Tensor) -> float:
            return left.pop(0) if len(left) > 1 else left[0]

        return answer(compare, len(values), torch.Generator().manual_seed(0))

    return play


def _nearest_mean(X: Tensor, y: Tensor, train: Tensor, test: Tensor) -> Tensor:
    """Return whether each test example is right, (num_test,) bool."""
    up, down = (X[train][y[train] == label].mean(dim=0) for label in (1, 0))
    return ((X[test] - (up + down) / 2) @ (up - down) > 0) == (y[test] == 1)


def _split(n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    order = torch.randperm(n, generator=generator)
    return order[: 2 * n // 3], order[2 * n // 3 :]


def mcnemar_on_one_split(generator: torch.Generator) -> Compare:
    """Return a comparison of two nearest means by McNemar's test, on one random split."""

    def compare(X_a: Tensor, X_b: Tensor, y: Tensor) -> float:
        parts = _split(len(y), generator)
        by_a, by_b = (_nearest_mean(X, y, *parts) for X in (X_a, X_b))
        only_a, only_b = int((by_a & ~by_b).sum()), int((by_b & ~by_a).sum())
        return float(stats.binomtest(only_a, only_a + only_b).pvalue) if only_a + only_b else 1.0

    return compare


def plain_t(generator: torch.Generator, num_splits: int = 15) -> Compare:
    """Return a comparison of two nearest means by the plain t-test over random splits."""

    def compare(X_a: Tensor, X_b: Tensor, y: Tensor) -> float:
        differences = []
        for _ in range(num_splits):
            parts = _split(len(y), generator)
            by_a, by_b = (_nearest_mean(X, y, *parts).double().mean().item() for X in (X_a, X_b))
            differences.append(by_a - by_b)
        return float(stats.ttest_1samp(differences, 0).pvalue)

    return compare


def _share(share: Callable[[Tensor], float]) -> Callable[..., float]:
    return lambda compare, num_data_sets, generator: false_alarms(
        compare, num_data_sets, generator, share=share
    )


ALARMS: Mistakes = {
    "That is the number of false alarms. Divide by the number of data sets.": _share(
        lambda p: float((p < 0.05).sum())
    ),
    "That is the share without an alarm. An alarm is a p below 0.05.": _share(
        lambda p: (p >= 0.05).double().mean().item()
    ),
    "A p of just 0.05 is no alarm here: p < 0.05.": _share(
        lambda p: (p <= 0.05).double().mean().item()
    ),
    "That is the mean p value. The share of those below 0.05 is wanted.": _share(
        lambda p: p.mean().item()
    ),
    "You count p below 0.5. The level is 0.05.": _share(lambda p: (p < 0.5).double().mean().item()),
    "You count p below 0.01. The level is 0.05.": _share(
        lambda p: (p < 0.01).double().mean().item()
    ),
    "You count p below 0.025. That p has two sides already: the level is 0.05.": _share(
        lambda p: (p < 0.025).double().mean().item()
    ),
    "Only the last data set counts.": _share(lambda p: float(p[-1] < 0.05)),
    "Only the first data set counts: does your `return` stand inside the loop?": _share(
        lambda p: float(p[0] < 0.05)
    ),
    "You say whether there was any alarm. The share of them is wanted.": _share(
        lambda p: float((p < 0.05).any())
    ),
    "These are percentages. A share, from 0 to 1, is wanted.": _share(
        lambda p: 100 * (p < 0.05).double().mean().item()
    ),
    "You divide by the number of data sets + 1.": _share(
        lambda p: (p < 0.05).double().sum().item() / (len(p) + 1)
    ),
    "That is the smallest p value. The share of those below 0.05 is wanted.": _share(
        lambda p: p.min().item()
    ),
    "You return what each data set said. Their share is wanted.": _share(
        lambda p: (p < 0.05).tolist()  # type: ignore[arg-type, return-value]
    ),
}


def follow_data_sets(
    check: Exercise, answer: Callable[..., Any], generator: torch.Generator, num_data_sets: int = 60
) -> None:
    """Check the data sets that an answer shows to `compare`: six standard errors are allowed."""
    seen: list[tuple[Tensor, Tensor, Tensor]] = []

    def compare(X_a: Tensor, X_b: Tensor, y: Tensor) -> float:
        seen.append((torch.as_tensor(X_a), torch.as_tensor(X_b), torch.as_tensor(y)))
        return 0.5

    check.call(answer, compare, num_data_sets, generator)
    count = {"data_sets": len(seen), "num_data_sets": num_data_sets}
    check.that(len(seen) <= num_data_sets, "There are more data sets than num_data_sets.", **count)
    check.that(len(seen) >= num_data_sets, "There are fewer data sets than num_data_sets.", **count)
    for X_a, X_b, y in seen:
        is_formed = X_a.shape == X_b.shape == (NUM_EXAMPLES, 5) and y.shape == (NUM_EXAMPLES,)
        shapes = {"X_a": tuple(X_a.shape), "X_b": tuple(X_b.shape), "y": tuple(y.shape)}
        check.that(is_formed, "Other shapes are wanted: (200, 5), (200, 5) and (200,).", **shapes)
        check.that(
            bool(((y == 0) | (y == 1)).all()), "The labels are other numbers than 0 and 1.", y=y
        )
        check.that(
            y.dtype == torch.int64, "The labels are no whole numbers, int64.", dtype=str(y.dtype)
        )
    y = torch.stack([labels for *_, labels in seen]).double()
    A, B = (torch.stack([data[side] for data in seen]).double() for side in (0, 1))
    check.that(
        len({tuple(X[0].tolist()) for X in A}) > 1,
        "All data sets are the same: draw each anew, and do not seed.",
    )
    check.that(
        not torch.equal(A, B),
        "A and B see the same five features, so they cannot differ. Give each its own five.",
    )
    _labels_by_lot(check, y)
    _features_as_they_should(check, A, B, y)


def _labels_by_lot(check: Exercise, y: Tensor) -> None:
    check.that(
        bool((y != y[0]).any()),
        "All data sets have the same labels: toss a coin for each, anew each time.",
    )
    share = y.mean().item()
    far = 6 * 0.5 / math.sqrt(y.numel())
    check.that(abs(share - 0.5) < far, "The labels are not half 1s.", share_of_1s=share)
    changes = (y[:, 1:] != y[:, :-1]).double().mean().item()
    check.that(
        abs(changes - 0.5) < far,
        "The labels do not come by lot: a label depends on the one before.",
        share_of_changes=changes,
    )
    sizes = y.sum(dim=1)
    check.that(
        sizes.std().item() > 3.5,  # 7.07 for tosses; 60 of them stay above half of it
        "Each data set has the same number of 1s. Toss a coin for each label.",
        numbers_of_1s=sizes[:6],
    )


def _features_as_they_should(check: Exercise, A: Tensor, B: Tensor, y: Tensor) -> None:
    sign = 2 * y[..., None] - 1
    noise, far = {}, 6 / math.sqrt(y.numel())
    for name, X in {"A": A, "B": B}.items():
        shift = (sign * X).mean(dim=(0, 1))  # of each feature
        check.that(
            bool((shift + SHIFT).abs().max() > far),
            "The signs are exchanged: class 1 lies higher.",
            shift=shift,
        )
        check.that(
            bool((shift.abs() > far).all()),
            f"Some feature of {name} hardly depends on the label: shift it by ± 0.45.",
            shift=shift,
        )
        middle = X.mean(dim=(0, 1)) - SHIFT * sign.mean()
        one, zero = (X[y == label].mean(dim=0) for label in (1, 0))
        worse, wanted, means = max(  # the class whose means are farther off
            (1, f"+{SHIFT}", one),
            (0, f"−{SHIFT}", zero),
            key=lambda of: float((of[2] - (2 * of[0] - 1) * SHIFT).abs().max()),
        )
        check.that(
            bool(((shift - SHIFT).abs() < far).all() and (middle.abs() < far).all()),
            f"In class {worse} the features of {name} have another mean than {wanted}.",
            means=means,
        )
        noise[name] = X - SHIFT * sign
        spread = noise[name].std(dim=(0, 1))
        check.that(
            bool(((spread - 1).abs() < far).all()),
            f"The noise of {name} has another standard deviation than 1.",
            deviation=spread,
        )
    columns = torch.cat([noise["A"], noise["B"]], dim=2).flatten(0, 1)  # (all examples, 10)
    linked = columns.T.corrcoef() - torch.eye(10, dtype=torch.float64)
    check.that(
        bool((linked.abs() < far).all()),
        "Some features have noise in common. Draw a number for each example and each feature.",
        largest_correlation=linked.abs().max(),
    )
    first, later = noise["A"][:, :-1], noise["A"][:, 1:]
    check.that(
        bool((first * later).mean().abs() < far),
        "The noise of one example depends on that of the one before.",
    )
    between = (noise["A"][:-1] * noise["A"][1:]).mean().abs()
    check.that(bool(between < far), "The data sets have noise in common. Draw each anew.")
