"""How an answer's trial differs from the reference's: numbers, dtype, error, and at which call."""

from __future__ import annotations

from typing import Any

import torch

from nblib.checks.compare import LISTS, Mismatch, describe, mismatch
from nblib.checks.trial import Trial

__all__ = ["difference", "first_wrong", "other_dtype"]


def difference(
    wanted: Trial, came: Trial, rtol: float, atol: float, same_dtype: bool
) -> Mismatch | None:
    """Return how two trials differ, also where one of them stopped with an error."""
    if wanted.error:
        name = type(wanted.error).__name__
        if came.error is None:
            return Mismatch("", f"a {name}", describe(came.outcome))
        if isinstance(came.error, type(wanted.error)):
            return None
        return Mismatch("", f"a {name}", f"{type(came.error).__name__}: {came.error}")
    if came.error:
        return Mismatch("", describe(wanted.outcome), f"{type(came.error).__name__}: {came.error}")
    found = mismatch(came.outcome, wanted.outcome, rtol=rtol, atol=atol)
    found = found or _list_for_tensor(came.outcome, wanted.outcome)
    return found or (other_dtype(came.outcome, wanted.outcome) if same_dtype else None)


def _list_for_tensor(came: Any, wanted: Any, path: str = "") -> Mismatch | None:
    """Return the first list of numbers that stands where a tensor is wanted."""
    if isinstance(wanted, torch.Tensor):
        if wanted.ndim and isinstance(came, LISTS):
            return Mismatch(path, describe(wanted), f"the list {describe(came)}")
        return None
    if isinstance(wanted, LISTS) and isinstance(came, LISTS):
        pairs = enumerate(zip(came, wanted, strict=True))
        found = (_list_for_tensor(c, w, f"{path}[{i}]") for i, (c, w) in pairs)
        return next((difference for difference in found if difference), None)
    return None


def first_wrong(wanted: Trial, came: Trial) -> int:
    """Return the number of the call that is told: where each gave a part, the first wrong part."""
    count, parts = len(came.calls), (wanted.outcome, came.outcome)
    if not all(isinstance(part, list) and len(part) == count for part in parts):
        return count - 1
    same = [mismatch(c, w, rtol=1e-4, atol=1e-6) is None for w, c in zip(*parts, strict=True)]
    return same.index(False) if False in same else count - 1


def other_dtype(came: Any, wanted: Any, path: str = "") -> Mismatch | None:
    """Return the first tensor whose numbers are right, and whose dtype is not."""
    if isinstance(wanted, torch.Tensor):
        dtype = getattr(came, "dtype", type(came).__name__)
        if dtype == wanted.dtype:
            return None
        detail = "the numbers are right, the dtype is not: keep that of what you are given"
        return Mismatch(path, str(wanted.dtype), str(dtype), detail)
    if isinstance(wanted, LISTS) and isinstance(came, LISTS):
        pairs = enumerate(zip(came, wanted, strict=True))
        found = (other_dtype(c, w, f"{path}[{i}]") for i, (c, w) in pairs)
        return next((difference for difference in found if difference), None)
    return None
