"""Rebuild the notebook to be graded: the lesson's own cells, with the student's answers in them.

Instructor cells are the lesson's, verbatim and in its order. From the student come the texts of the
answers, and the cells of their own, where they stood. So a test that was changed, moved or deleted
is whole again, and whatever else a file may claim (points, tags, outputs) has gone.
"""

from __future__ import annotations

import copy
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import count
from pathlib import Path
from textwrap import indent

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from nbteach.grading.notebooks.lesson_bundle import Bundle, is_students
from nbteach.grading.notebooks.cells import additions, is_test
from nbteach.grading.notebooks.matching import definitions, match, words
from nbteach.grading.notebooks.reading import StudentCell, Unreadable, parse, read

__all__ = ["Rebuilt", "Unreadable", "rebuild", "rebuild_bytes"]


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to grade, and what to know about the one that was handed in."""

    notebook: NotebookNode
    told: tuple[str, ...]  # how it differed from the release, a phrase each
    digest: str  # SHA-256 of the file as it was read


def rebuild(bundle: Bundle, path: Path) -> Rebuilt:
    """Rebuild the submission at `path`; raises Unreadable where there is nothing to grade."""
    return rebuild_bytes(bundle, read(path))


def rebuild_bytes(bundle: Bundle, content: bytes) -> Rebuilt:
    """Rebuild a submission from the content of its file; raises Unreadable as `rebuild` does."""
    plan = _Plan(bundle, parse(content))
    return Rebuilt(plan.notebook(), tuple(plan.told()), hashlib.sha256(content).hexdigest())


class _Plan:
    """Which of the student's cells is used for which of the lesson, and where the others go."""

    def __init__(self, bundle: Bundle, cells: Sequence[StudentCell]) -> None:
        self.bundle, self.cells = bundle, cells
        self.lesson: dict[str, NotebookNode] = {cell.id: cell for cell in bundle.notebook.cells}
        self.known = {name for text in bundle.released.values() for name in definitions(text)}
        self.stands_for = match(bundle, cells)
        self.candidates = defaultdict[str, list[int]](list)
        for position in sorted(self.stands_for):
            self.candidates[self.stands_for[position]].append(position)
        if not any(self._is_marked(name) for name in self.candidates):
            raise Unreadable("none of the lesson's cells is in it; is it another notebook?")
        # By id of the lesson's cell, the position of the one that is taken for it.
        self.chosen = {name: self._choose(name) for name in self.candidates}
        self.in_order = self._in_order()

    def _choose(self, name: str) -> int:
        """Return the first that is an answer, or of an instructor cell the first as released."""
        positions = self.candidates[name]
        wanted = self._answers(name) if self._is_answer(name) else self._unchanged(name)
        return next(iter(wanted), positions[0])

    def _answers(self, name: str) -> list[int]:
        """Return the positions of what was written in place of the stub."""
        unchanged = self._unchanged(name)
        written = (i for i in self.candidates[name] if self.cells[i].text.strip())
        return [i for i in written if i not in unchanged]

    def _unchanged(self, name: str) -> list[int]:
        released = words(self.bundle.released[name])
        return [i for i in self.candidates[name] if words(self.cells[i].text) == released]

    def _is_answer(self, name: str) -> bool:
        return is_students(self.lesson[name])

    def _is_marked(self, name: str) -> bool:
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
            if self._is_answer(cell.id) and cell.id in self.chosen:
                cell.source = self._answer(cell.id)
            cells += [cell, *(_own_cell(each, next(fresh)) for each in own[cell.id])]
        notebook.cells = cells
        return notebook

    def _answer(self, name: str) -> str:
        """Return the student's text; the stub to the letter where nothing but blanks differs."""
        position = self.chosen[name]
        is_stub = position in self._unchanged(name)
        return self.bundle.released[name] if is_stub else self.cells[position].text

    def _own_cells(self) -> dict[str, list[StudentCell]]:
        """Return the student's own cells, by the id of the lesson's cell that they follow."""
        in_place = {self.chosen[name]: name for name in self.in_order}
        used = {self.chosen[name] for name in self.chosen if not self._is_free(name)}
        used.update(*map(self._unchanged, self.candidates))
        own, follows = defaultdict[str, list[StudentCell]](list), ""
        for position, cell in enumerate(self.cells):
            follows = in_place.get(position, follows)
            if position not in used and cell.text.strip():
                own[self._past_missing(follows)].append(self._shown_or_run(position))
        names = ["", *self.lesson]
        for name in self.chosen:
            if text := self._added(name):  # before a test, which may rely on it
                place = names[names.index(name) - 1] if is_test(self.lesson[name]) else name
                own[place].append(StudentCell("code", text))
        return own

    def _added(self, name: str) -> str:
        """Return what a student wrote into an instructor cell that others may rely on.

        Not every front end locks cells, and the first one is where imports seem to belong.
        """
        cell = self.cells[self.chosen[name]]
        if self._is_free(name) or self._is_answer(name) or self._unchanged(name):
            return ""
        return additions(cell.text, self.bundle.released[name], self.lesson[name].source)

    def _is_free(self, name: str) -> bool:
        """Whether students may change this instructor cell: their version is kept beside it."""
        return not self._is_marked(name) and not self._is_answer(name)

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

    def told(self) -> Iterator[str]:
        """Yield how the submission differs from the release in what counts for the grade."""
        marked = [name for name in self.lesson if self._is_marked(name)]
        present = [name for name in marked if name in self.chosen]
        answers = [name for name in present if self._is_answer(name)]
        yield from _phrase("missing", (n for n in marked if n not in present))
        locked = [n for n in present if n not in answers]
        restored = [n for n in locked if not self._unchanged(n)]
        yield from _phrase("changed, restored", (n for n in restored if not self._added(n)))
        yield from _phrase("restored, with what was added", filter(self._added, restored))
        yield from _phrase("moved, put back", (n for n in present if n not in self.in_order))
        kinds = ((n, self.cells[self.chosen[n]].kind) for n in answers)
        retyped = (n for n, kind in kinds if kind != self.lesson[n].cell_type)
        yield from _phrase("of another type, read as code", retyped)
        yield from _phrase("there twice", (n for n in answers if len(self._answers(n)) > 1))


def _own_cell(cell: StudentCell, name: str) -> NotebookNode:
    if cell.kind == "code":
        # Given here, whatever the student's file says: the lesson's cells for show do not run.
        metadata = {"tags": ["demo"]} if cell.for_show else {}
        return new_code_cell(cell.text, id=name, metadata=metadata)
    if cell.kind == "markdown":
        return new_markdown_cell(cell.text, id=name)
    # Raw text would go into a page as it is, scripts included.
    return new_markdown_cell(indent(cell.text, "    ", lambda line: True), id=name)


def _phrase(what: str, names: Iterable[str], at_most: int = 3) -> Iterator[str]:
    listed = list(names)
    if listed:
        rest = [f"{len(listed) - at_most} more"] if len(listed) > at_most else []
        yield f"{what}: {', '.join([*listed[:at_most], *rest])}"
