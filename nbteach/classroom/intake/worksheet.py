"""Moodle's grading worksheet: who has which number in one assignment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nbteach.classroom.intake.directory import Directory
from nbteach.classroom.intake.names import letters, spelling
from nbteach.classroom.intake.table import RosterError, rows
from nbteach.classroom.people import Person

__all__ = ["ANONYMOUS", "Participant", "Worksheet"]

ANONYMOUS = "reveal the students' identities, and download submissions and worksheet again"
_KEYS = ("Username", "Email address", "ID number")


@dataclass(frozen=True)
class Participant:
    """A row: the full name, perhaps empty, and who that is on the roster, if anybody."""

    name: str
    person: Person | None


class Worksheet:
    """Knows the participants of an assignment by number; Moodle calls it Identifier."""

    def __init__(self, path: Path, directory: Directory) -> None:
        """Read a CSV file; raises RosterError if it is no worksheet, or names nobody."""
        table = rows(path)
        if not table or "Identifier" not in table[0]:
            raise RosterError(
                f"{path.name}: no grading worksheet of Moodle; expected a column Identifier"
            )
        if not any(row.get(key) for row in table for key in (*_KEYS, "Full name")):
            raise RosterError(
                f"{path.name}: names nobody, for this assignment is graded anonymously; in Moodle, "
                f"{ANONYMOUS}. Or add a column {' or '.join(_KEYS)} to the worksheet yourself"
            )
        self._rows: dict[str, Participant] = {}
        self._hidden = {letters("Participant")}  # what stands in place of a name
        names = [row.get("Full name", "") for row in table]
        for row, name in zip(table, names, strict=True):
            if found := re.fullmatch(r"(.*?)\s*(\d+)", row["Identifier"]):
                self._hidden.add(letters(found[1]))
                keys = [row[key] for key in _KEYS if row.get(key)]
                people = {
                    person
                    for key in keys
                    for person in directory.by_key(key) | directory.by_number(key)
                }
                if not keys and names.count(name) == 1:
                    people = directory.by_words(name)
                person = next(iter(people)) if len(people) == 1 else None
                self._rows[found[2]] = Participant(name, person)

    def of(self, number: str) -> Participant | None:
        """Return who has this number, if the worksheet knows it."""
        return self._rows.get(number)

    def is_hidden(self, name: str) -> bool:
        """Whether a name is only what Moodle writes where it hides names."""
        return letters(name) in self._hidden

    def has(self, name: str) -> bool:
        """Whether somebody has just this name."""
        return any(spelling(row.name) == spelling(name) for row in self._rows.values())

    def number_of(self, person: Person) -> str:
        """Return the number of a person, or an empty text."""
        return next((n for n, row in self._rows.items() if row.person == person), "")
