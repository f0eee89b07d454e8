"""What was measured at which step. Only numbers: no torch, no picture."""

import math
import operator
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, SupportsFloat, SupportsIndex

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["History", "StepError", "UnknownMetricError"]


class StepError(ValueError):
    """A step was recorded that lies before the last one of the same metric."""


class UnknownMetricError(LookupError):
    """A metric was asked for that was never recorded."""


class History:
    """The values of each metric, with the steps at which they were measured.

    >>> history = History()
    >>> history.record(1, loss=2.3)
    >>> history.record(2, loss=1.9, accuracy=0.4)
    >>> history["loss"]
    [2.3, 1.9]
    >>> history.steps("accuracy")
    [2]
    >>> history
    History(loss: 2 values, last 1.9; accuracy: 1 value, last 0.4)
    """

    def __init__(self) -> None:
        # One list of pairs, so that a reader in another thread never sees a step without its value.
        self._points: dict[str, list[tuple[int, float]]] = {}

    def record(self, step: SupportsIndex, /, **metrics: SupportsFloat) -> None:
        """Add one value per metric, measured at `step`.

        Args:
            step: not before the last step of any metric given.
            metrics: numbers, or tensors of one element.

        Raises:
            StepError: the step lies before the last one; nothing is recorded then.
        """
        at = operator.index(step)
        values = {name: float(value) for name, value in metrics.items()}
        for name in values:
            if name in self and at < self.steps(name)[-1]:
                raise StepError(
                    f"{name!r} has a value at step {self.steps(name)[-1]} already, so step {at} "
                    "comes too late. Count on, or begin a new History for a new run."
                )
        for name, value in values.items():
            self._points.setdefault(name, []).append((at, value))

    @property
    def names(self) -> tuple[str, ...]:
        """The recorded metrics, in the order of their first value."""
        return tuple(self._points)

    def __getitem__(self, name: str) -> list[float]:
        """Return a copy of all values of a metric; raises UnknownMetricError."""
        return [value for _, value in self._of(name)]

    def steps(self, name: str) -> list[int]:
        """Return a copy of the steps of a metric, one per value; raises UnknownMetricError."""
        return [step for step, _ in self._of(name)]

    def points(self, name: str, start: int = 0) -> list[tuple[int, float]]:
        """Return (step, value) of a metric from the `start`-th on; raises UnknownMetricError."""
        return self._of(name)[start:]

    def last(self, name: str) -> float:
        """Return the newest value of a metric; raises UnknownMetricError."""
        return self._of(name)[-1][1]

    def _of(self, name: str) -> list[tuple[int, float]]:
        try:
            return self._points[name]
        except KeyError:
            known = ", ".join(self.names) or "nothing yet"
            raise UnknownMetricError(f"no metric {name!r}; recorded: {known}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._points

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, History) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]  # it changes, and so would its hash

    def __repr__(self) -> str:
        parts = (
            f"{name}: {len(points)} value{'s' * (len(points) > 1)}, last {points[-1][1]:.4g}"
            for name, points in self._points.items()
        )
        return f"History({'; '.join(parts)})"

    def to_dict(self) -> dict[str, dict[str, list[Any]]]:
        """Return `{metric: {"steps": [...], "values": [...]}}`, fit for JSON.

        JSON has no nan and no infinity; they become the strings "nan", "inf" and "-inf".
        """
        return {
            name: {
                "steps": self.steps(name),
                "values": [value if math.isfinite(value) else str(value) for value in self[name]],
            }
            for name in self
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Mapping[str, list[Any]]]) -> "History":
        """Return the history that `to_dict` made `data` of.

        Raises:
            ValueError: a metric has more steps than values or the reverse, or goes backwards.
        """
        history = cls()
        for name, points in data.items():
            for step, value in zip(points["steps"], points["values"], strict=True):
                history.record(step, **{name: value})
        return history

    def to_frame(self) -> "pd.DataFrame":
        """Return a tidy table with the columns metric, step and value, one row per value."""
        import pandas as pd

        rows = [(name, step, value) for name in self for step, value in self._points[name]]
        return pd.DataFrame(rows, columns=["metric", "step", "value"])
