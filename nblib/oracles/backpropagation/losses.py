"""Huber's loss, and the number that suits a loss best: right, and wrong as people write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["BEST_CONSTANT", "HUBER", "best_constant", "huber"]

Pair = tuple[Tensor, Tensor]


def huber(y_hat: Tensor, y: Tensor, delta: float) -> Pair:
    """Return the mean of Huber's loss of y_hat − y, a scalar, and its gradient by y_hat.

    Source: Huber (1964), Robust estimation of a location parameter.
    """
    return _mean(lambda r: _huber_each(r, delta), lambda r: r.clamp(-delta, delta))(y_hat, y, delta)


def _huber_each(r: Tensor, delta: float) -> Tensor:
    return torch.where(r.abs() <= delta, r**2 / 2, delta * (r.abs() - delta / 2))


def _mean(
    loss: Callable[[Tensor], Tensor], slope: Callable[[Tensor], Tensor]
) -> Callable[[Tensor, Tensor, float], Pair]:
    return lambda y_hat, y, delta: (loss(y_hat - y).mean(), slope(y_hat - y) / y.numel())


def _with(
    loss: Callable[[Tensor, float], Tensor] = _huber_each,
    slope: Callable[[Tensor, float], Tensor] = lambda r, delta: r.clamp(-delta, delta),
) -> Callable[[Tensor, Tensor, float], Pair]:
    """Return Huber's loss with another formula for each loss or slope, of residual and delta."""
    return lambda y_hat, y, delta: _mean(lambda r: loss(r, delta), lambda r: slope(r, delta))(
        y_hat, y, delta
    )


def _changed(
    change: Callable[[Tensor, Tensor, int], Any],
) -> Callable[[Tensor, Tensor, float], Any]:
    """Return what a change makes of the right loss and gradient, and of how many there are."""
    return lambda y_hat, y, delta: change(*huber(y_hat, y, delta), y.numel())


def _where(inside: Callable[[Tensor, float], Tensor]) -> Callable[[Tensor, Tensor, float], Pair]:
    return _with(
        lambda r, d: torch.where(inside(r, d), r**2 / 2, d * (r.abs() - d / 2)),
        lambda r, d: torch.where(inside(r, d), r, d * r.sign()),
    )


HUBER: Mistakes = {
    "The branch is chosen by r, not by its size: large negative differences are squared.": _where(
        lambda r, d: r <= d
    ),
    "The branches are exchanged: squared where |r| is at most delta.": _where(
        lambda r, d: r.abs() > d
    ),
    "The square is not halved: ½r² inside. (Its slope is r.)": _with(
        lambda r, d: torch.where(r.abs() <= d, r**2, d * (r.abs() - d / 2))
    ),
    "The square is not halved, and its slope is 2r: ½r² and r.": _with(
        lambda r, d: torch.where(r.abs() <= d, r**2, d * (r.abs() - d / 2)),
        lambda r, d: torch.where(r.abs() <= d, 2 * r, d * r.sign()),
    ),
    "−½delta is missing outside: the loss jumps at delta.": _with(
        lambda r, d: torch.where(r.abs() <= d, r**2 / 2, d * r.abs())
    ),
    "Outside it is delta·(|r| − ½delta). You left the factor delta out.": _with(
        lambda r, d: torch.where(r.abs() <= d, r**2 / 2, r.abs() - d / 2)
    ),
    "The slope outside is delta times the sign of r, not the sign alone.": _with(
        slope=lambda r, d: torch.where(r.abs() <= d, r, r.sign())
    ),
    "The slope outside lost its sign: to the left of the target it is −delta.": _with(
        slope=lambda r, d: torch.where(r.abs() <= d, r, torch.full_like(r, d))
    ),
    "The gradient is that of the squares everywhere: outside it is delta times the sign.": _with(
        slope=lambda r, d: r
    ),
    "That is half the mean squared error, everywhere. Outside, it goes on as a line.": _with(
        lambda r, d: r**2 / 2, lambda r, d: r
    ),
    "That is the mean absolute difference, everywhere. Within delta it is ½r².": _with(
        lambda r, d: r.abs(), lambda r, d: r.sign()
    ),
    "That is Huber divided by delta, which PyTorch calls smooth L1.": lambda y_hat, y, delta: tuple(
        part / delta for part in huber(y_hat, y, delta)
    ),
    "The gradient lacks 1/n: the loss is a mean.": _changed(lambda loss, g, n: (loss, g * n)),
    "The loss is a sum. The mean is wanted, in the gradient too.": _changed(
        lambda loss, g, n: (loss * n, g * n)
    ),
    "The loss is a sum. The mean is wanted.": _changed(lambda loss, g, n: (loss * n, g)),
    "The gradient points the wrong way: it is that by y. Take r = y_hat − y.": _changed(
        lambda loss, g, n: (loss, -g)
    ),
    "The gradient is one number. There is a slope for each entry of y_hat.": _changed(
        lambda loss, g, n: (loss, g.sum())
    ),
    "The losses of all entries came. Their mean is wanted.": lambda y_hat, y, delta: (
        _huber_each(y_hat - y, delta),
        huber(y_hat, y, delta)[1],
    ),
    "These are two in the wrong order: first the loss, then the gradient.": _changed(
        lambda loss, g, n: (g, loss)
    ),
}


def best_constant(y: Tensor, loss: str, delta: float) -> float:
    """Return the number c for which the mean loss of c − y, (n,) with odd n, is smallest.

    `loss` is "squared", "absolute" or "huber".
    """
    if loss == "squared":
        return float(y.mean())
    if loss == "absolute":
        return float(y.median())
    return _halved(y, delta, float(y.min()), float(y.max()))


def _halved(y: Tensor, delta: float, low: float, high: float) -> float:
    """Return where Huber's pulls cancel, from `low` to `high`; −delta keeps the wrong halves."""
    for _ in range(200):
        middle = (low + high) / 2
        pull = (middle - y.double()).clamp(-abs(delta), abs(delta)).sum()
        if pull * delta > 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def _for(**others: Callable[[Tensor, float], Any]) -> Callable[[Tensor, str, float], Any]:
    """Return `best_constant` with other answers for some of the losses."""

    def wrong(y: Tensor, loss: str, delta: float) -> Any:
        other = others.get(loss)
        return best_constant(y, loss, delta) if other is None else other(y, delta)

    return wrong


def _mean_of(y: Tensor, delta: float) -> float:
    return float(y.mean())


def _median_of(y: Tensor, delta: float) -> float:
    return float(y.median())


def _halfway(y: Tensor, delta: float) -> float:
    return float(y.min() + y.max()) / 2


def _only_near(y: Tensor, delta: float) -> float:
    """The mean of what is within delta of the median."""
    return float(y[(y - y.median()).abs() <= delta].mean())


def _clipped(y: Tensor, delta: float) -> float:
    """The mean after clipping to delta around the median, once."""
    return float((y.median() + (y - y.median()).clamp(-delta, delta)).mean())


def _summed_sign(y: Tensor, delta: float) -> float:
    return float(y.sum())


_MEANS: dict[str, Callable[[Tensor, float], Tensor]] = {
    "squared": lambda r, delta: (r**2).mean(),
    "absolute": lambda r, delta: r.abs().mean(),
    "huber": lambda r, delta: _huber_each(r, delta).mean(),
}

BEST_CONSTANT: Mistakes = {
    "You give the mean for every loss. It suits the squared one alone.": _for(
        absolute=_mean_of, huber=_mean_of
    ),
    "You give the median for every loss. It suits the absolute one alone.": _for(
        squared=_median_of, huber=_median_of
    ),
    "For the Huber loss you give the median. That is right only as delta goes to 0: search for "
    "where the pulls cancel.": _for(huber=_median_of),
    "For the Huber loss you give the mean. That is right only if no y lies farther than delta from "
    "it.": _for(huber=_mean_of),
    "For the absolute loss you give the mean. How many lie above the best c, how many below?": _for(
        absolute=_mean_of
    ),
    "Mean and median are exchanged.": _for(squared=_median_of, absolute=_mean_of),
    "For the absolute loss you give the middle of smallest and largest. The middle one in order "
    "is wanted.": _for(absolute=_halfway),
    "For the Huber loss you average what lies within delta of the median. What lies outside pulls "
    "too, with delta.": _for(huber=_only_near),
    "For the Huber loss you clip around the median once. The differences are those from the best "
    "c itself: search for it.": _for(huber=_clipped),
    "For the Huber loss you give half of mean and median together. Where is the slope 0?": _for(
        huber=lambda y, delta: (float(y.mean()) + float(y.median())) / 2
    ),
    "You ignore delta: it is 1 in what you compute.": lambda y, loss, delta: best_constant(
        y, loss, 1.0
    ),
    "For the squared loss you give the sum. Divide by how many there are.": _for(
        squared=_summed_sign
    ),
    "For the absolute loss you give the entry below the middle. Places count from 0: n // 2.": (
        _for(absolute=lambda y, delta: float(y.sort().values[len(y) // 2 - 1]))
    ),
    "That is the smallest loss itself. The c that has it is wanted.": lambda y, loss, delta: float(
        _MEANS[loss](y - best_constant(y, loss, delta), delta)
    ),
    "For the Huber loss you keep the wrong half. Where the sum is above 0, c is too large.": _for(
        huber=lambda y, delta: _halved(y, -delta, float(y.min()), float(y.max()))
    ),
    "For the Huber loss you search between the first and the last y. Begin with the smallest and "
    "the largest.": _for(huber=lambda y, delta: _halved(y, delta, float(y[0]), float(y[-1]))),
    "For the absolute loss you give the entry in the middle of y as it came. Sort it first.": _for(
        absolute=lambda y, delta: float(y[len(y) // 2])
    ),
}
