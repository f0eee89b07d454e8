"""Read what was handed in. Anything may lie there; only cells of text come out.

Of a student's file, nothing is used but the type, the text and the name of each cell: neither
metadata nor outputs, attachments or notebook settings can then mean anything to whoever reads on.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbteach.grading.notebooks.text import clean

__all__ = ["StudentCell", "Unreadable", "parse", "read"]

_MOST_BYTES = 20 * 2**20  # an honest notebook with many pictures has a few
_MOST_CONTAINERS = 10**6  # lists and dictionaries: each takes 30 times its text in memory
_MOST_CELLS = 2000
_MOST_TEXT = 2 * 10**6  # characters, all cells together; a lesson has a tenth of a million
_KINDS = {"code", "markdown", "raw"}
_SAVE = "open it in JupyterLab, save it and hand it in again"


class Unreadable(ValueError):
    """Nothing can be graded here. The message is one sentence for the teacher."""


@dataclass(frozen=True)
class StudentCell:
    """One cell. Its names are what the student's file says, whatever that may be worth."""

    kind: str  # "code", "markdown" or "raw"
    text: str
    grade_id: str = ""
    id: str = ""
    for_show: bool = False  # tagged "demo", as the lesson's own cells for show are


def read(path: Path) -> bytes:
    """Return the content of a notebook; raises Unreadable for all but a plain file of usual size.

    A symbolic link could lead to what is not the student's, and a pipe would never end.
    """
    if path.parent.is_symlink():
        raise Unreadable(f"the folder {path.parent.name} is a symbolic link; ask for the files")
    try:
        with open(path, "rb", opener=_careful) as file:
            is_plain = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            content = file.read(_MOST_BYTES + 1) if is_plain else b""
    except FileNotFoundError as error:
        raise Unreadable(_missing(path)) from error
    except OSError as error:
        if path.is_symlink():
            raise Unreadable(f"{path.name} is a symbolic link; ask for the file itself") from error
        reason = error.strerror or type(error).__name__
        raise Unreadable(f"{path.name} cannot be opened ({reason}); ask for it again") from error
    if not is_plain:
        raise Unreadable(f"{path.name} is no plain file; ask for the notebook itself")
    if len(content) > _MOST_BYTES:
        size = f"{_MOST_BYTES // 2**20} MB"
        raise Unreadable(f"{path.name} has more than {size}; ask for it with its outputs cleared")
    return content


def _careful(path: str, flags: int) -> int:
    """Open without waiting at a pipe, and without following even a link put there just now."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def parse(content: bytes) -> list[StudentCell]:
    """Return the cells of a notebook; raises Unreadable where there are none to be found."""
    if not content.strip(b"\0\t\n\r "):
        raise Unreadable("the file is empty; ask for it again")
    text = content.decode(json.detect_encoding(content), "replace")
    if text.count("[") + text.count("{") > _MOST_CONTAINERS:
        raise Unreadable("the file has far too many parts; ask for it again")
    try:
        notebook = json.loads(text)
    except RecursionError as error:
        raise Unreadable("the file is nested far too deeply; ask for it again") from error
    except ValueError as error:
        raise Unreadable("could not be read: not valid JSON; ask for it again") from error
    return _cells(notebook)


def _cells(notebook: Any) -> list[StudentCell]:
    if not isinstance(notebook, dict):
        raise Unreadable("could not be read: valid JSON, but not a notebook; ask for it again")
    if "worksheets" in notebook or notebook.get("nbformat", 4) != 4:
        version = notebook.get("nbformat")
        named = f" {version}" if type(version) is int and 0 < version < 99 else ""
        raise Unreadable(f"saved in notebook format{named}, and not in format 4; {_SAVE}")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("could not be read: the notebook has no list of cells; ask for it again")
    found = [cell for cell in map(_cell, cells) if cell]
    if len(found) > _MOST_CELLS:
        raise Unreadable(f"has {len(found)} cells, which is too many to grade; ask for it again")
    if sum(len(cell.text) for cell in found) > _MOST_TEXT:
        raise Unreadable("holds too much text to grade; ask for it without what was pasted in")
    return found


def _cell(cell: Any) -> StudentCell | None:
    """Return the cell, or None for what holds nothing and stands for nothing."""
    if not isinstance(cell, dict):
        return None
    text = clean("".join(_strings(cell.get("source"))))
    metadata = _dict(cell.get("metadata"))
    kind, name = _name(cell.get("cell_type")), _name(cell.get("id"))
    grade_id = _name(_dict(metadata.get("nbgrader")).get("grade_id"))
    if not (text.strip() or grade_id or name):
        return None
    tags = metadata.get("tags")
    for_show = isinstance(tags, list) and "demo" in tags
    # Text of unknown kind is shown, never run.
    return StudentCell(kind if kind in _KINDS else "raw", text, grade_id, name, for_show)


def _strings(source: Any) -> Iterator[str]:
    parts = source if isinstance(source, list) else [source]
    return (part for part in parts if isinstance(part, str))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _name(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _missing(path: Path) -> str:
    others = sorted(found.name for found in path.parent.glob("*.ipynb*"))[:3]
    if others:
        names = ", ".join(name if name.isprintable() else ascii(name) for name in others)
        return f"the notebook is called {names}; rename it to {path.name}"
    return f"{path.name} is missing; ask for it"
