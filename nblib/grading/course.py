"""A class on disk, as `nbgrader_config.py` describes it: folders, gradebook, backups, log."""

from __future__ import annotations

import logging
import os
import sqlite3
import sysconfig
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from traitlets.config import PyFileConfigLoader

__all__ = ["back_up", "classroom", "environment", "folder", "gradebook", "load", "log_to"]


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


@contextmanager
def log_to(path: Path) -> Iterator[None]:
    """Send what nbgrader reports to a file: it would bury what the teacher is to read."""
    logger, handler = logging.getLogger("traitlets"), logging.FileHandler(path, "w", "utf-8")
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


def gradebook(course: CourseDirectory) -> Gradebook:
    """Open the gradebook; use it in a `with` statement."""
    return Gradebook(course.db_url, course.course_id)


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
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _database(course: CourseDirectory) -> Path:
    return Path(str(make_url(course.db_url).database))
