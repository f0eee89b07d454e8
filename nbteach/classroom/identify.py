"""Whose is this file? Names as Moodle, Canvas and teachers give them, matched with the roster."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nbteach.classroom.roster import Person, RosterError, rows

__all__ = ["Sender", "Senders", "Unknown"]

# A folder "Ada Lovelace_4711_assignsubmission_file", before Moodle 4.1 with one more _, or that
# and the file's name in one (mod/assign/feedback/file/importziplib.php reads it back).
_MOODLE = re.compile(r"(?P<name>[^/]+)_(?P<participant>\d+)_assignsubmission_[a-z]+(_?/|_)")
# "lovelaceada_LATE_815_4711_lesson.ipynb": user, then attachment (Canvas's lib/content_zipper.rb).
_CANVAS = re.compile(r"(?P<name>[^/]+?)_(?P<late>LATE_)?(?P<user>\d+)_\d+_(?P<file>[^/]+)")


class Unknown(LookupError):
    """Nobody on the roster, or more than one, may have sent this. The message says what to do."""


@dataclass(frozen=True)
class Sender:
    """Who sent a file, and what they called it.

    `reply` is what stands before the name of a file for them, so that the same system will know
    whose it is; `is_late` whether that system says so.
    """

    person: Person
    file: str
    reply: str
    is_late: bool = False


class Senders:
    """Knows everybody on the roster by id, email, number and name."""

    def __init__(self, roster: Iterable[Person], worksheet: Path | None = None) -> None:
        """Take a roster and, if given, Moodle's grading worksheet of the same assignment."""
        self._by_key: dict[str, set[Person]] = defaultdict(set)
        self._by_number: dict[str, set[Person]] = defaultdict(set)
        self._by_name: dict[str, set[Person]] = defaultdict(set)
        for person in roster:
            for key in (person.id, person.email):
                self._by_key[key.casefold()].add(person)
            self._by_number[person.lms_id].add(person)
            for name in (person.first_name + person.last_name, person.last_name + person.first_name):
                self._by_name[_letters(name)].add(person)
        for known in (self._by_key, self._by_number, self._by_name):
            known.pop("", None)
        self._by_participant = self._participants(worksheet) if worksheet else {}

    def of(self, path: str, lesson: str) -> Sender:
        """Return who sent the file at this path; raises Unknown."""
        if found := _MOODLE.match(path):
            file = path[found.end() :].rpartition("/")[2]
            return Sender(self._moodle(found["name"], found["participant"]), file, found[0])
        if (found := _CANVAS.match(path)) and (people := self._canvas(found)):
            file = path.rpartition("/")[2] if "/" in path else found["file"]
            reply = found[0].removesuffix(found["file"])
            return Sender(_only(people, found["name"]), file, reply, bool(found["late"]))
        parts = path.split("/")
        keys = [part.casefold() for part in parts] + [_without(parts[-1], lesson).casefold()]
        people = {person for key in keys for person in self._by_key.get(key, ())}
        person = _only(people, path)
        return Sender(person, parts[-1], f"{person.id}/")

    def _canvas(self, found: re.Match[str]) -> set[Person]:
        by_number = self._by_number.get(found["user"])
        return by_number or self._by_name.get(_letters(found["name"]), set())

    def _moodle(self, name: str, participant: str) -> Person:
        if person := self._by_participant.get(participant):
            return person
        people = self._by_name.get(_letters(name), set())
        if len(people) == 1:
            return next(iter(people))
        reason = "more than one person has" if people else "nobody on the roster has"
        raise Unknown(
            f"{reason} the name {name}; give Moodle's grading worksheet too: --worksheet FILE"
        )

    def _participants(self, worksheet: Path) -> dict[str, Person]:
        """Read who has which number in this one assignment; Moodle calls it Identifier."""
        table = rows(worksheet)
        if not table or "Identifier" not in table[0]:
            raise RosterError(
                f"{worksheet.name}: no grading worksheet of Moodle; expected a column Identifier"
            )
        found = {}
        for row in table:
            number = re.search(r"\d+$", row["Identifier"])
            keys = [row.get(name, "") for name in ("Username", "Email address", "ID number")]
            people = {
                person
                for key in filter(None, keys)
                for person in self._by_key.get(key.casefold(), set()) | self._by_number.get(key, set())
            }
            if number and len(people) == 1:
                found[number[0]] = next(iter(people))
        return found


def _only(people: Iterable[Person], what: str) -> Person:
    found = sorted(people, key=lambda person: person.id)
    if not found:
        raise Unknown(
            f"nobody on the roster goes by {what!r}; put them on the roster, or name the file after "
            "the student's id, and collect again"
        )
    if len(found) > 1:
        names = ", ".join(person.id for person in found)
        raise Unknown(f"may be from {names}; name the file after one student's id")
    return found[0]


def _letters(name: str) -> str:
    """Return letters and digits alone, without accents or case, as Canvas does.

    >>> _letters("Zoë O'Neill-Mayer")
    'zoeoneillmayer'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def _without(file: str, lesson: str) -> str:
    """Return what else a file's name says: ada for ada-01_lesson.ipynb, or for ada.ipynb."""
    return file.partition(".ipynb")[0].replace(lesson, "").strip(" -_()")
