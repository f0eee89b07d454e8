"""Where a lesson runs: the device, the seeds, how much to compute, and how far a long cell is."""

import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import TypeVar

import numpy as np
import torch

from nblib import front_end

__all__ = ["DeviceError", "device", "fast", "progress", "scaled", "seed_everything"]

_T = TypeVar("_T")

_SECONDS_BETWEEN_UPDATES = 0.2


class DeviceError(RuntimeError):
    """The device asked for in `NBLIB_DEVICE` is unknown or not on this machine."""


def device() -> torch.device:
    """Return the device to compute on: the first of cuda, mps and cpu that is there.

    The environment variable `NBLIB_DEVICE` overrides the choice, e.g. `cpu` or `cuda:1`.

    Raises:
        DeviceError: `NBLIB_DEVICE` names a device that is unknown or not available.
    """
    name = os.environ.get("NBLIB_DEVICE")
    if not name:
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if _count(kind)))
    try:
        chosen = torch.device(name)
    except RuntimeError:
        raise _device_error(name, "PyTorch knows no such device") from None
    if (chosen.index or 0) >= _count(chosen.type):
        raise _device_error(name, "this machine, or this build of PyTorch, does not have it")
    return chosen


def _count(kind: str) -> int:
    """How many devices of this kind can be used here."""
    if kind == "cuda":
        return torch.cuda.device_count() if torch.cuda.is_available() else 0
    if kind == "mps":
        return int(torch.backends.mps.is_available())
    return int(kind == "cpu")


def _device_error(name: str, reason: str) -> DeviceError:
    return DeviceError(
        f"NBLIB_DEVICE is {name!r}, but {reason}. "
        "Set it to cpu, cuda, cuda:1 or mps, or unset it to let the course choose."
    )


def seed_everything(seed: int) -> torch.Generator:
    """Seed Python's, NumPy's and PyTorch's global generators; return a new one on the CPU.

    Args:
        seed: from 0 to 2**32 - 1, the range that NumPy accepts.

    Returns:
        A generator seeded with `seed`, independent of the global ones.

    Raises:
        ValueError: `seed` is out of range; nothing has been seeded then.

    >>> generator = seed_everything(0)
    >>> torch.equal(torch.rand(3, generator=generator), torch.rand(3))
    True
    """
    np.random.seed(seed)  # noqa: NPY002  libraries such as scikit-learn draw from the global state
    random.seed(seed)
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)


def fast() -> bool:
    """Whether experiments should run small: `NBLIB_FAST=1`, or nbgrader executes the notebook."""
    return os.environ.get("NBLIB_FAST") == "1" or bool(os.environ.get("NBGRADER_EXECUTION"))


_is_fast = fast  # `scaled` has an argument of the same name


def scaled(full: _T, fast: _T) -> _T:
    """Return `fast` when experiments should run small, else `full`.

    >>> num_seeds = scaled(full=20, fast=2)
    """
    return fast if _is_fast() else full


def progress(iterable: Iterable[_T], label: str) -> Iterator[_T]:
    """Yield the items of `iterable`; say on one line, updated in place, how many are done.

    Nothing is shown where nobody watches (a grader, a pipe), and never anything on stderr,
    which would cost a test cell its points.

    Args:
        iterable: what to loop over; if it has a length, the time left is estimated.
        label: what is being done, e.g. "training 20 models".
    """
    show = _status_line()
    if show is None:
        yield from iterable
        return
    total = len(iterable) if isinstance(iterable, Sized) else None
    done, start = 0, time.monotonic()
    show(_state(label, done, total, 0.0), "")
    shown = start
    try:
        for item in iterable:
            yield item
            done += 1
            now = time.monotonic()
            if now - shown >= _SECONDS_BETWEEN_UPDATES:
                show(_state(label, done, total, now - start), "")
                shown = now
    finally:
        of_total = "" if total in (None, done) else f" of {total}"
        show(f"{label}: {done}{of_total} done in {time.monotonic() - start:.1f} s", "\n")


def _state(label: str, done: int, total: int | None, seconds: float) -> str:
    if total is None:
        return f"{label}: {done} done"
    left = f", about {seconds / done * (total - done):.0f} s left" if done else ""
    return f"{label}: {done} of {total}{left}"


def _status_line() -> Callable[[str, str], None] | None:
    """Return `show(text, end)` that replaces what it showed before, or None if nobody watches."""
    if front_end.shows_widgets():  # so it can as well put one output in the place of another
        from IPython.display import display

        handle = display({"text/plain": ""}, raw=True, display_id=True)
        return lambda text, end: handle.update({"text/plain": text}, raw=True)
    if front_end.name() == "PyCharm":
        return lambda text, end: print(f"\r{text:<79}", end=end, flush=True)  # noqa: T201
    if sys.stdout.isatty():
        erase = "\r\x1b[K"
        return lambda text, end: print(erase + text, end=end, flush=True)  # noqa: T201
    return None
