"""Broadcasting backward: right, and wrong in the ways that people write it."""

from __future__ import annotations

from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["UNBROADCAST", "unbroadcast"]


def unbroadcast(gradient: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return a gradient added up to the shape from which its tensor was broadcast."""
    return gradient.sum_to_size(shape)


def _leading(gradient: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Add up the dimensions that `shape` lacks."""
    missing = gradient.ndim - len(shape)
    return gradient.sum(dim=tuple(range(missing))) if missing else gradient.clone()


def _ones(gradient: Tensor, shape: tuple[int, ...]) -> list[int]:
    """Return where `shape` is 1, counted in its own dimensions."""
    return [axis for axis, size in enumerate(shape) if size == 1 and axis < gradient.ndim]


def _mean(gradient: Tensor, shape: tuple[int, ...]) -> Tensor:
    count = gradient.numel() / max(1, gradient.sum_to_size(shape).numel())
    return unbroadcast(gradient, shape) / count


def _squeezed(gradient: Tensor, shape: tuple[int, ...]) -> Tensor:
    summed = _leading(gradient, shape)
    ones = _ones(summed, shape)
    return summed.sum(dim=tuple(ones)) if ones else summed


def _first_alone(gradient: Tensor, shape: tuple[int, ...]) -> Tensor:
    summed = _leading(gradient, shape)
    ones = _ones(summed, shape)
    return summed.sum(dim=ones[0], keepdim=True) if ones else summed


def _unshifted(gradient: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Add up where `shape` is 1 first, by numbers that count from the gradient's front."""
    for axis in _ones(gradient, shape):
        gradient = gradient.sum(dim=axis, keepdim=True)
    return _leading(gradient, shape)


def _first_entries(gradient: Tensor, shape: tuple[int, ...]) -> Tensor:
    taken = gradient[(0,) * (gradient.ndim - len(shape))]
    for axis in _ones(taken, shape):
        taken = taken.narrow(axis, 0, 1)
    return taken.clone()


UNBROADCAST: Mistakes = {
    "You take means. What was copied is added up.": _mean,
    "Dimensions in front that `shape` does not have are still there: add them up.": (
        lambda gradient, shape: _keep_leading(gradient, shape)
    ),
    "Dimensions in front are added up. Those where `shape` has a 1 are not yet: add them too.": (
        _leading
    ),
    "Dimensions of size 1 are gone: `keepdim=True` keeps them.": _squeezed,
    "Only the first dimension of size 1 is added up. There may be several.": _first_alone,
    "The dimensions are counted from the front. Shapes are compared from the right.": _unshifted,
    "The dimensions at the end are added up. Those in front are: shapes are compared from the "
    "right.": lambda gradient, shape: _at_the_end(gradient, shape),
    "You take the first of the copies. All of them count: add up.": _first_entries,
    "All of it is added up into one number. Keep the shape that is asked for.": (
        lambda gradient, shape: gradient.sum()
    ),
    "You always add up along the first dimension. Ask `shape` which ones to add up.": (
        lambda gradient, shape: gradient.sum(dim=0) if gradient.ndim else gradient.clone()
    ),
    "Nothing is added up.": lambda gradient, shape: gradient.clone(),
    "The sum is copied back to the gradient's own shape. The shape asked for is wanted.": (
        lambda gradient, shape: unbroadcast(gradient, shape).expand(gradient.shape).clone()
    ),
}


def _keep_leading(gradient: Tensor, shape: tuple[int, ...]) -> Tensor:
    missing = gradient.ndim - len(shape)
    ones = [missing + axis for axis in _ones(gradient[(0,) * missing], shape)]
    return gradient.sum(dim=tuple(ones), keepdim=True) if ones else gradient.clone()


def _at_the_end(gradient: Tensor, shape: tuple[int, ...]) -> Tensor:
    while gradient.ndim > len(shape):
        gradient = gradient.sum(dim=-1)
    ones = _ones(gradient, shape)
    return gradient.sum(dim=tuple(ones), keepdim=True) if ones else gradient.clone()
