"""Open what students uploaded: a notebook, a folder, or a zip, perhaps with zips of theirs inside.

Nothing is ever unpacked to disk, so no name in an archive can lead anywhere; names only tell who
sent what. What is not a plain notebook of usual size comes out as a refusal, in words.

Files are read when it is known who sent them, and against a budget of that student's own, so that
nobody's zip stops another's. That bounds time and memory well enough, and no process has to be
ended: files in a zip are counted before its index is read, long names are not looked at, only zlib
is asked to unpack, which gives no more than it is asked for, and nothing of a notebook is
interpreted.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

from nbteach.classroom.intake.forms import is_zip
from nbteach.classroom.intake.listing import ArchiveError, Entry, Refused, because, in_zip

__all__ = ["ArchiveError", "Budget", "Refusal", "Upload", "contents"]

_MOST_FILES = 2000  # of one student
_MB = 2**20
_MOST_BYTES = 20 * _MB  # of one notebook
_MOST_ZIP = 100 * _MB  # of a zip that a student sent
_MOST_IN_ALL = 200 * _MB  # of what one student sent, unpacked
_PIECE = 2**16
_INDEXED = b"PK\x01\x02"  # stands before each file in the index of a zip


@dataclass(frozen=True)
class Upload:
    """A notebook: where it was found, with / between folders, and what it holds.

    `when` it came, in seconds since 1970, is what the outer zip or the disk says, and never later
    than now. What a student's own zip says is `dated`; it only tells that zip's files apart.
    """

    path: str
    content: bytes
    when: float
    dated: float = 0.0


@dataclass(frozen=True)
class Refusal:
    """A file that is left where it is, and why."""

    path: str
    reason: str


class Budget:
    """What may be read of one student's files."""

    def __init__(self) -> None:
        self._bytes, self._files = _MOST_IN_ALL, _MOST_FILES

    def take(self, files: int) -> None:
        """Look at so many files; raises Refused if they are too many with those before."""
        if files > self._files:
            raise Refused(f"makes more than {_MOST_FILES} files; ask for the notebook alone")
        self._files -= files

    def read(self, file: IO[bytes], path: str) -> bytes:
        """Return what a file holds, whatever size an archive claims."""
        most = _MOST_ZIP if is_zip(path) else _MOST_BYTES
        remedy = "the notebook alone" if is_zip(path) else "it with its outputs cleared"
        pieces, size = [], 0
        while piece := file.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise Refused(f"has more than {most // _MB} MB; ask for {remedy}")
            if size > self._bytes:
                raise Refused(
                    f"makes more than {_MOST_IN_ALL // _MB} MB with the others of this student; "
                    "ask for the notebook alone"
                )
        self._bytes -= size
        return b"".join(pieces)


def contents(entry: Entry, budget: Budget) -> Iterator[Upload | Refusal]:
    """Read an entry, and each file inside of it if it is a zip."""
    try:
        if entry.reason:
            raise Refused(entry.reason)
        with entry.open() as file:
            content = budget.read(file, entry.path)
        if not is_zip(entry.path):
            yield Upload(entry.path, content, min(entry.when, time.time()), entry.when)
            return
        budget.take(content.count(_INDEXED))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inner in in_zip(archive, f"{entry.path}/"):
                for found in contents(inner, budget):
                    if isinstance(found, Upload):
                        found = replace(found, when=min(entry.when, time.time()))
                    yield found
    except Refused as error:
        yield Refusal(entry.path, str(error))
    except Exception as error:  # there are many ways to say "damaged"
        yield Refusal(entry.path, f"cannot be unpacked ({because(error)}); ask for it again")
