"""A lesson as one class is graded with it: what the class does not count has no points."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import compute_checksum, is_grade

from nbteach.grading.notebooks.lesson_bundle import Bundle, load_bundle
from nbteach.grading.pages.remarks import exercise_of
from nbteach.grading.policy.class_rules import FILE, RulesError, load_rules
from nbteach.grading.records.misplaced import nearest

__all__ = ["class_bundle", "without_points"]


def class_bundle(course: CourseDirectory, lesson: str) -> Bundle:
    """Read a lesson, as `load_bundle` does, and take the points off what is not counted.

    Raises BundleError as `load_bundle` does, and RulesError for an exercise that it has not.
    """
    bundle = load_bundle(Path(course.root), lesson)
    return without_points(bundle, load_rules(course).not_counted.get(lesson, ()))


def without_points(bundle: Bundle, exercises: Collection[str]) -> Bundle:
    """Return the lesson with tests of these exercises that are worth nothing."""
    if not exercises:
        return bundle
    notebook = copy.deepcopy(bundle.notebook)
    tests = [cell for cell in notebook.cells if "nbgrader" in cell.metadata and is_grade(cell)]
    known = {exercise_of(cell.metadata.nbgrader.grade_id) for cell in tests}
    for name in exercises:
        if name not in known:
            like = nearest(name, sorted(known))
            raise RulesError(f"{FILE}: not_counted: {bundle.lesson} has no {name!r}{like}")
    for cell in tests:
        if exercise_of(cell.metadata.nbgrader.grade_id) in exercises:
            cell.metadata.nbgrader.points = 0
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    digest = hashlib.sha256(f"{bundle.digest} {sorted(exercises)}".encode()).hexdigest()
    return replace(bundle, notebook=notebook, digest=digest)
