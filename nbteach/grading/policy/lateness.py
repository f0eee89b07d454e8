"""Late work: how late it is, what that costs by the class's rules, and the words for it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import BasePlugin

from nbteach.grading.course import folder, gradebook
from nbteach.grading.policy.class_rules import Rules, load_rules
from nbteach.grading.policy.timestamps import NoTime, existing

__all__ = ["Late", "LatePenalty", "charge", "handed_in_at", "judged", "late_of", "remarks", "times"]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Late:
    """How late a hand-in is: days begun, how many of them late days cover, what the rest costs."""

    days: int
    spent: int = 0
    left: int = 0  # late days, of the student's own, after this
    share: float = 0.0  # of the points, which is taken off

    @property
    def words(self) -> str:
        """Return it in words, for the teacher's table and the student's page.

        >>> Late(2, spent=1, left=0, share=0.1).words
        '2 days late, 1 late day spent (0 left), 10% taken off'
        """
        said = [f"{_days(self.days)} late"]
        if self.spent:
            said.append(f"{self.spent} late day{'s' * (self.spent != 1)} spent ({self.left} left)")
        if self.share >= 1:
            said.append("refused: it counts 0")
        elif self.share:
            said.append(f"{self.share:.0%} taken off")
        else:
            said.append("nothing taken off")
        return ", ".join(said)


def _days(count: int) -> str:
    return f"{count} day{'s' * (count != 1)}"


def judged(rules: Rules, student: str, handed_in: Mapping[str, datetime]) -> dict[str, Late]:
    """Return what of a student's is late, by lesson.

    Late days are spent on the lessons in the order in which they are due, and only by work that
    then counts.

    Args:
        rules: the class's.
        student: whose extra time is added to the due times.
        handed_in: when, in UTC, for the lessons of which that is known.
    """
    found, left = {}, rules.late_days
    for lesson in sorted(rules.due, key=lambda name: (rules.due[name], name)):
        if lesson not in handed_in:
            continue
        due = rules.due[lesson] + rules.extra_time.get(student, timedelta(0)) + rules.grace
        days = math.ceil(max(timedelta(0), handed_in[lesson] - due) / _DAY)
        if not days:
            continue
        spent = min(days, left)
        share = min(1.0, (days - spent) * rules.per_day)
        if share >= 1:
            spent = 0
        left -= spent
        found[lesson] = Late(days, spent, left, share)
    return found


def handed_in_at(place: Path, lesson: str, rules: Rules) -> datetime | None:
    """Return when the submission in a folder came, in UTC; None if nobody can say.

    A server writes `timestamp.txt`. The date of a file is that of the system it came through, or
    of a download, so it counts only where the rules say so.
    """
    try:
        if said := existing(place):
            return said
    except NoTime:  # the table says so
        pass
    file = place / f"{lesson}.ipynb"
    if not rules.file_dates or not file.is_file():
        return None
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)


def times(book: Gradebook, student: str = "") -> dict[str, dict[str, datetime]]:
    """Return when everybody, or one student, handed in: by student, then by lesson, in UTC."""
    query = book.db.query(
        SubmittedAssignment.student_id, Assignment.name, SubmittedAssignment.timestamp
    ).join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
    query = query.filter(SubmittedAssignment.timestamp.is_not(None))
    if student:
        query = query.filter(SubmittedAssignment.student_id == student)
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for name, lesson, when in query:
        found[name][lesson] = when
    return found


def late_of(
    book: Gradebook | None, course: CourseDirectory, lesson: str, student: str
) -> Late | None:
    """Return how late a submission is; None if it is not, or if there is no due time.

    Its own time is that of its folder, those of the other lessons are the gradebook's, which is
    opened, if need be, where it is not given.
    """
    rules = load_rules(course)
    if lesson not in rules.due:
        return None
    place = folder(course, course.submitted_directory, student, lesson)
    with nullcontext(book) if book else gradebook(course) as opened:
        known = times(opened, student).get(student, {})
    known.pop(lesson, None)
    if when := handed_in_at(place, lesson, rules):
        known[lesson] = when
    return judged(rules, student, known).get(lesson)


def remarks(book: Gradebook, course: CourseDirectory, lesson: str, student: str) -> list[str]:
    """Return what the teacher is told of when a submission came."""
    if late := late_of(book, course, lesson, student):
        return [late.words]
    rules, place = load_rules(course), folder(course, course.submitted_directory, student, lesson)
    if lesson in rules.due and handed_in_at(place, lesson, rules) is None:
        return ["nobody knows when it came, so it is not judged late"]
    return []


def charge(book: Gradebook, course: CourseDirectory, lesson: str, student: str) -> bool:
    """Write due time, extra time, time and penalty of a submission into the gradebook.

    Return whether the penalty is another one. Without a due time in the rules, what is there
    stays: somebody set it in formgrader.
    """
    rules = load_rules(course)
    if lesson not in rules.due:
        return False
    late = late_of(book, course, lesson, student)
    found = book.find_submission(lesson, student)
    place = folder(course, course.submitted_directory, student, lesson)
    found.assignment.duedate = rules.due[lesson]
    found.extension = rules.extra_time.get(student)
    found.timestamp = handed_in_at(place, lesson, rules)
    is_new = False
    for notebook in found.notebooks:
        penalty = late.share * notebook.score if late else 0.0
        is_new |= penalty != (notebook.late_submission_penalty or 0.0)
        notebook.late_submission_penalty = penalty or None
    book.db.commit()
    return is_new


class LatePenalty(BasePlugin):
    """For `AssignLatePenalties.plugin_class`: formgrader's autograde obeys the same rules."""

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points to take off, or None. nbgrader asks where its own due time is over."""
        step: Any = self.parent
        course = step.parent.parent.coursedir
        late = late_of(step.gradebook, course, step.assignment_id, student_id)
        return late.share * score if late and late.share else None
