"""Call what may never end: it is stopped after so many lines of Python."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["Endless", "call_with_end"]

_LINES = 1_000_000  # a second or less; and lines, not seconds, so that a slow machine is no fault


class Endless(RuntimeError):
    """A call ran more lines than it may."""


class _Stop(BaseException):
    """Raised inside the call: no `except Exception` of an answer holds it up."""


def call_with_end(function: Callable[..., Any], *args: Any, lines: int = _LINES) -> Any:
    """Return `function(*args)`, or raise `Endless` once it has run so many lines of Python.

    What loops for ever within one call of compiled code is not stopped.
    """
    left = lines

    def count(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Stop
        return count

    before = sys.gettrace()  # a debugger's, or that of a measurement of coverage
    sys.settrace(count)
    try:
        return function(*args)
    except _Stop:
        raise Endless(f"stopped after {lines:,} lines") from None
    finally:
        sys.settrace(before)
