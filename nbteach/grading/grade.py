"""Grade one lesson of a class: `nblib grade LESSON`.

    build → rebuild and execute what has no result yet → record → feedback → grades.csv → audit

Each submission goes on to the next step as soon as it can, and whatever is done is on the disk: the
same command, after a crash or when new work came in, does the rest and nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import closing
from functools import partial
from pathlib import Path

from dask.system import CPU_COUNT
from nbgrader.coursedir import CourseDirectory

from nbteach.authoring.build import build
from nbteach.grading.course import (
    back_up,
    classroom,
    environment,
    exclusive,
    folder,
    gradebook,
    load,
    log_to,
    one_engine,
)
from nbteach.grading.errors import GradingError, explained
from nbteach.grading.limits import Limits
from nbteach.grading.notebooks.lesson_bundle import load_bundle
from nbteach.grading.pages.feedback import printer
from nbteach.grading.pipeline import Pipeline
from nbteach.grading.processes import runner
from nbteach.grading.processes.worker_pool import executions
from nbteach.grading.progress import progress
from nbteach.grading.records.audit import audit
from nbteach.grading.records.grades_csv import export
from nbteach.grading.records.misplaced import misplaced, nearest
from nbteach.grading.records.recorder import register
from nbteach.grading.records.submissions import handed_in, students
from nbteach.grading.summary import Grades, Result, table

__all__ = ["GradingError", "grade", "grade_class"]

Say = Callable[[str], None]


def grade(
    root: Path,
    lesson: str,
    *,
    jobs: int | None = None,
    only: Collection[str] = (),
    scheduler: str | None = None,
    required: str = "strong",
    say: Say = print,
) -> int:
    """Grade a lesson and print the table; return 0 if all have a grade and the audit holds, else 1.

    The arguments, and what is raised, are those of `grade_class`.
    """
    grades = grade_class(
        root, lesson, jobs=jobs, only=only, scheduler=scheduler, required=required, say=say
    )
    say(table(grades))
    return int(bool(grades.need_human or grades.differences))


def grade_class(
    root: Path,
    lesson: str,
    *,
    jobs: int | None = None,
    only: Collection[str] = (),
    scheduler: str | None = None,
    required: str = "strong",
    limits: Limits | None = None,
    say: Say = print,
) -> Grades:
    """Grade what the class handed in for a lesson, as far as it is not graded yet.

    Args:
        root: the course folder.
        lesson: such as "02_gradient_descent".
        jobs: how many submissions run at once on this machine; one for each core if not given.
        only: the students to grade; all if empty.
        scheduler: the address of a dask scheduler whose workers run the submissions.
        required: the least protection that will do: "strong", "container" or "none".
        limits: what a submission may use; without them `nbgrader_config.py` decides.
        say: is told of the progress.

    Raises GradingError if there is no such lesson, if it no longer fits the class's gradebook, if
    somebody else is grading the class, or if the machine is at fault (a full disk, a gradebook in
    use); and SandboxError if students' code cannot be confined as required.
    """
    known = sorted(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    if lesson not in known:
        like = nearest(lesson, known)
        raise GradingError(f"there is no lesson {lesson!r}{like}; there are {', '.join(known)}")
    jobs = jobs or CPU_COUNT
    if not scheduler:
        _insist_on_sandbox(required, say)
    with explained(), environment():
        course = load(root)
        with exclusive(course), log_to(classroom(course) / "grading.log"), one_engine():
            build(root)
            settings = course.config.Replay
            settings.limits = vars(limits or Limits(**settings.get("limits", {})))
            settings.require = required
            return _grade_all(course, lesson, jobs, only, scheduler, say)


def _insist_on_sandbox(required: str, say: Say) -> None:
    from nbteach.grading.sandbox import sandbox

    tier = sandbox.require(sandbox.Tier(required))
    say(f"Students' code runs in a sandbox of this kind: {tier}.")


def _grade_all(
    course: CourseDirectory,
    lesson: str,
    jobs: int,
    only: Collection[str],
    scheduler: str | None,
    say: Say,
) -> Grades:
    limits = Limits(**course.config.Replay.limits)
    start = partial(runner.supervisor, course.config.Replay.require, limits)
    # The first of all, for its processes are forks of this one.
    with printer(course, lesson, jobs) as printing:
        back_up(course)
        _insist_on_known(course, only)
        register(course, lesson)
        submissions = handed_in(course, lesson, only)
        with progress(len(submissions), say) as step:
            bundle = load_bundle(Path(course.root), lesson)
            pipeline = Pipeline(course, bundle, limits, printing, step)
            outcomes = executions(
                pipeline.missing(submissions), start, threads=jobs, scheduler=scheduler
            )
            with closing(outcomes):  # ends what still runs, whatever happens here
                for student, outcome in outcomes:
                    pipeline.accept(student, outcome)
            pipeline.finish()
    differences = audit(course, lesson, pipeline.entries, pipeline.store, complete=not only)
    absent = _absent(course, lesson, only)
    with gradebook(course) as book:
        export(book, classroom(course) / "grades.csv")
        most = book.find_assignment(lesson).max_score
    results = sorted([*pipeline.results, *absent], key=lambda result: result.student)
    return Grades(lesson, most, tuple(results), tuple(differences))


def _insist_on_known(course: CourseDirectory, only: Collection[str]) -> None:
    known = _known(course)
    for student in only:
        if student not in known:
            like = nearest(student, sorted(known))
            raise GradingError(f"there is no student {student!r} in this class{like}")


def _known(course: CourseDirectory) -> set[str]:
    """Return who is on the roster or has handed in anything."""
    with gradebook(course) as book:
        return {student.id for student in book.students}.union(students(course))


def _absent(course: CourseDirectory, lesson: str, only: Collection[str]) -> list[Result]:
    """Return a result for those who are asked for, or known, but have no folder for this lesson."""
    known = _known(course)
    results = []
    for student in only or known:
        place = folder(course, course.submitted_directory, student, lesson)
        if not place.is_dir():
            found = misplaced(place)
            results.append(Result(student, None, found or "not handed in", handed_in=bool(found)))
    return results
