"""Is a prediction of prices better than yesterday's price?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["SKILL", "skill", "some_predictions"]


def skill(
    prices: Tensor,
    predicted: Tensor,
    *,
    rival: Callable[[Tensor, Tensor], Tensor] = lambda prices, predicted: prices.roll(1),
    truth: Callable[[Tensor], Tensor] = lambda prices: prices,
    error: Callable[[Tensor], Tensor] = lambda gap: gap.square().mean(),
    judge: Callable[[Tensor, Tensor], Tensor] = lambda mine, other: 1 - mine / other,
) -> float:
    """Return 1 − MSE / MSE of yesterday's price, over the days that have a prediction."""
    some = ~predicted.isnan()
    wanted = truth(prices)
    mine = error((predicted - wanted)[some])
    return judge(mine, error((rival(prices, predicted) - wanted)[some])).item()


def some_predictions(
    num_days: int, num_first: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return prices (n,), float64, and predictions, none for the first days and a few more."""
    steps = torch.randn(num_days, generator=generator, dtype=torch.float64)
    prices = 60 + 2 * steps.cumsum(0)
    noise = torch.randn(num_days, generator=generator, dtype=torch.float64)
    predicted = prices - 1.2 * steps + noise + 0.4
    gaps = torch.rand(num_days, generator=generator) < 0.15
    gaps[-1] = False
    predicted[gaps] = torch.nan
    predicted[:num_first] = torch.nan
    return prices, predicted


def _with(**parts: Any) -> Callable[..., float]:
    return lambda prices, predicted: skill(prices, predicted, **parts)


def _on_all_days(prices: Tensor, predicted: Tensor) -> float:
    mine = (predicted - prices).square().nanmean()
    return (1 - mine / prices.diff().square().mean()).item()


def _nothing_is_zero(prices: Tensor, predicted: Tensor) -> float:
    mine = (predicted.nan_to_num() - prices)[1:].square().mean()
    return (1 - mine / prices.diff().square().mean()).item()


def _rival_is_a_prediction(prices: Tensor, predicted: Tensor) -> float:
    mine, other = ((said - prices).square().nanmean() for said in (predicted, predicted.roll(1)))
    return (1 - mine / other).item()


def _all_nan(prices: Tensor, predicted: Tensor) -> float:
    return torch.nan


def _first_left_out(prices: Tensor, predicted: Tensor) -> float:
    some = ~predicted.isnan()
    kept, said = prices[some], predicted[some]
    mine = (said - kept)[1:].square().mean()
    return (1 - mine / kept.diff().square().mean()).item()


def _mean_of(some: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda prices, predicted: some(prices, predicted).mean().expand_as(prices)


SKILL: Mistakes = {
    "That is R²: its rival is the mean of the prices on these days. Here the rival is yesterday's "
    "price.": _with(rival=_mean_of(lambda prices, predicted: prices[~predicted.isnan()])),
    "The rival is the mean of all prices. Here it is yesterday's price.": _with(
        rival=_mean_of(lambda prices, predicted: prices)
    ),
    "The two are judged on different days: yesterday's price, too, by the days that have a "
    "prediction alone.": _on_all_days,
    "A day without a prediction counts as a prediction of 0. Leave such days out.": (
        _nothing_is_zero
    ),
    "The mean of numbers with a NaN among them is NaN. Leave the days out that have no "
    "prediction.": _all_nan,
    "Days without a prediction are left out before yesterday's price is looked up, so that it is "
    "an older one. Take it from all prices, and then leave days out.": _first_left_out,
    "That is the ratio of the two errors. Subtract it from 1.": _with(
        judge=lambda mine, other: mine / other
    ),
    "The ratio is upside down: the prediction's error divided by that of yesterday's price.": _with(
        judge=lambda mine, other: 1 - other / mine
    ),
    "That is a difference of two errors. Divide it by the error of yesterday's price.": _with(
        judge=lambda mine, other: other - mine
    ),
    "These are roots of mean squares. The ratio of the mean squares themselves is wanted.": _with(
        error=lambda gap: gap.square().mean().sqrt()
    ),
    "These are absolute errors. Square them.": _with(error=lambda gap: gap.abs().mean()),
    "The predictions are compared with the prices of the day before. `predicted[t]` is said about "
    "day t.": _with(truth=lambda prices: prices.roll(1), rival=lambda prices, _: prices),
    "The rival is tomorrow's price, which nobody knows. Take yesterday's: `prices[t - 1]` for day "
    "t.": _with(rival=lambda prices, predicted: prices.roll(-1)),
    "The rival is yesterday's prediction. Take yesterday's price.": _rival_is_a_prediction,
}
