"""A contest in which nothing can be known, and what a board must show to give itself away."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = [
    "BOARDS",
    "MOST_ROWS",
    "MOST_SUBMISSIONS",
    "NUM_PRIVATE",
    "VOTES",
    "Attack",
    "attack",
    "margins",
]

MOST_SUBMISSIONS = 200
MOST_ROWS, NUM_PRIVATE = 4000, 4000

Rule = Callable[[float, float], float]  # what was shown before (∞ at first), the error → shown now


def _to(step: float) -> Rule:
    return lambda shown, error: round(error / step) * step


def _ladder(eta: float) -> Rule:
    """Source: Blum & Hardt (2015), The Ladder, arXiv:1502.04585."""
    return lambda shown, error: round(error / eta) * eta if error < shown - eta else shown


BOARDS: dict[str, Rule] = {
    "all digits": lambda shown, error: error,
    "rounded to 0.02": _to(0.02),
    "rounded to 0.05": _to(0.05),
    "only a better one": lambda shown, error: min(shown, error),
    "Ladder, η = 0.01": _ladder(0.01),
    "Ladder, η = 0.02": _ladder(0.02),
    "Ladder, η = 0.05": _ladder(0.05),
}
BEST, ALL, BELOW = VOTES = ("the best one alone", "a vote of all", "a vote of those below ½")


@dataclass(frozen=True)
class Attack:
    """Submissions drawn by lot, and what is made of the first 1, 2, 3, ... of them."""

    errors: np.ndarray  # (num,) of each submission on the public rows
    shown: np.ndarray  # (num,) what the board shows after each
    voters: np.ndarray  # (num, num) bool: which of them vote, after each
    made: np.ndarray  # (num,) the error of their vote on the public rows
    made_shown: np.ndarray  # (num,) what the board would show for it
    private: np.ndarray  # (num,) its error on the private rows


@functools.cache
def _lots(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ±1, (submissions, rows), for a right label or a wrong one, and all labels, (rows,).

    Two classes, labels and submissions by lot. The private rows are the last.
    """
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=MOST_ROWS + NUM_PRIVATE)
    votes = rng.integers(2, size=(MOST_SUBMISSIONS, len(y)))
    return np.where(votes == y, 1, -1).astype(np.float32), y


@functools.lru_cache(maxsize=64)
def attack(seed: int, board: str, vote: str, rows: int) -> Attack:
    """Submit labels by lot, and put together what a board speaks well of.

    Args:
        seed: of the labels and of all submissions.
        board: one of BOARDS.
        vote: one of VOTES. An answer that is the one before again says nothing: it keeps a
            submission out of the vote of those below ½. Where a vote ties, it is for class 0.
        rows: the public ones, the first of MOST_ROWS.
    """
    signs, y = _lots(seed)
    errors = (1 - signs[:, :rows].mean(axis=1, dtype=float)) / 2
    shown = _answers(BOARDS[board], errors)
    voters = _voters(vote, shown)
    margins = voters.astype(np.float32) @ signs  # right votes minus wrong ones; exact
    wrong = np.where(margins == 0, y == 1, margins < 0)
    made = wrong[:, :rows].mean(axis=1)
    made_shown = np.array([BOARDS[board](*pair) for pair in zip(shown, made, strict=True)])
    return Attack(errors, shown, voters, made, made_shown, wrong[:, MOST_ROWS:].mean(axis=1))


def margins(seed: int, voters: np.ndarray, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return right votes minus wrong ones, for each public row and for each private one.

    Args:
        seed, rows: as in `attack`.
        voters: which submissions vote, (num,) bool.
    """
    margin = voters.astype(np.float32) @ _lots(seed)[0]
    return margin[:rows], margin[MOST_ROWS:]


def _answers(rule: Rule, errors: np.ndarray) -> np.ndarray:
    shown, found = math.inf, []
    for error in errors:
        shown = rule(shown, float(error))
        found.append(shown)
    return np.array(found)


def _voters(vote: str, shown: np.ndarray) -> np.ndarray:
    so_far = np.tri(len(shown), dtype=bool)
    if vote == BEST:  # the first of the lowest answers
        best = np.where(so_far, shown, math.inf).argmin(axis=1)
        return best[:, None] == np.arange(len(shown))
    if vote == BELOW:
        before = np.array([math.inf, *shown[:-1]])
        return so_far & (shown < 0.5) & (shown != before)
    return so_far
