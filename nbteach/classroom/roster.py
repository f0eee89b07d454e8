"""The roster: who is in the class. It comes from a CSV file and is kept in nbgrader's gradebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from nbteach.classroom.intake.names import shown
from nbteach.classroom.intake.table import RosterError, rows
from nbteach.classroom.people import Person, clashes, read
from nbteach.grading.course import classroom, environment, gradebook, load, log_to

__all__ = ["Person", "RosterError", "enrol", "people", "read", "roster", "rows"]


def roster(root: Path, path: Path | None = None, *, say: Callable[[str], None] = print) -> int:
    """Add or update the students of the class, if a CSV file is given; list all; return 0.

    Raises RosterError if the file cannot be read, and then nothing has changed.
    """
    newcomers = read(path) if path else []
    with environment():
        course = load(root)
        with log_to(classroom(course) / "grading.log"):
            said = enrol(course, newcomers) if newcomers else ""
            found = people(course)
    for person in found:
        line = f"{person.id}  {person.name}  {person.email}  {person.lms_id}".rstrip()
        say(f"  {shown(line)}")
    say(said or f"On the roster: {len(found)}.")
    return 0


def enrol(course: CourseDirectory, newcomers: Iterable[Person]) -> str:
    """Enter people in the gradebook; return a sentence. Nobody is ever taken out.

    Raises RosterError for an id that only differs by case from one that is there already.
    """
    newcomers = list(newcomers)
    with gradebook(course) as book:
        before = {student.id for student in book.students}
        listed = {person.id for person in newcomers}
        new = {name.casefold() for name in listed - before}
        if faults := clashes(name for name in before | listed if name.casefold() in new):
            raise RosterError("\n".join(faults))
        for person in newcomers:
            book.update_or_create_student(
                person.id,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
                lms_user_id=person.lms_id,
            )
    said = f"On the roster: {len(before | listed)}, new: {len(listed - before)}."
    if gone := sorted(before - listed):
        said += f" No longer in the list, but kept with their work: {', '.join(gone)}."
    return said


def people(course: CourseDirectory) -> list[Person]:
    """Return everybody in the gradebook, by id."""
    with gradebook(course) as book:
        found = [
            Person(
                student.id,
                student.first_name or "",
                student.last_name or "",
                student.email or "",
                student.lms_user_id or "",
            )
            for student in book.students
        ]
    return sorted(found, key=lambda person: person.id)
