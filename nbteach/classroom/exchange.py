"""Collect from nbgrader's exchange without trusting what lies there: `nbgrader collect LESSON`.

Everybody may write to the inbound folder of an exchange, and nbgrader 0.9.6 is trusting: with the
teacher's rights it follows a symbolic link that a student put there, to the solutions for example,
and the student's feedback then shows them; of a submission under somebody else's name it warns, and
takes it in place of the real one; and one folder with an odd name stops the collecting for all.
Here a submission belongs to its student, and only plain files of theirs come along, each opened so
that it cannot become a link in between.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc, rmtree

__all__ = ["Collect"]

_MOST_BYTES = 100 * 2**20  # of one file; a notebook over 20 MB is not graded anyway
_NOBODY = ""
_STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")


class Collect(ExchangeCollect):
    """nbgrader's, to be set as `ExchangeFactory.collect`. The exchange stays as it is."""

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """Choose the newest submission of each student, of those that are really theirs."""
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"] != _NOBODY]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """Read the name of a submission; where it is not to be trusted, it is nobody's."""
        name = Path(path).name
        parts = name.rsplit("+", 3)
        try:
            student, sent = parts[0], parse_utc(parts[2])
            reason = self._objection(path, student)
        except (IndexError, ValueError):  # no time in it, or none that there is
            student, sent, reason = _NOBODY, datetime.now(UTC).replace(tzinfo=None), "has no date"
        if reason:
            self.log.warning("Left in the exchange: %r %s", name, reason)
            student = _NOBODY
        return {"username": student, "filename": name, "timestamp": sent}

    def _objection(self, path: str, student: str) -> str:
        found = os.lstat(path)
        if not _STUDENT.fullmatch(student):
            return "is not named after a student"
        if not stat.S_ISDIR(found.st_mode):
            return "is no folder"
        if self.check_owner and (owner := _user(found.st_uid)) != student:
            return f"belongs to {owner}, not to {student}"
        return ""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a submission: its plain files, without those in folders of its own."""
        part = Path(dest).with_name(f".{Path(dest).name}.part")
        if part.exists():
            rmtree(part)
        part.mkdir()
        folder = os.open(src, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            for name in sorted(os.listdir(folder)):  # noqa: PTH208 - an open folder
                if reason := _copy(name, folder, part / name):
                    self.log.warning("Left in the exchange: %r in %r %s", name, src, reason)
        finally:
            os.close(folder)
        part.rename(dest)


def _copy(name: str, folder: int, to: Path) -> str:
    """Copy one file of an open folder; return why not, or an empty text."""

    def careful(path: str, flags: int) -> int:
        """Open neither through a link nor waiting at a pipe."""
        return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)

    try:
        source = open(name, "rb", opener=careful)  # noqa: SIM115 - closed below
    except OSError as error:
        return f"is a link, a folder or closed to you ({error.strerror})"
    with source:
        found = os.fstat(source.fileno())
        if not stat.S_ISREG(found.st_mode):
            return "is no plain file"
        if found.st_uid != os.fstat(folder).st_uid:  # a hard link, where the system lets them
            return "belongs to somebody else"
        if found.st_size > _MOST_BYTES:
            return f"has more than {_MOST_BYTES // 2**20} MB"
        with to.open("wb") as target:
            shutil.copyfileobj(source, target)
    os.utime(to, (found.st_mtime, found.st_mtime))
    return ""


def _user(number: int) -> str:
    import pwd  # not on Windows, where JupyterLab loads this module all the same

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return "somebody unknown"
