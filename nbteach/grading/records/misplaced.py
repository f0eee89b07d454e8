"""Work that lies beside the place where it is looked for: what it is, and where it belongs."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

__all__ = ["misplaced", "nearest"]


def misplaced(place: Path) -> str:
    """Say what to do with a student's notebook that is not in `place`, their folder of a lesson.

    Returns "" where there is none: nothing was handed in.
    """
    theirs, lesson = place.parent, place.name
    loose = theirs.parent / f"{theirs.name}.ipynb"
    if loose.is_file():
        return f"move {loose.name} to {theirs.name}/{lesson}/{lesson}.ipynb"
    for path in sorted(theirs.iterdir()) if theirs.is_dir() else []:
        if path.is_dir() and path.name.casefold() == lesson.casefold():
            return f"rename the folder {path.name!r} to {lesson}"
        if path.is_file() and ".ipynb" in path.name.casefold():
            return f"move {path.name!r} into a folder {lesson}, as {lesson}.ipynb"
    return ""


def nearest(name: str, known: list[str]) -> str:
    """Return ", perhaps X" for the known name that is most like this one; "" if none is."""
    found = get_close_matches(name, known, 1, 0.6)
    return f", perhaps {found[0]}" if found else ""
