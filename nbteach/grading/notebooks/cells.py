"""What is done with each cell of a notebook that was rebuilt for grading."""

from __future__ import annotations

import ast

from nbformat import NotebookNode

__all__ = ["imports_of", "is_run", "is_test"]


def is_test(cell: NotebookNode) -> bool:
    """Whether the examiner runs this cell."""
    words = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "code" and words.get("grade") and not words.get("solution"))


def is_run(cell: NotebookNode) -> bool:
    """Whether the student's process runs this cell; those that are only for show are left out."""
    is_demo = "demo" in cell.metadata.get("tags", [])
    return cell.cell_type == "code" and not is_test(cell) and not is_demo


def imports_of(notebook: NotebookNode) -> str:
    """Return the import statements of the instructor's locked cells, a line each.

    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> locked = {"nbgrader": {"locked": True}}
    >>> imports_of(new_notebook(cells=[new_code_cell("import math; print(1)", metadata=locked)]))
    'import math'
    """
    locked = (
        cell
        for cell in notebook.cells
        if is_run(cell) and cell.metadata.get("nbgrader", {}).get("locked")
    )
    statements = (statement for cell in locked for statement in ast.parse(cell.source).body)
    return "\n".join(
        ast.unparse(statement)
        for statement in statements
        if isinstance(statement, ast.Import | ast.ImportFrom)
    )
