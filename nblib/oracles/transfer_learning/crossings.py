"""Where pre-training stops paying: right, and wrong in the ways that people look."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["PAYS", "pays_up_to"]

# Where does it stop?


def pays_up_to(
    labels: list[int],
    scratch: Tensor,
    tuned: Tensor,
    margin: float,
    *,
    typical: Callable[[Tensor], Tensor] = lambda gain: gain.quantile(0.5, dim=0),
    is_enough: Callable[[float, float], bool] = operator.ge,
    pick: Callable[[list[int]], int] = max,
) -> int:
    """Return the largest of the numbers of labels whose median gain is at least `margin`, or 0."""
    gains = typical((tuned - scratch).double()).tolist()
    paying = [n for n, gain in zip(labels, gains, strict=False) if is_enough(gain, margin)]
    return pick(paying) if paying else 0


def _place(labels: list[int], *args: Any) -> int:
    found = pays_up_to(labels, *args)
    return labels.index(found) if found else 0


def _medians_apart(labels: list[int], scratch: Tensor, tuned: Tensor, margin: float) -> int:
    scratch, tuned = (runs.quantile(0.5, dim=0, keepdim=True) for runs in (scratch, tuned))
    return pays_up_to(labels, scratch, tuned, margin)


def _without_a_gap(labels: list[int], scratch: Tensor, tuned: Tensor, margin: float) -> int:
    order = sorted(range(len(labels)), key=labels.__getitem__)
    found = 0
    for i in order:
        if not pays_up_to([labels[i]], scratch[:, [i]], tuned[:, [i]], margin):
            break
        found = labels[i]
    return found


PAYS: Mistakes = {
    "That is decided by the mean, which one lucky draw drags along. Take the median.": partial(
        pays_up_to, typical=lambda gain: gain.mean(dim=0)
    ),
    "That is where the best draw gains. Take the median over the draws.": partial(
        pays_up_to, typical=lambda gain: gain.max(dim=0).values
    ),
    "That is where even the worst draw gains. Take the median over the draws.": partial(
        pays_up_to, typical=lambda gain: gain.min(dim=0).values
    ),
    "The lower of the middle two values decides. Take their mean: .quantile(0.5).": partial(
        pays_up_to, typical=lambda gain: gain.median(dim=0).values
    ),
    "The upper of the middle two values decides. Take their mean: .quantile(0.5).": partial(
        pays_up_to, typical=lambda gain: gain.sort(dim=0).values[len(gain) // 2]
    ),
    "The median is taken over the numbers of labels. Take it over the seeds, dimension 0.": partial(
        pays_up_to, typical=lambda gain: gain.quantile(0.5, dim=1)
    ),
    "That is the difference of the medians. Take the median of the differences.": _medians_apart,
    "It is the gain that counts, tuned − scratch; you compare the other way round.": partial(
        pays_up_to, typical=lambda gain: -gain.quantile(0.5, dim=0)
    ),
    "A gain of just `margin` pays as well: at least, ≥.": partial(
        pays_up_to, is_enough=operator.gt
    ),
    "Any gain is enough for you. Compare it with `margin`.": partial(
        pays_up_to, is_enough=lambda gain, margin: gain > 0
    ),
    "That is the first one in the list. The largest is wanted.": partial(
        pays_up_to, pick=lambda paying: paying[0]
    ),
    "That is the last one in the list. The largest is wanted.": partial(
        pays_up_to, pick=lambda paying: paying[-1]
    ),
    "That is the smallest number of labels at which it pays. The largest is wanted.": partial(
        pays_up_to, pick=min
    ),
    "That is the smallest number of labels at which it does not pay.": partial(
        pays_up_to, is_enough=operator.lt, pick=min
    ),
    "You stop at the first number that does not pay. A larger one may pay again.": _without_a_gap,
    "Where it pays nowhere, 0 is wanted. None came.": lambda *args: pays_up_to(*args) or None,
    "That is how many numbers pay. Return the largest of them.": partial(pays_up_to, pick=len),
    "That is the place in the list. Return the number of labels.": _place,
}
