"""Results on disk: each found by the hash of all that it depends on, and never changed."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import secrets
import time
from contextlib import suppress
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from nbteach.grading.execution import Execution
from nbteach.grading.limits import Limits
from nbteach.grading.sandbox.environment import PACKAGES

__all__ = ["Store", "key", "key_of"]

_LIBRARIES = ("matplotlib", "numpy", "scikit-learn", "torch")
_HOUR = 3600


def key(notebook: NotebookNode, bundle: str, limits: Limits) -> str:
    """Return the name of the result that running this rebuilt notebook gives.

    Two notebooks have the same one if their cells, the lesson (`bundle` is its digest), the limits
    and this environment are the same. Outputs and the notebook's own metadata do not count.
    """
    cells = [
        [cell.cell_type, cell.id, cell.source, cell.metadata.get("nbgrader"), _tags(cell)]
        for cell in notebook.cells
    ]
    return _digest([cells, bundle, asdict(limits), _environment()])


def key_of(notebook: dict[str, Any]) -> str | None:
    """Return the key of the result that was written into an autograded notebook, if any was."""
    return notebook.get("metadata", {}).get("nblib", {}).get("key")


@functools.cache
def _environment() -> str:
    """Return a digest of this Python, of the libraries that lessons use, and of our own sources."""
    sources = {
        path.relative_to(package.parent).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for package in PACKAGES
        for path in sorted(package.rglob("*.py"))
    }
    versions = {name: metadata.version(name) for name in _LIBRARIES}
    return _digest([platform.python_version(), versions, sources])


class Store:
    """A folder of results.

    A result is written beside its goal, brought to the disk and then renamed: so there is never
    half of one, whatever happens.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(".*.part"):  # by a run that was killed
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _HOUR:
                    left.unlink()

    def get(self, key: str) -> Execution | None:
        """Return a result, or None if there is none.

        One that cannot be read, which only a failing disk or somebody's hand brings about, is put
        aside.
        """
        path = self._path(key)
        try:
            return Execution.from_json(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (ValueError, IsADirectoryError, PermissionError):
            path.replace(path.with_suffix(f".{secrets.token_hex(4)}.damaged"))
            return None

    def put(self, key: str, execution: Execution) -> Execution:
        """Keep a result; return the one that is kept, for the first one stays for ever."""
        if kept := self.get(key):
            return kept
        path = self._path(key)
        path.parent.mkdir(exist_ok=True)
        part = self._folder / f".{key}-{os.getpid()}.part"
        try:
            with part.open("w", encoding="utf-8") as file:
                file.write(execution.to_json())
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        _sync(path.parent)
        return execution

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


def _sync(folder: Path) -> None:
    """Bring a rename in this folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _digest(what: object) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
