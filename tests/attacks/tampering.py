"""Tampering: to change the notebook itself, what it asks, is worth or says about itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from attack import Attack
from forging import wrong
from nbformat import NotebookNode, writes
from nbformat.reader import NotJSONError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

__all__ = ["BROKEN", "ODD", "TAMPERING", "Broken"]

Edit = Callable[[NotebookNode], None]


def of_cell(name: str, edit: Callable[[NotebookNode], Any]) -> Edit:
    def edited(notebook: NotebookNode) -> None:
        edit(next(cell for cell in notebook.cells if cell.id == name))

    return edited


def delete(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.id != "double-test"]


def retype(notebook: NotebookNode) -> None:
    for i, cell in enumerate(notebook.cells):
        if cell.id == "double-test":
            notebook.cells[i] = new_markdown_cell(cell.source, id=cell.id, metadata=cell.metadata)


def duplicate(notebook: NotebookNode) -> None:
    (test,) = (cell for cell in notebook.cells if cell.id == "double-test")
    notebook.cells.append(new_code_cell("pass", id="copy", metadata=test.metadata))


def first_pass(notebook: NotebookNode) -> None:
    """Put a copy of the test that passes before the real one."""
    (test,) = (cell for cell in notebook.cells if cell.id == "double-test")
    own = new_code_cell("check = None", id="double-test", metadata=test.metadata)
    test.id = "other"
    test.metadata = {}
    test.source = "def double(x):\n    return x"
    notebook.cells.insert(1, own)


def reorder(notebook: NotebookNode) -> None:
    """Put the cell that replaces `checks` behind the setup."""
    own = [cell for cell in notebook.cells if cell.id in ("own-0", "own-1")]
    setup = [cell for cell in notebook.cells if cell.id == "setup"]
    rest = [cell for cell in notebook.cells if cell not in own + setup]
    notebook.cells = [*setup, *own, *rest]


def outputs(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("display_data", {"text/html": "<script>alert(1)</script>"})]


def metadata(notebook: NotebookNode) -> None:
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    notebook.metadata["kernelspec"] = {"name": "mine", "display_name": "Mine", "language": "sh"}


TAMPERING = [
    Attack(
        "a test deleted",
        "What is not there cannot fail.",
        answers=wrong("double"),
        edit=delete,
        without="rebuilding",
        reaches={"missing"},
    ),
    Attack(
        "a test rewritten",
        "It asks for nothing any more.",
        answers=wrong("double"),
        edit=of_cell("double-test", lambda cell: cell.update(source="pass")),
        without="rebuilding",
        gains={"double"},
    ),
    Attack(
        "a test that is not run",
        "The tag `skip-execution`, which nbconvert and stock nbgrader obey.",
        answers=wrong("double"),
        edit=of_cell("double-test", lambda cell: cell.metadata.update(tags=["skip-execution"])),
        gains={"double"},
    ),
    Attack(
        "a test made text",
        "A markdown cell is not run.",
        answers=wrong("double"),
        edit=retype,
        without="rebuilding",
        reaches={"missing"},
    ),
    Attack(
        "a test made an answer",
        "Marked as a solution, it is the student's own to fill in.",
        answers=wrong("double"),
        edit=of_cell(
            "double-test",
            lambda cell: cell.metadata.nbgrader.update(solution=True, locked=False),
        ),
        without="rebuilding",
        reaches={"missing"},
    ),
    Attack(
        "a test twice",
        "A second one of the same name, which passes.",
        answers=wrong("double"),
        edit=duplicate,
        without="rebuilding",
        gains={"double"},
    ),
    Attack(
        "a test under another's name",
        "The name goes to a cell that passes; the test loses its mark.",
        answers=wrong("double"),
        edit=first_pass,
        without="rebuilding",
        gains={"double"},
    ),
    Attack(
        "cells in another order",
        "What replaces the checks is put where the setup cannot undo it.",
        answers=wrong("double", "climb", "jump"),
        first="from unittest.mock import MagicMock\nchecks = MagicMock()",
        edit=reorder,
        gains={"double", "climb", "jump"},
    ),
    Attack(
        "a setup of their own",
        "The locked cell that imports what tests need imports something else.",
        answers=wrong("total"),
        edit=of_cell(
            "setup",
            lambda cell: cell.update(
                source=cell.source + "\nnp.testing.assert_allclose = lambda *args: None"
            ),
        ),
        gains={"total"},
    ),
    Attack(
        "a setup that imports something else",
        "The examiner imports what the setup imports, hence the setup must be the lesson's.",
        answers={},
        edit=of_cell(
            "setup", lambda cell: cell.update(source=cell.source + "\nimport unittest as told")
        ),
        without="rebuilding",
        reaches={"setup"},
    ),
    Attack(
        "points",
        "Each exercise is worth a hundred.",
        edit=of_cell("words-test", lambda cell: cell.metadata.nbgrader.update(points=100)),
        without="rebuilding",
        reaches={"points"},
    ),
    Attack(
        "outputs",
        "Of a test that has passed, and a script in them.",
        edit=outputs,
        without="rebuilding",
        reaches={"outputs"},
    ),
    Attack(
        "settings of the notebook",
        "Another kernel to run it, and widgets to show.",
        edit=metadata,
        without="rebuilding",
        reaches={"settings"},
    ),
    Attack(
        "a cell as large as a book",
        "A megabyte of source, on which parsers and highlighters can choke.",
        first="x = '" + "ab " * 300_000 + "'",
        unshown="it takes no grader more than a second",
    ),
]


@dataclass(frozen=True)
class Broken:
    """A file that is no notebook to grade, though it looks like one; read carelessly, it breaks
    whoever reads, or takes what it likes."""

    name: str
    of: Callable[[bytes], bytes]  # the content, made from that of a right submission
    breaks: tuple[type[BaseException], ...] = ()  # nbformat; nothing: it is taken as it is


def _nested(content: bytes) -> bytes:
    return b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


BROKEN = [
    Broken("cut off", lambda content: content[: len(content) // 2], (NotJSONError,)),
    Broken("empty", lambda content: b"", (NotJSONError,)),
    Broken("only null bytes", lambda content: bytes(1000), (NotJSONError,)),
    Broken("a list", lambda content: b"[" + content + b"]", (AttributeError, TypeError)),
    Broken("no cells", lambda content: b'{"nbformat": 4, "nbformat_minor": 5}', (Exception,)),
    Broken("cells that are a number", lambda content: b'{"nbformat": 4, "cells": 7}', (Exception,)),
    Broken("nested without end", _nested, (RecursionError,)),
    Broken(
        "of a format to come",
        lambda content: content.replace(b'"nbformat": 4', b'"nbformat": 9'),
        (Exception,),
    ),
    Broken("another notebook", lambda content: writes(new_notebook()).encode()),
    Broken(
        "thousands of cells",
        lambda content: writes(
            new_notebook(cells=[new_code_cell("1", id=f"c{i}") for i in range(3000)])
        ).encode(),
    ),
    Broken("too large", lambda content: b" " * (21 * 2**20) + content),
]
# Such files can be graded all the same, for all points.
ODD = [
    Broken(
        "bytes that are no UTF-8",
        lambda content: content.replace(b"# Ex", b"\xff\xfe Ex"),
        (UnicodeDecodeError,),
    ),
    Broken("null characters", lambda content: content.replace(b"# Ex", b"\\u0000 Ex")),
    Broken("a byte order mark", lambda content: b"\xef\xbb\xbf" + content, (NotJSONError,)),
]
