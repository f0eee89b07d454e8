"""The numbers of a live panel on their way to the page: what is new, in one binary message."""

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["Feed"]

Message = tuple[dict[str, Any], list[bytes]]  # JSON, and float32 pairs of step and value

# 800 kB: Jupyter's server holds messages back above 1 MB a second.
_MAX_POINTS_IN_SNAPSHOT = 100_000


class Feed:
    """The curves of several runs, each a row of points (step, value) in float32.

    >>> feed = Feed()
    >>> feed.begin("run 1")
    >>> feed.add("loss", [(1, 2.3), (2, 1.9)])
    >>> content, buffers = feed.news()
    >>> content["curves"], len(buffers[0])
    ([(0, 'loss', 2, 2)], 16)
    >>> feed.news()[0]["curves"]
    []
    """

    def __init__(self) -> None:
        self._labels: list[str] = []
        self._points: dict[tuple[int, str], array[float]] = {}  # by run and name
        self._marks: list[tuple[int, int, str]] = []  # run, step, text
        self._sent: dict[tuple[int, str], int] = {}
        self._num_marks_sent = 0
        self._number = 0  # of the last message, so that the page knows when it missed one

    def begin(self, label: str) -> None:
        """Begin a run; what is added from now on belongs to it."""
        self._labels.append(label)

    def add(self, name: str, points: Sequence[tuple[int, float]] | np.ndarray) -> None:
        """Add points (n, 2), each a step and a value, to a curve of the present run."""
        curve = self._points.setdefault((len(self._labels) - 1, name), array("f"))
        curve.frombytes(np.asarray(points, np.float32).tobytes())

    def mark(self, step: int, text: str) -> None:
        """Write a remark at a step of the present run."""
        self._marks.append((len(self._labels) - 1, step, text))

    def news(self) -> Message:
        """Return what was added since the last call."""
        self._number += 1
        parts = {
            key: np.frombuffer(curve, np.float32)[self._sent.get(key, 0) :].copy()
            for key, curve in self._points.items()
            if len(curve) > self._sent.get(key, 0)
        }
        self._sent.update((key, len(self._points[key])) for key in parts)
        marks = self._marks[self._num_marks_sent :]
        self._num_marks_sent = len(self._marks)
        return self._message("news", parts, marks)

    def snapshot(self) -> Message:
        """Return all that `news` has handed out so far; long curves are thinned."""
        limit = _MAX_POINTS_IN_SNAPSHOT // max(1, len(self._sent))
        parts = {
            key: _thinned(np.frombuffer(self._points[key], np.float32)[:sent].reshape(-1, 2), limit)
            for key, sent in self._sent.items()
        }
        return self._message("snapshot", parts, self._marks[: self._num_marks_sent])

    def _message(
        self,
        kind: str,
        parts: dict[tuple[int, str], np.ndarray],
        marks: list[tuple[int, int, str]],
    ) -> Message:
        content = {
            "kind": kind,
            "number": self._number,
            "runs": self._labels,
            "curves": [
                (run, name, part.size // 2, len(self._points[run, name]) // 2)
                for (run, name), part in parts.items()
            ],  # run, name, how many points come here, how many there are
            "marks": marks,
        }
        return content, [part.tobytes() for part in parts.values()]


def _thinned(points: np.ndarray, limit: int) -> np.ndarray:
    """Return at most `limit` of the points (n, 2): of each stretch the lowest and the highest."""
    if len(points) <= limit:
        return points
    width = -(-2 * len(points) // (limit - 1))
    whole = len(points) // width * width
    values = points[:whole, 1].reshape(-1, width)  # (stretches, width)
    starts = np.arange(0, whole, width)
    chosen = np.stack([starts + values.argmin(axis=1), starts + values.argmax(axis=1)])
    return points[np.unique(np.append(chosen, len(points) - 1))]
