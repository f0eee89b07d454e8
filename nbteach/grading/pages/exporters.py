"""nbconvert's exporters, where nbgrader's converters need them a little different."""

from __future__ import annotations

import copy
import re
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from nbteach.authoring.lesson import marker
from nbteach.grading.notebooks.cells import is_test

__all__ = ["PageExporter", "SubmissionExporter", "without_hidden_tests"]

_NO_ALT = re.compile(r"<img (?![^>]*\balt=)")


class SubmissionExporter(NotebookExporter):
    """Lets `Rebuild`, which reads more, have its say where nbformat can read nothing."""

    def from_file(
        self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert an open file."""
        try:
            notebook = nbformat.read(file_stream, as_version=4)
        except Exception:  # whatever a student's file leads to
            notebook = new_notebook()
        return self.from_notebook_node(notebook, resources=resources, **kw)


def without_hidden_tests(notebook: NotebookNode) -> NotebookNode:
    """Return a graded notebook as its author may see it: what each test said, but not all it is."""
    shown = copy.copy(notebook)
    shown.cells = [_cut(cell) if is_test(cell) else cell for cell in notebook.cells]
    return shown


def _cut(cell: NotebookNode) -> NotebookNode:
    kept: list[str] = []
    is_hidden = False
    for line in cell.source.splitlines():
        match marker(line):
            case ("BEGIN", "HIDDEN TESTS"):
                is_hidden = True
            case ("END", "HIDDEN TESTS"):
                is_hidden = False
                kept.append("# (hidden tests)")
            case _ if not is_hidden:
                kept.append(line)
    return NotebookNode(cell | {"source": "\n".join(kept)})


class PageExporter(HTMLExporter):
    """Makes the page that a student gets, without hidden tests, in a third of the time.

    nbconvert parses each page that it has made once more, to give pictures an alternative text and
    to mark parts that nbgrader's pages have not. The first is done here, and the second left out.
    """

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert a notebook."""
        resources = self._init_resources(resources)
        nb = without_hidden_tests(nb)
        html, resources = super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)
        return _NO_ALT.sub('<img alt="A picture that this cell made" ', html), resources
