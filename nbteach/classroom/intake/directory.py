"""Everybody on the roster, by id, email, number and name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from nbteach.classroom.intake.names import letters, spelling
from nbteach.classroom.people import Person

__all__ = ["Directory", "agrees"]


class Directory:
    """Finds all whom a word may mean; who has no name or number is not found by an empty one."""

    def __init__(self, roster: Iterable[Person]) -> None:
        self._by_key: dict[str, set[Person]] = defaultdict(set)
        self._by_number: dict[str, set[Person]] = defaultdict(set)
        self._by_name: dict[str, set[Person]] = defaultdict(set)
        self._by_words: dict[str, set[Person]] = defaultdict(set)
        for person in roster:
            for key in (person.id, person.email):
                self._by_key[key.casefold()].add(person)
            self._by_number[person.lms_id].add(person)
            first, last = person.first_name, person.last_name
            for name in (f"{first} {last}", f"{last} {first}"):
                self._by_name[letters(name)].add(person)
                self._by_words[spelling(name)].add(person)
        for known in (self._by_key, self._by_number, self._by_name, self._by_words):
            known.pop("", None)

    def by_key(self, key: str) -> set[Person]:
        """Return who has this id or email address."""
        return self._by_key.get(key.casefold(), set())

    def by_number(self, number: str) -> set[Person]:
        """Return who has this number in the learning-management system."""
        return self._by_number.get(number, set())

    def by_name(self, name: str) -> set[Person]:
        """Return who has this whole name, first or last name in front, wherever words end."""
        return self._by_name.get(letters(name), set())

    def by_words(self, name: str) -> set[Person]:
        """Return who has this whole name, word for word: "Ann A" is not "An Na"."""
        return self._by_words.get(spelling(name), set())


def agrees(name: str, person: Person) -> bool:
    """Whether a name may be that of a person who has the right number.

    A middle name more or less does no harm, nor a group's name in front, as Moodle writes it. Who
    has no name on the roster goes by their id.
    """
    first, last = letters(person.first_name.partition(" ")[0]), letters(person.last_name)
    if not first + last:
        return len(letters(person.id)) > 2 and letters(person.id) in letters(name)
    if " " not in name:  # of Canvas, which begins with the last name
        return letters(name).startswith(last + first)
    wanted = {first, letters(person.last_name.rpartition(" ")[2])} - {""}
    words = ({letters(word) for word in tail.split()} for tail in _tails(name))
    return any(wanted <= found and len(found) <= 2 * len(wanted) for found in words)


def _tails(name: str) -> Iterable[str]:
    """Yield a name, and what stands after each hyphen: Moodle puts "Group 1-" in front."""
    return (name[at:] for at in [0, *(found.end() for found in re.finditer("-", name))])
