"""One playground at work: its controls, what they show, and how often its goal was tried."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nblib.playground.controls import Control, Keep, Spot
from nblib.playground.scene import Scene

__all__ = ["Draw", "Play"]

Draw = Callable[..., Scene]


class Play:
    """One playground at work: where its controls stand, what they show, how often they were tried.

    Args:
        title: what it is about.
        draw: the values of all controls, by name → Scene; without side effects.
        controls: in the order in which they are shown.
    """

    def __init__(self, title: str, draw: Draw, controls: Sequence[Control]) -> None:
        self.title, self.controls, self._draw = title, tuple(controls), draw
        self.values: dict[str, Any] = {control.name: control.start for control in controls}
        self.scene: Scene = draw(**self.values)
        self._counted = dict(self.values)
        self._tries: dict[str, int] = {}
        self._reached_at: dict[str, int] = {}

    def move(self, values: Mapping[str, Any]) -> Scene:
        """Set controls and draw anew.

        Raises:
            KeyError: a name that no control has.
            ValueError: a value that its control does not have. Nothing has changed then.
        """
        by_name = {control.name: control for control in self.controls}
        read: dict[str, Any] = {name: by_name[name].read(value) for name, value in values.items()}
        here = self.values | read
        for keep in self.controls:
            if isinstance(keep, Keep) and keep.name in read:
                kept, count = self.values[keep.name], read[keep.name]
                read[keep.name] = keep.kept(kept, count, here[keep.spot])
        changed = {name for name, value in read.items() if value != self.values[name]}
        for control in self.controls:
            if isinstance(control, Spot) and changed.intersection(control.cleared_by):
                read[control.name] = None
        new = self.values | read
        if new != self.values:
            self.scene = self._draw(**new)
            self.values = new
        return self.scene

    def settle(self) -> None:
        """Count a try, if the controls stand elsewhere than at the last one."""
        if self.values == self._counted:
            return
        self._counted = dict(self.values)
        if self.scene.reached is None:
            return
        goal = self.scene.goal
        self._tries[goal] = self._tries.get(goal, 0) + 1
        if self.scene.reached:
            self._reached_at.setdefault(goal, self._tries[goal])

    @property
    def score(self) -> str:
        """How the goal of the present scene stands: a sign and words."""
        tries = self._tries.get(self.scene.goal, 0)
        if at := self._reached_at.get(self.scene.goal):
            return f"✓ reached on try {at}"
        return f"○ not yet reached · {tries} {'try' if tries == 1 else 'tries'}"
