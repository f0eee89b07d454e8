"""An append-only list of what happened, which survives every crash."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["Journal"]


class Journal:
    """A file of JSON lines. Each is whole or, where a crash cut it off, skipped by readers."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, **entry: Any) -> None:
        """Append an entry, with the time; when this returns, it is on the disk."""
        line = json.dumps({"when": datetime.now(UTC).isoformat(), **entry}, sort_keys=True)
        with self._path.open("ab+") as file:
            # The line before may have lost its end in a crash: it must not swallow this one.
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 1))
            torn = file.read(1) not in (b"", b"\n")
            file.write(b"\n" * torn + line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the entries, oldest first; what one should say and does not, is None."""
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                with suppress(ValueError):
                    entry = json.loads(line)
                    if isinstance(entry, dict):
                        yield _Entry((name, it) for name, it in entry.items() if _is_plain(it))


class _Entry(dict[str, Any]):
    """A line as it was found: somebody may have edited it by hand."""

    def __missing__(self, name: str) -> None:
        return None


def _is_plain(value: object) -> bool:
    return not isinstance(value, list | dict)
