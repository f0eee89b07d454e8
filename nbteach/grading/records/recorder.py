"""Write results into nbgrader's gradebook, with nbgrader's own converters."""

from __future__ import annotations

import copy
import json
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import rmtree
from traitlets.config import Config

from nbteach.grading.course import classroom, folder, gradebook
from nbteach.grading.errors import GradingError, trouble

__all__ = ["Recorder", "autograded", "converter", "register", "take_back"]

T = TypeVar("T", bound=BaseConverter)


def register(course: CourseDirectory, lesson: str) -> None:
    """Enter the lesson, tests included, in the gradebook, and leave `notebooks/` alone.

    Raises GradingError where the lesson is no longer the one that was graded before.
    """
    with gradebook(course):  # makes it where there is none yet
        pass
    config = copy.deepcopy(course.config)
    with TemporaryDirectory() as release:
        config.CourseDirectory.release_directory = release
        try:
            converter(GenerateAssignment, config, lesson).start()
        except NbGraderException as error:
            if trouble(error):
                raise
            raise GradingError(
                f"{lesson} cannot be entered in the gradebook; if its cells changed since the "
                "first grading, go back to the lesson that you released, or start a new class with "
                f"NBLIB_CLASSROOM; if not, see {classroom(course) / 'grading.log'}"
            ) from error


def converter(kind: type[T], config: Config, lesson: str, student: str = ".") -> T:
    """Return a converter of nbgrader, which does its work even if it was done before."""
    where = CourseDirectory(config=config)
    where.assignment_id, where.student_id = lesson, student
    return kind(coursedir=where, config=config, force=True)


class _Autograde(Autograde):
    """nbgrader's, but it remembers why a notebook failed: nbgrader only writes that to its log."""

    error: Exception | None = None

    def convert_single_notebook(self, notebook_filename: str) -> None:
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            self.error = error
            raise


class Recorder:
    """Records one submission after the other; to be used by one process at a time."""

    def __init__(self, course: CourseDirectory, lesson: str) -> None:
        self._autograde = converter(_Autograde, course.config, lesson)

    def record(self, student: str) -> None:
        """Write the autograded notebook and the points; raises whatever went wrong."""
        self._autograde.error = None
        self._autograde.coursedir.student_id = student
        try:
            self._autograde.start()
        except NbGraderException as error:
            raise self._autograde.error or error from error


def autograded(course: CourseDirectory, lesson: str, student: str) -> dict[str, Any]:
    """Return the autograded notebook as plain JSON; an empty one if there is no whole one."""
    try:
        path = folder(course, course.autograded_directory, student, lesson) / f"{lesson}.ipynb"
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}


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
