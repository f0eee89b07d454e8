"""Samples of an answer: winnowing (Schleimer, Wilkerson and Aiken 2003, doi:10.1145/872757.872770).

Statements are sampled each for itself, so that their order does not matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from nbteach.similar.tokens import Token

__all__ = ["NOISE", "WINDOW", "Prints", "fingerprints", "winnow"]

NOISE = 4  # symbols: what two answers share below that says nothing (k, the noise threshold)
WINDOW = 2  # what they share of NOISE + WINDOW - 1 symbols or more is found (t, the guarantee)

# By fingerprint, the pieces of text that it stands for: start and end of each.
Prints = dict[int, list[tuple[int, int]]]


def fingerprints(answer: Iterable[Sequence[Token]], window: int = WINDOW) -> Prints:
    """Return the fingerprints of an answer's statements, and where they stand; all for window 1."""
    found: Prints = {}
    for statement in answer:
        hashes = _hashes(statement)
        for at in winnow(hashes, window):
            place = statement[at].start, statement[at + NOISE - 1].end
            found.setdefault(hashes[at], []).append(place)
    return found


def winnow(hashes: Sequence[int], window: int) -> list[int]:
    """Return the positions of the least hash of each window, the last one where several are least.

    A list that is shorter than a window is one window.

    >>> winnow([77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98], window=4)
    [3, 6, 8, 11, 15]
    """
    chosen: dict[int, None] = {}
    for first in range(max(len(hashes) - window + 1, min(len(hashes), 1))):
        inside = range(first, min(first + window, len(hashes)))
        chosen[min(inside, key=lambda at: (hashes[at], -at))] = None
    return [*chosen]


def _hashes(statement: Sequence[Token]) -> list[int]:
    """Return a hash of each run of `NOISE` symbols, the same in every process."""
    symbols = [token.symbol for token in statement]
    runs = (" ".join(symbols[at : at + NOISE]) for at in range(len(symbols) - NOISE + 1))
    digests = (hashlib.blake2b(run.encode(), digest_size=8).digest() for run in runs)
    return [int.from_bytes(digest, "big") for digest in digests]
