"""What can be said of the inputs of a check, and how to change one so that it stays allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from nblib.checks.compare import as_array
from nblib.checks.trial import Input, parameters

__all__ = ["enlarged", "levelled", "perturbed", "places", "reversed_order", "sizes", "twins"]


def perturbed(value: Any) -> Any:
    """Another value of the same kind, near enough to be allowed where this one is."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return 0.7 * value if value else 0.3
    if isinstance(value, torch.Generator):
        return torch.Generator().manual_seed(value.initial_seed() // 2 + 1)
    if isinstance(value, torch.Tensor):
        return 0.7 * value if value.is_floating_point() else value.flip(0) if value.ndim else value
    if isinstance(value, list | tuple) and value:
        return type(value)(map(perturbed, value)) if type(value) in (list, tuple) else value
    return value


def reversed_order(value: Any) -> Any:
    """The same numbers in reverse order, which changes more than their size where they saturate."""
    if isinstance(value, torch.Tensor):
        return value.flip(tuple(range(value.ndim)))
    if isinstance(value, float):
        return 0.4 * value
    if type(value) in (list, tuple):
        return type(value)(map(reversed_order, value))
    return value


def enlarged(value: Any) -> Any:
    """Larger numbers; of classes, the next one."""
    if isinstance(value, torch.Tensor) and value.numel():
        if value.is_floating_point():
            return 3 * value
        return ~value if value.dtype == torch.bool else (value + 1) % (value.max() + 1)
    if isinstance(value, float):
        return 3 * value
    if type(value) in (list, tuple):
        return type(value)(map(enlarged, value))
    return value


def levelled(value: Any) -> Any:
    """The first number in place of all others, in each tensor."""
    if isinstance(value, torch.Tensor) and value.numel() > 1:
        return torch.full_like(value, value.flatten()[0].item(), requires_grad=False)
    if type(value) in (list, tuple):
        return type(value)(map(levelled, value))
    return value


def sizes(answer: Callable[..., Any], on: Input) -> Iterator[tuple[str, float]]:
    """Yield what a factor could be: a number of rows or columns, or a number that was given."""
    if not isinstance(on, tuple):
        return
    names = parameters(answer)
    for i, arg in enumerate(on):
        name = f"`{names[i]}`" if i < len(names) else f"argument {i + 1}"
        if isinstance(arg, int | float) and not isinstance(arg, bool) and arg:
            yield name, float(arg)
        array = as_array(arg)
        if array is not None and array.ndim >= 1:
            yield f"the number of rows of {name}", float(array.shape[0])
            if array.ndim > 1:
                yield f"the number of columns of {name}", float(array.shape[1])
                yield f"the number of entries of {name}", float(array.size)


def places(on: tuple[Any, ...], wanted: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    for arg in on:
        x = as_array(arg)
        if x is not None and x.shape == wanted.shape and x.dtype.kind == "f":
            # Where two of these are the same entries, the plainer one comes first.
            yield "where the input is negative", x < 0
            yield "where the input is positive", x > 0
            yield "where the input is 0", x == 0
            yield "where the input is 0 or negative", x <= 0
            yield "where the input is 0 or positive", x >= 0
            yield "at large inputs", np.abs(x) >= 80
    place = np.indices(wanted.shape)
    for axis, name in enumerate(("row", "column") if wanted.ndim == 2 else ("entry",)):
        if wanted.ndim in (1, 2) and wanted.shape[axis] > 1:
            yield f"in the first {name}", place[axis] == 0
            yield f"in the last {name}", place[axis] == wanted.shape[axis] - 1
    if wanted.ndim == 2:
        yield "on the diagonal", place[0] == place[1]


def twins(on: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the same input with one thing changed, and what it would mean if that were right."""

    def each(change: Callable[[torch.Tensor], torch.Tensor]) -> tuple[Any, ...]:
        tensors = [isinstance(x, torch.Tensor) and x.is_floating_point() for x in on]
        return tuple(change(x) if is_one else x for x, is_one in zip(on, tensors, strict=True))

    floats = [x for x in on if isinstance(x, torch.Tensor) and x.is_floating_point()]
    if not floats:
        return
    other = torch.float32 if floats[0].dtype == torch.float64 else torch.float64
    yield (
        f"For the same numbers in {str(other)[6:]} it is right: which dtype is taken for granted?",
        each(lambda x: x.to(other)),
    )
    if len(floats) == 1 and floats[0].ndim == 2:
        yield (
            "For the same numbers in one row, as a vector, it is right: which shape is taken for "
            "granted?",
            each(lambda x: x.reshape(-1)),
        )
