"""A course with one small lesson of three exercises, and what students may do to it."""

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path

import nbformat
import tiny_course
from nbformat import NotebookNode

from nbteach.authoring.build import build

NAME = "01_tiny"
EXERCISES = ("one", "two", "three")
LESSON = """\
# %% [markdown]
# # Three exercises

# %% nbgrader={"grade_id": "setup", "locked": true}
import os
"""
for number, name in enumerate(EXERCISES, 1):
    LESSON += f'''
# %% nbgrader={{"grade_id": "{name}", "solution": true}}
def {name}(x: int) -> int:
    """Return x + {number}."""
    ### BEGIN SOLUTION
    return x + {number}
    ### END SOLUTION

# %% nbgrader={{"grade_id": "{name}-test", "grade": true, "points": {number}}}
assert {name}(1) == {number + 1}
### BEGIN HIDDEN TESTS
assert {name}(5) == {number + 5}
### END HIDDEN TESTS
'''

Edit = Callable[[NotebookNode], None]


def make(root: Path, lesson: str = LESSON) -> Path:
    """Make and build the course at `root`; return `root`."""
    tiny_course.make(root, lesson)
    build(root)
    return root


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    """Return one cell."""
    return next(cell for cell in notebook.cells if cell.id == name)


def replace(name: str, source: str) -> Edit:
    """Give a cell another text."""

    def edit(notebook: NotebookNode) -> None:
        cell(notebook, name).source = source

    return edit


def answer(name: str, body: str) -> Edit:
    """Answer an exercise."""
    return replace(name, f"def {name}(x):\n    {body}")


def delete(*names: str) -> Edit:
    """Delete cells."""

    def edit(notebook: NotebookNode) -> None:
        notebook.cells = [cell for cell in notebook.cells if cell.id not in names]

    return edit


def perfect(root: Path) -> NotebookNode:
    """Return the lesson solved."""
    notebook = nbformat.read(root / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)
    for number, name in enumerate(EXERCISES, 1):
        answer(name, f"return x + {number}")(notebook)
    return notebook


def classroom(root: Path) -> Path:
    """Return the folder of the class."""
    return root / "classroom" / "default"


def hand_in(root: Path, student: str, work: str | Edit, file: str = f"{NAME}.ipynb") -> Path:
    """Hand in a text, or the perfect notebook with an edit; return its path."""
    if not isinstance(work, str):
        work(notebook := perfect(root))
        work = nbformat.writes(notebook)
    path = classroom(root) / "submitted" / student / NAME / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(work, encoding="utf-8")
    return path


def hashes(folder: Path) -> dict[Path, str]:
    """Return a digest of each file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def exported(root: Path) -> dict[str, str]:
    """Return the scores in `grades.csv`, by student."""
    with (classroom(root) / "grades.csv").open() as file:
        return {row["student_id"]: row["score"] for row in csv.DictReader(file)}
