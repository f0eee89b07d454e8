"""Compare what came with what was expected, and say in a few words where they part."""

from __future__ import annotations

from array import array as numbers
from collections import UserList, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

__all__ = ["LISTS", "Mismatch", "as_array", "describe", "mismatch"]

# Relative and absolute tolerance by the coarser of the two precisions. Right answers written in
# different ways differ by a few units in the last place per step; these leave a hundredfold margin.
_TOLERANCES = {2: (1e-2, 1e-3), 4: (1e-4, 1e-6), 8: (1e-7, 1e-9)}
LISTS = list | tuple | deque | UserList | range | numbers
_NUMBERS = frozenset((bool, int, float))
_LONGEST_PICTURE = 12, 32  # rows, columns


@dataclass(frozen=True)
class Mismatch:
    """The first difference between two nested values, in words."""

    path: str  # where in the nested value, e.g. "[1]"; empty at the top
    expected: str
    got: str
    detail: str = ""
    picture: str = ""  # a map of the entries that differ


def mismatch(
    actual: Any, expected: Any, *, rtol: float | None = None, atol: float | None = None
) -> Mismatch | None:
    """Return the first difference between two values, or None where they agree.

    Numbers, NumPy arrays and tensors of any device are compared by value: shapes must agree, except
    that one number may come in any shape. Lists, tuples and what is used like them are
    interchangeable; dictionaries must have the same keys; anything else must be equal. NaN agrees
    with NaN.

    `rtol` and `atol` default to a tolerance for the coarser precision of the two values, where an
    `actual` in half precision counts as single: |actual − expected| ≤ atol + rtol·|expected|.
    """
    return _mismatch(actual, expected, rtol, atol, path="")


def _mismatch(
    actual: Any, expected: Any, rtol: float | None, atol: float | None, path: str
) -> Mismatch | None:
    if isinstance(expected, Mapping):
        if not isinstance(actual, Mapping) or set(actual) != set(expected):
            return Mismatch(path, describe(expected), describe(actual))
        pairs: Any = [(repr(key), actual[key], expected[key]) for key in expected]
    elif _is_list_of_parts(expected) and as_array(actual) is None:
        if not isinstance(actual, Sequence) or isinstance(actual, str):
            return Mismatch(path, describe(expected), describe(actual))
        if len(actual) != len(expected):
            detail = f"{len(expected)} values are wanted, {len(actual)} came"
            return Mismatch(path, describe(expected), describe(actual), detail)
        pairs = [(i, *pair) for i, pair in enumerate(zip(actual, expected, strict=True))]
    elif (wanted := as_array(expected, nested=True)) is not None:
        return _array_mismatch(actual, expected, wanted, rtol, atol, path)
    else:
        is_text = isinstance(actual, str) and isinstance(expected, str)  # perhaps NumPy's
        is_of_kind = is_text or (
            type(actual) is type(expected) and not isinstance(expected, LISTS)
        )  # a list comes here if its parts are of several shapes, and those of `actual` are numbers
        same = is_of_kind and actual == expected
        return None if same else Mismatch(path, describe(expected), describe(actual))
    found = (_mismatch(a, e, rtol, atol, f"{path}[{key}]") for key, a, e in pairs)
    return next((difference for difference in found if difference), None)


def _array_mismatch(
    actual: Any,
    expected: Any,
    wanted: np.ndarray,
    rtol: float | None,
    atol: float | None,
    path: str,
) -> Mismatch | None:
    came = as_array(actual, nested=True)
    if came is None:
        return Mismatch(path, describe(expected), describe(actual))
    if came.shape != wanted.shape:
        if not came.size == wanted.size == 1:
            detail = f"shape {wanted.shape} is wanted, shape {came.shape} came"
            return Mismatch(path, describe(expected), describe(actual), detail)
        came = came.reshape(wanted.shape)
    # Who answers in half precision is not judged more mildly for it.
    default_rtol, default_atol = _TOLERANCES[min(max(_precision(came), 4), _precision(wanted))]
    rtol, atol = default_rtol if rtol is None else rtol, default_atol if atol is None else atol
    a, e = came.astype(np.float64), wanted.astype(np.float64)
    wrong = ~np.isclose(a, e, rtol=rtol, atol=atol, equal_nan=True)
    if not wrong.any():
        return None
    words = describe(expected), describe(actual)
    if words[0] == words[1]:  # two equal numbers would explain nothing
        words = _exact(e, wrong), _exact(a, wrong)
    return Mismatch(path, *words, _where(a, e, wrong), _picture(wrong))


def _exact(array: np.ndarray, wrong: np.ndarray) -> str:
    return f"{array[wrong].flat[0]:.17g}" + " at the first place that differs" * (array.size > 1)


def _where(a: np.ndarray, e: np.ndarray, wrong: np.ndarray) -> str:
    """Name the entry that is farthest off, relative to its size."""
    with np.errstate(all="ignore"):
        error = np.where(wrong, np.abs(a - e) / np.maximum(np.abs(e), 1e-12), 0.0)
    error = np.where(wrong & ~np.isfinite(error), np.inf, error)
    worst = np.unravel_index(int(error.argmax()), error.shape)
    if a.size == 1:
        return f"relative error {error[worst]:.3g}"
    place = ", ".join(str(int(i)) for i in worst)
    return (
        f"{int(wrong.sum())} of {wrong.size} entries differ; the largest relative error is "
        f"{error[worst]:.3g}, at [{place}]: expected {e[worst]:.6g}, got {a[worst]:.6g}"
    )


def _picture(wrong: np.ndarray) -> str:
    rows = np.atleast_2d(wrong)
    if rows.ndim > 2 or rows.size < 4 or rows.all():
        return ""
    if rows.shape[0] > _LONGEST_PICTURE[0] or rows.shape[1] > _LONGEST_PICTURE[1]:
        return ""
    return "\n".join(" ".join("✗" if entry else "·" for entry in row) for row in rows)


def describe(value: Any) -> str:
    """Write a value in a line: small ones whole, large ones by shape, dtype and range."""
    array = as_array(value)
    if array is None:
        return _describe_other(value)
    if array.ndim == 0:
        return f"{array.item():.7g}" if array.dtype.kind == "f" else str(array.item())
    if array.size <= 12:
        numbers = " ".join(np.array2string(array, precision=5, separator=", ").split())
        return numbers if isinstance(value, list | tuple) else f"{numbers} ({array.dtype})"
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    span = f"{finite.min():.4g} to {finite.max():.4g}" if finite.size else "no finite entry"
    return f"shape {array.shape}, {array.dtype}, {span}"


def _describe_other(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(describe, value[:4]))}{', …' * (len(value) > 4)}]"
    if isinstance(value, set | frozenset):  # which have no order of their own
        return f"{{{', '.join(sorted(map(describe, value)))}}}" if value else "an empty set"
    if isinstance(value, Mapping):
        parts = [f"{key!r}: {describe(part)}" for key, part in value.items()]
        return f"{{{', '.join(parts[:4])}{', …' * (len(parts) > 4)}}}"
    if isinstance(value, torch.Generator):
        return "a random generator"
    text = value.__name__ if callable(value) and hasattr(value, "__name__") else f"{value!r}"
    return text if len(text) <= 200 else text[:197] + "..."


def _is_list_of_parts(value: Any) -> bool:
    """A list of plain numbers is one array; a list of anything else is compared part by part."""
    return isinstance(value, LISTS) and as_array(value) is None


def as_array(value: Any, *, nested: bool = False) -> np.ndarray | None:
    """Return numbers as an array, anything else as None; lists of lists only if `nested`."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().to_dense()
        return value.float().numpy() if value.dtype == torch.bfloat16 else value.numpy()
    if isinstance(value, LISTS):
        if value and all(type(part) in _NUMBERS for part in value):
            return _of_numbers(np.asarray(list(value)))
        parts = [as_array(part, nested=nested) for part in value]
        if not parts or any(part is None or (part.ndim and not nested) for part in parts):
            return None
        same_shape = len({part.shape for part in parts if part is not None}) == 1
        return np.stack([part for part in parts if part is not None]) if same_shape else None
    if isinstance(value, bool | int | float | np.ndarray | np.generic):
        return _of_numbers(np.asarray(value))
    return None


def _of_numbers(array: np.ndarray) -> np.ndarray | None:
    """Whole numbers too long for a machine's make an array of objects, which is none of numbers."""
    return array if array.dtype.kind in "biuf" else None


def _precision(array: np.ndarray) -> int:
    """Bytes per number: 2, 4 or 8; whole numbers are exact."""
    return min(array.dtype.itemsize, 8) if array.dtype.kind == "f" else 8
