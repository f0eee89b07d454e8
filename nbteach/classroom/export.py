"""Grades for a learning-management system: `nblib class export canvas` or `moodle`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nbgrader.api import Gradebook

from nbteach.classroom.create import ClassroomError
from nbteach.classroom.intake.names import shown
from nbteach.classroom.roster import Person, people
from nbteach.grading.course import classroom, environment, gradebook, load
from nbteach.grading.records import spreadsheet
from nbteach.grading.records.scores import marks

__all__ = ["FORMS", "export", "graded"]

Table = list[list[str]]


def export(
    root: Path,
    form: str,
    lessons: Sequence[str] = (),
    *,
    say: Callable[[str], None] = print,
) -> int:
    """Write `grades-FORM.csv` of the class; return 0 if the system can tell everybody apart.

    Whoever is on the roster has a row. A lesson not handed in, or without a grade yet, is an empty
    cell: whether that is a 0 is for the teacher to say, in that system. Late penalties, where the
    teacher has set any, are taken off.

    Args:
        root: the course folder.
        form: "canvas" or "moodle".
        lessons: the columns; all lessons that have been graded, if empty.
        say: is told who cannot be matched.

    Raises ClassroomError if there is nobody on the roster, or no such lesson was graded.
    """
    roster, scores, most = graded(root, lessons)
    with environment():
        path = classroom(load(root)) / f"grades-{form}.csv"
    spreadsheet.write(path, FORMS[form](roster, scores, most))
    unmatched = _unmatched(form, roster)
    for lesson, found in scores.items():
        say(f"{lesson}: {len(found)} grades of {len(roster)} students.")
    for line in unmatched:
        say(f"  {shown(line)}")
    say(f"Written to {path}.")
    return int(bool(unmatched))


def graded(
    root: Path, lessons: Sequence[str] = ()
) -> tuple[list[Person], dict[str, dict[str, float]], dict[str, float]]:
    """Return who is in the class, the scores by lesson and student, and the points of each lesson.

    Raises ClassroomError if there is nobody on the roster, or no such lesson was graded.
    """
    with environment():
        course = load(root)
        roster = people(course)
        with gradebook(course) as book:
            most = {lesson.name: lesson.max_score for lesson in book.assignments}
            lessons = sorted(lessons or most)
            for lesson in lessons:
                if lesson not in most:
                    known = ", ".join(sorted(most)) or "none yet"
                    raise ClassroomError(f"{lesson} is not graded; graded are: {known}")
            scores = {lesson: _scores(book, lesson) for lesson in lessons}
    if not (roster and lessons):
        raise ClassroomError("there are no grades yet; first `nblib grade LESSON`")
    return roster, scores, most


def _scores(book: Gradebook, lesson: str) -> dict[str, float]:
    """Return the score of each submission that has its grade."""
    return {
        student: max(0.0, theirs.score - theirs.penalty)
        for student, theirs in marks(book, lesson).items()
        if theirs.tests and theirs.score is not None
    }


def _canvas(
    roster: Sequence[Person],
    scores: Mapping[str, Mapping[str, float]],
    most: Mapping[str, float],
) -> Table:
    """Columns as `lib/gradebook_importer.rb` of Canvas wants them, in this order."""
    table = [
        ["Student", "ID", "SIS Login ID", "Section", *scores],
        ["    Points Possible", "", "", "", *(f"{most[lesson]:g}" for lesson in scores)],
    ]
    for person in roster:
        name = f"{person.last_name}, {person.first_name}".strip(", ") or person.id
        table.append([name, person.lms_id, person.id, "", *_cells(person, scores)])
    return table


def _moodle(
    roster: Sequence[Person],
    scores: Mapping[str, Mapping[str, float]],
    most: Mapping[str, float],
) -> Table:
    """Columns as Moodle's own export names them; its import lets the teacher map them."""
    table = [["Username", "ID number", "Email address", "First name", "Last name", *scores]]
    for person in roster:
        identity = [person.id, person.lms_id, person.email, person.first_name, person.last_name]
        table.append([*identity, *_cells(person, scores)])
    return table


FORMS: dict[str, Callable[..., Table]] = {"canvas": _canvas, "moodle": _moodle}


def _cells(person: Person, scores: Mapping[str, Mapping[str, float]]) -> list[str]:
    found = [by_student.get(person.id) for by_student in scores.values()]
    return ["" if score is None else f"{score:g}" for score in found]


def _unmatched(form: str, roster: Sequence[Person]) -> list[str]:
    """Return, in words, whom that system will not know; they have a row all the same."""
    column = {"canvas": "ID", "moodle": "ID number"}[form]
    count = Counter(person.lms_id for person in roster)
    lines = []
    for person in roster:
        if not person.lms_id:
            lines.append(f"{person.id} has no {column} (lms_user_id) on the roster")
        elif count[person.lms_id] > 1:
            lines.append(f"{person.id} shares the {column} {person.lms_id} with somebody else")
    return lines
