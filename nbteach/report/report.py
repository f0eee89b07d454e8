"""Make the page of a lesson: `nblib report LESSON`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from nbteach.grading.course import classroom, environment, load
from nbteach.grading.errors import GradingError
from nbteach.grading.policy.class_bundle import class_bundle
from nbteach.report.classwork import classwork
from nbteach.report.lesson_facts import lesson_facts
from nbteach.report.page import page

__all__ = ["report"]


def report(root: Path, lesson: str, *, names: bool = False) -> Path:
    """Write the report of a lesson of the class that `NBLIB_CLASSROOM` names; return its path.

    With `names` it says who is stuck, and lies beside the one that does not. The lesson is taken as
    it was last built, which is how it was graded, without what the class does not count. Raises
    GradingError if there is no such lesson, BundleError if it was never built, and RulesError if
    the class's own file cannot be followed.
    """
    known = sorted(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    if lesson not in known:
        raise GradingError(f"there is no lesson {lesson!r}; the lessons are {', '.join(known)}")
    with environment():
        course = load(root)
        bundle = class_bundle(course, lesson)
        facts = lesson_facts(lesson, bundle.notebook, _worked(root, lesson))
        work = classwork(course, facts)
    place = classroom(course)
    path = place / "reports" / f"{lesson}{'-names' * names}.html"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    text = page(facts, work, group=place.name, today=date.today(), names=names)
    path.write_text(text, encoding="utf-8")
    return path


def _worked(root: Path, lesson: str) -> NotebookNode | None:
    """Return the lesson as `nblib solutions` executed it, if it has."""
    path = root / "build" / "solutions" / f"{lesson}.ipynb"
    return nbformat.read(path, as_version=4) if path.exists() else None
