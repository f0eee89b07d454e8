"""A leaderboard that cannot be climbed by luck: the Ladder, and the attack that it withstands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch

from nblib.checks.mistakes import Mistakes
from nblib.contest import Contest, Rule

__all__ = ["LADDER", "contest_of_coins", "ladder", "majority_attack", "shown_by"]

Ladder = Callable[[float, float, float], float]  # what was shown, the loss, eta


def ladder(shown: float, loss: float, eta: float) -> float:
    """Return what is shown now: the loss, rounded to η, if it is better by more than η.

    Else what was shown before, `shown`, which is ∞ at first. Source: Blum & Hardt (2015), The
    Ladder: a reliable leaderboard for machine learning competitions, arXiv:1502.04585.
    """
    return _rounded(loss, eta) if loss < shown - eta else shown


def _rounded(loss: float, eta: float) -> float:
    return round(loss / eta) * eta


def shown_by(rule: Ladder, losses: Sequence[float], eta: float) -> list[float]:
    """Return what a rule shows after each of several losses."""
    shown, found = math.inf, []
    for loss in losses:
        shown = rule(shown, loss, eta)
        found.append(shown)
    return found


def _up(shown: float, loss: float, eta: float) -> float:
    return math.ceil(loss / eta) * eta if loss < shown - eta else shown


def _by_one_step(shown: float, loss: float, eta: float) -> float:
    if math.isinf(shown):
        return ladder(shown, loss, eta)
    return shown - eta if loss < shown - eta else shown


def _rounded_first(shown: float, loss: float, eta: float) -> float:
    near = _rounded(loss, eta)
    return near if near < shown - eta else shown


LADDER: Mistakes = {
    "A worse loss is shown: keep what was shown before, unless the new loss is better by more than "
    "eta.": lambda shown, loss, eta: _rounded(loss, eta),
    "A loss that is hardly better is shown: it must be better by more than eta.": (
        lambda shown, loss, eta: _rounded(loss, eta) if loss < shown else shown
    ),
    "Better by just eta is not more than eta.": (
        lambda shown, loss, eta: _rounded(loss, eta) if loss <= shown - eta else shown
    ),
    "The loss is shown with all its digits: round it to the nearest multiple of eta.": (
        lambda shown, loss, eta: loss if loss < shown - eta else shown
    ),
    "Compare the loss itself, and round it afterwards.": _rounded_first,
    "The loss is rounded down: take the nearest multiple of eta.": (
        lambda shown, loss, eta: math.floor(loss / eta) * eta if loss < shown - eta else shown
    ),
    "The loss is rounded up: take the nearest multiple of eta.": _up,
    "The first submission is shown with all its digits: round it as well.": (
        lambda shown, loss, eta: loss if math.isinf(shown) else ladder(shown, loss, eta)
    ),
    "1 is taken in place of ∞, so that a bad first submission is not shown.": (
        lambda shown, loss, eta: ladder(min(shown, 1.0), loss, eta)
    ),
    "What was shown is rounded once more: where the loss is not better, show `shown` as it is.": (
        lambda shown, loss, eta: _rounded(loss if loss < shown - eta else shown, eta)
    ),
    "A loss that is worse by more than eta is shown. Only a better one is.": (
        lambda shown, loss, eta: _rounded(loss, eta) if abs(shown - loss) > eta else shown
    ),
    "The board goes down by one step, however much better the loss is. Show the loss.": (
        _by_one_step
    ),
    "That is the number of steps: multiply it by eta.": (
        lambda shown, loss, eta: round(loss / eta) if loss < shown - eta else shown
    ),
    "Divide by eta, round, and multiply by eta: not the other way round.": (
        lambda shown, loss, eta: round(loss * eta) / eta if loss < shown - eta else shown
    ),
    "The loss is rounded to two decimals: take the nearest multiple of eta.": (
        lambda shown, loss, eta: round(loss, 2) if loss < shown - eta else shown
    ),
    "eta is a difference of losses, no share of the best one.": (
        lambda shown, loss, eta: _rounded(loss, eta) if loss < shown * (1 - eta) else shown
    ),
}


def majority_attack(
    num_rows: int, submit: Callable[[torch.Tensor], float], generator: torch.Generator, num: int
) -> torch.Tensor:
    """Return labels (num_rows,) of two classes that were made from what a leaderboard showed.

    Labels are drawn by lot, `num` times. Those that were answered with an error below ½ are put to
    a majority vote, without those whose answer is the one before them again: it says nothing.
    """
    votes = torch.randint(2, (num, num_rows), generator=generator)
    shown = torch.tensor([submit(vote) for vote in votes])
    before = torch.cat([torch.tensor([math.inf]), shown[:-1]])
    kept = votes[(shown < 0.5) & (shown != before)]
    return (kept.double().mean(0) > 0.5).long()


def contest_of_coins(
    num_rows: int, rule: Rule, generator: torch.Generator, most: int = 300
) -> Contest:
    """Return a contest in which nothing can be known: the labels are drawn by lot.

    Half of the rows are public.
    """
    y = torch.randint(2, (num_rows,), generator=generator)
    return Contest(torch.zeros(num_rows, 1), y, rule, generator, share_private=0.5, most=most)
