"""Twelve submissions made from a lesson, each with the score that it should get.

An endless loop, and an answer that ends its own process, cost the tests that call them and no
other; instructor cells that were changed or deleted are put back.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from nbteach.authoring.lesson import marker
from nbteach.grading.pages.remarks import exercise_of

__all__ = ["AnswerKey", "Sample", "answer_key", "sample_class"]

_STUB = "raise NotImplementedError"


@dataclass(frozen=True)
class AnswerKey:
    """A lesson as released, its answers by grade_id, and what each exercise is worth."""

    release: NotebookNode
    answers: Mapping[str, str]
    points: Mapping[str, float]

    def worth(self, exercises: Iterable[str]) -> float:
        """Return the points of these exercises together."""
        return sum(self.points[name] for name in exercises)

    def answered(self, instead: Mapping[str, str]) -> NotebookNode:
        """Return the lesson solved, but for the exercises in `instead`.

        There, the statement given takes the place of the one that every unsolved exercise has.
        """
        notebook = copy.deepcopy(self.release)
        for name, cell in _named(notebook).items():
            if name in instead:
                cell.source = cell.source.replace(_STUB, instead[name])
            elif name in self.answers:
                cell.source = self.answers[name]
        return notebook


@dataclass(frozen=True)
class Sample:
    """One of the class. `text` is the file handed in, if any; `expected` the score, if any."""

    student: str
    did: str
    text: str | None
    expected: float | None


def answer_key(source: NotebookNode, release: NotebookNode) -> AnswerKey:
    """Read the answers and the points off `source`, the notebook with answers."""
    answers: dict[str, str] = {}
    points: dict[str, float] = {}
    for name, cell in _named(source).items():
        words = cell.metadata.nbgrader
        if words.solution:
            lines = cell.source.splitlines()
            answers[name] = "\n".join(line for line in lines if not marker(line)[0])
        elif words.grade:
            exercise = exercise_of(name)
            points[exercise] = points.get(exercise, 0) + words.points
    return AnswerKey(release, answers, points)


def sample_class(key: AnswerKey) -> list[Sample]:
    """Return the class of twelve."""
    names = list(key.points)
    first, second, middle, last = names[0], names[1], names[len(names) // 2], names[-1]
    second_half, every_other = names[len(names) // 2 :], names[1::2]
    perfect = key.answered({})

    def sample(student: str, did: str, notebook: NotebookNode, lost: Iterable[str] = ()) -> Sample:
        kept = key.points.keys() - set(lost)
        return Sample(student, did, nbformat.writes(notebook), key.worth(kept))

    def wrong(student: str, did: str, exercises: Iterable[str], statement: str) -> Sample:
        instead = dict.fromkeys(exercises, statement)
        return sample(student, did, key.answered(instead), lost=instead)

    whole = nbformat.writes(perfect)
    return [
        sample("s01-perfect", "solved everything", perfect),
        sample("s02-own-style", "the same with own names, prints and cells", _own_style(perfect)),
        wrong("s03-half", "left the second half untouched", second_half, _STUB),
        wrong("s04-constants", "returns 0 in every other exercise", every_other, "return 0"),
        sample("s05-empty", "handed in what was released", key.release, names),
        wrong("s06-syntax", f"a syntax error in {first}", [first], "return ("),
        wrong("s07-loop", f"an endless loop in {second}", [second], "while True: pass"),
        sample("s08-import", f"an import fails in {last}", _failing_import(perfect, last), [last]),
        sample("s09-tampered", "changed and deleted instructor cells", _tampered(perfect)),
        wrong("s10-killed", f"{middle} ends its process", [middle], "import os; os._exit(1)"),
        Sample("s11-broken", "handed in half of the file", whole[: len(whole) // 2], None),
        Sample("s12-absent", "handed in nothing", None, None),
    ]


def _named(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Return the cells that nbgrader knows, by grade_id."""
    cells = (cell for cell in notebook.cells if "nbgrader" in cell.metadata)
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells}


def _own_style(notebook: NotebookNode) -> NotebookNode:
    """Rename each function and give it its old name again, print, and put notes in between."""
    notebook, cells = copy.deepcopy(notebook), []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.metadata.get("nbgrader", {}).get("solution"):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef):
                    mine = re.sub(rf"\b{node.name}\b", f"my_{node.name}", cell.source)
                    cell.source = f"{mine}\n\n{node.name} = my_{node.name}\nprint('done')"
            cells += [new_markdown_cell("Note to myself."), new_code_cell("print('scratch')")]
    notebook.cells = cells
    return notebook


def _failing_import(notebook: NotebookNode, exercise: str) -> NotebookNode:
    notebook = copy.deepcopy(notebook)
    cell = _named(notebook)[exercise]
    cell.source = f"import a_module_that_nobody_has\n\n{cell.source}"
    return notebook


def _tampered(notebook: NotebookNode) -> NotebookNode:
    """Break the first instructor cell, empty a test cell, and delete another."""
    notebook = copy.deepcopy(notebook)
    locked = [cell for cell in _named(notebook).values() if cell.metadata.nbgrader.locked]
    tests = [cell for cell in locked if cell.metadata.nbgrader.grade]
    locked[0].source = "1 / 0"
    tests[1].source = "pass"
    notebook.cells.remove(tests[0])
    return notebook
