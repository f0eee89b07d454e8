"""Two pages that the lessons write together: `notebooks/glossary.md` and `notebooks/take_away.md`.

A lesson explains a term where it first needs it, in a line of a text cell that reads

    > **term**: one sentence that explains it.

and ends with the section "What to take away". Both are collected here, and never written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nbteach.authoring.index import card
from nbteach.authoring.lesson import Lesson, LessonError, Problem

__all__ = ["TAKE_AWAY", "glossary", "take_away", "terms"]

TAKE_AWAY = "What to take away"

_TERM = re.compile(
    r"^> \*\*(?P<term>[^*:]+)\*\*: (?P<sentence>.+(?:\n> (?!\*\*).+)*)$", re.MULTILINE
)
_GLOSSARY = """# Glossary

Made from the lessons by `nblib build`; never edited. Each term, in one sentence, and where it is
taught.
"""
_TAKEN_AWAY = """# What to take away

Made from the lessons by `nblib build`; never edited. Five sentences of each lesson, to be read
after it.
"""


def terms(lesson: Lesson) -> Iterator[tuple[str, str, int]]:
    """Yield the terms that a lesson explains: the term, its sentence and the line of its cell."""
    for cell in lesson.cells:
        if not cell.is_code:
            for found in _TERM.finditer(cell.node.source):
                yield (
                    found["term"],
                    " ".join(found["sentence"].replace("\n> ", " ").split()),
                    cell.line,
                )


def glossary(lessons: Iterable[Lesson]) -> str:
    """Return the page of all terms; raises LessonError if one is explained in two places."""
    rows: dict[str, str] = {}
    problems = []
    for lesson in lessons:
        where = f"[{card(lesson).title}]({lesson.name}/{lesson.name}.ipynb)"
        for term, sentence, line in terms(lesson):
            if term.lower() in rows:
                remedy = "leave it to the lesson that comes first"
                problems.append(
                    Problem(lesson.path, line, f"{term!r} is explained already", remedy)
                )
            rows.setdefault(term.lower(), f"- **{term}**: {sentence} ({where})")
    if problems:
        raise LessonError(problems)
    return "\n".join([_GLOSSARY, *(rows[term] for term in sorted(rows)), ""])


def take_away(lessons: Iterable[Lesson]) -> str:
    """Return the page of what the lessons end with, in Markdown."""
    parts = [_TAKEN_AWAY]
    for lesson in lessons:
        text = "\n\n".join(cell.node.source for cell in lesson.cells if not cell.is_code)
        if found := re.search(rf"^## {TAKE_AWAY}\n+((?:(?!^#).*\n?)+)", text, re.MULTILINE):
            link = f"[{card(lesson).title}]({lesson.name}/{lesson.name}.ipynb)"
            parts.append(f"## {link}\n\n{found[1].strip()}\n")
    return "\n".join(parts)
