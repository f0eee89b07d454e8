"""Whose is this file? Names as Moodle, Canvas and teachers give them, matched with the roster.

A number decides only together with a name that agrees; two who cannot be told apart are asked
about; who is not on the roster never replaces who is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbteach.classroom.intake import forms
from nbteach.classroom.intake.directory import Directory
from nbteach.classroom.intake.forms import Form
from nbteach.classroom.intake.systems import Several, Systems, Unknown, only
from nbteach.classroom.intake.worksheet import Worksheet
from nbteach.classroom.people import Person

__all__ = ["Sender", "Senders", "Unknown"]


@dataclass(frozen=True)
class Sender:
    """Who sent a file, and what they called it.

    `reply` is what stands before the name of a file for them, so that the same system will know
    whose it is; `is_late` whether that system says so; `number` the one that it gave, and `is_sure`
    whether that is known to be this person's.
    """

    person: Person
    file: str
    reply: str
    is_late: bool = False
    number: str = ""
    is_sure: bool = True


class Senders:
    """Knows everybody on the roster."""

    def __init__(self, roster: Iterable[Person], worksheet: Path | None = None) -> None:
        """Take a roster and, if given, Moodle's grading worksheet of the same assignment."""
        self._directory = Directory(roster)
        sheet = Worksheet(worksheet, self._directory) if worksheet else None
        self._systems = Systems(self._directory, sheet)

    def levels(self, paths: Iterable[str], lesson: str) -> set[str]:
        """Return the folders ("" is the outermost) in which each folder is a student's.

        Those are the ones where one is: beside `ada/`, whatever is in `mallory/` is mallory's.
        """
        folders: set[str] = set()
        for path in paths:
            folder = path.rpartition("/")[0]
            while folder and folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
        parts = (folder.rpartition("/") for folder in folders)
        return {around for around, _, name in parts if self.names(name, lesson, is_folder=True)}

    def names(self, part: str, lesson: str, *, is_folder: bool) -> bool:
        """Whether a name stands for a sender: somebody on the roster, or whoever a system names."""
        return bool(
            forms.read(part, lesson, is_folder=is_folder) or self._loosely(part, lesson, is_folder)
        )

    def of(self, path: str, lesson: str, levels: Collection[str] | None = None) -> Sender:
        """Return who sent the file at this path; raises Unknown.

        The outermost name that stands for a sender decides, and what is in their zip is theirs.

        Args:
            path: with / between folders; a zip counts as a folder.
            lesson: such as "02_gradient_descent", which is no part of anybody's name.
            levels: what `levels` says of all that came together.
        """
        levels = self.levels([path], lesson) if levels is None else levels
        parts = path.split("/")
        last = next((i for i, part in enumerate(parts) if forms.is_zip(part)), len(parts) - 1)
        for depth, part in enumerate(parts[: last + 1]):
            if form := forms.read(part, lesson, is_folder=depth < last):
                sender = self._of_system(form, parts[-1] if depth < len(parts) - 1 else "")
                around = {p for name in parts[:depth] for p in self._loosely(name, lesson, True)}
                only(around | {sender.person}, path)
                return sender
            if depth == last or ("/".join(parts[:depth]) in levels and part != lesson):
                people = self._loosely(part, lesson, depth < last)
                person = only(people, part if depth < last else path)
                around = {p for name in parts[:depth] for p in self._loosely(name, lesson, True)}
                only(around | {person}, path)
                self.insist(person, "/".join(parts[depth + 1 :]), lesson)
                return Sender(person, parts[-1], f"{person.id}/")
        raise AssertionError("the last part has been looked at")

    def of_any(self, readings: Sequence[str], lesson: str, levels: Collection[str]) -> Sender:
        """Return who sent a file whose path may be read in several ways; raises Unknown."""
        found, reasons = [], []
        for path in readings:
            try:
                found.append(self.of(path, lesson, levels))
            except Several:
                raise
            except Unknown as error:
                reasons.append(error)
        if not found:
            raise reasons[0]
        only({sender.person for sender in found}, readings[0])
        return found[0]

    def insist(self, person: Person, path: str, lesson: str) -> None:
        """Raise Unknown if a path inside of what a person sent speaks of somebody else."""
        people, parts = {person}, path.split("/")
        for depth, part in enumerate(parts):
            is_folder = depth < len(parts) - 1
            people |= self._loosely(part, lesson, is_folder)
            if form := forms.read(part, lesson, is_folder=is_folder):
                people.add(self._of_system(form, "").person)
        only(people, path)

    def _loosely(self, part: str, lesson: str, is_folder: bool) -> set[Person]:
        """Return whom a name means that somebody gave by hand: id, email address, whole name."""
        found: set[Person] = set()
        for word in forms.words(part, lesson, is_folder=is_folder):
            found |= self._directory.by_key(word)
            found |= {
                person
                for person in self._directory.by_name(word)
                if person.first_name and person.last_name
            }
        return found

    def _of_system(self, form: Form, inner: str) -> Sender:
        person, is_sure = self._systems.person(form)
        number = f"{form.system} {form.number}"
        return Sender(person, inner or form.file, form.reply, form.is_late, number, is_sure)
