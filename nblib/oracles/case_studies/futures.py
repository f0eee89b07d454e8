"""Does a feature of a day use later prices? Found by changing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.case_studies.features import Feature

__all__ = ["FUTURES", "looks_ahead"]


def looks_ahead(
    feature: Feature,
    prices: Tensor,
    *,
    cuts: Callable[[int], Sequence[int]] = lambda n: range(1, n),
    factors: Sequence[float] = (2.0, 0.5),
    equal_nan: bool = True,
    compared: Callable[[int, int], slice] = lambda cut, n: slice(0, cut),
    changed: Callable[[int, int], slice] = lambda cut, n: slice(cut, n),
) -> bool:
    """Return whether some day's value changes when later prices do."""
    before, n = feature(prices), len(prices)
    for cut in cuts(n):
        for factor in factors:
            other = prices.clone()
            other[changed(cut, n)] *= factor
            days = compared(cut, n)
            if not torch.allclose(feature(other)[days], before[days], equal_nan=equal_nan):
                return True
    return False


def _with(**parts: Any) -> Callable[..., bool]:
    return lambda feature, prices: looks_ahead(feature, prices, **parts)


def _past_changed(feature: Feature, prices: Tensor) -> bool:
    return looks_ahead(
        feature,
        prices,
        changed=lambda cut, n: slice(0, cut),
        compared=lambda cut, n: slice(cut, n),
    )


def _left_out(feature: Feature, prices: Tensor) -> bool:
    before, days = feature(prices), range(1, len(prices))
    return not all(
        torch.allclose(feature(prices[:day]), before[:day], equal_nan=True) for day in days
    )


FUTURES: Mistakes = {
    "One cut is not enough: a leak may sit at a single day, which sees only the day after it. Try "
    "each day.": _with(cuts=lambda n: [n // 2]),
    "Only the last price is changed, and most leaks see a few days ahead. Cut at each day.": _with(
        cuts=lambda n: [n - 1]
    ),
    "The answer comes after the first day that was tried: in the loop only `return True` may "
    "stand.": _with(cuts=lambda n: [1], factors=(2.0,)),
    "All prices but the first are changed, and only the first day is compared. Cut at each "
    "day.": _with(cuts=lambda n: [1]),
    "A leak at the last days is missed: the last price alone has to be changed as well.": _with(
        cuts=lambda n: range(1, n - 1)
    ),
    "A leak at the first days is missed: all prices but the first have to be changed as well.": (
        _with(cuts=lambda n: range(2, n))
    ),
    "Not every day is tried: a leak may sit at a single day.": _with(cuts=lambda n: range(5, n, 5)),
    "Later prices are only raised. A feature may notice only that they fall: a lowest price.": (
        _with(factors=(2.0,))
    ),
    "Later prices are only lowered. A feature may notice only that they rise: a highest price.": (
        _with(factors=(0.5,))
    ),
    "Later prices are left out, and a highest or lowest price that lies early does not notice. "
    "Double them, and halve them.": _left_out,
    "Later prices are changed by too little for a highest or lowest price to notice that lies "
    "early. Double them, and halve them.": _with(factors=(1.01, 0.99)),
    "NaN is not equal to itself, so every feature without a value on some day is called a leak. "
    "`torch.allclose` has `equal_nan=True`.": _with(equal_nan=False),
    "The days whose own prices were changed are compared as well. Today's price may be used: look "
    "at the days before.": _with(compared=lambda cut, n: slice(0, n)),
    "The first day whose own price was changed is compared as well. Today's price may be used.": (
        _with(compared=lambda cut, n: slice(0, cut + 1))
    ),
    "The day just before the change is not compared, and it alone may see tomorrow.": _with(
        compared=lambda cut, n: slice(0, cut - 1)
    ),
    "Only the day just before the change is compared. A leak may see two days ahead, and not one: "
    "compare all days before.": _with(compared=lambda cut, n: slice(cut - 1, cut)),
    "One day's price is changed at a time. A leak may need several later ones: change all from "
    "that day on.": _with(changed=lambda cut, n: slice(cut, cut + 1)),
    "You change early prices and look at later days: that finds what uses the past, which is "
    "allowed.": _past_changed,
    "True and False are exchanged: True if the feature uses the future.": (
        lambda feature, prices: not looks_ahead(feature, prices)
    ),
    "True comes, whatever the feature does.": lambda feature, prices: True,
    "False comes, whatever the feature does.": lambda feature, prices: False,
}
