"""What a playground shows: panels with marks in them. Only numbers, no picture.

A mark with a `series` number has the colour and the dashes of that number; with None it is neutral,
as guides are. Numbers may be sequences, arrays or tensors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

__all__ = [
    "Axis",
    "Band",
    "Bars",
    "Heat",
    "Line",
    "Panel",
    "Points",
    "Scene",
    "SceneError",
    "Text",
    "floats",
]


class SceneError(ValueError):
    """The numbers of a mark do not fit each other, or an axis has no extent."""


@dataclass(frozen=True)
class Axis:
    """One axis of a panel. Its range is fixed, so that what moves is the drawing.

    Where there are `names`, they stand at 0, 1, 2, ... in place of numbers, without rules.
    """

    label: str
    low: float
    high: float
    log: bool = False
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.low < self.high or (self.log and self.low <= 0):
            raise SceneError(
                f"axis {self.label!r} must rise{', from above 0' * self.log}; "
                f"got {self.low:g} to {self.high:g}"
            )


@dataclass(frozen=True)
class Line:
    """A line through x and y, (n,) each; with `markers`, a dot at each point."""

    x: Any
    y: Any
    label: str = ""
    series: int | None = 0
    markers: bool = False

    def __post_init__(self) -> None:
        _same_length(self, self.x, self.y)


@dataclass(frozen=True)
class Points:
    """Dots, or rings, at x and y, (n,) each; `size` is the radius in pixels."""

    x: Any
    y: Any
    label: str = ""
    series: int | None = 0
    size: float = 4
    hollow: bool = False

    def __post_init__(self) -> None:
        _same_length(self, self.x, self.y)


@dataclass(frozen=True)
class Bars:
    """A histogram: bars of `heights`, (n,), between `edges`, (n + 1,), standing on `base`."""

    edges: Any
    heights: Any
    label: str = ""
    series: int | None = 0
    base: float = 0

    def __post_init__(self) -> None:
        _same_length(self, self.edges[1:], self.heights)


@dataclass(frozen=True)
class Band:
    """A shaded range from `low` to `high` of the vertical axis, over the whole width."""

    low: float
    high: float
    label: str = ""


@dataclass(frozen=True)
class Heat:
    """A background of heights z, (rows, columns), from 0 to 1, over the whole panel.

    The first row is the lowest. `levels` bands with a line between them; 0 shades smoothly. A front
    end gets the same z only once.
    """

    z: Any
    levels: int = 12

    def __post_init__(self) -> None:
        if np.ndim(self.z) != 2:
            raise SceneError(f"Heat needs z of shape (rows, columns); got {np.shape(self.z)}")


@dataclass(frozen=True)
class Text:
    """A short text at (x, y)."""

    x: float
    y: float
    text: str
    size: float = 12


@dataclass(frozen=True)
class Panel:
    """A drawing with its axes; later marks cover earlier ones."""

    title: str
    x: Axis
    y: Axis
    marks: Sequence[Line | Points | Bars | Band | Heat | Text]


@dataclass(frozen=True)
class Scene:
    """All that is shown for one position of the controls.

    Args:
        panels: side by side.
        says: one sentence that tells the same in words, for those who cannot see it as well.
        goal: what to reach, if anything; tries are counted for each goal by itself.
        reached: whether this position reaches it; None where it does not count.
    """

    panels: Sequence[Panel]
    says: str
    goal: str = ""
    reached: bool | None = None


def floats(values: Any) -> np.ndarray:
    """Return numbers of any kind as an array of float32; what is too large becomes infinite."""
    if isinstance(values, Tensor):
        values = values.detach().cpu()
    with np.errstate(over="ignore"):
        return np.asarray(values).astype(np.float32)


def _same_length(mark: Any, x: Any, y: Any) -> None:
    if np.ndim(x) != 1 or np.shape(x) != np.shape(y):
        raise SceneError(
            f"the numbers of {type(mark).__name__} do not fit: {np.shape(x)} against {np.shape(y)}"
        )
