"""A small lesson and its submissions, for the tests of what is made of them."""

import copy
import secrets
from collections.abc import Callable
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nbteach.grading.notebooks.lesson_bundle import Bundle, make_bundle

Json = dict[str, Any]
STUB = "def {}(x):\n    # Your code here\n    raise NotImplementedError"


def lesson() -> Bundle:
    """Two exercises, a prediction, and a cell for show."""
    source = [
        new_markdown_cell("# A lesson", id="title"),
        _marked("setup", "import math", locked=True),
        new_code_cell("prediction = ...", id="guess", metadata={"tags": ["prediction"]}),
        new_markdown_cell("Exercise 1", id="card-1"),
        _marked("double", STUB.format("double"), solution=True),
        _marked("double-test", "assert double(1) == 2", grade=True, locked=True, points=1),
        new_code_cell("print(double(21))", id="show", metadata={"tags": ["demo"]}),
        new_markdown_cell("Exercise 2", id="card-2"),
        _marked("half", STUB.format("half"), solution=True),
        _marked("half-test", "assert half(1) == 0.5", grade=True, locked=True, points=2),
    ]
    release = new_notebook(cells=source)
    whole = copy.deepcopy(release)
    by_id(whole)["double-test"].source += "\nassert double(math.pi) == 2 * math.pi  # hidden"
    by_id(whole)["double"].source = ANSWERS["double"]
    return make_bundle("01_lesson", whole, release)


ANSWERS = {"double": "def double(x):\n    return x + x", "half": "def half(x):\n    return x / 2"}


def solved(bundle: Bundle) -> NotebookNode:
    """The release with right answers and with outputs, as a student saves it."""
    notebook = copy.deepcopy(bundle.notebook)
    for name, cell in by_id(notebook).items():
        cell.source = ANSWERS.get(name, bundle.released[name])
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.outputs = [nbformat.v4.new_output("stream", text="STUDENT'S")]
    return notebook


def written(notebook: NotebookNode) -> bytes:
    return nbformat.writes(notebook).encode()


def by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {cell.id: cell for cell in notebook.cells}


def copied(cell: NotebookNode, source: str) -> NotebookNode:
    """Copy a cell as JupyterLab does, with its mark and a new id; write something else in it."""
    return NotebookNode({**copy.deepcopy(cell), "id": secrets.token_hex(4), "source": source})


def passed(notebook: NotebookNode) -> set[str]:
    """Run the cells one after the other, as grading does; return the tests that pass."""
    names: dict[str, Any] = {"print": lambda *_: None}
    done = set()
    for cell in notebook.cells:
        if cell.cell_type != "code" or "demo" in cell.metadata.get("tags", []):
            continue
        try:
            exec(cell.source, names)
            done.add(cell.id)
        except Exception:
            continue
    return {name for name in done if name.endswith("-test")}


def edited(bundle: Bundle, edit: Callable[[list[NotebookNode]], Any]) -> NotebookNode:
    """A solved notebook whose list of cells somebody has worked on."""
    notebook = solved(bundle)
    edit(notebook.cells)
    return notebook


def _marked(name: str, source: str, **said: Any) -> NotebookNode:
    flags = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
    return new_code_cell(
        source, id=name, metadata={"nbgrader": {**flags, "grade_id": name, **said}}
    )
