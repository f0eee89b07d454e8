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
    num_days: int,
    num_first: int,
    generator: torch.Generator,
    noise: float = 1.0,
    move: float = 2.0,
    start: float = 60.0,
) -> tuple[Tensor, Tensor]:
    """Return prices (n,), float64, and predictions, none for the first days and a few more.

    Prices begin near `start` and move by about `move` a day; with more `noise` predictions are
    worse than yesterday's price.
    """
    steps = torch.randn(num_days, generator=generator, dtype=torch.float64)
    prices = start + move * steps.cumsum(0)
    errors = torch.randn(num_days, generator=generator, dtype=torch.float64)
    predicted = prices + move * (0.5 * noise * errors - 0.6 * steps + 0.2)
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


def _later(predicted: Tensor) -> Tensor:
    """Return each prediction a day later."""
    return torch.cat([predicted.new_full((1,), torch.nan), predicted[:-1]])


def _where_both(prices: Tensor, predicted: Tensor) -> float:
    """Yesterday's prediction is the rival, on the days that have both predictions."""
    both = predicted + 0 * _later(predicted)
    return skill(prices, both, rival=lambda prices, _: _later(predicted))


def _from_the_first_on(prices: Tensor, predicted: Tensor) -> float:
    first = int((~predicted.isnan()).int().argmax())
    mine = (predicted - prices).square().nanmean()
    return (1 - mine / prices.diff()[first - 1 :].square().mean()).item()


def _not_after_a_gap(prices: Tensor, predicted: Tensor) -> float:
    return skill(prices, predicted + 0 * _later(predicted))


def _as_yesterday(prices: Tensor, predicted: Tensor) -> float:
    said = torch.where(predicted.isnan(), prices.roll(1), predicted)[1:]
    return (1 - (said - prices[1:]).square().mean() / prices.diff().square().mean()).item()


def _tomorrow(prices: Tensor, predicted: Tensor) -> float:
    """Tomorrow's price is the rival, and the last day has none."""
    days = torch.cat([predicted[:-1], predicted.new_full((1,), torch.nan)])
    return skill(prices, days, rival=lambda prices, _: prices.roll(-1))


def _two_counts(prices: Tensor, predicted: Tensor) -> float:
    share = (~predicted.isnan()).sum() / (len(prices) - 1)
    return skill(prices, predicted, judge=lambda mine, other: 1 - mine / (other * share))


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
    "`predicted[t]` is taken for what was said of day t + 1. It is about day t: compare it with "
    "`prices[t]`.": lambda prices, predicted: skill(prices, _later(predicted)),
    "The rival is tomorrow's price, which nobody knows. Take yesterday's: `prices[t - 1]` for day "
    "t.": _tomorrow,
    "The rival is yesterday's prediction, on the days that have one. Take yesterday's price, on "
    "all days that have a prediction.": _where_both,
    "The first days are left out for both, but later days without a prediction count for "
    "yesterday's price. Judge both by the same days.": _from_the_first_on,
    "The day after one without a prediction is left out as well. Yesterday's *price* is known all "
    "the same.": _not_after_a_gap,
    "A day without a prediction counts, with yesterday's price for one. Leave such days out.": (
        _as_yesterday
    ),
    "The two sums are divided by different numbers of days: take both means over the days that "
    "have a prediction.": _two_counts,
    "A negative skill is a result, too: do not cut at 0.": (
        lambda prices, predicted: max(0.0, skill(prices, predicted))
    ),
    "In float32 small moves of a large price are lost: stay in float64.": (
        lambda prices, predicted: skill(prices.float(), predicted.float())
    ),
    "The rival is yesterday's prediction. Take yesterday's price.": _rival_is_a_prediction,
}
