"""Item analysis: how a class did in each exercise, as numbers."""

from __future__ import annotations

import math
from collections import Counter

import pandas as pd

__all__ = ["FEWEST", "discrimination", "item_table", "mistakes", "strugglers", "tally"]

FEWEST = 10  # students, for a correlation that is worth looking at: its error is 1/√(n − 1)


def item_table(points: pd.DataFrame, tried: pd.DataFrame, most: pd.Series) -> pd.DataFrame:
    """Return a row for each exercise.

    Args:
        points: (students, exercises) what each student earned.
        tried: (students, exercises) whether something was written.
        most: (exercises,) what each exercise is worth.

    Returns:
        (exercises, 6) counts of students in the columns `solved` (all points), `partly` (some),
        `wrong` (none, but tried) and `untried`; `pass_rate`, the share of `solved` among all who
        handed in; and `discrimination`. The last two are nan where there is nothing to compute.
    """
    solved = points.ge(most - 1e-9)
    partly = points.gt(0) & ~solved
    wrong = tried & ~solved & ~partly
    table = pd.DataFrame({"solved": solved.sum(), "partly": partly.sum(), "wrong": wrong.sum()})
    table["untried"] = len(points) - table.sum(axis=1)
    table["pass_rate"] = table["solved"] / len(points) if len(points) else math.nan
    table["discrimination"] = discrimination(points)
    return table


def discrimination(points: pd.DataFrame) -> pd.Series:
    """Return, for each exercise, the item-rest correlation.

    That is Pearson's correlation between the points for the exercise and those for all others
    together; the exercise itself is left out of the sum, or it would correlate with itself
    (Henrysson 1963, doi:10.1007/BF02289618). It is nan where either does not vary, and for fewer
    than `FEWEST` students.
    """
    rest = -points.sub(points.sum(axis=1), axis=0)
    found = {}
    for name in points:
        varies = len(points) >= FEWEST and points[name].nunique() > 1 and rest[name].nunique() > 1
        found[name] = points[name].corr(rest[name]) if varies else math.nan
    return pd.Series(found, index=points.columns, dtype=float)


def mistakes(reasons: pd.DataFrame) -> pd.DataFrame:
    """Return how many students lost points for each reason: `exercise`, `text`, `is_named`, `hit`.

    Named mistakes come before other reasons, and the most frequent first.
    """
    by_reason = reasons.groupby(["exercise", "text", "is_named"])["student"]
    counted = by_reason.nunique().rename("hit").reset_index()
    return counted.sort_values(
        ["is_named", "hit", "text"], ascending=[False, False, True], ignore_index=True
    )


def tally(guesses: pd.Series, options: tuple[str, ...]) -> dict[str | None, int]:
    """Return how many students chose each option; "" counts other answers, None the lack of one."""
    counted = Counter(guesses)
    return {choice: counted[choice] for choice in (*options, "", None)}


def strugglers(points: pd.DataFrame, tried: pd.DataFrame, most: pd.Series) -> pd.DataFrame:
    """Return a row for each student who needs somebody, those with the fewest points first.

    Columns: `points`; `tried` and `solved`, numbers of exercises; `is_stuck`, who solved less than
    half of what they tried; `stopped`, who tried nothing in the second half of the lesson.
    """
    solved = points.ge(most - 1e-9)
    second_half = tried.iloc[:, tried.shape[1] // 2 :]
    table = pd.DataFrame(
        {
            "points": points.sum(axis=1),
            "tried": tried.sum(axis=1),
            "solved": solved.sum(axis=1),
        }
    )
    table["is_stuck"] = (table["tried"] > 0) & (table["solved"] < table["tried"] / 2)
    table["stopped"] = ~second_half.any(axis=1)
    chosen = table[table["is_stuck"] | table["stopped"]]
    return chosen.sort_values("points", kind="stable")
