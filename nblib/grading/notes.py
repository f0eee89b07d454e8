"""What a teacher should know about a submission, in one line each."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

__all__ = ["differences", "exercise_of", "failure", "outcome", "unreadable"]


def exercise_of(test: str) -> str:
    """Return the exercise that a test cell belongs to; both are named by their grade_id.

    >>> exercise_of("momentum-test"), exercise_of("momentum-test-2")
    ('momentum', 'momentum')
    """
    return re.sub(r"-test(-\d+)?$", "", test)


def unreadable(folder: Path, lesson: str) -> str | None:
    """Return why the lesson's notebook in `folder` cannot be read, and what to do, or None."""
    if glob.escape(str(folder)) != str(folder):
        return "nbgrader cannot grade names with [, * or ?; rename the folder"
    path = folder / f"{lesson}.ipynb"
    if not path.is_file():
        others = sorted(found.name for found in folder.glob("*.ipynb"))
        if others:
            return f"the notebook is called {', '.join(others)}; rename it to {path.name}"
        return f"{path.name} is missing; ask for it"
    try:
        cells = nbformat.read(path, as_version=4).cells
        ours = any("nbgrader" in cell.metadata for cell in cells)
    except (nbformat.reader.NotJSONError, UnicodeDecodeError):
        return "could not be read: the file is not valid JSON; ask for it again"
    except Exception as error:  # whatever a strange structure leads to
        return f"could not be read: not a notebook ({type(error).__name__}); ask for it again"
    return None if ours else "none of the lesson's cells is in it; is it another notebook?"


def failure(error: Exception) -> str:
    """Return why nbgrader gave no grade, and what to do."""
    if isinstance(error, DeadKernelError):
        return "no grade: the code killed its kernel; grade it by hand, or ask for a new version"
    if isinstance(error, CellTimeoutError):
        return "no grade: a cell ran on when interrupted; grade by hand, or ask for a new version"
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    return f"no grade: nbgrader stopped ({reason[:80]}); see grading.log, or ask for a new version"


def differences(submission: NotebookNode, cells: Sequence[str]) -> Iterator[str]:
    """Say which of the lesson's `cells` are missing, and which locked ones are not as released."""
    found = {_words(cell).get("grade_id"): cell for cell in submission.cells}
    if missing := [name for name in cells if name not in found]:
        yield f"missing: {_some(missing)}"
    if changed := [name for name in cells if name in found and _is_changed(found[name])]:
        yield f"changed, restored: {_some(changed)}"


def outcome(
    autograded: NotebookNode, unsolved: Sequence[str], lost: Sequence[str]
) -> Iterator[str]:
    """Say where a graded notebook lost points.

    `unsolved` are the exercises left as they were released, `lost` those without all their points.
    """
    errors = {_name(cell): error for cell in autograded.cells if (error := _error(cell))}
    late = [name for name, error in errors.items() if error == "CellTimeoutError"]
    if late:
        yield f"ran out of time in {_some(late)}"
    broken = [name for name in lost if name in errors and name not in (*late, *unsolved)]
    for name in broken:
        yield f"{errors[name]} in {name}"
    if unsolved:
        yield f"{len(unsolved)} exercise{'s' * (len(unsolved) != 1)} unsolved"
    told = {*map(exercise_of, late), *broken, *unsolved}
    if wrong := [name for name in lost if name not in told]:
        yield f"wrong: {_some(wrong)}"


def _some(names: Sequence[str], at_most: int = 3) -> str:
    rest = [f"{len(names) - at_most} more"] if len(names) > at_most else []
    return ", ".join([*names[:at_most], *rest])


def _words(cell: NotebookNode) -> dict[str, Any]:
    """Return what nbgrader noted in a cell, unless somebody put something else there."""
    words = cell.metadata.get("nbgrader")
    return words if isinstance(words, dict) else {}


def _is_changed(cell: NotebookNode) -> bool:
    """Whether a locked cell differs from its release: nbgrader left its checksum there."""
    words = _words(cell)
    return bool(words.get("locked")) and words.get("checksum") != compute_checksum(cell)


def _name(cell: NotebookNode) -> str:
    return str(_words(cell).get("grade_id") or "a cell without a name")


def _error(cell: NotebookNode) -> str | None:
    """Return the error that a cell ended with; a timeout stands behind its interrupt."""
    errors = [out.ename for out in cell.get("outputs", []) if out.output_type == "error"]
    return errors[-1] if errors else None
