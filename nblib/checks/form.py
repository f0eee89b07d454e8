"""Is what came the kind of thing that is wanted at all? Facts that are seen at one glance."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

import torch

from nblib.checks.compare import as_array, describe, mismatch

__all__ = ["form"]

NO_RETURN = "Your function returned None: is the `return` missing?"


def form(wanted: Any, came: Any) -> str:
    """Return what is wrong with the form of a result, in a sentence, or "".

    >>> form([1.0, 2.0], None)
    'Your function returned None: is the `return` missing?'
    >>> form(([1.0, 2.0], 3), (3, [1.0, 2.0]))
    'The two results are exchanged.'
    >>> form([1.0, 2.0], [1.0, None])
    'The part with index 1 of what you return is None.'
    """
    if wanted is None or isinstance(wanted, str):
        return NO_RETURN if came is None and wanted is not None else ""
    for is_so, sentence in (
        (came is None, NO_RETURN),
        (isinstance(came, types.GeneratorType), "A generator came: make a list of it, `[...]`."),
        (
            isinstance(came, torch.nn.Module),
            "A network came, an `nn.Module`, and something else is wanted.",
        ),
        (_is_function(came), "A function came, not what it gives: are its brackets `()` missing?"),
        (isinstance(came, str), f"A text came, {describe(came)}, and no number."),
    ):
        if is_so:
            return sentence
    if isinstance(wanted, tuple) or (isinstance(wanted, list) and as_array(wanted) is None):
        return _parts(wanted, came)
    if isinstance(wanted, Mapping):  # its keys may be the answer's own affair, as in a state
        is_one = isinstance(came, Mapping)
        return "" if is_one else f"A dictionary is wanted, {describe(came)} came."
    array, number = as_array(came, nested=True), as_array(wanted)
    if array is not None and number is not None and number.size == 1 < array.size:
        return f"One number is wanted, and {array.size} came."
    is_list = isinstance(wanted, torch.Tensor) and isinstance(came, list | tuple)
    if is_list and wanted.ndim and _equal(came, wanted):
        return "The numbers are right, in a list: a tensor is wanted, `torch.tensor(...)`."
    if isinstance(came, list | tuple) and as_array(came, nested=True) is None:
        if number is not None and number.shape == (len(came),):  # as many as are wanted
            return next((_none(i) for i, part in enumerate(came) if part is None), "")
        count = f"{len(came)} values came where one is wanted"
        same = next((i for i, part in enumerate(came) if _equal(part, wanted)), None)
        return f"{count}." if same is None else f"{count}. Return the one with index {same} alone."
    return ""


def _parts(wanted: Any, came: Any) -> str:
    is_pair = isinstance(wanted, tuple)
    several = (
        f"{len(wanted)} results are wanted" if is_pair else f"{len(wanted)} in a list are wanted"
    )
    if not isinstance(came, list | tuple):
        if isinstance(came, Mapping):
            return f"{several}, a dictionary came."
        if isinstance(came, torch.Tensor) and not is_pair:
            return "A list is wanted, a tensor came: `.tolist()` makes one of it."
        found = next((i for i, part in enumerate(wanted) if _equal(came, part)), None)
        which = "" if found is None else f", the one with index {found}"
        return f"{several}, one came{which}."
    if isinstance(wanted, tuple) and len(wanted) == 2 == len(came):
        there = [form(w, c) for w, c in zip(wanted, came, strict=True)]
        if (any(there) or not _equal(came, wanted)) and all(map(_fits, came[::-1], wanted)):
            return "The two results are exchanged."
    if len(came) != len(wanted):
        is_one = isinstance(wanted, tuple) and isinstance(came, list)
        return (
            f"{several}, {f'one came, a list of {len(came)}' if is_one else f'{len(came)} came'}."
        )
    for i, (part, got) in enumerate(zip(wanted, came, strict=True)):
        if got is None and part is not None:
            return _none(i)
        if inner := form(part, got):
            return f"In the part with index {i}: {inner[0].lower()}{inner[1:]}"
    return ""


def _none(place: int) -> str:
    return f"The part with index {place} of what you return is None."


def _fits(came: Any, wanted: Any) -> bool:
    """Whether a part is the right one; the keys of a dictionary may be the answer's own affair."""
    if isinstance(wanted, Mapping):
        return isinstance(came, Mapping)
    return _equal(came, wanted)


def _is_function(value: Any) -> bool:
    kinds = types.FunctionType | types.MethodType | types.BuiltinFunctionType | Callable
    return isinstance(value, kinds) and as_array(value) is None and not isinstance(value, Mapping)


def _equal(came: Any, wanted: Any) -> bool:
    return mismatch(came, wanted, rtol=1e-4, atol=1e-6) is None
