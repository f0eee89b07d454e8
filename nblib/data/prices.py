"""Prices in which nothing can be foreseen, and it is known that nothing can."""

import torch
from torch import Tensor

__all__ = ["prices", "strategies"]

DAYS_A_YEAR = 250


def prices(
    num_days: int = 2000,
    seed: int = 0,
    *,
    degrees_of_freedom: int = 4,
    volatility: float = 0.01,
    start: float = 100.0,
) -> Tensor:
    """Return a series of prices whose logarithm is a random walk: each day's return is drawn anew.

    Returns, the differences of the logarithms, have Student's t distribution, whose tails are as
    heavy as those of shares; mean 0, standard deviation `volatility`.

    Args:
        num_days: how many prices.
        seed: draws everything.
        degrees_of_freedom: of the distribution, 3 or more, so that it has a variance.
        volatility: the standard deviation of a day's return.
        start: the price before the first day.

    Returns:
        (num_days,) float64, above 0.

    Raises:
        ValueError: no days, fewer than 3 degrees of freedom, or a number that is not above 0.

    Source: Fama (1965), The behavior of stock-market prices, on random walks with heavy tails;
    Praetz (1972), The distribution of share price changes, on Student's t.

    >>> prices(5).shape
    torch.Size([5])
    """
    if num_days < 1 or degrees_of_freedom < 3 or volatility <= 0 or start <= 0:
        raise ValueError(
            "prices need 1 or more days, 3 or more degrees of freedom, and a volatility and start "
            f"above 0; got {num_days}, {degrees_of_freedom}, {volatility} and {start}"
        )
    generator = torch.Generator().manual_seed(seed)
    normal, *others = torch.randn(
        1 + degrees_of_freedom, num_days, generator=generator, dtype=torch.float64
    )
    t = normal / torch.stack(others).square().mean(0).sqrt()  # Student's
    standard = t * ((degrees_of_freedom - 2) / degrees_of_freedom) ** 0.5
    return start * (volatility * standard).cumsum(0).exp()


def strategies(num: int, seed: int = 0, *, num_days: int = 2 * DAYS_A_YEAR) -> Tensor:
    """Return what each of `num` strategies earns a day, none of which knows anything.

    Args:
        num: how many strategies.
        seed: draws everything.
        num_days: by default two years, one to choose in and one to be judged in.

    Returns:
        (num, num_days) float64, normal, mean 0 and standard deviation 0.01.

    Raises:
        ValueError: no strategies, or no days.
    """
    if num < 1 or num_days < 1:
        raise ValueError(f"1 or more strategies and days are needed, got {num} and {num_days}")
    generator = torch.Generator().manual_seed(seed)
    earned = torch.randn(num, num_days, generator=generator, dtype=torch.float64)
    return 0.01 * earned
