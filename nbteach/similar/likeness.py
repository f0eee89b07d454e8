"""How alike two answers are, and how unusual that is in this class, at this exercise.

Their likeness is Dice's coefficient of their fingerprints, 2 |A ∩ B| / (|A| + |B|) (Dice 1945,
doi:10.2307/1932409). Short answers are alike by nature, and so are those whose exercise gives the
formula; so what counts is how rare a likeness is: the share of all pairs of this class that are at
least as alike in this exercise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

__all__ = ["ALIKE", "COMMON", "Likenesses", "compare"]

ALIKE = 80  # percent; below it nothing is listed
COMMON = 0.5  # of all pairs; what is more frequent than that says nothing
_ROWS = 1000  # that are compared with all others at once


@dataclass(frozen=True)
class Likenesses:
    """The answers to one exercise, and the pairs among them that are unusually alike.

    A pair is two positions in the list of answers, `first` smaller and in this class; `percent` is
    its likeness, and `rank` the number of pairs at least as alike, itself included. These four
    have the shape (pairs listed,); `spread` has (101,), the number of pairs at each percent, and
    `answered` (answers,), whether there is something to compare.
    """

    first: np.ndarray
    second: np.ndarray
    percent: np.ndarray
    rank: np.ndarray
    spread: np.ndarray
    answered: np.ndarray

    @property
    def num_pairs(self) -> int:
        """How many pairs were compared."""
        return int(self.spread.sum())

    @property
    def weight(self) -> np.ndarray:
        """How rare: the power of ten in "one of ten", "one of a hundred"; (pairs listed,)."""
        return np.log10(self.num_pairs / self.rank)


def compare(
    answers: Sequence[Collection[int]], num_own: int, people: Sequence[str] = ()
) -> Likenesses:
    """Compare the answers to one exercise.

    Args:
        answers: the fingerprints of each answer, those of this class first; empty where there is
            nothing to compare.
        num_own: how many are this class's. Those of earlier classes are compared with these only.
        people: whose each answer is; what somebody wrote in an earlier class is not compared with
            what the same person writes now. All are different if not given.
    """
    index = _inverted_index(answers)
    sizes = np.array([len(each) for each in answers], dtype=int)
    person = np.unique(people, return_inverse=True)[1] if people else np.arange(len(sizes))
    spread = np.zeros(101, dtype=int)
    found = [np.zeros((3, 0), dtype=int)]
    for top in range(0, num_own, _ROWS):
        rows = np.arange(top, min(top + _ROWS, num_own))
        total = sizes[rows, None] + sizes  # (rows, answers)
        percent = (200 * (index[rows] @ index.T).toarray()) // np.maximum(total, 1)
        is_pair = (np.arange(len(sizes)) > rows[:, None]) & (person != person[rows, None])
        is_pair &= (sizes[rows, None] > 0) & (sizes > 0)
        spread += np.bincount(percent[is_pair], minlength=101)
        first, second = np.nonzero(is_pair & (percent >= ALIKE))
        found.append(np.array([rows[first], second, percent[first, second]]))
    first, second, percent = np.concatenate(found, axis=1)
    rank = spread[::-1].cumsum()[::-1][percent]
    rare = rank <= COMMON * spread.sum()
    return Likenesses(first[rare], second[rare], percent[rare], rank[rare], spread, sizes > 0)


def _inverted_index(answers: Sequence[Collection[int]]) -> csr_array:
    """Return a matrix (answers, fingerprints) of ones where an answer has a fingerprint."""
    columns: dict[int, int] = {}

    def places() -> Iterator[int]:
        for answer in answers:
            yield from (columns.setdefault(each, len(columns)) for each in sorted(answer))

    flat = np.fromiter(places(), dtype=int)
    ends = np.cumsum([0, *map(len, answers)])
    ones = np.ones(len(flat), dtype=np.int32)
    return csr_array((ones, flat, ends), shape=(len(answers), max(len(columns), 1)))
