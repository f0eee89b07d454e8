"""What of an executed lesson goes on slides, by rule: nothing is marked in the lesson.

    the text, without hints · the cards of exercises, without answers and checks ·
    figures with their captions, tables and short printed results, without code

Each heading begins a slide, each figure has one, and what is too long goes on below the same
heading.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Iterator, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

__all__ = ["STEPS", "deck", "is_shown"]

_MOST_LINES = 14.0  # of text on a slide, below its heading
_WIDTH = 80  # characters in a line, about
_MOST_PRINTED = 12  # lines
_BEGINS = {"slideshow": {"slide_type": "slide"}}
_HEADING = re.compile(r"^(#{1,3} .+)$", re.MULTILINE)
_HINTS = re.compile(r"^<details>.*?</details>\n?", re.MULTILINE | re.DOTALL)
_GOALS = re.compile(r"^\*\*You will be able to\*\*$", re.MULTILINE)
_LEFT_OUT = {  # to be read at leisure, or answered by each alone
    "## Before you begin",
    "## Going further",
    "## How far you are",
    "## Once more",
}


def deck(notebook: NotebookNode) -> NotebookNode:
    """Return the slides of an executed lesson, as cells with nbconvert's `slideshow` metadata."""
    for step in STEPS:
        notebook = step(notebook)
    return notebook


def keep_what_is_shown(notebook: NotebookNode) -> NotebookNode:
    """Leave out code and checks: the text stays, but for hints, and what cells for show show."""
    cells = []
    for cell, after in zip(notebook.cells, [*notebook.cells[1:], new_code_cell()], strict=True):
        if cell.cell_type == "markdown":
            if not _is_test(after) or _HEADING.search(cell.source):  # else it speaks of the test
                cells.append(new_markdown_cell(_HINTS.sub("", cell.source)))
        elif "demo" in cell.metadata.get("tags", []):
            cells += [new_code_cell(outputs=[out]) for out in cell.outputs if is_shown(out)]
    return new_notebook(cells=_with_captions(cells), metadata=notebook.metadata)


def part_headings(notebook: NotebookNode) -> NotebookNode:
    """Give each heading a cell of its own."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = _GOALS.sub("## You will be able to", cell.source)
            parts = map(str.strip, re.split(_HEADING, text))
            cells += [new_markdown_cell(part) for part in parts if part]
        else:
            cells.append(cell)
    return new_notebook(cells=cells, metadata=notebook.metadata)


def leave_out_sections(notebook: NotebookNode) -> NotebookNode:
    """Drop what is not for the wall."""
    cells, heading = [], ""
    for cell in notebook.cells:
        heading = cell.source if _HEADING.fullmatch(cell.source) else heading
        if heading not in _LEFT_OUT:
            cells.append(cell)
    return new_notebook(cells=cells, metadata=notebook.metadata)


def fill_slides(notebook: NotebookNode) -> NotebookNode:
    """Put as much on a slide as there is room for; each begins with the heading it belongs to."""
    cells: list[NotebookNode] = []
    heading, room = "", 0.0
    for cell in _pieces(notebook.cells):
        is_heading = bool(_HEADING.fullmatch(cell.source))
        heading = cell.source if is_heading else heading
        lines = _lines(cell)
        if is_heading or lines > room:
            cells.append(new_markdown_cell(heading, metadata=_BEGINS))
            room = _MOST_LINES
        if not is_heading:
            cells.append(cell)
            room -= lines
    return new_notebook(cells=cells, metadata=notebook.metadata)


def drop_empty_slides(notebook: NotebookNode) -> NotebookNode:
    """Drop a heading below which there is nothing, unless it is the title."""
    following = [*notebook.cells[1:], new_markdown_cell(metadata=_BEGINS)]
    cells = [
        cell
        for cell, after in zip(notebook.cells, following, strict=True)
        if not (_begins(cell) and _begins(after)) or cell.source.startswith("# ")
    ]
    return new_notebook(cells=cells, metadata=notebook.metadata)


STEPS: Sequence[Callable[[NotebookNode], NotebookNode]] = (
    keep_what_is_shown,
    part_headings,
    leave_out_sections,
    fill_slides,
    drop_empty_slides,
)


def _is_test(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def is_shown(output: NotebookNode) -> bool:
    """Whether an output is a figure, its caption, a table, or a few printed lines."""
    if output.output_type == "stream":
        return output.name == "stdout" and output.text.count("\n") <= _MOST_PRINTED
    if output.output_type == "error":
        return False
    # What a check or `predict` says is said to one person.
    return not str(output.data.get("text/plain", "")).startswith(("✓ ", "✗ ", "○ "))


def _with_captions(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Put a caption, and what was printed beside a figure, on the slide of that figure."""
    joined: list[NotebookNode] = []
    for cell in cells:
        if cell.cell_type == "code" and joined and joined[-1].cell_type == "code":
            before, (output,) = joined[-1].outputs, cell.outputs
            if output.output_type == before[-1].output_type == "stream":
                before[-1].text += output.text
                continue
            if _is_caption(output) or not any(map(_is_figure, before)):
                before.append(output)
                continue
        joined.append(copy.deepcopy(cell))
    return joined


def _is_figure(output: NotebookNode) -> bool:
    return "image/png" in output.get("data", {})


def _is_caption(output: NotebookNode) -> bool:
    return "text/markdown" in output.get("data", {})


def _begins(cell: NotebookNode) -> bool:
    return "slideshow" in cell.metadata


def _pieces(cells: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield headings, paragraphs, the items of long lists, and outputs, each in its own cell."""
    for cell in cells:
        if cell.cell_type == "code":
            yield cell
            continue
        for piece in map(new_markdown_cell, _blocks(cell.source)):
            if piece.source.startswith("- ") and _lines(piece) > _MOST_LINES / 2:
                yield from map(new_markdown_cell, re.split(r"\n(?=- )", piece.source))
            else:
                yield piece


def _blocks(text: str) -> Iterator[str]:
    """Yield the paragraphs, lists and tables of a text; a formula stays with what leads to it."""
    block = ""
    for part in filter(None, map(str.strip, re.split(r"\n\s*\n", text))):
        is_whole = block.count("$$") % 2 == 0 and block.count("```") % 2 == 0
        leads_on = block.endswith((":", ",")) or part.startswith("$$")
        if block and is_whole and not leads_on:
            yield block
            block = ""
        block = f"{block}\n\n{part}".strip()
    if block:
        yield block


def _lines(cell: NotebookNode) -> float:
    """Return how many lines of text would take the place of a cell, the space below included."""
    if cell.cell_type == "code":
        return sum(map(_lines_of_output, cell.outputs)) + 0.5
    lines = 0.6
    # Paragraphs, also of a quotation, items of a list, rows.
    for part in re.split(r"\n(?:> ?)?\n|\n(?=[-\d|])", cell.source):
        lines += 2.6 if part.startswith("$$") else math.ceil(len(part) / _WIDTH)
        lines += 0.8 * part.startswith(">")
    return lines


def _lines_of_output(output: NotebookNode) -> float:
    if output.output_type == "stream":
        return 0.85 * output.text.count("\n")
    if _is_figure(output):
        return 9.6
    return 1.0 + str(output.data.get("text/html", "")).count("<tr")
