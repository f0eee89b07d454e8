"""Does a feature of a day use later prices? Found by changing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = [
    "FUTURES",
    "HONEST",
    "LEAKY",
    "filled_backwards",
    "filled_forwards",
    "looks_ahead",
    "some_prices",
]

Feature = Callable[[Tensor], Tensor]


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


def some_prices(num_days: int, trend: int, generator: torch.Generator) -> Tensor:
    """Return prices (num_days,), float64, within a factor of 2.

    With trend 1 the first one is the lowest, with −1 the highest; then they go up and down.
    """
    steps = torch.rand(num_days - 1, generator=generator, dtype=torch.float64)
    drift = torch.linspace(0, 0.2, num_days - 1, dtype=torch.float64)
    later = 0.05 + drift + 0.3 * steps
    return 80 * torch.cat([torch.zeros(1, dtype=torch.float64), trend * later]).exp()


def _nan(num: int) -> Tensor:
    return torch.full((num,), torch.nan, dtype=torch.float64)


def today(prices: Tensor) -> Tensor:
    """The price itself."""
    return prices.clone()


def yesterday(prices: Tensor) -> Tensor:
    """The price of the day before; the first day has none."""
    return torch.cat([_nan(1), prices[:-1]])


def past_mean(prices: Tensor) -> Tensor:
    """The mean of a day and the four before; the first four days have none."""
    found = _nan(len(prices))
    if len(prices) >= 5:
        found[4:] = prices.unfold(0, 5, 1).mean(1)
    return found


def daily_return(prices: Tensor) -> Tensor:
    """The difference of logarithms to the day before."""
    return torch.cat([_nan(1), prices.log().diff()])


def share_of_highest_so_far(prices: Tensor) -> Tensor:
    """The price, divided by the highest up to its day."""
    return prices / prices.cummax(0).values


def calendar(prices: Tensor) -> Tensor:
    """The day of the week, which no price decides."""
    return torch.arange(len(prices), dtype=torch.float64) % 5


def tomorrow(prices: Tensor) -> Tensor:
    """`shift(-1)`: the price of the day after."""
    return torch.cat([prices[1:], _nan(1)])


def centred_mean(prices: Tensor) -> Tensor:
    """The mean of two days before to two days after."""
    found = _nan(len(prices))
    found[2:-2] = past_mean(prices)[4:]
    return found


def standardized(prices: Tensor) -> Tensor:
    """Scaled by mean and standard deviation of all days."""
    return (prices - prices.mean()) / prices.std(correction=0)


def share_of_highest(prices: Tensor) -> Tensor:
    """The price, divided by the highest of all days."""
    return prices / prices.max()


def share_of_lowest(prices: Tensor) -> Tensor:
    """The price, divided by the lowest of all days."""
    return prices / prices.min()


def week_mean(prices: Tensor) -> Tensor:
    """The mean of the day's week, of five days: those of the week that follow, too."""
    week = torch.arange(len(prices)) // 5
    return torch.stack([prices[week == number].mean() for number in week])


def next_is_higher(prices: Tensor) -> Tensor:
    """1 where tomorrow's price is higher, else 0."""
    return torch.cat([(prices.diff() > 0).double(), torch.zeros(1, dtype=torch.float64)])


def after_a_fall(prices: Tensor) -> Tensor:
    """Tomorrow's price on a day whose price has fallen, else its own: it looks ahead at times."""
    fell = torch.cat([torch.tensor([False]), prices.diff() < 0])
    return torch.where(fell, torch.cat([prices[1:], prices[-1:]]), prices)


def filled_forwards(day: int) -> Feature:
    """Return the feature whose gap at `day` is filled by the price before."""

    def filled_forwards(prices: Tensor) -> Tensor:
        new = prices.clone()
        if day < len(prices):
            new[day] = prices[day - 1]
        return new

    return filled_forwards


def filled_backwards(day: int) -> Feature:
    """Return the feature whose gap at `day` is filled by the price after: one day looks ahead."""

    def filled_backwards(prices: Tensor) -> Tensor:
        new = prices.clone()
        if day + 1 < len(prices):
            new[day] = prices[day + 1]
        return new

    return filled_backwards


HONEST = (today, yesterday, past_mean, daily_return, share_of_highest_so_far, calendar)
LEAKY = (
    tomorrow,
    centred_mean,
    standardized,
    share_of_highest,
    share_of_lowest,
    week_mean,
    next_is_higher,
    after_a_fall,
)


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
    "You change early prices and look at later days: that finds what uses the past, which is "
    "allowed.": _past_changed,
    "True and False are exchanged: True if the feature uses the future.": (
        lambda feature, prices: not looks_ahead(feature, prices)
    ),
    "True comes, whatever the feature does.": lambda feature, prices: True,
    "False comes, whatever the feature does.": lambda feature, prices: False,
}
