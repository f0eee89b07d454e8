"""The settings of a sweep: every combination of what varies, and how each is called."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from numbers import Real
from typing import Any

from nblib.sweep.errors import SweepError
from nblib.sweep.optimizers import RULES

__all__ = ["HYPERPARAMETERS", "combinations", "labels", "named", "shown"]

HYPERPARAMETERS = frozenset(name for rule in RULES.values() for name in rule.defaults)


def combinations(axes: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return the settings of each member of a sweep, those of the last axis changing fastest.

    Args:
        axes: `optimizer` and other settings, each one value or several of them in a list, range
            or array (a tuple is one value), or a mapping from an optimizer to such. An optimizer
            that is not in the mapping has its default.

    Raises:
        SweepError: an optimizer or number is none, or there is nothing, or twice the same, to try.

    >>> combinations({"optimizer": ["SGD", "Adam"], "lr": {"SGD": [0.1, 1.0]}})
    ... # doctest: +NORMALIZE_WHITESPACE
    [{'optimizer': 'SGD', 'lr': 0.1}, {'optimizer': 'SGD', 'lr': 1.0},
     {'optimizer': 'Adam', 'lr': 0.001}]
    """
    optimizers = _values("optimizer", axes["optimizer"])
    if unknown := [name for name in optimizers if name not in RULES]:
        raise SweepError(f"no optimizer {unknown[0]!r}; there are {', '.join(RULES)}")
    members = []
    for optimizer in optimizers:
        own = {name: _values(name, axis) for name, axis in _axes_of(optimizer, optimizers, axes)}
        members += [
            dict(zip(own, values, strict=True)) for values in itertools.product(*own.values())
        ]
    return members


def _axes_of(
    optimizer: str, optimizers: list[str], axes: Mapping[str, object]
) -> Iterator[tuple[str, object]]:
    defaults = RULES[optimizer].defaults
    for name, axis in axes.items():
        if name == "optimizer":
            yield name, optimizer
        elif isinstance(axis, Mapping):
            if stray := axis.keys() - set(optimizers):
                raise SweepError(f"{name} has values for {stray}, but the sweep is of {optimizers}")
            if optimizer in axis:
                yield name, axis[optimizer]
            elif name in defaults:
                yield name, defaults[name]
        elif name in HYPERPARAMETERS and name not in defaults:
            raise SweepError(
                f"{optimizer} has no {name}, only {', '.join(defaults)}. Say which optimizers it "
                f"is for: {name}={{...: {axis!r}}}"
            )
        else:
            yield name, axis


def _values(name: str, axis: Any) -> list[Any]:
    if hasattr(axis, "tolist"):  # an array or tensor
        axis = axis.tolist()
    is_one = isinstance(axis, str | tuple) or not isinstance(axis, Iterable)
    values = [axis] if is_one else list(axis)
    if not values:
        raise SweepError(f"{name} is empty: give at least one value")
    if name in HYPERPARAMETERS and not all(isinstance(value, Real) for value in values):
        raise SweepError(f"{name} must be numbers, got {axis!r}")
    if len({shown(value) for value in values}) < len(values):
        raise SweepError(
            f"{name} has twice the same value or name: {[shown(value) for value in values]}. "
            "Functions need names of their own (def, not lambda)."
        )
    return values


def shown(value: Any) -> Any:
    """Return how a table shows the value: numbers and text as they are, the rest by name.

    >>> shown(0.1), shown(len), shown((64, 10))
    (0.1, 'len', '(64, 10)')
    """
    if value is None or isinstance(value, Real | str):
        return value
    return getattr(value, "__name__", str(value))


def named(name: str, value: Any) -> str:
    """Return a setting for a legend: text stands for itself, numbers get their name.

    >>> named("optimizer", "Adam"), named("lr", 0.010)
    ('Adam', 'lr=0.01')
    """
    if isinstance(value, str):
        return value
    return f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"


def labels(members: list[dict[str, Any]]) -> list[str]:
    """Return for each member the settings in which it differs from others.

    >>> labels([{"lr": 0.1, "beta": 0.9, "seed": 0}, {"lr": 0.1, "beta": 0.9, "seed": 1}])
    ['seed=0', 'seed=1']
    """
    varying = [
        name
        for name in dict.fromkeys(itertools.chain.from_iterable(members))
        if len({shown(member.get(name)) for member in members}) > 1
    ]
    return [
        " ".join(named(name, shown(member[name])) for name in varying if name in member) or "model"
        for member in members
    ]
