"""A student's own function in a playground: what it makes of what it is given, or why nothing."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

__all__ = ["Refusal", "call", "number", "parting"]


class Refusal(Exception):
    """There is nothing to draw; the message says why, in a sentence."""


def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return what the function returns; tensors and lists of tensors go to it as copies.

    Raises:
        Refusal: it is not written yet, or it raised an error.
    """
    try:
        return function(*map(_copied, args), **kwargs)
    except NotImplementedError:
        raise Refusal("✗ Solve the exercise first: your function is not written yet.") from None
    except Exception as error:
        message = " ".join(str(error).split())[:200]
        raise Refusal(f"✗ Your function raised {type(error).__name__}: {message}") from error


def _copied(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach().clone()
    return [_copied(item) for item in value] if isinstance(value, list) else value


def number(value: Any) -> float:
    """Return a number that a function gave; raises Refusal if it is none, or nan."""
    try:
        given = float(value)
    except (TypeError, ValueError, RuntimeError):
        raise Refusal(f"✗ Your function gave {value!r:.80}, not a number.") from None
    if math.isnan(given):
        raise Refusal("✗ Your function gave NaN, not a number.")
    return given


def parting(own: Tensor, right: Tensor) -> int | None:
    """Return the first row of `own`, (n, ...), that is not that of `right`, also (n, ...).

    >>> parting(torch.tensor([1.0, 2.0, 4.0]), torch.tensor([1.0, 2.0, 3.0]))
    2
    """
    near = torch.isclose(own, right.to(own.dtype), rtol=1e-3, atol=1e-6, equal_nan=True)
    apart = (~near).reshape(len(near), -1).any(dim=1).nonzero()
    return int(apart[0]) if len(apart) else None
