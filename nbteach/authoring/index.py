"""The page that leads to the lessons: `notebooks/README.md`, made from what each one says first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nbteach.authoring.lesson import Lesson, LessonError, Problem

__all__ = ["Card", "card", "page"]

_HEADING = """# The lessons

Made from `solutions/` by `nblib build`; never edited. Begin at the top; each lesson needs those
before it only as far as it says. A word that you do not know is in the [glossary](glossary.md);
what the lessons come to stands in [What to take away](take_away.md), to be read after them, and at
the very end in [What became of every myth](myths.md).
"""
_PARTS = {  # of a lesson's first cell
    "title": r"^# (.+)$",
    "belief": r"^> \*\*[^*]+\*\* (.+(?:\n> .+)*)",
    "goals": r"\*\*You will be able to\*\*\n\n((?:[-\s] .+\n)+)",
    "time": r"\*\*Time\*\* ([^.]+?)(?:, in as many sittings as you like)?\.",
    "needs": r"\*\*You need\*\*\s([^.]+)\.",
    "points": r"\*\*Points\*\* (\d+),",
    "exercises": r"\*\*Points\*\* \d+,\s+in\s+(\d+)",
}


@dataclass(frozen=True)
class Card:
    """What a lesson says of itself in its first cell; empty where it says nothing."""

    name: str
    title: str
    belief: str
    goals: str  # a Markdown list
    time: str
    needs: str
    points: str
    exercises: str


def card(lesson: Lesson) -> Card:
    """Read a lesson's first cell; raises LessonError if its numbers are untrue."""
    first = lesson.cells[0]
    source = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", first.node.source)  # links lead from there
    found = {part: re.search(how, source, re.MULTILINE) for part, how in _PARTS.items()}
    said = {
        part: hit[1].replace("\n> ", "\n").rstrip() if hit else "" for part, hit in found.items()
    }
    said |= {part: " ".join(said[part].split()) for part in said.keys() - {"goals"}}
    points = sum(cell.nbgrader["points"] for cell in lesson.cells if cell.nbgrader.get("grade"))
    exercises = sum(bool(cell.nbgrader.get("solution")) for cell in lesson.cells)
    problems = [
        Problem(lesson.path, first.line, f"it says {said[part]} {part}", f"there are {true:g}")
        for part, true in (("points", points), ("exercises", exercises))
        if said[part] not in ("", f"{true:g}")
    ]
    if problems:
        raise LessonError(problems)
    return Card(lesson.name, **said)


def page(lessons: Iterable[Lesson]) -> str:
    """Return the page, in Markdown."""
    cards = [card(lesson) for lesson in lessons]
    rows = [
        f"| [{it.title}](#{it.name}) | {it.belief} | {it.time} | {it.exercises} | {it.points} |"
        for it in cards
    ]
    table = ["| lesson | what it is about | time | exercises | points |", "|---|---|---|---:|---:|"]
    sections = [
        f'<a id="{it.name}"></a>\n\n## [{it.title}]({it.name}/{it.name}.ipynb)\n\n'
        f"**You need** {it.needs}.\n\n**You will be able to**\n\n{it.goals}\n"
        for it in cards
    ]
    return "\n".join([_HEADING, *table, *rows, "", *sections])
