"""Counts that tell on nobody: in a class of five, "1 student" has a face.

On the page without names a count below `FEW` is "a few". Where counts add up to a known total, so
many more are withheld that none can be worked out from the rest. (Primary and secondary
suppression; Hundepool et al. 2012, Statistical Disclosure Control, chapter 4.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["FEW", "Counts"]

FEW = 5


@dataclass(frozen=True)
class Counts:
    """How counts of students are written and drawn; `exact` where the page names them anyway."""

    exact: bool

    def told(self, count: int, of: int | None = None) -> str:
        """Return a count, of so many if that number is known, in words where it must not be told.

        >>> counts = Counts(exact=False)
        >>> [counts.told(n, of=60) for n in (0, 3, 20, 58, 60)], counts.told(3, of=6)
        (['0', 'a few', '20', 'all but a few', '60'], 'some')
        """
        if of is not None:
            return self.column([count, of - count])[0]
        return str(count) if self.exact or not 0 < count < FEW else "a few"

    def column(self, counts: Sequence[int]) -> list[str]:
        """Return counts whose sum is known.

        The smallest are withheld, until there are more than `FEW` students among the withheld.

        >>> Counts(exact=False).column([40, 12, 2, 6])
        ['40', '12', 'a few', 'some']
        """
        total, hidden, withheld = sum(counts), 0, set[int]()
        for at in sorted(range(len(counts)), key=counts.__getitem__):
            is_due = counts[at] < FEW or 0 < hidden <= FEW
            if not self.exact and counts[at] and is_due:
                hidden += counts[at]
                withheld.add(at)
        return [
            _words(count, total) if at in withheld else str(count)
            for at, count in enumerate(counts)
        ]

    def drawn(self, count: int) -> float:
        """Return how long the bar of a count is drawn: all that are few have one length."""
        return FEW / 2 if not self.exact and 0 < count < FEW else count

    def share(self, count: int, of: int) -> str:
        """Return a percentage, or the bound that words leave.

        >>> [Counts(exact=False).share(n, of=60) for n in (0, 3, 30, 58)]
        ['0 %', '< 8 %', '50 %', '> 92 %']
        """
        told = self.told(count, of)
        bounds = {
            "some": "–",
            "a few": f"< {100 * FEW / of:.0f} %",
            "all but a few": f"> {100 * (of - FEW) / of:.0f} %",
        }
        return bounds.get(told, f"{100 * count / of:.0f} %")


def _words(count: int, total: int) -> str:
    is_few, is_rest_few = count < FEW, total - count < FEW
    if is_few == is_rest_few:
        return "some"
    return "a few" if is_few else "all but a few"
