"""What is done with each cell of a notebook that was rebuilt for grading."""

from __future__ import annotations

import ast

from nbformat import NotebookNode

__all__ = ["additions", "imports_of", "is_run", "is_test"]

_LASTING = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


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


def additions(text: str, *known: str) -> str:
    """Return the imports, definitions and assignments of a cell that stand in none of the others.

    The bodies of tests, which are decorated functions, are left out.

    >>> additions("import math; import numpy as np; print(1)", "import math")
    'import numpy as np'
    """
    there = {ast.unparse(statement) for each in known for statement in ast.parse(each).body}
    try:
        lasting = [
            ast.unparse(statement)
            for statement in ast.parse(text).body
            if isinstance(statement, _LASTING) and not getattr(statement, "decorator_list", [])
        ]
    except (SyntaxError, RecursionError, MemoryError):  # the last two for what is nested too deeply
        return ""
    return "\n".join(line for line in lasting if line not in there)
