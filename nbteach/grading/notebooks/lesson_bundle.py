"""What a lesson is graded with: its cells as they were released, with the hidden tests in place."""

from __future__ import annotations

import copy
import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

__all__ = ["Bundle", "BundleError", "is_students", "load_bundle", "make_bundle"]

_REMEDY = "run `nblib build`"


class BundleError(RuntimeError):
    """The lesson is not built, or its source and its release do not fit together."""


@dataclass(frozen=True)
class Bundle:
    """A lesson to grade with. Nobody changes the notebook."""

    lesson: str
    notebook: NotebookNode  # tests whole, answers replaced by the stub
    released: Mapping[str, str]  # what students got, by cell id
    digest: str  # of all that


def load_bundle(root: Path, lesson: str) -> Bundle:
    """Read a lesson from `build/source` and `notebooks/` of the course at `root`.

    Raises BundleError where one of them is missing or older than the other.
    """
    source = _read(root / "build/source" / lesson / f"{lesson}.ipynb")
    release = _read(root / "notebooks" / lesson / f"{lesson}.ipynb")
    return _made(lesson, source, release)


@functools.lru_cache(maxsize=4)  # each submission asks for it twice
def _made(lesson: str, *files: bytes) -> Bundle:
    source, release = (nbformat.reads(file.decode(), as_version=4) for file in files)
    return make_bundle(lesson, source, release)


def make_bundle(lesson: str, source: NotebookNode, release: NotebookNode) -> Bundle:
    """Unite a lesson with its answers and the release that nbgrader made of it."""
    if [cell.get("id") for cell in source.cells] != [cell.get("id") for cell in release.cells]:
        raise BundleError(f"the release of {lesson} has other cells than its source; {_REMEDY}")
    notebook = copy.deepcopy(release)
    for cell, written in zip(notebook.cells, source.cells, strict=True):
        if not is_students(cell):
            cell.source = written.source
        if "nbgrader" in cell.metadata:
            # As in nbgrader's gradebook, where the tests are whole.
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    released = {cell.id: cell.source for cell in release.cells}
    everything = json.dumps([lesson, notebook, released], sort_keys=True)
    return Bundle(lesson, notebook, released, hashlib.sha256(everything.encode()).hexdigest())


def is_students(cell: NotebookNode) -> bool:
    """Whether the text of this cell of a lesson is the student's: an answer or a prediction."""
    words = cell.metadata.get("nbgrader", {})
    return bool(words.get("solution")) or "prediction" in cell.metadata.get("tags", [])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BundleError(f"there is no {path}; {_REMEDY}") from error
