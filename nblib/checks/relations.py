"""How wrong numbers relate to the right ones: a sign, a factor, an order, a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from nblib.checks.compare import as_array

__all__ = ["Pair", "infinite", "pairs", "relation"]

Pair = tuple[np.ndarray, np.ndarray]  # wanted, came: of one shape or not

_SIGN = "The sign is flipped."
_ENOUGH = 3  # numbers that must agree before a relation is more than chance


def pairs(wanted: Any, came: Any) -> Iterator[Pair]:
    """Yield the arrays in two results of the same form, side by side."""
    one, other = as_array(wanted, nested=True), as_array(came, nested=True)
    if one is not None and other is not None:
        yield one.astype(np.float64), other.astype(np.float64)
    elif isinstance(wanted, list | tuple) and isinstance(came, list | tuple):
        if len(wanted) == len(came):
            for w, c in zip(wanted, came, strict=True):
                yield from pairs(w, c)
    elif isinstance(wanted, Mapping) and isinstance(came, Mapping):
        for key in wanted.keys() & came.keys():
            yield from pairs(wanted[key], came[key])


def relation(found: Sequence[Pair], sizes: Mapping[str, Sequence[float]]) -> str:
    """Return the relation that holds for all pairs, in a sentence, or "".

    `sizes` has, for each quantity that a factor could be, such as "the number of rows", its value
    at each pair.
    """
    if not found:
        return ""
    shapes = [(w.shape, c.shape) for w, c in found]
    if any(w != c for w, c in shapes):
        return _shape(found)
    finite = [np.isfinite(w) & np.isfinite(c) for w, c in found]
    if not all(mask.all() for mask in finite):
        return ""
    is_enough = sum(int((w != 0).sum()) for w, _ in found) >= _ENOUGH
    for sentence, change in _CHANGES.items():
        if (is_enough or sentence == _SIGN) and _holds(found, change):
            return sentence
    if is_enough and (factor := _factor(found, sizes)):
        return factor
    for sentence, change in _ORDERS.items():
        if sum(w.size for w, _ in found) > _ENOUGH and _holds(found, change):
            return sentence
    return ""


def infinite(found: Sequence[Pair]) -> str:
    """Say that there is a NaN or an infinity where a number is wanted; "" if there is none."""
    for w, c in found:
        if w.shape == c.shape and (np.isfinite(w) & ~np.isfinite(c)).any():
            kind = "a NaN" if np.isnan(c[np.isfinite(w)]).any() else "an infinity"
            return f"There is {kind} where a number is wanted."
    return ""


def _close(came: np.ndarray, wanted: np.ndarray) -> bool:
    return came.shape == wanted.shape and bool(np.allclose(came, wanted, rtol=1e-3, atol=1e-6))


def _holds(found: Sequence[Pair], change: Callable[[np.ndarray], np.ndarray | None]) -> bool:
    """Whether changing the right numbers gives what came; it must change most of them."""
    with np.errstate(all="ignore"):
        made = [(change(w), c, w) for w, c in found]
    return all(m is not None and _close(c, m) for m, c, _ in made) and not all(
        _close(m, w) for m, _, w in made if m is not None
    )


_CHANGES: Mapping[str, Callable[[np.ndarray], np.ndarray | None]] = {
    _SIGN: lambda w: -w,
    "What came is 1 minus what is wanted.": lambda w: 1 - w,
    "What came is the square of what is wanted.": lambda w: w**2,
    "What came is the root of what is wanted.": lambda w: np.sqrt(w) if (w >= 0).all() else None,
    "What came is 1 divided by what is wanted.": lambda w: 1 / w if w.all() else None,
    "What came is the logarithm of what is wanted.": lambda w: np.log(w) if (w > 0).all() else None,
    "What came is e to the power of what is wanted.": lambda w: np.exp(w),
}
_ORDERS: Mapping[str, Callable[[np.ndarray], np.ndarray | None]] = {
    "What came is right but transposed.": lambda w: w.T if w.ndim == 2 else None,
    "What came is right but in reverse order.": lambda w: w[::-1] if w.ndim else None,
}


def _factor(found: Sequence[Pair], sizes: Mapping[str, Sequence[float]]) -> str:
    factors = []
    for w, c in found:
        square = float((w * w).sum())
        factor = float((w * c).sum()) / square if square else None
        if factor is None:
            if c.any():
                return ""
            continue
        if not _close(c, factor * w):
            return ""
        factors.append(factor)
    if not factors or 0 in factors:
        return ""
    if np.allclose(factors, factors[0], rtol=1e-3):
        if abs(factors[0] - 1) < 1e-3:
            return ""
        constant = f"What came is {factors[0]:.4g} times what is wanted, everywhere."
    else:
        constant = ""
    if len(factors) == len(found):
        for name, values in sizes.items():
            if np.ptp(values) == 0:  # always the same: nobody can tell it from a number
                continue
            if np.allclose(factors, values, rtol=1e-3):
                return f"What came is right up to a factor: it is {name} times too large."
            if np.allclose(np.multiply(factors, values), 1, rtol=1e-3):
                return f"What came is right up to a factor: it is divided by {name}."
    return constant


def _shape(found: Sequence[Pair]) -> str:
    if all(w.shape == c.shape or _close(c.T, w) for w, c in found if w.ndim == c.ndim == 2) and all(
        w.ndim == c.ndim == 2 for w, c in found
    ):
        return "What came is right but transposed."
    if all(w.size == c.size and _close(c.ravel(), w.ravel()) for w, c in found):
        other = [(w.shape, c.shape) for w, c in found if w.shape != c.shape]
        several = (pair for pair in other if np.prod(pair[0]) > 1)  # one may have any shape
        wanted, came = next(several, other[0])
        return f"The numbers are right, in the shape {came}; {wanted} is wanted."
    return ""
