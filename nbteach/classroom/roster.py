"""The roster: who is in the class. It comes from a CSV file and is kept in nbgrader's gradebook."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import classroom, environment, gradebook, load, log_to
from nbteach.grading.records.spreadsheet import plain

__all__ = ["Person", "RosterError", "enrol", "people", "read", "roster", "rows"]

# The id names folders, goes into file names of the exchange, and on a JupyterHub is the user name.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")
# Which column holds what, in each kind of file that is understood; the first that is not empty.
_COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "nbgrader": {
        "id": ("id",),
        "first_name": ("first_name",),
        "last_name": ("last_name",),
        "email": ("email",),
        "lms_id": ("lms_user_id",),
    },
    "Canvas": {"id": ("SIS Login ID", "SIS User ID"), "name": ("Student",), "lms_id": ("ID",)},
    "Moodle": {
        "id": ("Username", "ID number", "Email address"),  # the first that is exported
        "name": ("Full name",),
        "first_name": ("First name",),
        "last_name": ("Last name", "Surname"),
        "email": ("Email address",),
        "lms_id": ("ID number",),
    },
}
_TELLING = {"nbgrader": {"id"}, "Canvas": {"Student", "ID"}, "Moodle": {"Email address"}}


class RosterError(ValueError):
    """A roster, or another list of people, cannot be used. The message names each line at fault."""


@dataclass(frozen=True)
class Person:
    """Somebody in the class. `lms_id` is Canvas's ID or Moodle's ID number."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def name(self) -> str:
        """First and last name; the id if there are none."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


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
        say(f"  {person.id}  {person.name}  {person.email}  {person.lms_id}".rstrip())
    say(said or f"On the roster: {len(found)}.")
    return 0


def read(path: Path) -> list[Person]:
    """Read a CSV file: one with the column `id`, or what Canvas or Moodle exports.

    Raises RosterError, with every fault that was found.
    """
    table = rows(path)
    heading = set(table[0]) if table else set()
    kind = next((kind for kind, telling in _TELLING.items() if telling <= heading), None)
    if kind is None:
        found = ", ".join(sorted(heading)) or "nothing"
        raise RosterError(
            f"{path.name}: no list of students; expected a column `id` (and, as far as known, "
            "first_name, last_name, email, lms_user_id), or a gradebook exported from Canvas, or "
            f"participants exported from Moodle; the first line has: {found}"
        )
    found_people, faults = [], []
    for number, row in enumerate(table, 2):
        if not any(row.values()) or "Points Possible" in row.get("Student", ""):
            continue
        person = _person(row, _COLUMNS[kind])
        found_people.append(person)
        if not _ID.fullmatch(person.id):
            wanted = " or ".join(_COLUMNS[kind]["id"])
            faults.append(
                f"line {number}: {person.id!r} cannot be an id (column {wanted}); use letters, "
                "digits and . _ @ -"
            )
    twice = [name for name, n in Counter(person.id for person in found_people).items() if n > 1]
    faults += [f"the id {name} stands there more than once" for name in twice if name]
    if faults or not found_people:
        raise RosterError("\n".join(f"{path.name}: {fault}" for fault in faults or ["is empty"]))
    return found_people


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, whose columns may be set apart by , or ; or tabs."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RosterError(f"{path.name}: not UTF-8; export it again, as CSV in UTF-8") from error
    except OSError as error:
        raise RosterError(f"{path} cannot be read: {error.strerror}") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    found = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey="", restval="")
    return [
        {str(key).strip(): plain(str(value).strip()) for key, value in row.items()} for row in found
    ]


def _person(row: Mapping[str, str], columns: Mapping[str, tuple[str, ...]]) -> Person:
    values = {
        field: next((row[name] for name in names if row.get(name)), "")
        for field, names in columns.items()
    }
    if name := values.pop("name", ""):  # "Last, First", or "First Last"
        last, comma, first = name.partition(",")
        first, last = (first, last) if comma else name.rpartition(" ")[::2]
        values |= {"first_name": first.strip(), "last_name": last.strip()}
    return Person(**values)


def enrol(course: CourseDirectory, newcomers: Iterable[Person]) -> str:
    """Enter people in the gradebook; return a sentence. Nobody is ever taken out."""
    newcomers = list(newcomers)
    with gradebook(course) as book:
        before = {student.id for student in book.students}
        for person in newcomers:
            book.update_or_create_student(
                person.id,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
                lms_user_id=person.lms_id,
            )
    listed = {person.id for person in newcomers}
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
