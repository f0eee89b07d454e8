"""Whom a name and a number mean that Moodle or Canvas wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from nbteach.classroom.intake.directory import Directory, agrees
from nbteach.classroom.intake.forms import Form
from nbteach.classroom.intake.names import shown, spelling
from nbteach.classroom.intake.worksheet import ANONYMOUS, Participant, Worksheet
from nbteach.classroom.people import Person

__all__ = ["Several", "Systems", "Unknown", "only"]

_NAME_IT = "name the file after the student's id, and collect again"


class Unknown(LookupError):
    """Nobody on the roster, or more than one, may have sent this. The message says what to do."""


class Several(Unknown):
    """More than one may have: no other reading of the name helps."""


class Systems:
    """Knows who is who in Moodle and Canvas. A number decides only with a name that agrees."""

    def __init__(self, directory: Directory, worksheet: Worksheet | None) -> None:
        self._directory, self._worksheet = directory, worksheet

    def person(self, form: Form) -> tuple[Person, bool]:
        """Return who is named, and whether roster or worksheet know the number; raises Unknown."""
        if form.system == "moodle":
            return self._moodle(form.name, form.number)
        return self._canvas(form.name, form.number)

    def _canvas(self, name: str, number: str) -> tuple[Person, bool]:
        named, numbered = self._directory.by_name(name), self._directory.by_number(number)
        if numbered:
            found = numbered & named
            if not named:
                found = {person for person in numbered if agrees(name, person)}
            if not found:
                raise Unknown(
                    f"has the number {number} of {_ids(numbered)}, but the name {shown(name)}; if "
                    f"it is theirs, correct the name on the roster, or {_NAME_IT}"
                )
            return only(found, name), True
        if not named:
            raise Unknown(
                f"nobody on the roster has the name {shown(name)} or the number {number}; put them "
                f"on the roster, or {_NAME_IT}"
            )
        person = only(named, name)
        if person.lms_id.isdecimal():
            raise Unknown(
                f"has the name of {person.id}, but the number {number}, and not {person.lms_id} as "
                f"on the roster; if it is theirs, correct the roster, or {_NAME_IT}"
            )
        return person, False

    def _moodle(self, name: str, number: str) -> tuple[Person, bool]:
        people = self._directory.by_words(name)
        if self._worksheet:
            return self._participant(name, number, people, self._worksheet)
        if name == "Participant":
            raise Unknown(
                "Moodle hides who this is; give Moodle's grading worksheet too, if it has names: "
                f"--worksheet FILE; else {ANONYMOUS}"
            )
        if len(people) != 1:
            reason = "more than one person has" if people else "nobody on the roster has"
            raise (Several if people else Unknown)(
                f"{reason} the name {shown(name)}; give Moodle's grading worksheet too: "
                "--worksheet FILE"
            )
        return next(iter(people)), False

    def _participant(
        self, name: str, number: str, people: Collection[Person], sheet: Worksheet
    ) -> tuple[Person, bool]:
        row, is_hidden = sheet.of(number), sheet.is_hidden(name)
        wrong = "is it of another assignment, or of one for teams? Then collect without it"
        if row is None:
            others = [person for person in people if not sheet.number_of(person)]
            if is_hidden or len(others) != 1:
                raise Unknown(
                    f"is from participant {number}, whom the worksheet does not know; {wrong}"
                )
            return others[0], False
        who = f"is from participant {number}, in the worksheet"
        if row.person is None:
            raise Unknown(f"{who} {shown(row.name) or 'without a name'}, who is not on the roster")
        if not (is_hidden or row.person in people or self._speaks_of(name, row, sheet)):
            raise Unknown(f"{who} {row.person.id}, but has the name {shown(name)}; {wrong}")
        return row.person, True

    def _speaks_of(self, name: str, row: Participant, sheet: Worksheet) -> bool:
        """Whether a name that nobody else has may be that of a participant."""
        if spelling(name) == spelling(row.name):
            return True
        is_taken = self._directory.by_words(name) or sheet.has(name)
        return row.person is not None and not is_taken and agrees(name, row.person)


def only(people: Collection[Person], what: str) -> Person:
    """Return the one person whom `what` may mean; raises Unknown."""
    if not people:
        raise Unknown(
            f"nobody on the roster goes by {shown(what)!r}; put them on the roster, or {_NAME_IT}"
        )
    if len(people) > 1:
        raise Several(f"may be from {_ids(people)}; {_NAME_IT}")
    return next(iter(people))


def _ids(people: Iterable[Person]) -> str:
    return ", ".join(sorted(person.id for person in people))
