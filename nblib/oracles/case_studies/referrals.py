"""Dismiss, treat or refer: the decision with the smallest expected cost (Elkan 2001; Chow 1970)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["POLICY", "decide", "some_patients"]

DISMISS, TREAT, REFER = range(3)


def decide(p: Tensor, cost_miss: float, cost_alarm: float, cost_refer: float) -> Tensor:
    """Return 0 (dismiss), 1 (treat) or 2 (refer) for each patient, whichever is the cheapest."""
    expected = [p * cost_miss, (1 - p) * cost_alarm, torch.full_like(p, cost_refer)]
    return torch.stack(expected).argmin(0)


def some_patients(num: int, generator: torch.Generator) -> Tensor:
    """Return probabilities (num,), float64, some of them small, some large, with a 0 and a 1."""
    p = torch.sigmoid(3 * torch.randn(num, generator=generator, dtype=torch.float64))
    return torch.cat([p, torch.linspace(0, 1, 12, dtype=torch.float64)])


def _two_ways(p: Tensor, threshold: float) -> Tensor:
    return (p > threshold).long()


def _band(low: Callable[..., float], high: Callable[..., float]) -> Callable[..., Tensor]:
    """Refer between two thresholds, where the first that applies counts: below, above, between."""

    def decided(p: Tensor, miss: float, alarm: float, refer: float) -> Tensor:
        choice = torch.full(p.shape, REFER)
        choice[p > high(miss, alarm, refer)] = TREAT
        choice[p < low(miss, alarm, refer)] = DISMISS
        return choice

    return decided


def _with(change: Callable[..., tuple[Any, ...]]) -> Callable[..., Tensor]:
    return lambda *case: decide(*change(*case))


def _treated_first(p: Tensor, miss: float, alarm: float, refer: float) -> Tensor:
    choice = torch.full(p.shape, REFER)
    choice[p * miss < refer] = DISMISS
    choice[(1 - p) * alarm < refer] = TREAT
    return choice


def _half_where_they_cross(p: Tensor, miss: float, alarm: float, refer: float) -> Tensor:
    crossed = refer / miss >= 1 - refer / alarm
    return (p >= 0.5).long() if crossed else decide(p, miss, alarm, refer)


def _renamed(names: tuple[int, int, int]) -> Callable[..., Tensor]:
    return lambda *case: torch.tensor(names)[decide(*case)]


def _by_what_may_happen(p: Tensor, miss: float, alarm: float, refer: float) -> Tensor:
    choice = (p > alarm / (alarm + miss)).long()
    worst = torch.where(choice == TREAT, torch.full_like(p, alarm), torch.full_like(p, miss))
    return torch.where(worst > refer, REFER, choice)


def _elkan(miss: float, alarm: float) -> float:
    return alarm / (alarm + miss)


POLICY: Mistakes = {
    "Nobody is referred. Where both other decisions cost more than `cost_refer`, that is the "
    "cheapest.": lambda p, miss, alarm, refer: _two_ways(p, _elkan(miss, alarm)),
    "You cut at ½. What a miss and an alarm cost has to move that.": (
        lambda p, miss, alarm, refer: _two_ways(p, 0.5)
    ),
    "The costs of a miss and of an alarm are exchanged: to dismiss costs `cost_miss` with "
    "probability p.": _with(lambda p, miss, alarm, refer: (p, alarm, miss, refer)),
    "p and 1 − p are exchanged: p is the probability of a malignant tumour.": _with(
        lambda p, *costs: (1 - p, *costs)
    ),
    "Where it is too dear to refer, your two thresholds cross, and who is above the one and below "
    "the other is dismissed, though treating may be cheaper. Compare all three costs.": _band(
        low=lambda miss, alarm, refer: refer / miss,
        high=lambda miss, alarm, refer: 1 - refer / alarm,
    ),
    "Where it is too dear to refer, your two thresholds cross, and who is above the one and below "
    "the other is treated, though dismissing may be cheaper. Compare all three costs.": (
        _treated_first
    ),
    "The costs are compared without their probabilities: to dismiss costs `cost_miss` only if the "
    "tumour is malignant.": _by_what_may_happen,
    "A band around ½ is referred. What a miss costs moves it.": _band(
        low=lambda miss, alarm, refer: min(0.5, refer / alarm),
        high=lambda miss, alarm, refer: max(0.5, 1 - refer / alarm),
    ),
    "0 is to dismiss and 1 is to treat: these two are exchanged.": _renamed((1, 0, 2)),
    "The numbers are those of other decisions: 0 dismiss, 1 treat, 2 refer.": _renamed((0, 2, 1)),
    "The largest expected cost is chosen. The smallest is wanted.": (
        lambda p, miss, alarm, refer: torch.stack(
            [p * miss, (1 - p) * alarm, torch.full_like(p, refer)]
        ).argmax(0)
    ),
    "To refer is weighed by a probability. It costs `cost_refer`, whatever the doctor finds.": (
        lambda p, miss, alarm, refer: torch.stack([p * miss, (1 - p) * alarm, p * refer]).argmin(0)
    ),
    "To treat is taken to cost `cost_alarm` in any case. It does so only if the tumour is benign, "
    "with probability 1 − p.": (
        lambda p, miss, alarm, refer: torch.stack(
            [p * miss, torch.full_like(p, alarm), torch.full_like(p, refer)]
        ).argmin(0)
    ),
    "Where it is too dear to refer, your thresholds cross, and you cut at ½. Compare all three "
    "costs.": _half_where_they_cross,
    "These are words. Numbers are wanted: 0 dismiss, 1 treat, 2 refer.": lambda *case: [
        ("dismiss", "treat", "refer")[choice] for choice in decide(*case).tolist()
    ],
    "These are expected costs. The number of the cheapest decision is wanted.": (
        lambda p, miss, alarm, refer: torch.stack(
            [p * miss, (1 - p) * alarm, torch.full_like(p, refer)]
        ).amin(0)
    ),
}
