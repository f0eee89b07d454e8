"""Read a lesson: `solutions/NN_topic.py` in jupytext's percent format.

    # %% nbgrader={"grade_id": "momentum", "solution": true}
    def momentum_step(...):
        ### BEGIN SOLUTION
        ...
        ### END SOLUTION

A lesson that `rules` finds fault with is refused, with every fault named at once.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jupytext
from nbformat import NotebookNode

from nbteach.authoring import references

__all__ = ["Cell", "Lesson", "LessonError", "Problem", "marker", "parse"]

_HEADER = re.compile(r"\s*#\s*%%+(\s|$)")  # what jupytext takes for the start of a cell


@dataclass(frozen=True)
class Problem:
    """One fault of a lesson, with its remedy, as `solutions/NN_topic.py:LINE: fault; remedy`."""

    path: Path
    line: int  # counted from 1
    fault: str
    remedy: str

    def __str__(self) -> str:
        place = "/".join(self.path.parts[-2:])
        return f"{place}:{self.line}: {self.fault}; {self.remedy}"


class LessonError(ValueError):
    """Lessons are malformed. `problems` holds every fault that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Cell:
    """One cell: what jupytext makes of it, and how and where it stands in the file."""

    node: NotebookNode
    text: str  # the lines below the header, as in the file: markdown and magics are comments
    line: int  # the line of the header, counted from 1

    @property
    def nbgrader(self) -> dict[str, Any]:
        """nbgrader's words in the header, such as `grade_id`; empty where there are none."""
        words = self.node.metadata.get("nbgrader", {})
        return words if isinstance(words, dict) else {}

    @property
    def is_code(self) -> bool:
        """Whether this is a code cell."""
        return self.node.cell_type == "code"

    @cached_property
    def marked(self) -> list[tuple[str, str]]:
        """Each line of `text` with its region: "", "SOLUTION" or "HIDDEN TESTS".

        A marker belongs to the region that it opens or closes.
        """
        region, lines = "", []
        for line in self.text.splitlines():
            word, name = marker(line)
            region = name if word == "BEGIN" else region
            lines.append((line, region))
            region = "" if word == "END" else region
        return lines

    def answers(self) -> list[str]:
        """Return the text of each solution, without its markers."""
        runs: list[list[str]] = []
        for line, region in self.marked:
            if marker(line) == ("BEGIN", "SOLUTION"):
                runs.append([])
            elif region == "SOLUTION" and not marker(line)[0]:
                runs[-1].append(line)
        return ["\n".join(run) for run in runs]

    def released(self) -> str:
        """Return about what students get: hidden tests cut out, `pass` in place of a solution."""
        kept = []
        for line, region in self.marked:
            if marker(line) == ("BEGIN", "SOLUTION"):
                kept.append(line.replace(line.strip(), "pass"))
            elif not region:
                kept.append(line)
        return "\n".join(kept)


@dataclass(frozen=True)
class Lesson:
    """A lesson as it is written, with its answers."""

    path: Path
    notebook: NotebookNode
    cells: tuple[Cell, ...]

    @property
    def name(self) -> str:
        """The name of the lesson, such as `02_gradient_descent`."""
        return self.path.stem


def marker(line: str) -> tuple[str, str]:
    """Split a marker line into its word and its region; return two empty strings for others.

    >>> marker("    ### BEGIN HIDDEN TESTS")
    ('BEGIN', 'HIDDEN TESTS')
    """
    found = re.fullmatch(r"\s*(?:# )?### (BEGIN|END) (SOLUTION|HIDDEN TESTS)\s*", line)
    return (found[1], found[2]) if found else ("", "")


def parse(path: Path) -> Lesson:
    """Read one lesson, with numbers in place of its references to lessons and exercises.

    Raises LessonError where the cells cannot even be told apart, or where a reference leads
    nowhere; `rules` does the rest.
    """
    text, faults = references.resolve(path.read_text(encoding="utf-8"), path)
    problems = [Problem(path, *found) for found in [*_structure(text), *faults]]
    if problems:
        raise LessonError(problems)
    lines, notebook = text.splitlines(), jupytext.reads(text, fmt="py:percent")
    starts = [number for number, line in enumerate(lines, 1) if _HEADER.match(line)]
    if len(starts) != len(notebook.cells):
        remedy = "let each cell, the first one too, begin with a line `# %%`"
        raise LessonError([Problem(path, 1, "jupytext sees other cells than the `# %%`", remedy)])
    spans = zip(starts, [*starts[1:], len(lines) + 1], strict=True)
    cells = (
        Cell(node, "\n".join(lines[start : end - 1]), start)
        for node, (start, end) in zip(notebook.cells, spans, strict=True)
    )
    return Lesson(path, notebook, tuple(cells))


def _structure(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, fault, remedy) where the file is no Python, or a cell starts inside another."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        yield error.lineno or 1, f"not valid Python ({error.msg})", "a magic needs a leading `# `"
        return
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = {token.start for token in tokens if token.type == tokenize.COMMENT}
    for number, line in enumerate(text.splitlines(), 1):
        if _HEADER.match(line) and (number, 0) not in comments:
            yield number, "`# %%` inside a cell", "begin the cell at the left margin, or reword"
