"""What stops the grading of a whole class, in words that say what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["GradingError", "explained", "trouble"]

_AGAIN = "nothing is lost: run the same command again, and it goes on from here"
_FULL = f"the disk is full; make room, then {_AGAIN}"
_LOCKED = f"the gradebook is in use by another program; close formgrader and others, then {_AGAIN}"
_READONLY = f"the class cannot be written to; look at the permissions of its folder, then {_AGAIN}"
_ERRNO = {errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EROFS: _READONLY}
_SQLITE = {"disk is full": _FULL, "is locked": _LOCKED, "readonly database": _READONLY}


class GradingError(RuntimeError):
    """The lesson cannot be graded, or not further, for anybody."""


def trouble(error: BaseException) -> str | None:
    """Return what to do where the machine is at fault, not one submission; else None.

    nbgrader wraps errors in its own, so those behind it count too.

    >>> trouble(OSError(errno.ENOSPC, "No space left on device")).partition(";")[0]
    'the disk is full'
    """
    seen: BaseException | None = error
    passed: list[BaseException] = []
    while seen is not None and seen not in passed:  # they may lead round in a circle
        if isinstance(seen, OSError) and seen.errno in _ERRNO:
            return _ERRNO[seen.errno]
        original = getattr(seen, "orig", seen)  # SQLAlchemy keeps SQLite's error there
        if isinstance(original, sqlite3.OperationalError):
            for words, remedy in _SQLITE.items():
                if words in str(original):
                    return remedy
        passed.append(seen)
        seen = seen.__cause__ or seen.__context__
    return None


@contextmanager
def explained() -> Iterator[None]:
    """Turn a full disk, a locked gradebook or Ctrl-C into a GradingError that says so."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise GradingError(f"stopped; {_AGAIN}") from error
    except Exception as error:
        if remedy := trouble(error):
            raise GradingError(remedy) from error
        raise
