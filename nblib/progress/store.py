"""A file of the student's own, to which each thing that happens adds a line, and none is changed.

So two kernels may write at once, and what is damaged, or of a later version, is passed over where
it stands and never lost. `NBLIB_PROGRESS` names another file, or, if it is empty, none.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import platformdirs

from nblib import front_end

__all__ = ["FILE", "Kept", "add", "is_kept", "path", "read"]

FILE = "NBLIB_PROGRESS"
_VERSION = 1
_told: list[Path] = []  # files that could not be written, of which was told


class Kept(NamedTuple):
    """What the file holds: facts, each with the moment `at`, in order; and lines passed over."""

    facts: list[dict[str, Any]]
    unread: int = 0


def path() -> Path | None:
    """Return the file, which need not be there yet; None where nothing is to be kept."""
    name = os.environ.get(FILE)
    if name is None:
        return platformdirs.user_data_path("training-neural-networks", False) / "progress.jsonl"
    return Path(name).expanduser() if name else None


def is_kept() -> bool:
    """Whether progress is kept: a front end is attached, and nothing is graded or only tried."""
    is_run = bool({"NBGRADER_EXECUTION", "NBLIB_FAST"} & {*os.environ})
    return path() is not None and bool(front_end.name()) and not is_run


def add(fact: dict[str, Any]) -> None:
    """Add a fact, where progress is kept.

    A file that cannot be written is told of once, and the lesson goes on.
    """
    file = path()
    if file is None or not is_kept():
        return
    now = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"version": _VERSION, "at": now, **fact}, ensure_ascii=False)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab", buffering=0) as lines:  # one write, at the end: others may write too
            lines.write(f"\n{line}\n".encode())  # after a line that a power cut has torn, too
    except OSError as error:
        if file not in _told:
            _told.append(file)
            said = (
                f"Your progress cannot be kept ({error.strerror}: {file}). The lesson works all "
                f"the same; the environment variable {FILE} may name another file."
            )
            front_end.show(said, f"<p>{escape(said)}</p>")


def read() -> Kept:
    """Return what was kept; nothing where there is no file, or none that can be read."""
    file = path()
    try:
        text = file.read_bytes().decode(errors="replace") if file else ""
    except OSError:
        return Kept([])
    lines = [line for line in text.split("\n") if line.strip()]
    facts = [fact for line in lines if (fact := _fact(line))]
    return Kept(sorted(facts, key=lambda fact: fact["at"]), len(lines) - len(facts))


def _fact(line: str) -> dict[str, Any] | None:
    try:
        fact = json.loads(line)
        fact["at"] = datetime.fromisoformat(fact["at"]).astimezone()
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return fact if fact.get("version") == _VERSION else None
