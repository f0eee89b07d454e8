"""The knobs of a playground: what each shows, where it starts, and which values it lets through."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Button", "Choice", "Control", "Keep", "Slider", "Spot"]


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high`; its value is an int if `step` is one.

    Args:
        name: the argument of the drawing function.
        start: its value at first.
        label: what it is called; by default its name.
        log: move by factors; the value then has three significant digits.
        step: the distance of values, unless `log`; by default 1/200 of the range.
    """

    name: str
    low: float
    high: float
    start: float
    label: str = ""
    log: bool = False
    step: float | None = None

    def __post_init__(self) -> None:
        if not self.low <= self.start <= self.high or (self.log and self.low <= 0):
            raise ValueError(
                f"slider {self.name!r} needs {'0 < ' * self.log}low <= start <= high; "
                f"got {self.low}, {self.start}, {self.high}"
            )

    def read(self, raw: Any) -> float:
        """Return the nearest value that the slider has; raises ValueError for what is no number.

        >>> Slider("lr", 1e-4, 1, 0.1, log=True).read("0.0123456")
        0.0123
        """
        value = float(raw)
        if math.isnan(value):
            raise ValueError(f"{self.name} is not a number")
        value = min(max(value, self.low), self.high)
        if self.log:
            return float(f"{value:.3g}")
        step = self.step or (self.high - self.low) / 200
        value = min(self.low + round((value - self.low) / step) * step, self.high)
        return round(value) if isinstance(step, int) else float(f"{value:.6g}")


@dataclass(frozen=True)
class Choice:
    """One of several `options`; at first `start`, by default the first of them."""

    name: str
    options: Sequence[str]
    start: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", self.read(self.start or self.options[0]))

    def read(self, raw: Any) -> str:
        """Return an option; raises ValueError for anything else."""
        if raw not in self.options:
            raise ValueError(f"{self.name} is {raw!r}; there are {', '.join(self.options)}")
        return str(raw)


@dataclass(frozen=True)
class Button:
    """Something to press; its value counts how often, from 0: a good seed for new random data."""

    name: str
    label: str
    start: int = 0

    def read(self, raw: Any) -> int:
        """Return the count."""
        return int(raw)


@dataclass(frozen=True)
class Spot:
    """A place chosen by click, drag or arrow keys; its value is (x, y), or None before that.

    Args:
        name: the argument of the drawing function.
        panel: the number of the panel to be clicked.
        label: what is chosen there, e.g. "the start".
        cleared_by: names of the controls that make it None again.
    """

    name: str
    panel: int = 0
    label: str = ""
    cleared_by: Sequence[str] = ()
    start: None = None

    def read(self, raw: Any) -> tuple[float, float] | None:
        """Return the place; raises ValueError unless it is two finite numbers, or None."""
        if raw is None:
            return None
        x, y = (float(f"{float(value):.4g}") for value in raw)
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError(f"{self.name} is not a place: {x}, {y}")
        return x, y


@dataclass(frozen=True)
class Keep:
    """A button that keeps where a Spot is; its value is the tuple of all places kept, at first ().

    Args:
        name: the argument of the drawing function.
        label: what the button says.
        spot: the name of the Spot. A place is what it is then: (x, y), or None before any choice.
        most: presses beyond so many change nothing.
    """

    name: str
    label: str
    spot: str
    most: int
    start: tuple[()] = ()

    def read(self, raw: Any) -> int:
        """Return how many places there should be; raises for what is neither count nor list."""
        return len(raw) if isinstance(raw, list | tuple) else int(raw)

    def kept(self, before: tuple[Any, ...], count: int, place: Any) -> tuple[Any, ...]:
        """Return the places after a message: one more, fewer, or the same."""
        return (*before, place)[: min(count, self.most)]


Control = Slider | Choice | Button | Spot | Keep
