"""What stops the grading of a whole class, in words that say what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["GradingError", "explained", "trouble"]

_AGAIN = "nothing is lost: run the same command again, and it goes on from here"
_FULL = f"the disk is full; make room, then {_AGAIN}"
_LOCKED = (
    "the gradebook is in use by another program; close formgrader and others (on a network share "
    f"it may seem so for ever: copy the class to a disk of this machine), then {_AGAIN}"
)
_READONLY = f"the class cannot be written to; look at the permissions of its folder, then {_AGAIN}"
_SHARE = (
    "the disk that the class lies on cannot be used as a gradebook needs it, which is what network "
    "shares (NFS, SMB) and failing disks do; copy the class to a disk of this machine and grade "
    f"there, or mount the share anew; {_AGAIN}"
)
_FILES = f"too many files are open at once; raise the limit (`ulimit -n 4096`), then {_AGAIN}"
_DAMAGED = (
    "the gradebook is damaged; put it aside and copy the last whole one to its place, from the "
    "folder backups/ beside it, where each grading has left one. Then run the same command: the "
    "points of the tests come back from results/, and only what was given by hand since is lost"
)
_OPEN = f"the gradebook cannot be opened; look at the permissions of its folder, then {_AGAIN}"
_ERRNO = {
    **dict.fromkeys([errno.ENOSPC, errno.EDQUOT], _FULL),
    **dict.fromkeys([errno.EROFS], _READONLY),
    **dict.fromkeys([errno.ESTALE, errno.EIO, errno.ENOLCK], _SHARE),
    **dict.fromkeys([errno.EMFILE, errno.ENFILE], _FILES),
}
_SQLITE = {
    **dict.fromkeys(["disk is full"], _FULL),
    **dict.fromkeys(["is locked"], _LOCKED),
    **dict.fromkeys(["readonly database"], _READONLY),
    **dict.fromkeys(["disk I/O error", "locking protocol"], _SHARE),
    **dict.fromkeys(["unable to open database file"], _OPEN),
    **dict.fromkeys(["not a database", "malformed", "no such table"], _DAMAGED),
}


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
        if isinstance(original, sqlite3.DatabaseError):
            for words, remedy in _SQLITE.items():
                if words in str(original):
                    return remedy
        passed.append(seen)
        seen = seen.__cause__ or seen.__context__
    return None


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the machine is to blame for, and Ctrl-C, into a GradingError that says so."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise GradingError(f"stopped; {_AGAIN}") from error
    except Exception as error:
        if remedy := trouble(error):
            raise GradingError(remedy) from error
        raise
