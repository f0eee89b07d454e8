"""What a student must know of a grade besides the points: sentences for the feedback page."""

from __future__ import annotations

from collections.abc import Sequence

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from nbteach.grading.policy.class_rules import load_rules
from nbteach.grading.policy.lateness import late_of
from nbteach.grading.records.migration import Change, since_first

__all__ = ["facts"]


def facts(book: Gradebook | None, course: CourseDirectory, lesson: str, student: str) -> list[str]:
    """Return what is to be told with a grade, in Markdown: lateness, and changes of the lesson.

    The gradebook is opened, if need be, where it is not given.
    """
    found = []
    if late := late_of(book, course, lesson, student):
        found.append(f"**Handed in late.** {late.words[0].upper()}{late.words[1:]}.")
    not_counted = load_rules(course).not_counted.get(lesson, ())
    if change := since_first(course, lesson):
        found.append(_changed(change, not_counted))
    if not_counted:
        found.append(f"**Not counted**, for anybody in your class: {_listed(not_counted)}.")
    return found


def _changed(change: Change, not_counted: Sequence[str]) -> str:
    said = []
    if new := [name for name in change.added if name not in not_counted]:
        said.append(f"new, and counted for everybody: {_listed(new)}")
    if new := [name for name in change.added if name in not_counted]:
        said.append(f"new: {_listed(new)}")
    if change.removed:
        said.append(f"no longer in it: {_listed(change.removed)}")
    if change.changed:
        said.append(f"with other tests or points: {_listed(change.changed)}")
    return (
        "**This lesson has changed** since it was first graded, and everybody's work was graded "
        f"again with it ({'; '.join(said)})."
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
