"""When work was handed in, as `timestamp.txt` beside it says; a server writes it, or anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

__all__ = ["NoTime", "existing", "remark"]

_LONGEST = 100  # characters; a time has half of that
_REMEDY = "write it as 2026-01-31 12:00:00 UTC, or delete it"


class NoTime(ValueError):
    """There is a `timestamp.txt`, and no time in it. The message says what to do."""


def existing(place: Path) -> datetime | None:
    """Return the time of the submission in a folder, in UTC; None if there is none; else NoTime."""
    try:
        with (place / "timestamp.txt").open(encoding="utf-8", errors="replace") as file:
            text = file.read(_LONGEST + 1).strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoTime(f"timestamp.txt cannot be opened ({reason}); {_REMEDY}") from error
    if not text:
        return None
    try:
        if len(text) > _LONGEST:
            raise ValueError("too long")
        return parse_utc(text)
    except (ValueError, OverflowError, TypeError) as error:
        shown = ascii(text[:40]) + "…" * (len(text) > 40)
        raise NoTime(f"timestamp.txt says {shown}, which is no time; {_REMEDY}") from error


def remark(place: Path) -> Iterator[str]:
    """Yield what a teacher is to be told of the time of a submission, if there is anything."""
    try:
        existing(place)
    except NoTime as error:
        yield str(error)
