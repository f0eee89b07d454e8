"""Write results into nbgrader's gradebook, with nbgrader's own converters."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_grade, rmtree
from traitlets.config import Config

from nbteach.grading.course import classroom, folder, gradebook
from nbteach.grading.errors import GradingError, trouble
from nbteach.grading.notebooks.lesson_bundle import Bundle
from nbteach.grading.policy.class_bundle import class_bundle
from nbteach.grading.policy.timestamps import NoTime, existing
from nbteach.grading.records import migration
from nbteach.grading.records.transaction import commit, one_transaction

__all__ = ["Recorder", "autograded", "converter", "register", "take_back"]

_CHANGED = """\
{lesson} is no longer the lesson that this class was graded with ({what}). To see whose points that
would change, and to let it count then:

    nblib regrade {lesson}
    nblib regrade {lesson} --apply"""

T = TypeVar("T", bound=BaseConverter)


def register(course: CourseDirectory, lesson: str, *, may_change: bool = False) -> None:
    """Enter a lesson, tests included, in the gradebook, and leave `notebooks/` alone.

    Raises GradingError where the lesson is no longer the one that was graded before, unless it
    `may_change`: then the gradebook is brought up to it.
    """
    bundle = class_bundle(course, lesson)
    with gradebook(course) as book:  # makes it where there is none yet
        if what := migration.change(book, bundle):
            if not may_change:
                raise GradingError(_CHANGED.format(lesson=lesson, what=what.words))
            migration.migrate(course, book, bundle, what)
    config = copy.deepcopy(course.config)
    with TemporaryDirectory() as release:
        config.CourseDirectory.release_directory = release
        try:
            converter(GenerateAssignment, config, lesson).start()
        except NbGraderException as error:
            if trouble(error):
                raise
            log = classroom(course) / "grading.log"
            raise GradingError(f"{lesson} cannot be entered in the gradebook; see {log}") from error
    _set_points(course, bundle)


def _set_points(course: CourseDirectory, bundle: Bundle) -> None:
    """Let tests be worth what they are worth in this class: nbgrader has read the lesson alone."""
    worth = {
        cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
        for cell in bundle.notebook.cells
        if "nbgrader" in cell.metadata and is_grade(cell)
    }
    with gradebook(course) as book:
        for cell in book.find_notebook(bundle.lesson, bundle.lesson).grade_cells:
            cell.max_score = worth[cell.name]
        book.db.commit()


def converter(kind: type[T], config: Config, lesson: str, student: str = ".") -> T:
    """Return a converter of nbgrader, which does its work even if it was done before."""
    where = _Course(config=config)
    where.assignment_id, where.student_id = lesson, student
    return kind(coursedir=where, config=config, force=True)


class _Course(CourseDirectory):
    """nbgrader's, which stumbles over a `timestamp.txt` that is no time."""

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        with suppress(NoTime):  # it is told with the grade
            return existing(Path(dest_path))
        return None


class _Autograde(Autograde):
    """nbgrader's, but it remembers why a notebook failed: nbgrader only writes that to its log.

    The points are in the gradebook before the autograded notebook, which says that they are.
    """

    error: Exception | None = None
    book: Gradebook

    def convert_single_notebook(self, notebook_filename: str) -> None:
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            self.error = error
            raise

    def write_single_notebook(self, output: str, resources: ResourcesDict) -> None:
        if not self._sanitizing:
            commit(self.book)
        super().write_single_notebook(output, resources)


class Recorder:
    """Records one submission after the other; to be used by one process at a time."""

    def __init__(self, course: CourseDirectory, book: Gradebook, lesson: str) -> None:
        self._autograde = converter(_Autograde, course.config, lesson)
        self._autograde.book = book
        book.check_course()  # nbgrader's steps ask for its default one: not all at the same time

    def record(self, student: str) -> None:
        """Write the autograded notebook and the points; raises whatever went wrong."""
        self._autograde.error = None
        self._autograde.coursedir.student_id = student
        try:
            with one_transaction(self._autograde.book):
                self._autograde.start()
        except NbGraderException as error:
            raise self._autograde.error or error from error


def autograded(course: CourseDirectory, lesson: str, student: str) -> dict[str, Any]:
    """Return the autograded notebook as plain JSON; an empty one if there is no whole one."""
    try:
        path = folder(course, course.autograded_directory, student, lesson) / f"{lesson}.ipynb"
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def take_back(course: CourseDirectory, lesson: str, student: str) -> None:
    """Take back what an earlier version of the submission may have earned: it is not this one's."""
    with gradebook(course) as book:
        book.update_or_create_student(student)
        for notebook in book.update_or_create_submission(lesson, student).notebooks:
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = None, True
        book.db.commit()
    for step in (course.autograded_directory, course.feedback_directory):
        if (outdated := folder(course, step, student, lesson)).exists():
            rmtree(outdated)
