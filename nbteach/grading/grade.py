"""Grade one lesson of a class: `nblib grade LESSON`.

    build → rebuild and execute what has no result yet → record → feedback → grades.csv → audit

Each submission goes on to the next step as soon as it can, and whatever is done is on the disk: the
same command, after a crash or when new work came in, does the rest and nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
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
from nbteach.grading.notebooks import reader
from nbteach.grading.pages.feedback import printer
from nbteach.grading.pipeline import Pipeline
from nbteach.grading.policy.class_bundle import class_bundle
from nbteach.grading.policy.class_rules import FILE, load_rules
from nbteach.grading.processes import nursery, runner
from nbteach.grading.processes.worker_pool import executions
from nbteach.grading.progress import progress
from nbteach.grading.records.audit import audit
from nbteach.grading.records.grades_csv import export
from nbteach.grading.records.misplaced import misplaced, nearest
from nbteach.grading.records.recorder import register
from nbteach.grading.records.submissions import handed_in, students, unusable
from nbteach.grading.sandbox import sandbox
from nbteach.grading.summary import Grades, Result, table

__all__ = ["GradingError", "grade", "grade_class", "opened"]

Say = Callable[[str], None]


def grade(
    root: Path,
    lesson: str,
    *,
    jobs: int | None = None,
    only: Collection[str] = (),
    scheduler: str | None = None,
    required: str = "strong",
    may_change: bool = False,
    say: Say = print,
) -> int:
    """Grade a lesson and print the table; return 0 if all have a grade and the audit holds, else 1.

    The arguments, and what is raised, are those of `grade_class`.
    """
    grades = grade_class(
        root,
        lesson,
        jobs=jobs,
        only=only,
        scheduler=scheduler,
        required=required,
        may_change=may_change,
        say=say,
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
    may_change: bool = False,
    say: Say = print,
) -> Grades:
    """Grade what the class handed in for a lesson, as far as it is not graded yet.

    Args:
        root: the course folder.
        lesson: such as "02_gradient_descent".
        jobs: how many submissions run at once on this machine. If not given, one more than there
            are cores: each waits now and then for a message between its two processes.
        only: the students to grade; all if empty.
        scheduler: the address of a dask scheduler whose workers run the submissions.
        required: the least protection that will do: "strong", "container" or "none".
        limits: what a submission may use; without them `nbgrader_config.py` decides.
        may_change: whether the lesson may be another one than at the first grading.
        say: is told of the progress.

    Raises GradingError if there is no such lesson, if it is not the one graded before, if
    somebody else is grading the class, or if the machine is at fault (a full disk, a gradebook in
    use); and SandboxError if students' code cannot be confined as required.
    """
    with opened(root, lesson, required, scheduler=scheduler, limits=limits, say=say) as course:
        return _grade_all(course, lesson, jobs or CPU_COUNT + 1, only, scheduler, may_change, say)


@contextmanager
def opened(
    root: Path,
    lesson: str,
    required: str,
    *,
    scheduler: str | None = None,
    limits: Limits | None = None,
    say: Say = print,
) -> Iterator[CourseDirectory]:
    """Have a class for oneself, with its lessons built and a sandbox that will do.

    The arguments, and what is raised, are those of `grade_class`.
    """
    known = sorted(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    if lesson not in known:
        like = nearest(lesson, known)
        raise GradingError(f"there is no lesson {lesson!r}{like}; there are {', '.join(known)}")
    if not scheduler:
        _insist_on_sandbox(required, say)
    is_ours = not scheduler and required == sandbox.Tier.STRONG
    with explained(), environment(), nursery.shared(wanted=is_ours):
        course = load(root)
        with exclusive(course), log_to(classroom(course) / "grading.log"), one_engine():
            build(root)
            settings = course.config.Replay
            settings.limits = vars(limits or Limits(**settings.get("limits", {})))
            settings.require = required
            yield course


def _insist_on_sandbox(required: str, say: Say) -> None:
    tier = sandbox.require(sandbox.Tier(required))
    say(f"Students' code runs in a sandbox of this kind: {tier}.")


def _grade_all(
    course: CourseDirectory,
    lesson: str,
    jobs: int,
    only: Collection[str],
    scheduler: str | None,
    may_change: bool,
    say: Say,
) -> Grades:
    limits = Limits(**course.config.Replay.limits)
    start = partial(runner.supervisor, course.config.Replay.require, limits)
    # The first of all, for their processes are forks of this one.
    reader.start()
    with printer(course, lesson, max(1, jobs // 4)) as printing:  # a page takes a tenth of the rest
        back_up(course)
        _insist_on_known(course, only)
        _insist_on_known(course, load_rules(course).extra_time, f"{FILE}: extra_time: ")
        register(course, lesson, may_change=may_change)
        submissions = handed_in(course, lesson, only)
        with progress(len(submissions), say) as step:
            pipeline = Pipeline(course, class_bundle(course, lesson), limits, printing, step)
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
        export(book, classroom(course) / "grades.csv", load_rules(course))
        most = book.find_assignment(lesson).max_score
    results = sorted([*pipeline.results, *absent], key=lambda result: result.student)
    return Grades(lesson, most, tuple(results), tuple(differences))


def _insist_on_known(course: CourseDirectory, only: Collection[str], where: str = "") -> None:
    known = _known(course)
    for student in only:
        if student not in known:
            like = nearest(student, sorted(known))
            raise GradingError(f"{where}there is no student {student!r} in this class{like}")


def _known(course: CourseDirectory) -> set[str]:
    """Return who is on the roster or has handed in anything."""
    with gradebook(course) as book:
        names = {student.id for student in book.students}
    return names.union(students(course), unusable(course))


def _absent(course: CourseDirectory, lesson: str, only: Collection[str]) -> list[Result]:
    """Return a result for those who are asked for, or known, but have no folder for this lesson."""
    faults = unusable(course)
    results = []
    for student in only or _known(course):
        place = folder(course, course.submitted_directory, student, lesson)
        if student in faults or not place.is_dir():
            found = faults.get(student) or misplaced(place)
            results.append(Result(student, None, found or "not handed in", handed_in=bool(found)))
    return results
