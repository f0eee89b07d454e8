"""What stops a whole class is told apart from what stops one submission."""

import errno
import sqlite3

import pytest
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import DatabaseError, OperationalError

from nbteach.grading.errors import GradingError, explained, trouble


def locked() -> Exception:
    return OperationalError("COMMIT", None, sqlite3.OperationalError("database is locked"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (OSError(errno.EROFS, "Read-only file system"), "permissions"),
        (sqlite3.OperationalError("database or disk is full"), "disk is full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "permissions"),
        (locked(), "close formgrader"),
        (sqlite3.OperationalError("disk I/O error"), "network shares"),
        (sqlite3.OperationalError("locking protocol"), "network shares"),
        (OSError(errno.ESTALE, "Stale file handle"), "network shares"),
        (OSError(errno.EIO, "Input/output error"), "network shares"),
        (OSError(errno.EMFILE, "Too many open files"), "ulimit"),
        (OSError(errno.ENFILE, "Too many open files in system"), "ulimit"),
        (sqlite3.OperationalError("unable to open database file"), "permissions"),
    ],
)
def test_machine_at_fault_is_one_clear_error(error, words):
    with pytest.raises(GradingError, match=f"{words}.*nothing is lost"), explained():
        raise error


@pytest.mark.parametrize("words", ["file is not a database", "database disk image is malformed"])
def test_damaged_gradebook_is_one_clear_error_that_names_the_backups(words):
    damaged = DatabaseError("SELECT", None, sqlite3.DatabaseError(words))
    with pytest.raises(GradingError, match=r"damaged.*backups/.*the same command"), explained():
        raise damaged


def wrap(error: Exception, *, names_cause: bool) -> Exception:
    """Raise nbgrader's error while another one is handled; return it."""
    try:
        try:
            raise error
        except OperationalError:
            raise NbGraderException("see the log") from (error if names_cause else None)
    except NbGraderException as wrapped:
        return wrapped


@pytest.mark.parametrize("names_cause", [True, False])
def test_error_behind_nbgraders_counts(names_cause):
    assert "close formgrader" in (trouble(wrap(locked(), names_cause=names_cause)) or "")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("disk is full"),
        FileNotFoundError(errno.ENOENT, "?"),
        sqlite3.OperationalError("?"),
    ],
)
def test_other_errors_pass(error):
    assert trouble(error) is None
    with pytest.raises(type(error)), explained():
        raise error


def test_stopping_by_hand_tells_how_to_go_on():
    with pytest.raises(GradingError, match=r"stopped.*same command"), explained():
        raise KeyboardInterrupt
