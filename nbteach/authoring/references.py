"""References between lessons: a lesson names others by topic, and the build puts the numbers in.

The number of a lesson is that of its file; exercises are counted by their solution cells. In the
text and the comments of `solutions/NN_topic.py`:

    {{topic}}                 lesson N
    {{Topic}}                 Lesson N, at the beginning of a sentence
    {{topic#grade_id}}        lesson N, exercise M
    {{#grade_id}}             exercise M, of this same lesson
    {{topic.ipynb}}           ../NN_topic/NN_topic.ipynb, the target of a link
    # # Lesson · Title        # # N · Title
    # ### Exercise · Title    # ### Exercise M · Title

The braces of an f-string or of LaTeX are let alone: a reference follows no letter, `^` or brace.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["by_hand", "exercises", "resolve"]

_REFERENCE = re.compile(
    r"(?<![\w^{}])\{\{(?=[A-Za-z#])"
    r"(?P<topic>[A-Za-z][\w-]*)?(?:#(?P<exercise>[\w-]+)|(?P<link>\.ipynb))?\}\}(?!\})"
)
_TITLE = re.compile(r"^# # Lesson(?= · )", re.MULTILINE)
_HEADING = re.compile(r"^# ### Exercise(?= · )", re.MULTILINE)
_SOLUTION = re.compile(r'^# %%.*"solution": *true.*', re.MULTILINE)
_GRADE_ID = re.compile(r'"grade_id": *"([^"]*)"')

_COUNT = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_GAP = r"(?:[^\S\n]+|[^\S\n]*\n[#> ]*)"  # perhaps over the end of a line
_BY_HAND = re.compile(
    rf"\b(?:lessons?|exercises?){_GAP}\d+\b|\blessons?{_GAP}(?:{_COUNT})\b"
    rf"|\b(?:{_COUNT}|\d+){_GAP}lessons\b|^# # \d+ ·",
    re.MULTILINE | re.IGNORECASE,
)


def resolve(text: str, path: Path) -> tuple[str, list[tuple[int, str, str]]]:
    """Return the text of the lesson at `path` with its references resolved, and the faults.

    A fault is (line, fault, remedy). An unknown reference stays as it is, every line where it is.
    """
    files = {file.stem[3:]: file for file in sorted(path.parent.glob("[0-9][0-9]_*.py"))}
    faults = [*_headings(text)]

    def said(found: re.Match[str]) -> str:
        name, line = found["topic"] or "", text.count("\n", 0, found.start()) + 1
        file = files.get(name[:1].lower() + name[1:]) if name else path
        if file is None:
            faults.append((line, f"{found[0]}: no such lesson", f"known are {', '.join(files)}"))
            return found[0]
        if found["link"]:
            return f"../{file.stem}/{file.stem}.ipynb"
        words = [f"{'Lesson' if name[0].isupper() else 'lesson'} {_number(file)}"] if name else []
        if wanted := found["exercise"]:
            known = exercises(text if file == path else file.read_text(encoding="utf-8"))
            if wanted not in known:
                remedy = f"{file.name} has {', '.join(known) or 'none'}"
                faults.append((line, f"{found[0]}: no such exercise", remedy))
                return found[0]
            words.append(f"exercise {known.index(wanted) + 1}")
        return ", ".join(words)

    resolved = _REFERENCE.sub(said, text)
    if re.match(r"\d\d_", path.stem):
        resolved = _TITLE.sub(f"# # {_number(path)}", resolved)
    numbers = itertools.count(1)
    return _HEADING.sub(lambda found: f"{found[0]} {next(numbers)}", resolved), faults


def exercises(text: str) -> list[str]:
    """Return the grade_ids of the solution cells in the text of a lesson, in order."""
    headers = (_GRADE_ID.search(header) for header in _SOLUTION.findall(text))
    return [found[1] if found else "" for found in headers]


def by_hand(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the words of each number of lessons or exercises written by hand."""
    for found in _BY_HAND.finditer(text):
        yield (
            text.count("\n", 0, found.start()) + 1,
            " ".join(re.sub("[#>]", " ", found[0]).split()),
        )


def _number(path: Path) -> int:
    return int(path.stem[:2])


def _headings(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield a fault for each heading of an exercise whose number is not that of the next answer."""
    for number, found in enumerate(_HEADING.finditer(text), 1):
        before = len(exercises(text[: found.start()]))
        if number != before + 1:
            line = text.count("\n", 0, found.start()) + 1
            fault = f"heading {number} of an exercise stands after {before} solution cells"
            yield line, fault, "give each solution cell one `# ### Exercise · Title`"
