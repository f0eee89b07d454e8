"""The forms of names: what Moodle and Canvas call a file, and what people do."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Form", "is_dated", "is_zip", "read", "words"]

# A folder "Ada Lovelace_4711_assignsubmission_file", before Moodle 4.1 with one more _, or that
# and the file's name in one (mod/assign/feedback/file/importziplib.php reads it back).
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+_?")
# "lovelaceada_LATE_815_4711_lesson.ipynb": user, then attachment (Canvas's lib/content_zipper.rb).
_CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<number>\d+)_(?P<rest>\d+_(?P<file>.+))")
_DATED = re.compile(r"_(19|20)\d\d_\d\d?_\d\d?(\D|$)")
_ENDING = re.compile(r"(\.ipynb(\.txt|\.json)?|\.zip)+$", re.IGNORECASE)
# Browsers, JupyterLab, Windows and macOS mark a second copy like this.
_MARK = re.compile(r"(\s*\(\d{1,2}\)|-Copy\d*| - Copy| copy( \d+)?)$", re.IGNORECASE)
_BETWEEN = r"[\s_.,+()\[\]-]+"


@dataclass(frozen=True)
class Form:
    """What a system says in a name: who sent the file, by name and number, and its own name."""

    system: str  # "moodle" or "canvas"
    name: str
    number: str
    file: str
    reply: str
    is_late: bool = False


def is_zip(part: str) -> bool:
    """Whether this is the name of a zip."""
    return part.lower().endswith(".zip")


def is_dated(part: str) -> bool:
    """Whether numbers in a name are a date, as in "work_2026_10_01.zip"."""
    return _DATED.search(part) is not None


def read(part: str, lesson: str, *, is_folder: bool) -> Form | None:
    """Read one part of a path; None if neither Moodle nor Canvas has named it."""
    if found := _MOODLE.match(part):
        file = part[found.end() :]
        is_whole = not file or file.startswith(".")
        return Form("moodle", found["name"], found["number"], file, found[0] + "/" * is_whole)
    if is_folder or not (found := _CANVAS.fullmatch(part)):
        return None
    if found["rest"].casefold().startswith(lesson.casefold()):
        return None  # "ada_12_01_topic.ipynb": that 01 is the lesson's
    reply = part.removesuffix(found["file"])
    return Form("canvas", found["name"], found["number"], found["file"], reply, bool(found["late"]))


def words(part: str, lesson: str, *, is_folder: bool) -> set[str]:
    """Return what one part of a path may mean as a name: ada for ada-01_lesson.ipynb, or ada.ipynb.

    A number of one or two digits beside the lesson's name counts copies, and names nobody.

    >>> sorted(words("02_gradient_descent-ada (1).ipynb", "02_gradient_descent", is_folder=False))
    ['ada']
    >>> words("02_gradient_descent (1).ipynb", "02_gradient_descent", is_folder=False)
    set()
    """
    stem = whole = part if is_folder else _ENDING.sub("", part)
    while (shorter := _MARK.sub("", stem)) != stem:
        stem = shorter
    topic = re.escape(lesson)
    for pattern in (rf"{topic}(?:{_BETWEEN}(.*))?", rf"(.*){_BETWEEN}{topic}(?:-\d\d?)?"):
        if found := re.fullmatch(pattern, stem, re.IGNORECASE):
            rest = found[1] or ""
            return set() if re.fullmatch(r"\d{0,2}", rest) else {rest, rest.strip(" -_()[],.+")}
    return {whole, stem} - {""}
