"""Grade one lesson of a class with stock nbgrader: `nblib grade LESSON`.

    build → register → autograde each submission → feedback → grades.csv → table

What this does not protect against. Students' code runs with the teacher's rights: it can read and
change every file that the teacher can, the gradebook and other submissions included, use the
network, and forge its own points. Read what you do not trust before you grade it, or grade on a
machine that holds nothing else. Feedback shows the hidden tests. A submission that kills its kernel
gets no grade at all, not even for its right answers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import nbformat
import pandas
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin
from nbgrader.utils import rmtree
from traitlets.config import Config

from nblib.build import build
from nblib.grading import notes
from nblib.grading.course import back_up, classroom, environment, folder, gradebook, load, log_to
from nblib.grading.results import Grades, Result, table

__all__ = ["GradingError", "grade", "grade_class"]

Say = Callable[[str], None]
T = TypeVar("T", bound=BaseConverter)


class GradingError(RuntimeError):
    """The lesson cannot be graded for anybody."""


def grade(root: Path, lesson: str, *, say: Say = print) -> int:
    """Grade a lesson and print the table; return 1 if a submission is left without a grade, else 0.

    Raises GradingError if there is no such lesson, or if it no longer fits the class's gradebook.
    """
    grades = grade_class(root, lesson, say=say)
    say(table(grades))
    return int(bool(grades.need_human))


def grade_class(root: Path, lesson: str, *, timeout: int | None = None, say: Say = print) -> Grades:
    """Grade anew all that the class handed in for a lesson, and return the results.

    `timeout` is in seconds per cell; without it, `nbgrader_config.py` decides.
    """
    known = sorted(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    if lesson not in known:
        raise GradingError(f"there is no lesson {lesson!r}; the lessons are {', '.join(known)}")
    build(root)
    with environment():
        course = load(root)
        if timeout:
            course.config.Execute.timeout = timeout
        with log_to(classroom(course) / "grading.log"):
            back_up(course)
            _register(course, lesson)
            results = sorted(_grade_all(course, lesson, say), key=lambda result: result.student)
            with gradebook(course) as book:
                _export(book, classroom(course) / "grades.csv")
                return Grades(lesson, book.find_assignment(lesson).max_score, tuple(results))


def _step(kind: type[T], config: Config, lesson: str, student: str = ".") -> T:
    """Return an nbgrader step for one student, which does its work even if it was done before."""
    where = CourseDirectory(config=config)
    where.assignment_id, where.student_id = lesson, student
    return kind(coursedir=where, config=config, force=True)


def _register(course: CourseDirectory, lesson: str) -> None:
    """Enter the lesson, tests included, in the gradebook, and leave `notebooks/` alone."""
    config = copy.deepcopy(course.config)
    with TemporaryDirectory() as release:
        config.CourseDirectory.release_directory = release
        try:
            _step(GenerateAssignment, config, lesson).start()
        except NbGraderException as error:
            raise GradingError(
                f"{lesson} cannot be entered in the gradebook; if its cells changed since the "
                "first grading, go back to the lesson that you released, or start a new class with "
                f"NBLIB_CLASSROOM; if not, see {classroom(course) / 'grading.log'}"
            ) from error


def _grade_all(course: CourseDirectory, lesson: str, say: Say) -> Iterator[Result]:
    submitted = Path(course.format_path(course.submitted_directory, ".", "."))
    students = sorted(path.name for path in submitted.glob("[!.]*") if path.is_dir())
    handed_in = [student for student in students if (submitted / student / lesson).is_dir()]
    for number, student in enumerate(handed_in, 1):
        yield _grade_one(course, lesson, student)
        say(f"{number}/{len(handed_in)} {student}")
    with gradebook(course) as book:
        roster = {student.id for student in book.students}
    for student in roster.union(students).difference(handed_in):
        loose = any((submitted / student).glob("*.ipynb"))
        note = f"move the notebook into a folder {lesson}" if loose else "not handed in"
        yield Result(student, None, note, handed_in=loose)


def _grade_one(course: CourseDirectory, lesson: str, student: str) -> Result:
    submission = folder(course, course.submitted_directory, student, lesson)
    if reason := notes.unreadable(submission, lesson):
        return _without_grade(course, lesson, student, reason)
    told: list[str] = []
    try:
        with gradebook(course) as book:
            cells = [cell.name for cell in book.find_notebook(lesson, lesson).source_cells]
        notebook = nbformat.read(submission / f"{lesson}.ipynb", as_version=4)
        told += notes.differences(notebook, cells)
        _autograde(course, lesson, student)
        _step(GenerateFeedback, course.config, lesson, student).start()
        score, outcome = _recorded(course, lesson, student)
    except Exception as error:  # whatever one submission may bring about, the others go on
        return _without_grade(course, lesson, student, "; ".join([*told, notes.failure(error)]))
    return Result(student, score, "; ".join([*told, *outcome]))


class _Autograde(Autograde):
    """nbgrader's, but it remembers why a notebook failed: nbgrader only writes that to its log."""

    error: Exception | None = None

    def convert_single_notebook(self, notebook_filename: str) -> None:
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            self.error = error
            raise


def _autograde(course: CourseDirectory, lesson: str, student: str) -> None:
    """Run a submission and record its points; raise what went wrong, if anything did."""
    step = _step(_Autograde, course.config, lesson, student)
    try:
        step.start()
    except NbGraderException as error:
        raise step.error or error from error


def _recorded(course: CourseDirectory, lesson: str, student: str) -> tuple[float, list[str]]:
    """Return the score that the gradebook holds now, and what to say about it."""
    path = folder(course, course.autograded_directory, student, lesson) / f"{lesson}.ipynb"
    with gradebook(course) as book:
        graded = book.find_submission_notebook(lesson, lesson, student)
        tested = {notes.exercise_of(grade.name): None for grade in graded.grades}
        lost = {notes.exercise_of(g.name) for g in graded.grades if g.score < g.max_score}
        untouched = {c.name for c in graded.comments if c.auto_comment == "No response."}
        outcome = notes.outcome(
            nbformat.read(path, as_version=4),
            unsolved=[name for name in tested if name in untouched],
            lost=[name for name in tested if name in lost],
        )
        return graded.score, [*outcome]


def _without_grade(course: CourseDirectory, lesson: str, student: str, note: str) -> Result:
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
    return Result(student, None, note)


def _export(book: Gradebook, path: Path) -> None:
    """Write the grades of every lesson; a submission without a grade gets no 0.0, but nothing.

    Who handed in nothing keeps the 0.0 that nbgrader gives.
    """
    CsvExportPlugin(to=str(path)).export(book)
    rows = pandas.read_csv(path, dtype=str, keep_default_na=False)
    for lesson in book.assignments:
        for submission in lesson.submissions:
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            if any(grade.auto_score is None and grade.manual_score is None for grade in grades):
                theirs = (rows.assignment == lesson.name) & (
                    rows.student_id == submission.student.id
                )
                rows.loc[theirs, ["raw_score", "score"]] = ""
    rows.to_csv(path, index=False)
