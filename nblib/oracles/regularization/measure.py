"""What can be told of an answer that draws at random: facts that every right answer shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.compare import mismatch

__all__ = ["Play", "draws", "form", "insist_on_form", "insist_on_going_on", "snapped"]

Play = Callable[[Callable[..., Any]], Any]


def snapped(value: float, *known: float, within: float = 0.05) -> float:
    """Return the known value nearest to `value`, or `value`, rounded, if none is so near.

    What is drawn comes out a little different each time; snapped, it is the same each time.

    >>> snapped(0.247, 0.25, 0.75), snapped(0.4, 0.25, 0.75)
    (0.25, 0.4)
    """
    near = min(known, key=lambda each: abs(each - value))
    return near if abs(near - value) <= within else round(value, 2)


def form(result: Any, like: Tensor) -> tuple[dict[str, Any], bool]:
    """Return the form of a result as facts, and whether it is a tensor of the shape of `like`."""
    if not isinstance(result, Tensor):
        return {"no tensor came": result}, False
    facts = {"shape": tuple(result.shape), "dtype": str(result.dtype).removeprefix("torch.")}
    if result.shape == like.shape:
        return facts, True
    return facts | {"sum of all numbers": round(result.double().sum().item(), 3)}, False


def insist_on_form(check: Exercise, result: Any, like: Tensor) -> None:
    """Check that a result is a tensor of the shape of `like`."""
    what = type(result).__name__
    check.that(isinstance(result, Tensor), f"A tensor is wanted, of type {what} is what came.")
    shapes = {"shape_given": tuple(like.shape), "shape_returned": tuple(result.shape)}
    check.that(
        result.shape == like.shape, "The result has another shape than what was given.", **shapes
    )


def draws(function: Callable[..., Any], *args: Any) -> tuple[Any, dict[str, bool]]:
    """Return what `function(*args, generator)` gives, and how that depends on the generator."""
    one, again, other = (function(*args, torch.Generator().manual_seed(seed)) for seed in (3, 3, 8))
    return one, {
        "the same generator, the same draws": _equal(one, again),
        "another generator, other draws": not _equal(one, other),
    }


def insist_on_going_on(check: Exercise, function: Callable[..., Any], *args: Any) -> None:
    """Check that two calls with one and the same generator draw differently."""
    generator = torch.Generator().manual_seed(5)
    first, second = (function(*args, generator) for _ in range(2))
    check.that(
        not _equal(first, second),
        "Two calls in a row draw the same. Draw from `generator` itself: it goes on by itself.",
    )


def _equal(one: Any, other: Any) -> bool:
    return mismatch(one, other, rtol=0, atol=0) is None
