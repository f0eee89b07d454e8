"""Features of prices: some are honest, and some use prices of later days."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = [
    "HONEST",
    "LEAKY",
    "Feature",
    "barely_ahead",
    "filled_backwards",
    "filled_forwards",
    "half_at_most",
    "return_later",
    "some_prices",
]

Feature = Callable[[Tensor], Tensor]


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


def both_much_higher(prices: Tensor) -> Tensor:
    """1 where both next prices are at least 1.9 times today's: one alone decides nothing."""
    found = torch.zeros_like(prices)
    found[:-2] = (torch.minimum(prices[1:-1], prices[2:]) >= 1.9 * prices[:-2]).double()
    return found


def small_share(prices: Tensor) -> Tensor:
    """A ten-thousandth of tomorrow's price, divided by today's."""
    return 1e-4 * tomorrow(prices) / prices


def barely_ahead(day: int) -> Feature:
    """Return the price, but at one day with a hundredth of tomorrow's mixed in."""

    def barely_ahead(prices: Tensor) -> Tensor:
        new = prices.clone()
        if day + 1 < len(prices):
            new[day] = 0.99 * prices[day] + 0.01 * prices[day + 1]
        return new

    return barely_ahead


def half_at_most(day: int) -> Feature:
    """Return the feature that is 1 on one day if the next price is not much more than half of that
    day's, else 0: among prices that fall by less, only halving shows it."""

    def half_at_most(prices: Tensor) -> Tensor:
        found = torch.zeros_like(prices)
        if day + 1 < len(prices):
            found[day] = (prices[day + 1] <= 0.57 * prices[day]).double()
        return found

    return half_at_most


def return_later(day: int, by: int = 2) -> Feature:
    """Return the daily return, but at one day that of `by` days later: it moves only where one of
    that return's two prices does, and the other does not."""

    def return_later(prices: Tensor) -> Tensor:
        new = daily_return(prices)
        if day + by < len(prices):
            new[day] = new[day + by]
        return new

    return return_later


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
    both_much_higher,
    small_share,
)
