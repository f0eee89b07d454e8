"""How two folders of notebooks differ, told so that a person can act on it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from textwrap import indent
from typing import Any

__all__ = ["differences"]

_MOST_LINES = 20  # of a cell's diff


def differences(built: Path, committed: Path) -> list[str]:
    """Compare two folders byte by byte; return an account of each file that differs."""
    new, old = _files(built), _files(committed)
    accounts = []
    for name in sorted(new.keys() | old.keys()):
        if name not in old:
            accounts.append(f"{committed.name}/{name}: missing")
        elif name not in new:
            accounts.append(f"{committed.name}/{name}: no lesson gives this file")
        elif old[name] != new[name]:
            reasons = "\n".join(_cell_by_cell(old[name], new[name]))
            accounts.append(f"{committed.name}/{name}: stale\n{indent(reasons, '  ')}")
    return accounts


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


def _cell_by_cell(old_file: bytes, new_file: bytes) -> Iterator[str]:
    try:
        old, new = _cells(old_file), _cells(new_file)
    except (ValueError, LookupError, TypeError):
        yield "it is not a notebook with cell ids"
        return
    if [*old] == [*new] and [*old.values()] == [*new.values()]:
        yield "the cells agree; the rest of the file does not"
    elif old.keys() == new.keys() and [*old] != [*new]:
        yield "the cells stand in another order"
    yield from (f'cell "{name}" is missing' for name in new if name not in old)
    yield from (f'cell "{name}" is in no lesson' for name in old if name not in new)
    for name in (name for name in new if name in old and old[name] != new[name]):
        before, after = old[name], new[name]
        parts = sorted(key for key in before | after if before.get(key) != after.get(key))
        yield f'cell "{name}": {", ".join(parts)}'
        yield from islice(_diff(before, after), _MOST_LINES)


def _diff(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    before, after = ("".join(cell["source"]).splitlines() for cell in (old, new))
    return difflib.unified_diff(before, after, "notebooks/", "solutions/", lineterm="", n=1)


def _cells(file: bytes) -> dict[str, dict[str, Any]]:
    return {cell["id"]: cell for cell in json.loads(file)["cells"]}
