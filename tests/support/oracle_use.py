"""Which modules of oracles an exercise's tests use: those by whose change its record gets old."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path

from variant_runner import ROOT


def oracles_used(tests: str, lesson: str) -> list[Path]:
    """Return the modules of oracles that tests of a lesson use, and those that these import."""
    names = {
        getattr(node, "attr", getattr(node, "id", None))
        for node in ast.walk(ast.parse(tests))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    within_reach = _closure(_named(lesson), _imported)
    used = {path for path in within_reach if names & _defined(path)}
    return sorted(_closure(used, lambda path: {p for p in _imported(path) if not _is_room(p)}))


def _closure(paths: set[Path], following: Callable[[Path], set[Path]]) -> set[Path]:
    found: set[Path] = set()
    waiting = set(paths)
    while waiting:
        path = waiting.pop()
        found.add(path)
        waiting |= following(path) - found
    return found


def _is_room(path: Path) -> bool:
    return path.name == "__init__.py"


@cache
def _defined(path: Path) -> set[str]:
    """Return the names that a module of oracles defines, constants among them."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {getattr(node, "name", "")} | {getattr(target, "id", "") for target in targets}
    return found - {"", "__all__"}


@cache
def _imported(path: Path) -> set[Path]:
    return _named(path.read_text(encoding="utf-8"))


def _named(text: str) -> set[Path]:
    """Return the modules of oracles that the imports of a text name."""
    modules = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nblib"):
            modules |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    stems = [ROOT.joinpath(*module.split(".")) for module in modules if "nblib.oracles" in module]
    paths = [path for stem in stems for path in (stem / "__init__.py", stem.with_suffix(".py"))]
    return {path for path in paths if path.exists()}
