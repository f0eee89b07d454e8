"""Grades straight into Canvas: `nblib class canvas`. It says what would change before it does.

A grade goes to the user whose number is on the roster (`lms_user_id`), and only if the name in
Canvas agrees. The token comes from the environment and is shown nowhere.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nbteach.classroom.create import ClassroomError
from nbteach.classroom.export import graded
from nbteach.classroom.intake.directory import agrees
from nbteach.classroom.intake.names import shown
from nbteach.classroom.people import Person

__all__ = ["TOKEN", "send"]

TOKEN = "CANVAS_TOKEN"
_PATIENCE = 600  # seconds for Canvas to enter the grades of a class


@dataclass(frozen=True)
class _Change:
    person: Person
    before: float | None
    after: float

    def __str__(self) -> str:
        before = "no grade" if self.before is None else f"{self.before:g}"
        return f"{self.person.id}: {before} → {self.after:g}"


def send(
    root: Path,
    url: str,
    course_id: int,
    lesson: str,
    *,
    apply: bool = False,
    say: Callable[[str], None] = print,
) -> int:
    """Bring the grades of a lesson into the Canvas assignment of its name.

    Args:
        root: the course folder.
        url: of Canvas, such as `https://canvas.example.org`.
        course_id: the number in the address of the course.
        lesson: must be graded, and an assignment of this name, with as many points, be in Canvas.
        apply: send them; otherwise nothing leaves this machine but questions.
        say: is told each grade that changes, and who gets none and why.

    Return 0, or 1 if somebody's grade cannot be sent or has not arrived. Raises ClassroomError if
    nothing can be done for anybody.
    """
    roster, scores, most = graded(root, [lesson])
    with _session(url) as canvas:
        course = canvas.get_course(course_id)
        assignment = _assignment(course, lesson, most[lesson])
        users = {str(user.id): user.name for user in course.get_users(enrollment_type=["student"])}
        before = _scores(assignment)
        changes, refused = _changes(roster, scores[lesson], users, before)
        for line in [*map(str, changes), *refused]:
            say(f"  {shown(line)}")
        unchanged = len(scores[lesson]) - len(changes) - len(refused)
        say(f"{lesson}: {len(changes)} grades to send, {unchanged} there already.")
        if not apply:
            say("Nothing was sent; add --apply to do so.")
        elif changes:
            _enter(assignment, changes)
            arrived = _scores(assignment)
            lost = [it.person.id for it in changes if arrived.get(it.person.lms_id) != it.after]
            refused += lost
            say(f"Sent: {len(changes) - len(lost)}.")
            if lost:
                say(f"Canvas shows another grade than was sent for {', '.join(lost)}.")
    return int(bool(refused))


@contextmanager
def _session(url: str) -> Iterator[Any]:
    """Open Canvas; what goes wrong between comes out as a ClassroomError."""
    import requests
    from canvasapi import Canvas
    from canvasapi.exceptions import CanvasException

    address = urlsplit(url)
    is_private = address.scheme == "https" or address.hostname in ("127.0.0.1", "localhost")
    if not (is_private and address.hostname):
        raise ClassroomError(f"{url!r} is no address that begins with https://")
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise ClassroomError(
            f"set {TOKEN} to an access token: in Canvas, Account → Settings → New Access Token"
        )
    try:
        yield Canvas(url, token)
    except (CanvasException, requests.RequestException) as error:
        said = f"{type(error).__name__}: {error}".replace(token, "…")
        raise ClassroomError(f"Canvas at {address.hostname} did not do as asked; {said}") from None


def _assignment(course: Any, lesson: str, most: float) -> Any:
    named = [one for one in course.get_assignments() if one.name == lesson]
    if len(named) != 1:
        raise ClassroomError(
            f"Canvas has {len(named)} assignments called {lesson} in this course; make one, with "
            f"{most:g} points"
        )
    if named[0].points_possible != most:
        raise ClassroomError(
            f"{lesson} has {most:g} points here and {named[0].points_possible} in Canvas; set "
            "those of the assignment right"
        )
    return named[0]


def _scores(assignment: Any) -> dict[str, float | None]:
    """Return the scores in Canvas, by the number of the user."""
    return {str(entry.user_id): entry.score for entry in assignment.get_submissions()}


def _changes(
    roster: Sequence[Person],
    scores: Mapping[str, float],
    users: Mapping[str, str],
    before: Mapping[str, float | None],
) -> tuple[list[_Change], list[str]]:
    """Return what is to be sent, and in words for whom nothing can be."""
    count = Counter(person.lms_id for person in roster)
    changes, refused = [], []
    for person in roster:
        if (score := scores.get(person.id)) is None:
            continue
        name = users.get(person.lms_id)
        if not person.lms_id:
            refused.append(f"{person.id}: not sent, has no number (lms_user_id) on the roster")
        elif count[person.lms_id] > 1:
            refused.append(f"{person.id}: not sent, shares the number {person.lms_id}")
        elif name is None:
            refused.append(f"{person.id}: not sent, no student {person.lms_id} in this course")
        elif not agrees(name, person):
            refused.append(f"{person.id}: not sent, {person.lms_id} is {name!r} in Canvas")
        elif before.get(person.lms_id) != score:
            changes.append(_Change(person, before.get(person.lms_id), score))
    return changes, refused


def _enter(assignment: Any, changes: Sequence[_Change]) -> None:
    """Send the grades, and wait until Canvas has entered them."""
    data = {change.person.lms_id: {"posted_grade": f"{change.after:g}"} for change in changes}
    progress = assignment.submissions_bulk_update(grade_data=data)
    until = time.monotonic() + _PATIENCE
    while progress.workflow_state not in ("completed", "failed"):
        if time.monotonic() > until:
            raise ClassroomError("Canvas is still at it; look there whether the grades came")
        time.sleep(0.5)
        progress = progress.query()
    if progress.workflow_state == "failed":
        raise ClassroomError(f"Canvas entered no or not all grades: {progress.message}")
