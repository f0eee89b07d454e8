"""What to teach again: the exercises at which the most students who tried did not arrive."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["Advice", "advice"]

_AT_MOST = 3
_SHARE, _COUNT = 0.2, 2  # below either, a word with those few is better than a lesson for all


@dataclass(frozen=True)
class Advice:
    """One exercise to teach again, and the mistakes to speak about, with how many made each."""

    exercise: str
    tried: int
    failed: int
    mistakes: tuple[tuple[str, int], ...]


def advice(table: pd.DataFrame, mistakes: pd.DataFrame) -> list[Advice]:
    """Return at most three, the most failed first.

    Args:
        table: from `items.item_table`.
        mistakes: from `items.mistakes`; those that the checks named are told.
    """
    failed = table["partly"] + table["wrong"]
    tried = failed + table["solved"]
    chosen = failed[(failed >= _COUNT) & (failed >= _SHARE * tried)]
    found = []
    for name in chosen.sort_values(ascending=False, kind="stable").index[:_AT_MOST]:
        mine = mistakes[(mistakes["exercise"] == name) & mistakes["is_named"]].head(_AT_MOST)
        said = tuple(zip(mine["text"], map(int, mine["hit"]), strict=True))
        found.append(Advice(str(name), int(tried[name]), int(failed[name]), said))
    return found
