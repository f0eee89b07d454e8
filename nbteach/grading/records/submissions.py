"""What was handed in: who, where, and a digest by which a later change is noticed."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import folder
from nbteach.grading.notebooks.reading import Unreadable

__all__ = ["Submission", "digest", "handed_in", "insist_on_files", "students"]


@dataclass(frozen=True)
class Submission:
    """One student's folder for a lesson, as it was when grading began."""

    student: str
    folder: Path
    digest: str


def students(course: CourseDirectory) -> list[str]:
    """Return who has a folder among the submissions, in order."""
    submitted = Path(course.format_path(course.submitted_directory, ".", "."))
    return sorted(path.name for path in submitted.glob("[!.]*") if path.is_dir())


def handed_in(course: CourseDirectory, lesson: str, only: Collection[str] = ()) -> list[Submission]:
    """Return the submissions for a lesson, of all students or of those named."""
    found = []
    for student in students(course):
        place = folder(course, course.submitted_directory, student, lesson)
        if place.is_dir() and (not only or student in only):
            found.append(Submission(student, place, digest(place)))
    return found


def digest(place: Path) -> str:
    """Return a digest of the names and contents below a folder; links are not followed."""
    whole = hashlib.sha256()
    for path in _below(place):
        whole.update(f"{path.relative_to(place)}\0{_content(path)}\0".encode(errors="replace"))
    return whole.hexdigest()


def _content(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return str(path.readlink())
        if stat.S_ISREG(mode):
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        return str(stat.S_IFMT(mode))
    except OSError as error:  # it may be closed to us, or have gone just now
        return str(error.errno)


def insist_on_files(place: Path) -> None:
    """Raise Unreadable where nbgrader, which copies all that lies there, would copy a link.

    A symbolic link could bring any file of the teacher's into the student's feedback.
    """
    if glob.escape(str(place)) != str(place):
        raise Unreadable("nbgrader cannot grade names with [, * or ?; rename the folder")
    for path in [place, *_below(place)]:
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise Unreadable(f"{path.name} is a link or a device; ask for the file itself")


def _below(place: Path) -> list[Path]:
    if place.is_symlink():
        return []
    found = [Path(top) / name for top, folders, files in os.walk(place) for name in folders + files]
    return sorted(found)
