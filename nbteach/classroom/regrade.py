"""Grade everybody by the lesson as it is now, and look before it counts: `nblib regrade LESSON`.

A look runs what has no result yet, and keeps these results: letting it count runs nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from dask.system import CPU_COUNT
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

from nbteach.classroom.intake.names import shown
from nbteach.grading.course import classroom, gradebook, results_folder
from nbteach.grading.errors import GradingError
from nbteach.grading.execution import Execution, Fault
from nbteach.grading.grade import grade, opened
from nbteach.grading.limits import Limits
from nbteach.grading.notebooks import reader
from nbteach.grading.notebooks.lesson_bundle import Bundle
from nbteach.grading.notebooks.rebuild import Unreadable
from nbteach.grading.policy.class_bundle import class_bundle
from nbteach.grading.processes import runner
from nbteach.grading.processes.worker_pool import executions
from nbteach.grading.progress import progress
from nbteach.grading.records import spreadsheet
from nbteach.grading.records.attention import recorded
from nbteach.grading.records.journal import Journal
from nbteach.grading.records.migration import change
from nbteach.grading.records.recorder import autograded
from nbteach.grading.records.regraded import COLUMNS, Row, rows
from nbteach.grading.records.result_store import Store, key, key_of
from nbteach.grading.records.scores import marks
from nbteach.grading.records.submissions import Submission, handed_in, insist_on_files

__all__ = ["regrade"]

Say = Callable[[str], None]
_MOST_LINES = 200


def regrade(
    root: Path,
    lesson: str,
    *,
    apply: bool = False,
    jobs: int | None = None,
    scheduler: str | None = None,
    required: str = "strong",
    say: Say = print,
) -> int:
    """Say whose points the lesson, as it is now, would change, and write it to a CSV file.

    Neither gradebook nor feedback is touched, unless `apply` lets it count. Return 0 if everybody
    can be graded; with `apply`, what `grade` returns.

    Args:
        root: the course folder.
        lesson: such as "02_gradient_descent".
        apply: whether it is to count.
        jobs, scheduler, required: as for `grade_class`, which says too what is raised.
        say: is told of the progress, and of the changes.
    """
    with opened(root, lesson, required, scheduler=scheduler, say=say) as course:
        bundle = class_bundle(course, lesson)
        with gradebook(course) as book:
            what = change(book, bundle)
            held = {
                student: theirs
                for student, theirs in marks(book, lesson).items()
                if any(mark.score is not None for mark in theirs.tests.values())
            }
        if not held:
            raise GradingError(f"nobody is graded in {lesson} yet; first `nblib grade {lesson}`")
        outcomes = _outcomes(course, bundle, jobs or CPU_COUNT + 1, scheduler, say)
        store, table, faults = Store(results_folder(course)), list[Row](), list[str]()
        known = recorded(Journal(classroom(course) / "journal.jsonl"), lesson)
        for submission, outcome in sorted(outcomes, key=lambda pair: pair[0].student):
            student = submission.student
            if isinstance(outcome, str):
                faults.append(f"{student}: {outcome}")
            elif student in held:
                before = store.get(key_of(autograded(course, lesson, student)) or "none")
                last = known[student][-1] if student in known else {}  # formgrader keeps none
                is_same = last.get("submission") in (submission.digest, None)
                table += rows(student, bundle, held[student], before, outcome, is_same=is_same)
        path = classroom(course) / f"regrade-{lesson}.csv"
        spreadsheet.write(path, [COLUMNS, *(row.cells for row in table)])
    if what:
        say(f"The lesson has changed since it was graded. {what.words[0].upper()}{what.words[1:]}.")
    _tell(table, faults, len(held), path, say)
    if apply:
        return grade(
            root,
            lesson,
            jobs=jobs,
            scheduler=scheduler,
            required=required,
            may_change=True,
            say=say,
        )
    say(f"Nothing has changed yet. To let it count: nblib regrade {lesson} --apply")
    return int(bool(faults))


def _outcomes(
    course: CourseDirectory, bundle: Bundle, jobs: int, scheduler: str | None, say: Say
) -> list[tuple[Submission, Execution | str]]:
    """Return what comes of every submission, or in words why nothing does."""
    reader.start()  # early, while this process has one thread
    limits, store = Limits(**course.config.Replay.limits), Store(results_folder(course))
    start = partial(runner.supervisor, course.config.Replay.require, limits)
    submissions = {one.student: one for one in handed_in(course, bundle.lesson)}
    found: dict[str, Execution | str] = {}
    keys: dict[str, str] = {}

    def missing() -> Iterator[tuple[str, NotebookNode]]:
        for student, submission in submissions.items():
            try:
                insist_on_files(submission.folder)
                rebuilt = reader.rebuild(bundle, submission.folder / f"{bundle.lesson}.ipynb")
            except Unreadable as error:
                found[student] = str(error)
                step(student)
                continue
            keys[student] = key(rebuilt.notebook, bundle.digest, limits)
            if done := store.get(keys[student]):
                found[student] = done
                step(student)
            else:
                yield student, rebuilt.notebook

    with (
        progress(len(submissions), say) as step,
        closing(executions(missing(), start, threads=jobs, scheduler=scheduler)) as running,
    ):
        for student, outcome in running:
            if isinstance(outcome, Fault):
                found[student] = f"the grader failed ({outcome.reason}); run the command again"
            else:
                found[student] = store.put(keys[student], outcome)
            step(student)
    return [(submission, found[student]) for student, submission in submissions.items()]


def _tell(table: list[Row], faults: list[str], graded: int, path: Path, say: Say) -> None:
    students = {row.student for row in table if row.change}
    who = f"{len(students)} of {graded} who were graded" if students else "nobody"
    say(f"Other points for {who}" + (":" if table or faults else "."))
    width = max((len(row.student) for row in table), default=0)
    wider = max((len(row.exercise) for row in table), default=0)
    for row in table[:_MOST_LINES]:
        points = f"{_number(row.before):>4} → {_number(row.after):<4}"
        say(f"  {row.student:{width}}  {row.exercise:{wider}} {points}  {shown(row.why)}".rstrip())
    if len(table) > _MOST_LINES:
        say(f"  ... and {len(table) - _MOST_LINES} lines more")
    for fault in faults:
        say(f"  {shown(fault)}")
    say(f"All of it is in {path}.")


def _number(points: float | None) -> str:
    return "-" if points is None else f"{points:g}"
