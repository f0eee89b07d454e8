"""The exercises of a notebook, and what they earned: the list at the top of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from nbteach.grading.pages.remarks import exercise_of

__all__ = ["Card", "Entry", "cards", "contents", "title"]

_CARD = re.compile(r"^### (?:Exercise )?(.+)$", re.MULTILINE)
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_EMPTY = "No response."  # nbgrader's own comment on an answer that was left as it was


@dataclass(frozen=True)
class Card:
    """What stands above an exercise: its title such as "4 · Momentum", and the id of its cell."""

    title: str
    cell: str


@dataclass
class Entry:
    """One exercise, with the points of all its tests; `score` is None where nobody graded."""

    card: Card
    points: float = 0.0
    score: float | None = None
    is_empty: bool = False
    has_comment: bool = False

    @property
    def is_lost(self) -> bool:
        """Whether it was graded, and is short of points."""
        return self.score is not None and self.score < self.points


def title(notebook: NotebookNode) -> str:
    """Return the title of a lesson; an empty text if it has none."""
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return next((found[1] for text in texts if (found := _TITLE.search(text))), "")


def cards(notebook: NotebookNode) -> dict[str, Card]:
    """Return the card of each exercise, by the grade_id of its answer."""
    found: dict[str, Card] = {}
    above: Card | None = None
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (headings := _CARD.findall(cell.source)):
            above = Card(headings[-1], cell.id)
        if _words(cell).get("solution"):
            answer = _words(cell)["grade_id"]
            found[answer], above = above or Card(answer, cell.id), None
    return found


def contents(notebook: NotebookNode) -> dict[str, Entry]:
    """Return the exercises with points, by grade_id; scores and comments as nbgrader wrote them."""
    known = cards(notebook)
    entries: dict[str, Entry] = {}
    for cell in notebook.cells:
        words = _words(cell)
        if words.get("grade") or words.get("task"):
            name = exercise_of(words["grade_id"])
            entry = entries.setdefault(name, Entry(known.get(name, Card(name, cell.id))))
            entry.points += words.get("points", 0)
            if words.get("score") is not None:
                entry.score = (entry.score or 0) + words["score"]
    for cell in notebook.cells:
        words = _words(cell)
        if (comment := words.get("comment")) and words["grade_id"] in entries:
            entries[words["grade_id"]].is_empty = comment == _EMPTY
            entries[words["grade_id"]].has_comment = comment != _EMPTY
    return entries


def _words(cell: NotebookNode) -> dict[str, Any]:
    return dict(cell.metadata.get("nbgrader", {}))
