"""The last look at a release: nothing in it may give an answer away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from nbteach.authoring.lesson import Lesson

__all__ = ["answers_in", "leaks"]

_FORBIDDEN = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN", "END HIDDEN", "HIDDEN TESTS")


def leaks(path: Path, lesson: Lesson, stub: str) -> Iterator[str]:
    """Yield each reason why the released notebook at `path` must not reach students.

    `stub` is what has to stand in place of each answer of `lesson`.
    """
    notebook = nbformat.read(path, as_version=4)
    if "jupytext" in notebook.metadata:
        yield "it would be synchronized with its text file, answers included (jupytext metadata)"
    for cell in notebook.cells:
        yield from (f'cell "{cell.id}" {reason}' for reason in _of_cell(cell, stub))
    for shown in notebook.cells:
        for name in answers_in(shown.source, lesson):
            yield f'cell "{shown.id}" shows the answer of "{name}"'


def answers_in(text: str, lesson: Lesson) -> Iterator[str]:
    """Yield the grade_id of each answer of a lesson that a text shows, whole lines of it."""
    lines = _lines(text)
    for cell in lesson.cells:
        for answer in cell.answers():
            if answer.strip() and _lines(answer) in lines:
                yield cell.nbgrader["grade_id"]


def _of_cell(cell: NotebookNode, stub: str) -> Iterator[str]:
    yield from (f"holds the words {word}" for word in _FORBIDDEN if word in cell.source)
    is_code = cell.cell_type == "code"
    if is_code and (cell.outputs or cell.execution_count is not None):
        yield "holds an output"
    asks = is_code and cell.metadata.get("nbgrader", {}).get("solution")
    if asks and _lines(stub) not in _lines(cell.source):
        yield "asks for an answer but has no stub"


def _lines(text: str) -> str:
    """Return whole lines, without indentation, so that a line matches only a whole line."""
    return "\n" + "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())
