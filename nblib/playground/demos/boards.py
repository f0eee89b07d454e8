"""A leaderboard attacked, and defended, where nothing can be known."""

import functools

import numpy as np

from nblib.playground.controls import Choice, Slider
from nblib.playground.demos import contests
from nblib.playground.demos.contests import BOARDS, MOST_ROWS, MOST_SUBMISSIONS, VOTES, Attack
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Bars, Line, Panel, Points, Scene

__all__ = ["ROLES", "draw", "leaderboard"]

ATTACKER, ORGANIZER = ROLES = ("attacker", "organizer")
LOW, HIGH = 0.35, 0.42  # what the attacker wants to be shown at most, the organizer at least
ROWS = 500  # what the organizer has


def draw(seed: int, role: str, board: str, vote: str, num: int, rows: int) -> Scene:
    """Return what a board shows of labels by lot and of a vote of them, as a Scene.

    Args:
        seed: of the contest and of all submissions.
        role: one of ROLES, whose goal it is.
        board, vote, rows: as in contests.attack.
        num: submissions, at most MOST_SUBMISSIONS.
    """
    done = contests.attack(seed, board, vote, rows)
    at_last, private = done.made_shown[num - 1], done.private[num - 1]
    voters = done.voters[num - 1]
    if role == ATTACKER:
        reached = at_last < LOW + 1e-9
        goal = f"let the board show {LOW} or less, without a look at a single row."
    else:
        hard = num == MOST_SUBMISSIONS and vote == VOTES[-1] and rows <= ROWS
        reached = hard and at_last > HIGH - 1e-9
        goal = (
            f"after {MOST_SUBMISSIONS} submissions and a vote of those below ½, the board still "
            f"shows {HIGH} or more, on {ROWS} public rows at most."
        )
    band = Band(0, LOW, "goal") if role == ATTACKER else Band(HIGH, 1, "goal")
    return Scene(
        [
            _submissions(done, voters, num),
            _last(done, num, band),
            _rows(seed, voters, rows),
        ],
        f"{'✓' if reached else '✗'} The board shows {at_last:.3f} for {vote}; on the private rows "
        f"its error is {private:.3f}. {voters.sum()} of {num} "
        f"submission{'s' * (num != 1)} by lot {'votes' if voters.sum() == 1 else 'vote'}.",
        goal=goal,
        reached=bool(reached),
    )


def _after() -> Axis:
    return Axis("submissions", 0, MOST_SUBMISSIONS + 5)


def _half() -> Line:
    return Line([0, MOST_SUBMISSIONS + 5], [0.5, 0.5], "", None)


def _submissions(done: Attack, voters: np.ndarray, num: int) -> Panel:
    at = np.arange(num)
    chosen = np.flatnonzero(voters)
    return Panel(
        "Shown after each submission",
        _after(),
        Axis("error on the board", 0.35, 0.65),
        [
            _half(),
            Points(at + 1, done.shown[:num], "shown", None, 3, hollow=True),
            Points(chosen + 1, done.shown[chosen], "and has a vote", 0, 3),
        ],
    )


def _last(done: Attack, num: int, band: Band) -> Panel:
    at = np.arange(1, num + 1)
    return Panel(
        "What goes in at last",
        _after(),
        Axis("its error", 0.2, 0.6),
        [
            band,
            _half(),
            Line(at, done.private[:num], "private rows", 1),
            Line(at, done.made_shown[:num], "the board shows", 0),
            Points(at[-1:], done.private[num - 1 : num], "", 1, 5),
            Points(at[-1:], done.made_shown[num - 1 : num], "", 0, 5),
        ],
    )


def _rows(seed: int, voters: np.ndarray, rows: int) -> Panel:
    """Show how far above nothing the votes for the right labels are, row by row."""
    count = voters.sum()
    unit = np.sqrt(max(count, 1))  # the standard deviation of what chance makes
    step = 2 * (2 * int(0.12 * unit) + 1)  # margins are 2 apart, none on an edge
    edges = (np.arange(-20, 21) - 0.5 * (count % 2 == 0)) * step
    shares = [
        np.histogram(margin, edges)[0] / len(margin)
        for margin in contests.margins(seed, voters, rows)
    ]
    return Panel(
        "Right votes minus wrong ones, row by row",
        Axis("in units of √(number of votes)", -4, 4),
        Axis("share of the rows", 0, 0.6),
        [
            Bars(edges / unit, shares[1], "private rows", 1),
            Bars(edges / unit, shares[0], "public rows", 0),
            Line([0, 0], [0, 1], "", None),
        ],
    )


def leaderboard(seed: int = 0) -> None:
    """Show the playground of a contest in which nothing can be known: climb its board, guard it.

    Args:
        seed: draws the contest and all submissions; 0 or more.
    """
    show(
        "A leaderboard under attack",
        functools.partial(draw, seed),
        [
            Choice("role", ROLES, label="you are the"),
            Choice("board", list(BOARDS), label="the board shows"),
            Choice("vote", VOTES, label="at last goes in"),
            Slider("num", 1, MOST_SUBMISSIONS, 40, "submissions", step=1),
            Slider("rows", 250, MOST_ROWS, ROWS, "public rows", step=250),
        ],
    )
