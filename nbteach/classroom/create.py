"""Start a class: `nblib class new NAME`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from nbteach.classroom.roster import Person, enrol, read
from nbteach.grading.course import classroom, environment, gradebook, load, log_to

__all__ = ["ClassroomError", "new"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


class ClassroomError(ValueError):
    """A class cannot be made or used as asked; the message says why, and what to do."""


def new(
    root: Path, name: str, roster: Path | None = None, *, say: Callable[[str], None] = print
) -> int:
    """Make `classroom/NAME`: gradebook, exchange, roster. Return 0.

    Raises ClassroomError if there is such a class already or its name will not do, and RosterError
    if the roster cannot be read; nothing has been made then.
    """
    if not _NAME.fullmatch(name):
        raise ClassroomError(
            f"a class cannot be called {name!r}; use letters, digits, - and _, such as autumn-2026"
        )
    if (root / "classroom" / name).exists():
        raise ClassroomError(
            f"there is a class {name} already, and it stays as it is; choose another name, or work "
            f"with that one: export NBLIB_CLASSROOM={name}"
        )
    people: list[Person] = read(roster) if roster else []
    with environment(NBLIB_CLASSROOM=name):
        course = load(root)  # makes the folders, closed to others
        # As nbgrader wants it; nobody else gets through the folder around it.
        (classroom(course) / "exchange").chmod(0o777)
        with log_to(classroom(course) / "grading.log"), gradebook(course):
            pass
        say(f"The class {name} is ready, in {classroom(course)}.")
        if people:
            say(enrol(course, people))
    say(f"To work with it, type this first in each terminal: export NBLIB_CLASSROOM={name}")
    return 0
