"""A class on disk, as `nbgrader_config.py` describes it: folders, gradebook, backups, log."""

from __future__ import annotations

import fcntl
import functools
import logging
import os
import sqlite3
import sysconfig
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from nbgrader import api
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from traitlets.config import PyFileConfigLoader

from nbteach.grading.errors import GradingError

__all__ = [
    "back_up",
    "classroom",
    "environment",
    "exclusive",
    "folder",
    "gradebook",
    "load",
    "log_to",
    "one_engine",
    "results_folder",
]


def load(root: Path) -> CourseDirectory:
    """Return the class that `NBLIB_CLASSROOM` names; its settings are in `.config`."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    return CourseDirectory(config=config)


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Set environment variables, and let nbgrader find `alembic`; undo all of it at the end.

    That includes what others leave behind: after an error nbgrader 0.9.6 keeps its own variable.
    """
    before = dict(os.environ)
    path = os.pathsep.join([sysconfig.get_path("scripts"), before.get("PATH", os.defpath)])
    os.environ.update({"PATH": path} | values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class _LogFile(logging.FileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: on a full disk, this would print each record, and where it came from."""


@contextmanager
def log_to(path: Path) -> Iterator[None]:
    """Send what nbgrader reports to a file: it would bury what the teacher is to read."""
    logger, handler = logging.getLogger("traitlets"), _LogFile(path, "w", "utf-8")
    logger.addHandler(handler)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about nbgrader's own use of its database
            yield
    finally:
        logger.removeHandler(handler)
        handler.close()


def folder(course: CourseDirectory, step: str, student: str, lesson: str) -> Path:
    """Return where `step`, such as `course.submitted_directory`, keeps one student's lesson."""
    return Path(course.format_path(step, student, lesson))


def classroom(course: CourseDirectory) -> Path:
    """Return the folder that holds everything of this class."""
    return _database(course).parent


def results_folder(course: CourseDirectory) -> Path:
    """Return where the results of this class are stored."""
    return classroom(course) / "results"


@contextmanager
def exclusive(course: CourseDirectory) -> Iterator[None]:
    """Keep a second command from grading the same class; the lock ends with this process."""
    with (classroom(course) / "grading.lock").open("w") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # forks do not hold it, unlike flock's
        except (BlockingIOError, PermissionError) as error:
            raise GradingError(
                "another command is grading this class now; wait until it ends"
            ) from error
        yield


def gradebook(course: CourseDirectory) -> Gradebook:
    """Open the gradebook; use it in a `with` statement."""
    if not _database(course).exists():
        _make_gradebook(course)
    return Gradebook(course.db_url, course.course_id)


@contextmanager
def one_engine() -> Iterator[None]:
    """Let nbgrader open its gradebook through one engine of SQLAlchemy.

    It makes a new one three times for each submission, which then compiles every query anew.
    """
    make = api.create_engine
    api.create_engine = functools.cache(make)
    try:
        yield
    finally:
        api.create_engine = make


def _make_gradebook(course: CourseDirectory) -> None:
    """Make the gradebook beside its place: nbgrader never finishes one that it made half of."""
    part = _database(course).with_suffix(".part")
    part.unlink(missing_ok=True)
    with _version_at_hand():
        book = Gradebook(f"sqlite:///{part.as_posix()}", course.course_id)
    book.close()
    book.engine.dispose()
    part.replace(_database(course))


@contextmanager
def _version_at_hand() -> Iterator[None]:
    """Tell nbgrader the version of a new gradebook: it would start a process that takes 2 s."""
    from alembic.script import ScriptDirectory

    migrations = ScriptDirectory(str(Path(api.__file__).with_name("alembic")))
    ask = api.get_alembic_version
    api.get_alembic_version = migrations.get_current_head
    try:
        yield
    finally:
        api.get_alembic_version = ask


def back_up(course: CourseDirectory) -> Path | None:
    """Copy the gradebook to `backups/` of the class; return the copy, or None if there is none yet.

    SQLite's own backup is used: it is whole even while somebody grades by hand.
    """
    database = _database(course)
    if not database.exists():
        return None
    backups = database.parent / "backups"
    backups.mkdir(exist_ok=True)
    copy = backups / f"gradebook-{datetime.now():%Y-%m-%d-%H%M%S-%f}.db"
    part = copy.with_suffix(".part")
    with closing(sqlite3.connect(database)) as source:
        # If it is locked, `backup` would hang; if it is damaged, there would be one more such.
        ((said,),) = source.execute("PRAGMA quick_check(1)").fetchall()
        if said != "ok" or not database.stat().st_size:
            raise sqlite3.DatabaseError(f"malformed, or empty: {said}")
        with closing(sqlite3.connect(part)) as target:
            source.backup(target)
    part.replace(copy)
    return copy


def _database(course: CourseDirectory) -> Path:
    return Path(str(make_url(course.db_url).database))
