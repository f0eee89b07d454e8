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

__all__ = ["STEPS", "deck"]

_MOST_LINES = 12  # of text on a slide
_WIDTH = 92  # characters in a line, about
_HEADING = re.compile(r"^#{1,3} .+$", re.MULTILINE)
_HINTS = re.compile(r"^<details>.*?</details>\n?", re.MULTILINE | re.DOTALL)
_LEFT_OUT = {"## Going further"}  # to be read at leisure, not from a wall


def deck(notebook: NotebookNode) -> NotebookNode:
    """Return the slides of an executed lesson, as cells with nbconvert's `slideshow` metadata."""
    for step in STEPS:
        notebook = step(notebook)
    return notebook


def keep_what_is_shown(notebook: NotebookNode) -> NotebookNode:
    """Leave out code and checks: the text stays, but for hints, and what cells for show show."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cells.append(new_markdown_cell(_HINTS.sub("", cell.source)))
        elif "demo" in cell.metadata.get("tags", []):
            cells += [new_code_cell(outputs=[out]) for out in cell.outputs if _is_shown(out)]
    return new_notebook(cells=_with_captions(cells), metadata=notebook.metadata)


def cut_at_headings(notebook: NotebookNode) -> NotebookNode:
    """Give each heading a cell of its own with the text below it."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            starts = [0, *(found.start() for found in _HEADING.finditer(cell.source))]
            parts = [
                cell.source[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)
            ]
            cells += [new_markdown_cell(part) for part in parts if part]
        else:
            cells.append(cell)
    return new_notebook(cells=cells, metadata=notebook.metadata)


def leave_out_sections(notebook: NotebookNode) -> NotebookNode:
    """Drop what is not for the wall."""
    cells = [c for c in notebook.cells if c.source.partition("\n")[0] not in _LEFT_OUT]
    return new_notebook(cells=cells, metadata=notebook.metadata)


def cut_to_size(notebook: NotebookNode) -> NotebookNode:
    """Make a slide of each cell, or several if it is long, each below its heading."""
    cells, heading = [], ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            first, _, rest = cell.source.partition("\n")
            if _HEADING.fullmatch(first):
                heading, text = first, rest
            else:
                text = cell.source
            pages = [*_pages(_blocks(text))] or [""]
            cells += [_slide(new_markdown_cell(f"{heading}\n\n{page}".strip())) for page in pages]
        else:
            # A figure's slide repeats the heading, small, above it.
            title = heading.replace("# ", "### ", 1) if heading.startswith("# ") else heading
            cells += [_slide(new_markdown_cell(title)), cell]
    return new_notebook(cells=cells, metadata=notebook.metadata)


def drop_bare_titles(notebook: NotebookNode) -> NotebookNode:
    """Drop a heading with nothing below it if the next slide repeats it."""
    cells = []
    for cell, following in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        repeats = following is not None and following.source.startswith(f"{cell.source}\n")
        same = following is not None and following.source == cell.source
        if not (cell.cell_type == "markdown" and cell.source and (repeats or same)):
            cells.append(cell)
    return new_notebook(cells=cells, metadata=notebook.metadata)


STEPS: Sequence[Callable[[NotebookNode], NotebookNode]] = (
    keep_what_is_shown,
    cut_at_headings,
    leave_out_sections,
    cut_to_size,
    drop_bare_titles,
)


def _is_shown(output: NotebookNode) -> bool:
    """Whether an output is a figure, its caption, a table, or a few printed lines."""
    if output.output_type == "stream":
        return output.name == "stdout" and output.text.count("\n") <= _MOST_LINES
    if output.output_type == "error":
        return False
    # What a check or `predict` says is said to one person.
    return not str(output.data.get("text/plain", "")).startswith(("✓ ", "✗ "))


def _with_captions(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Put a caption, and what was printed beside a figure, on the slide of that figure."""
    joined: list[NotebookNode] = []
    for cell in cells:
        if cell.cell_type == "code" and joined and joined[-1].cell_type == "code":
            before = joined[-1].outputs
            if _is_caption(cell.outputs[0]) or not any(map(_is_figure, before)):
                before.append(cell.outputs[0])
                continue
        joined.append(copy.deepcopy(cell))
    return joined


def _is_figure(output: NotebookNode) -> bool:
    return "image/png" in output.get("data", {})


def _is_caption(output: NotebookNode) -> bool:
    return "text/markdown" in output.get("data", {})


def _slide(cell: NotebookNode) -> NotebookNode:
    cell.metadata["slideshow"] = {"slide_type": "slide"}
    return cell


def _blocks(text: str) -> Iterator[str]:
    """Yield the paragraphs, lists, tables and formulas of a text; none is cut in two."""
    open_block: list[str] = []
    for part in filter(None, map(str.strip, re.split(r"\n\s*\n", text))):
        open_block.append(part)
        whole = "\n\n".join(open_block)
        if whole.count("$$") % 2 == 0 and whole.count("```") % 2 == 0:
            yield whole
            open_block = []
    if open_block:
        yield "\n\n".join(open_block)


def _pages(blocks: Iterator[str]) -> Iterator[str]:
    """Yield as many blocks together as there is room for."""
    page: list[str] = []
    for block in blocks:
        if page and sum(map(_lines, [*page, block])) > _MOST_LINES:
            yield "\n\n".join(page)
            page = []
        page.append(block)
    if page:
        yield "\n\n".join(page)


def _lines(block: str) -> float:
    """Return how many lines a block takes, the space below it included."""
    if block.startswith(("$$", "|")):
        return block.count("\n") + 2.5
    parts = re.split(r"\n(?=[-\d])", block)  # the items of a list
    return sum(math.ceil(len(part) / _WIDTH) for part in parts) + 0.6
