"""Where the notebooks of one lesson lie: the one that counts, and all that came before it."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import datetime
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import rmtree

from nbteach.classroom.intake.archive import Upload
from nbteach.grading.course import classroom, folder

__all__ = ["Shelf"]


class Shelf:
    """The submissions for a lesson. What is replaced is moved to `earlier/`; nothing is deleted."""

    def __init__(self, course: CourseDirectory, lesson: str) -> None:
        self._course, self._lesson = course, lesson

    def has(self, student: str) -> bool:
        """Whether there is a submission."""
        return self._place(student).is_dir()

    def put(self, student: str, upload: Upload) -> tuple[str, str]:
        """Let a notebook count, unless it is older than the one there; return what became of it.

        That is "new", "again" or "same", and what the teacher should know, if anything. A date that
        is still to come says nothing.
        """
        place = self._place(student)
        file = place / f"{self._lesson}.ipynb"
        if file.is_file() and file.read_bytes() == upload.content:
            return "same", ""
        if file.is_file() and upload.when < file.stat().st_mtime <= time.time():
            return "same", f"older than the one that counts; kept in {self.keep(student, upload)}"
        part = place.with_name(f".{place.name}.part")
        if part.exists():
            rmtree(part)
        part.mkdir(parents=True)
        _write(part / file.name, upload)
        if not place.exists():
            part.rename(place)
            return "new", ""
        kept = self._free(student, file)
        place.rename(kept)
        part.rename(place)
        return "again", f"handed in again; the one before is kept in {self._shown(kept)}"

    def keep(self, student: str, upload: Upload) -> str:
        """Keep a notebook that does not count, unless it is kept already; return where."""
        place = self._earlier(student) / _name(upload.when, upload.content)
        place.mkdir(parents=True, exist_ok=True)
        _write(place / f"{self._lesson}.ipynb", upload)
        return self._shown(place)

    def _place(self, student: str) -> Path:
        return folder(self._course, self._course.submitted_directory, student, self._lesson)

    def _earlier(self, student: str) -> Path:
        return classroom(self._course) / "earlier" / student / self._lesson

    def _free(self, student: str, file: Path) -> Path:
        """Return a folder that is not there yet, for what is replaced."""
        found = file.is_file()
        name = _name(file.stat().st_mtime if found else 0, file.read_bytes() if found else b"")
        place = self._earlier(student) / name
        place.parent.mkdir(parents=True, exist_ok=True)
        while place.exists():
            place = place.with_name(f"{place.name}+")
        return place

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._course.root).as_posix()


def _name(when: float, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()[:8]
    return f"{datetime.fromtimestamp(when):%Y-%m-%d-%H%M%S}-{digest}"


def _write(path: Path, upload: Upload) -> None:
    path.write_bytes(upload.content)
    os.utime(path, (upload.when, upload.when))  # by which a later one is known
