"""What lies in a source: a zip, a folder or a single file, listed by name and not read yet."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

from nbteach.classroom.intake.forms import is_zip
from nbteach.classroom.intake.names import is_litter, objection, readings, shown

__all__ = ["ArchiveError", "Entry", "Refused", "because", "entries", "in_zip"]

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # bz2 would make gigabytes of a few bytes
_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)  # some browsers add to the name


class ArchiveError(ValueError):
    """A source cannot be opened."""


class Refused(ValueError):
    """A file is not taken; the message says why."""


@dataclass(frozen=True)
class Entry:
    """A file that lies in a source, not read yet, and perhaps never to be: `reason` says why.

    `readings` are the ways in which its path may be read, of which `path` is the likeliest.
    """

    path: str
    readings: tuple[str, ...]
    when: float
    open: Callable[[], IO[bytes]]
    reason: str = ""


def entries(source: Path, stack: ExitStack, *, is_theirs: bool) -> Iterator[Entry]:
    """Yield all that lies in a zip or a folder, or the one file that a source is.

    Args:
        source: zip, folder or notebook.
        stack: closes it.
        is_theirs: it is what one student sent, so that its own name counts and a zip is one file.

    Raises ArchiveError if it is neither, nor a zip that can be read.
    """
    if source.is_dir():
        yield from _of_folder(source, f"{source.name}/" if is_theirs else "")
    elif is_litter(source.name):
        return
    elif is_theirs or _NOTEBOOK.search(source.name):
        yield _on_disk(source, source.name)
    else:
        try:
            archive = stack.enter_context(zipfile.ZipFile(source))
        except Exception as error:
            raise ArchiveError(
                f"is no zip file that can be read ({because(error)}); download it again"
            ) from error
        yield from in_zip(archive)


def _of_folder(source: Path, prefix: str) -> Iterator[Entry]:
    waiting = [source]
    while waiting:
        path = waiting.pop()
        name = prefix + path.relative_to(source).as_posix()
        reason = objection(name)
        if not reason and path.is_dir() and not path.is_symlink():
            try:
                inside = sorted(path.iterdir(), reverse=True)
                waiting += [found for found in inside if not is_litter(found.name, found.is_dir())]
                continue
            except OSError as error:
                reason = f"cannot be opened ({error.strerror}); look at its permissions"
        entry = _on_disk(path, name)
        yield replace(entry, reason=reason) if reason else entry


def _on_disk(path: Path, name: str) -> Entry:
    reason = "" if _NOTEBOOK.search(name) or is_zip(name) else "is not a notebook"
    if path.is_symlink():
        reason = "is a symbolic link; ask for the file itself"
    when = path.lstat().st_mtime
    return Entry(name, readings(name), when, partial(_open_plain, path), reason)


def _open_plain(path: Path) -> IO[bytes]:
    """Open a file, but neither through a link put there just now nor waiting at a pipe."""
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise Refused("is no plain file; ask for the notebook itself")
    return file


def in_zip(archive: zipfile.ZipFile, around: str = "") -> Iterator[Entry]:
    """Yield what lies in a zip, itself at `around` if it lies in another."""
    for info in archive.infolist():
        name = info.filename
        has_code = info.flag_bits & 0x800 or name.isascii()
        names = [name] if has_code else readings(name, name.encode("cp437"))
        paths = [_plain(reading) for reading in names]
        if paths[0].endswith("/") or is_litter(paths[0]):
            continue
        reason = _objection(info, paths[0], is_inner=bool(around))
        found = tuple(around + path for path in paths)
        yield Entry(found[0], found, _date(info), partial(archive.open, info), reason)


def _plain(name: str) -> str:
    """Return a path with slashes: Windows may write others, and Unix "./" in front.

    >>> _plain(".\\\\ada/.//a.ipynb")
    'ada/a.ipynb'
    """
    return re.sub(r"^(\./)+", "", re.sub(r"/(\.?/)+", "/", name.replace("\\", "/")))


def _objection(info: zipfile.ZipInfo, path: str, *, is_inner: bool) -> str:
    """Return why a file in a zip is not even looked into; empty if it is."""
    if reason := objection(path):
        return reason
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a symbolic link; ask for the file itself"
    if is_inner and is_zip(path):
        return "is a zip in a zip; ask for the notebook itself"
    if not (_NOTEBOOK.search(path) or is_zip(path)):
        return "is not a notebook"
    if info.flag_bits & 0x1:
        return "is encrypted; ask for it without a password"
    if info.compress_type not in _METHODS:
        return "is packed in an unusual way; ask for it in an ordinary zip, or without one"
    return ""


def _date(info: zipfile.ZipInfo) -> float:
    try:
        return datetime(*info.date_time).timestamp()  # a zip knows no time zone
    except ValueError:  # a month 0, say
        return 0.0


def because(error: Exception) -> str:
    """Return what an error says, in few words and one line."""
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return shown(" ".join(words.split()))
