"""Lists of people, read: a CSV file with the column `id`, or what Canvas or Moodle exports."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbteach.classroom.intake.names import shown
from nbteach.classroom.intake.table import RosterError, Row
from nbteach.classroom.intake.table import read as read_table

__all__ = ["Person", "clashes", "read"]

# The id names folders, goes into file names of the exchange, and on a JupyterHub is the user name;
# Moodle may know no other than the email address, in which ' and + may stand.
_ID = re.compile(r"(?=.{1,128}$)[A-Za-z0-9][A-Za-z0-9._@'+ -]*(?<! )")
_MOST_CHARACTERS = 1000  # of a name
# Which column holds what, in each kind of file that is understood; the first that is not empty.
_COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "nbgrader": {
        "id": ("id",),
        "first_name": ("first_name",),
        "last_name": ("last_name",),
        "email": ("email",),
        "lms_id": ("lms_user_id",),
    },
    "Canvas": {
        "id": ("SIS Login ID", "SIS User ID", "ID"),  # the first that is exported
        "name": ("Student",),
        "first_name": ("FirstName",),  # as Canvas writes them if it is asked for two columns
        "last_name": ("LastName",),
        "lms_id": ("ID",),
    },
    "Moodle": {
        "id": ("Username", "ID number", "Email address"),
        "name": ("Full name",),
        "first_name": ("First name",),
        "last_name": ("Last name", "Surname"),
        "email": ("Email address",),
        "lms_id": ("ID number",),
    },
}
_TELLING = [
    ("nbgrader", {"id"}),
    ("Canvas", {"Student", "ID"}),
    ("Canvas", {"LastName", "FirstName", "ID"}),
    ("Moodle", {"Email address"}),
    ("Moodle", {"First name", "Username"}),
    ("Moodle", {"First name", "ID number"}),
]


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


def read(path: Path) -> list[Person]:
    """Return everybody in a file. It is taken whole, or not at all.

    Raises RosterError, with every line at fault.
    """
    table, heading, delimiter = read_table(path)
    kind = next((kind for kind, telling in _TELLING if telling <= set(heading)), None)
    if kind is None:
        found = shown(", ".join(sorted(heading)) or "nothing")
        raise RosterError(
            f"{path.name}: no list of students; expected a column `id` (and, as far as known, "
            "first_name, last_name, email, lms_user_id), or a gradebook exported from Canvas, or "
            f"participants exported from Moodle; the first line has: {found}"
        )
    columns = _COLUMNS[kind]
    people: list[Person] = []
    faults, lines = [], defaultdict(list)
    for row in table:
        if kind == "Canvas" and _is_of_canvas(row.cells, is_first=not people):
            continue
        person = _person(row.cells, columns)
        people.append(person)
        lines[person.id].append(row.line)
        if fault := _fault(row, columns, delimiter) or _no_id(person.id, columns["id"]):
            faults.append(f"line {row.line}: {fault}")
    faults += clashes(lines)
    if faults or not people:
        raise RosterError("\n".join(f"{path.name}: {fault}" for fault in faults or ["is empty"]))
    return people


def clashes(ids: Iterable[str] | Mapping[str, list[int]]) -> list[str]:
    """Say which ids cannot stand side by side, in their lines if they are known.

    Where a disk does not tell `ada` from `Ada`, one would get what the other handed in.
    """
    alike = defaultdict(list)
    for name in ids:
        alike[name.casefold()].append(name)
    faults = []
    for names in filter(None, alike.values()):
        lines = [line for name in names for line in ids[name]] if isinstance(ids, Mapping) else []
        where = f"; lines {' and '.join(map(str, sorted(lines)))}" if lines else ""
        if len(names) > 1:
            both = " and ".join(sorted(names))
            faults.append(f"the ids {both} differ only by case; give one of them another{where}")
        elif len(lines) > 1 and names[0]:
            faults.append(f"the id {names[0]} stands there more than once{where}")
    return faults


def _is_of_canvas(cells: Mapping[str, str], *, is_first: bool) -> bool:
    """Whether a row is nobody's: "Points Possible", "Manual Posting", or Canvas's test student."""
    login, name = cells.get("SIS Login ID", ""), cells.get("Student") or cells.get("LastName", "")
    if "Points Possible" in name or (is_first and not (login or cells["ID"])):
        return True  # in whatever language
    names = {name, f"{name}, {cells.get('FirstName', '')}"}
    return "Student, Test" in names and re.fullmatch(r"([0-9a-f]{10,})?", login) is not None


def _fault(row: Row, columns: Mapping[str, tuple[str, ...]], delimiter: str) -> str:
    """Return why a row is not one person's; empty if it is."""
    if row.extra:
        return "has more cells than the first line; is a name with a comma not in quotation marks?"
    ours = {row.cells.get(name, "") for names in columns.values() for name in names}
    if any(len(cell) > _MOST_CHARACTERS for cell in ours):
        return "a name or a number is far too long; is a quotation mark missing?"
    fewest = len(row.cells) - 1
    for cell in row.cells.values():
        for line in cell.splitlines()[1:]:
            if line.count(delimiter) == fewest > 0 or (cell in ours and delimiter in line):
                return "a cell goes on over further lines; is a quotation mark missing?"
    return ""


def _no_id(name: str, wanted: Iterable[str]) -> str:
    if _ID.fullmatch(name):
        return ""
    return (
        f"{shown(name)!r} cannot be an id (column {' or '.join(wanted)}); use letters, digits and "
        ". _ @ ' + -, and a letter or digit in front"
    )


def _person(row: Mapping[str, str], columns: Mapping[str, tuple[str, ...]]) -> Person:
    values = {
        field: next((row[name] for name in names if row.get(name)), "")
        for field, names in columns.items()
    }
    if name := values.pop("name", ""):  # "Last, First", or "First Last"
        last, comma, first = name.partition(",")
        first, last = (first, last) if comma else name.rpartition(" ")[::2]
        values |= {"first_name": first.strip(), "last_name": last.strip()}
    return Person(values.pop("id"), **{field: _line(text) for field, text in values.items()})


def _line(text: str) -> str:
    """Return a text with spaces for what would break a line of a list or a terminal."""
    return "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
