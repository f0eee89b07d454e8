"""What was handed in: who, where, and a digest by which a later change is noticed."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import folder
from nbteach.grading.notebooks.reading import Unreadable

__all__ = ["Submission", "digest", "handed_in", "insist_on_files", "students", "unusable"]

_MOST_FILES = 2000  # and folders, of one submission
_MOST_DEPTH = 30  # folders in one another
_MOST_BYTES = 200 * 2**20
_ALONE = "ask for the notebook alone"
_RENAME = "rename it to the student's id"


@dataclass(frozen=True)
class Submission:
    """One student's folder for a lesson, as it was when grading began."""

    student: str
    folder: Path
    digest: str


def students(course: CourseDirectory) -> list[str]:
    """Return who has a folder among the submissions, in order; see also `unusable`."""
    return sorted(path.name for path in _folders(course) if not _fault_of(path))


def unusable(course: CourseDirectory) -> dict[str, str]:
    """Return the other folders, by names that can be printed, and what is to be done about each."""
    faults = {_shown(path.name): _fault_of(path) for path in _folders(course)}
    return {name: fault for name, fault in faults.items() if fault}


def _folders(course: CourseDirectory) -> Iterator[Path]:
    submitted = Path(course.format_path(course.submitted_directory, ".", "."))
    return (path for path in submitted.glob("[!.]*") if path.is_dir())


def _fault_of(folder: Path) -> str:
    """Return why a student's folder cannot be used: no gradebook could keep its name, say."""
    try:
        os.scandir(folder).close()
        text = os.fsencode(folder.name).decode()
    except UnicodeDecodeError:
        return f"the folder's name is not written in UTF-8; {_RENAME}"
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return f"the folder cannot be opened ({reason}); look at its permissions"
    if text != text.strip():
        return f"the folder's name begins or ends with a blank; {_RENAME}"
    if not text.isprintable():
        return f"the folder's name has characters that cannot be shown; {_RENAME}"
    return ""


def _shown(name: str) -> str:
    r"""Return a name that can be printed.

    >>> _shown("b\udce4r"), _shown("a\tb"), _shown("ada ")
    ('b\\xe4r', "'a\\tb'", "'ada '")
    """
    text = os.fsencode(name).decode(errors="backslashreplace")
    return text if text.isprintable() and text == text.strip() else repr(text)


def handed_in(course: CourseDirectory, lesson: str, only: Collection[str] = ()) -> list[Submission]:
    """Return the submissions for a lesson, of all students or of those named."""
    found = []
    for student in students(course):
        place = folder(course, course.submitted_directory, student, lesson)
        if place.is_dir() and (not only or student in only):
            found.append(Submission(student, place, digest(place)))
    return found


def digest(place: Path) -> str:
    """Return a digest of the names and contents below a folder; links are not followed.

    Of what `insist_on_files` refuses for its size, not all is looked at.
    """
    whole, room = hashlib.sha256(), _MOST_BYTES
    for path in _below(place):
        content, size = _content(path, room)
        room -= size
        whole.update(f"{path.relative_to(place)}\0{content}\0".encode(errors="replace"))
    return whole.hexdigest()


def _content(path: Path, room: int) -> tuple[str, int]:
    """Return what stands for the content of a file, and how many bytes of it were read."""
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            return str(path.readlink()), 0
        if not stat.S_ISREG(found.st_mode):
            return str(stat.S_IFMT(found.st_mode)), 0
        if found.st_size > room:
            return f"{found.st_size} bytes, {found.st_mtime_ns}", 0
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), found.st_size
    except OSError as error:  # it may be closed to us, or have gone just now
        return str(error.errno), 0


def insist_on_files(place: Path) -> None:
    """Raise Unreadable where nbgrader, which copies all that lies there, would copy too much.

    A symbolic link could bring any file of the teacher's into the student's feedback.
    """
    if glob.escape(str(place)) != str(place):
        raise Unreadable("nbgrader cannot grade names with [, * or ?; rename the folder")
    found = [place, *_below(place)]
    for path in found:
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise Unreadable(f"{_shown(path.name)} is a link or a device; ask for the file itself")
    if len(found) > _MOST_FILES:
        raise Unreadable(f"has more than {_MOST_FILES} files; {_ALONE}")
    if any(_depth(place, path) > _MOST_DEPTH for path in found):
        raise Unreadable(f"has folders nested more than {_MOST_DEPTH} deep; {_ALONE}")
    if sum(path.stat().st_size for path in found if path.is_file()) > _MOST_BYTES:
        raise Unreadable(f"has more than {_MOST_BYTES // 2**20} MB; {_ALONE}")


def _below(place: Path) -> list[Path]:
    """Return what lies in a folder, in order: so much of it that a limit shows to be passed."""
    found: list[Path] = []
    folders = [] if place.is_symlink() else [place]
    while folders and len(found) <= _MOST_FILES:
        folder = folders.pop()
        if _depth(place, folder) > _MOST_DEPTH:
            continue
        for entry in _entries(folder):
            found.append(folder / entry.name)
            if entry.is_dir(follow_symlinks=False):
                folders.append(found[-1])
    return sorted(found)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(islice(entries, _MOST_FILES + 1))
    except OSError:  # it may be closed to us, or have gone just now; nbgrader passes it over too
        return []


def _depth(place: Path, path: Path) -> int:
    return len(path.relative_to(place).parts)
