"""What a teacher must know when work comes in anew: marks given by hand, and points that fell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import classroom
from nbteach.grading.pages.remarks import exercise_of
from nbteach.grading.records.scores import Marks

__all__ = ["by_hand", "compared", "look_again", "recorded"]

Entry = Mapping[str, Any]


def look_again(book: Gradebook, lesson: str, student: str) -> None:
    """Mark extra credit as to be looked at again, as nbgrader does with other marks by hand."""
    for notebook in book.find_submission(lesson, student).notebooks:
        for grade in notebook.grades:
            if grade.extra_credit:
                grade.needs_manual_grade = True
    book.db.commit()


def by_hand(held: Marks) -> Iterator[str]:
    """Say which marks somebody gave by hand, and has not looked at since the work was graded anew.

    >>> from nbteach.grading.records.scores import Mark
    >>> marks = {"adam-test": Mark(auto=2, score=1, most=2, by_hand=1, is_stale=True)}
    >>> [said.partition(";")[0] for said in by_hand(Marks(marks))]
    ['given by hand before, and kept: adam 1 (by the tests 2)']
    """
    kept = []
    for test, mark in held.tests.items():
        if mark.is_stale and mark.by_hand is not None:
            auto = "nothing" if mark.auto is None else f"{mark.auto:g}"
            kept.append(f"{exercise_of(test)} {mark.by_hand:g} (by the tests {auto})")
        if mark.is_stale and mark.extra:
            kept.append(f"{exercise_of(test)} {mark.extra:+g} extra")
    if kept:
        yield (
            f"given by hand before, and kept: {', '.join(kept)}; look again in formgrader, where "
            "an emptied field takes such a mark back"
        )


def recorded(journal: Iterable[Entry], lesson: str) -> dict[str, list[Entry]]:
    """Return what was recorded for a lesson: by student, oldest first."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in journal:
        if entry.get("event") == "recorded" and entry.get("lesson") == lesson:
            found[str(entry.get("student"))].append(entry)
    return found


def compared(
    course: CourseDirectory,
    lesson: str,
    student: str,
    points: float,
    current: Entry,
    entries: list[Entry],
) -> Iterator[str]:
    """Say that new work has fewer points than the work that it replaces, or the same work others.

    Args:
        course: the class.
        lesson: such as "02_gradient_descent".
        student: whose work it is.
        points: what the tests give now; 0 where the new work cannot be graded.
        current: the digests of the new `submission` and of the `bundle` that it is graded with.
        entries: what was recorded of this student for the lesson, oldest first.
    """
    # Points by another lesson are no measure.
    entries = [
        one
        for one in entries
        if one.get("bundle") == current["bundle"] and isinstance(one.get("points"), int | float)
    ]
    others = [one for one in entries if one.get("submission") != current["submission"]]
    if others and others[-1]["points"] > points:
        kept = classroom(course) / "earlier" / student / lesson
        where = f"; it is kept in {kept.relative_to(course.root)}" if kept.is_dir() else ""
        yield f"the work before had {others[-1]['points']:g} points by the tests{where}"
    if entries and entries[-1] not in others and entries[-1]["points"] != points:
        yield f"the same work had {entries[-1]['points']:g} points before"
