"""Which cell of a file stands for which of the lesson, and where the student's own cells go."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import count
from textwrap import indent

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from nbteach.grading.notebooks.cells import additions, is_test
from nbteach.grading.notebooks.lesson_bundle import Bundle, is_students
from nbteach.grading.notebooks.matching import definitions, match, words
from nbteach.grading.notebooks.reading import StudentCell, Unreadable

__all__ = ["Plan"]


class Plan:
    """Which of the student's cells is used for which of the lesson, and where the others go."""

    def __init__(self, bundle: Bundle, cells: Sequence[StudentCell]) -> None:
        self.bundle, self.cells = bundle, cells
        self.lesson: dict[str, NotebookNode] = {cell.id: cell for cell in bundle.notebook.cells}
        self.known = {name for text in bundle.released.values() for name in definitions(text)}
        self.stands_for = match(bundle, cells)
        self.candidates = defaultdict[str, list[int]](list)
        for position in sorted(self.stands_for):
            self.candidates[self.stands_for[position]].append(position)
        if not any(self.is_marked(name) for name in self.candidates):
            raise Unreadable("none of the lesson's cells is in it; is it another notebook?")
        # By id of the lesson's cell, the position of the one that is taken for it.
        self.chosen = {name: self._choose(name) for name in self.candidates}
        self.in_order = self._in_order()

    def _choose(self, name: str) -> int:
        """Return the first that is an answer, or of an instructor cell the first as released."""
        positions = self.candidates[name]
        wanted = self.answers(name) if self.is_answer(name) else self.unchanged(name)
        return next(iter(wanted), positions[0])

    def answers(self, name: str) -> list[int]:
        """Return the positions of what was written in place of the stub."""
        unchanged = self.unchanged(name)
        written = (i for i in self.candidates[name] if self.cells[i].text.strip())
        return [i for i in written if i not in unchanged]

    def unchanged(self, name: str) -> list[int]:
        """Return the positions of what is as it was released, but for blanks."""
        released = words(self.bundle.released[name])
        return [i for i in self.candidates[name] if words(self.cells[i].text) == released]

    def is_answer(self, name: str) -> bool:
        """Whether the text of this cell of the lesson is the student's."""
        return is_students(self.lesson[name])

    def is_marked(self, name: str) -> bool:
        """Whether nbgrader knows this cell of the lesson: an answer, a test, or locked."""
        return "nbgrader" in self.lesson[name].metadata

    def _in_order(self) -> list[str]:
        """Return the lesson's cells that the submission has, but for those that were moved."""
        theirs = sorted(self.chosen, key=self.chosen.__getitem__)
        ours = [name for name in self.lesson if name in self.chosen]
        blocks = SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks()
        return [name for block in blocks for name in theirs[block.a : block.a + block.size]]

    def notebook(self) -> NotebookNode:
        """Return the notebook to grade."""
        fresh = (name for n in count(1) if (name := f"extra-{n}") not in self.lesson)
        own = self._own_cells()
        notebook = copy.deepcopy(self.bundle.notebook)
        cells = [_own_cell(cell, next(fresh)) for cell in own[""]]
        for cell in notebook.cells:
            if self.is_answer(cell.id) and cell.id in self.chosen:
                cell.source = self._answer(cell.id)
            cells += [cell, *(_own_cell(each, next(fresh)) for each in own[cell.id])]
        notebook.cells = cells
        return notebook

    def _answer(self, name: str) -> str:
        """Return the student's text; the stub to the letter where nothing but blanks differs."""
        position = self.chosen[name]
        is_stub = position in self.unchanged(name)
        return self.bundle.released[name] if is_stub else self.cells[position].text

    def _own_cells(self) -> dict[str, list[StudentCell]]:
        """Return the student's own cells, by the id of the lesson's cell that they follow."""
        in_place = {self.chosen[name]: name for name in self.in_order}
        used = {self.chosen[name] for name in self.chosen if not self._is_free(name)}
        used.update(*map(self.unchanged, self.candidates))
        own, follows = defaultdict[str, list[StudentCell]](list), ""
        moved = self._moved_along()
        for position, cell in enumerate(self.cells):
            follows = in_place.get(position, follows)
            if position not in used and cell.text.strip():
                place = moved.get(position) or self._past_missing(follows)
                own[place].append(self._shown_or_run(position))
        names = ["", *self.lesson]
        for name in self.chosen:
            if text := self.added(name):  # before a test, which may rely on it
                place = names[names.index(name) - 1] if is_test(self.lesson[name]) else name
                own[place].append(StudentCell("code", text))
        return own

    def _moved_along(self) -> dict[int, str]:
        """Return where a student's own cells go that stand right above an answer put back.

        They are by position, and follow the lesson's cell before the answer, which may need them.
        """
        names, places = ["", *self.lesson], dict[int, str]()
        for name in self.chosen.keys() - {*self.in_order}:
            position = self.chosen[name] - 1
            while self.is_answer(name) and position >= 0 and position not in self.stands_for:
                places[position] = names[names.index(name) - 1]
                position -= 1
        return places

    def added(self, name: str) -> str:
        """Return what a student wrote into an instructor cell that others may rely on.

        Not every front end locks cells, and the first one is where imports seem to belong.
        """
        cell = self.cells[self.chosen[name]]
        if self._is_free(name) or self.is_answer(name) or self.unchanged(name):
            return ""
        return additions(cell.text, self.bundle.released[name], self.lesson[name].source)

    def _is_free(self, name: str) -> bool:
        """Whether students may change this instructor cell: their version is kept beside it."""
        return not self.is_marked(name) and not self.is_answer(name)

    def _shown_or_run(self, position: int) -> StudentCell:
        """Mark a cell for show with other numbers in it; if it defines helpers, it must run."""
        cell, tags = self.cells[position], []
        if name := self.stands_for.get(position):
            tags = self.lesson[name].metadata.get("tags", [])
        is_shown = (cell.for_show or "demo" in tags) and self.known >= {*definitions(cell.text)}
        return replace(cell, for_show=is_shown)

    def _past_missing(self, name: str) -> str:
        """Return the last of the missing cells behind this one, up to the next test.

        Who deletes an exercise and writes it anew must not be overwritten by the restored stub.
        """
        names = ["", *self.lesson]
        for following in names[names.index(name) + 1 :]:
            if following in self.chosen or is_test(self.lesson[following]):
                break
            name = following
        return name


def _own_cell(cell: StudentCell, name: str) -> NotebookNode:
    if cell.kind == "code":
        # Given here, whatever the student's file says: the lesson's cells for show do not run.
        metadata = {"tags": ["demo"]} if cell.for_show else {}
        return new_code_cell(cell.text, id=name, metadata=metadata)
    if cell.kind == "markdown":
        return new_markdown_cell(cell.text, id=name)
    # Raw text would go into a page as it is, scripts included.
    return new_markdown_cell(indent(cell.text, "    ", lambda line: True), id=name)
