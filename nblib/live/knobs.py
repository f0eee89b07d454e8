"""The numbers of an optimizer that are turned by hand while it works."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

__all__ = ["LARGEST", "Knobs"]

LARGEST = 1e38  # in float32 there is not much beyond, and PyTorch would raise an error


class Knobs:
    """Some of the hyper-parameters in an optimizer's groups of parameters.

    A value that was set holds, also against a schedule: `hold` puts it back after every step.

    >>> import torch
    >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    >>> knobs = Knobs(optimizer.param_groups, ["lr", "betas"])
    >>> knobs.set("lr", 0.2), knobs.values()
    (True, {'lr': 0.2})
    """

    def __init__(self, groups: list[dict[str, Any]], names: Sequence[str]) -> None:
        """Expose `names`; those that are no numbers in the first group are left out."""
        self._groups = groups
        first = self._groups[0] if self._groups else {}
        self._names = [name for name in names if _is_number(first.get(name))]
        self.held: dict[str, list[float]] = {}  # what was set, a value for each group

    def values(self) -> dict[str, float]:
        """Return what holds now, in the first group of parameters."""
        return {name: float(self._groups[0][name]) for name in self._names}

    def set(self, name: str, value: object) -> bool:
        """Set the value of the first group, and change the others by the same factor.

        Returns:
            Whether it was done: not for an unknown name, and not for what is no
            number from 0 to LARGEST.
        """
        if name not in self._names or not isinstance(value, int | float):
            return False
        if not 0 <= value <= LARGEST:  # neither is nan
            return False
        before = [float(group[name]) for group in self._groups]
        self.held[name] = [value * (old / before[0] if before[0] else 1) for old in before]
        self.hold()
        return True

    def hold(self) -> None:
        """Put back what was set, in case that something else has changed it."""
        for name, values in self.held.items():
            for group, value in zip(self._groups, values, strict=True):
                if isinstance(group[name], Tensor):
                    group[name].fill_(value)
                else:
                    group[name] = value


def _is_number(value: object) -> bool:
    if isinstance(value, Tensor):
        return value.numel() == 1
    return isinstance(value, int | float) and not isinstance(value, bool)
