"""Does the gradebook say what the results say, for everybody who handed something in?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import folder, gradebook
from nbteach.grading.records.recorder import autograded
from nbteach.grading.records.result_store import Store, key_of
from nbteach.grading.records.scores import Marks, differing, marks
from nbteach.grading.records.submissions import Submission, digest

__all__ = ["Entry", "audit"]


@dataclass(frozen=True)
class Entry:
    """A submission as it was handed in, and the key of its result, if it has one."""

    submission: Submission
    key: str | None


def audit(
    course: CourseDirectory,
    lesson: str,
    entries: Iterable[Entry],
    store: Store,
    *,
    complete: bool = True,
) -> list[str]:
    """Compare submissions, results, gradebook and files anew; return each difference in words.

    Without differences the grading holds. `complete` says that `entries` are all submissions, so
    that points of anybody else would be points for nothing.
    """
    with gradebook(course) as book:
        held = marks(book, lesson)
    listed = list(entries)
    found = [
        f"{entry.submission.student}: {difference}"
        for entry in listed
        for difference in _differences(course, lesson, entry, store, held)
    ]
    if complete:
        known = {entry.submission.student for entry in listed}
        for student in sorted(held.keys() - known):
            if any(mark.auto is not None for mark in held[student].tests.values()):
                found.append(f"{student}: has points in the gradebook, but handed in nothing")
    return found


def _differences(
    course: CourseDirectory,
    lesson: str,
    entry: Entry,
    store: Store,
    held: Mapping[str, Marks],
) -> Iterator[str]:
    student = entry.submission.student
    if digest(entry.submission.folder) != entry.submission.digest:
        yield "the submission changed while it was graded; run the same command again"
    theirs = held.get(student)
    if theirs is None:
        yield "is not in the gradebook"
        return
    if entry.key is None:
        if any(mark.auto is not None for mark in theirs.tests.values()):
            yield "has points in the gradebook, but no result"
        return
    execution = store.get(entry.key)
    if execution is None:
        yield "its result is missing"
    elif wrong := differing(execution.tests, theirs):
        yield f"other points in the gradebook than in its result: {', '.join(wrong)}"
    if key_of(autograded(course, lesson, student)) != entry.key:
        yield "its autograded notebook does not show its result"
    page = folder(course, course.feedback_directory, student, lesson) / f"{lesson}.html"
    if not page.is_file() or not page.stat().st_size:
        yield "its feedback is missing"
