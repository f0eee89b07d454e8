"""Open what students uploaded: a notebook, a folder, or a zip, perhaps with zips of theirs inside.

Nothing is ever unpacked to disk, so no name in an archive can lead anywhere; names only tell who
sent what. What is not a plain notebook of usual size comes out as a refusal, in words.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from nbteach.grading.notebooks.reading import Unreadable, read as read_notebook

__all__ = ["ArchiveError", "Refusal", "Upload", "uploads"]

_MOST_BYTES = 20 * 2**20  # of one notebook, or of one zip inside a zip
_MOST_IN_ALL = 2**30  # of one source, unpacked
_MOST_FILES = 20_000
_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)  # some browsers add to the name
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


class ArchiveError(ValueError):
    """A source cannot be opened, or not to its end."""


@dataclass(frozen=True)
class Upload:
    """A notebook: where it was found, with / between folders, what it holds, and its date there."""

    path: str
    content: bytes
    when: float  # seconds since 1970


@dataclass(frozen=True)
class Refusal:
    """A file that is left where it is, and why."""

    path: str
    reason: str


class _Budget:
    """What one source may still take up."""

    def __init__(self, source: Path) -> None:
        self._source, self._files, self._bytes = source, _MOST_FILES, _MOST_IN_ALL

    def take(self, size: int) -> None:
        self._files, self._bytes = self._files - 1, self._bytes - size
        if self._files < 0 or self._bytes < 0:
            raise ArchiveError(
                f"{self._source.name} holds more than {_MOST_FILES} files or unpacks to more than "
                f"{_MOST_IN_ALL // 2**20} MB; nothing of it was collected. Look what is in there, "
                "and collect it in parts"
            )


def uploads(source: Path) -> Iterator[Upload | Refusal]:
    """Yield all that is found in a zip, a folder, or a single notebook.

    Raises ArchiveError if there is no such file, or no zip that can be read.
    """
    budget = _Budget(source)
    if source.is_dir():
        yield from _of_folder(source, budget)
    elif not source.is_file():
        raise ArchiveError(f"there is no file or folder {source}")
    elif _NOTEBOOK.search(source.name):
        yield _of_file(source, source.name)
    else:
        with source.open("rb") as file:
            try:
                archive = zipfile.ZipFile(file)
            except _DAMAGED as error:
                raise ArchiveError(
                    f"{source.name} is no zip file that can be read ({error}); download it again"
                ) from error
            yield from _of_zip(archive, "", budget)


def _of_folder(source: Path, budget: _Budget) -> Iterator[Upload | Refusal]:
    for top, folders, files in os.walk(source):
        folders.sort()
        for name in sorted(files + [name for name in folders if (Path(top) / name).is_symlink()]):
            path = Path(top) / name
            shown = path.relative_to(source).as_posix()
            if _is_litter(shown):
                continue
            budget.take(0)
            if path.suffix.lower() == ".zip" and path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    yield from _of_inner_zip(file, shown, budget)
            else:
                yield _of_file(path, shown)


def _of_file(path: Path, shown: str) -> Upload | Refusal:
    if path.is_symlink():
        return Refusal(shown, "is a symbolic link; ask for the file itself")
    if not _NOTEBOOK.search(path.name):
        return Refusal(shown, "is not a notebook")
    try:
        return Upload(shown, read_notebook(path), path.stat().st_mtime)
    except Unreadable as error:
        return Refusal(shown, str(error))


def _of_zip(archive: zipfile.ZipFile, inside: str, budget: _Budget) -> Iterator[Upload | Refusal]:
    for entry in archive.infolist():
        name = entry.filename.replace("\\", "/")  # some programs of Windows write the other one
        shown = inside + name
        if entry.is_dir() or _is_litter(name):
            continue
        budget.take(0)
        is_zip = name.lower().endswith(".zip") and not inside
        if reason := _objection(entry, name, is_zip=is_zip):
            yield Refusal(shown, reason)
            continue
        try:
            with archive.open(entry) as file:
                content = file.read(_MOST_BYTES + 1)  # whatever size the archive claims
        except (*_DAMAGED, RuntimeError) as error:
            yield Refusal(shown, f"cannot be unpacked ({error}); ask for it again")
            continue
        budget.take(len(content))
        if len(content) > _MOST_BYTES:
            size = f"{_MOST_BYTES // 2**20} MB"
            yield Refusal(shown, f"has more than {size}; ask for it with its outputs cleared")
        elif is_zip:
            yield from _of_inner_zip(io.BytesIO(content), shown, budget)
        else:
            yield Upload(shown, content, _date(entry))


def _of_inner_zip(file: IO[bytes], shown: str, budget: _Budget) -> Iterator[Upload | Refusal]:
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGED as error:
        yield Refusal(shown, f"is no zip file that can be read ({error}); ask for it again")
        return
    yield from _of_zip(archive, f"{shown}/", budget)


def _objection(entry: zipfile.ZipInfo, name: str, *, is_zip: bool) -> str:
    """Return why an entry is not even looked into; empty if it is."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
        return "has a name that leads out of the archive; ask how it was made"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a symbolic link; ask for the file itself"
    if entry.flag_bits & 0x1:
        return "is encrypted; ask for it without a password"
    if not is_zip and not _NOTEBOOK.search(name):
        return "is not a notebook"
    return ""


def _date(entry: zipfile.ZipInfo) -> float:
    try:
        return datetime(*entry.date_time).timestamp()  # a zip knows no time zone
    except ValueError:  # a month 0, say
        return 0.0


def _is_litter(path: str) -> bool:
    """Whether this is what JupyterLab and macOS leave behind everywhere, and nobody hands in."""
    parts = path.split("/")
    return parts[0] == "__MACOSX" or any(part[:1] == "." and part != ".." for part in parts)
