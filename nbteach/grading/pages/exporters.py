"""nbconvert's exporters, where nbgrader's converters need them a little different."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Any, cast

import nbformat
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.converters import Autograde
from traitlets.config import Config

from nbteach.authoring.lesson import marker
from nbteach.grading.notebooks.cells import is_test
from nbteach.grading.pages.contents import contents, title
from nbteach.grading.pages.formulas import math_style
from nbteach.grading.pages.remarks import exercise_of
from nbteach.grading.pages.sanitize import clean_html, highlight_code, markdown2html

__all__ = ["LessonExporter", "PageExporter", "SubmissionExporter", "as_returned"]

_NO_ALT = re.compile(r"<img (?![^>]*\balt=)")
_TO_COME = re.compile(  # what a check says to somebody who still works on it
    r"(Worth \S+ points?)(, decided with \d+ more hidden parts? when your work is graded|"
    r"; nothing hidden)\.( Stuck\? The hints above unfold one by one\.)?"
)
_BUT_FOR = re.compile(r"solved, but for \d+ hidden parts?")


class SubmissionExporter(NotebookExporter):
    """Leaves a student's file to `Rebuild`: over its outputs nbformat could take minutes."""

    def from_file(
        self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert an open file."""
        is_theirs = cast(Autograde, self.parent)._sanitizing
        notebook = new_notebook() if is_theirs else nbformat.read(file_stream, as_version=4)
        return self.from_notebook_node(notebook, resources=resources, **kw)


class LessonExporter(HTMLExporter):
    """Makes one file that runs nothing, loads nothing and fits a telephone, in a third of the time.

    nbconvert parses each page that it has made once more, to give pictures an alternative text and
    to mark parts that these pages have not. The first is done here, and the second left out.
    """

    answer = "The answer"  # what stands above one

    @property
    def default_config(self) -> Config:
        """The template; said of this very class, so that nbgrader's choice does not hold here."""
        own = Config()
        own[type(self).__name__].template_name = "page"
        own[type(self).__name__].extra_template_basedirs = [str(files(__package__) / "templates")]
        return Config(super().default_config, **own)

    def default_filters(self) -> Iterable[tuple[str, Any]]:
        """Yield the filters of the template, ours in place of nbconvert's."""
        yield from super().default_filters()
        yield from {
            "clean_html": clean_html,
            "highlight_code": highlight_code,
            "markdown2html": markdown2html,
            "math_style": math_style,
        }.items()

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert a notebook."""
        resources = self._init_resources(resources)
        html, resources = super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)
        return _NO_ALT.sub('<img alt="A picture that this cell made" ', html), resources

    def _preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Look at the notebook when nbgrader has put in the grades, which is a step of this."""
        nb, resources = super()._preprocess(nb, resources)
        name, entries = resources["metadata"]["name"], contents(nb)
        resources["page"] = {
            "name": name,
            "title": title(nb) or name,
            "entries": entries,
            "lost": [each for each in entries.values() if each.is_lost],
            "exercise_of": exercise_of,
            "answer": self.answer,
            "css": (files(__package__) / "templates/page/page.css").read_text(encoding="utf-8"),
        }
        return nb, resources


class PageExporter(LessonExporter):
    """Makes the page that a student gets back, without hidden tests."""

    answer = "Your answer"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert a graded notebook."""
        return super().from_notebook_node(as_returned(nb), resources, **kw)


def as_returned(notebook: NotebookNode) -> NotebookNode:
    """Return a graded notebook as its author may see it.

    It has what each test said, but not all it is, and no advice for work that is still to be done.
    """
    shown = copy.copy(notebook)
    shown.cells = [_returned(cell) if is_test(cell) else cell for cell in notebook.cells]
    return shown


def _returned(test: NotebookNode) -> NotebookNode:
    outputs = copy.deepcopy(test.outputs)
    for output in outputs:
        for kind, text in output.get("data", {}).items():
            if isinstance(text, str) and kind.startswith("text/"):
                text = _BUT_FOR.sub("right on the visible part", text)
                output.data[kind] = _TO_COME.sub(r"\1.", text)
    return NotebookNode(test | {"source": _without_hidden(test.source), "outputs": outputs})


def _without_hidden(source: str) -> str:
    kept: list[str] = []
    is_hidden = False
    for line in source.splitlines():
        match marker(line):
            case ("BEGIN", "HIDDEN TESTS"):
                is_hidden = True
            case ("END", "HIDDEN TESTS"):
                is_hidden = False
                kept.append("# (hidden tests)")
            case _ if not is_hidden:
                kept.append(line)
    return "\n".join(kept)
