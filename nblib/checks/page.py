"""Is the definition that a check would judge the one on the page? A notebook may hide that."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

__all__ = ["outdated"]

_ALIKE = 0.6  # of the text: then it is the same answer, edited


def outdated(name: str, cells: Sequence[str]) -> str:
    """Say why `name` is not what the page shows, after these cells; "" if it is, or may be.

    The last attempt may have been no Python, or have given the function another name. Either way
    the definition before it is still there.

    >>> outdated("f", ["def f(x):\\n    return x", "def f(x)\\n    return 2 * x"])[:44]
    'The last version of `f` that you ran is no P'
    """
    defining = [at for at, cell in enumerate(cells) if name in _defined(cell)]
    if not defining:
        return ""
    before = cells[defining[-1]]
    for cell in cells[defining[-1] + 1 :]:
        fault = _syntax_error(cell)
        if fault and re.search(rf"(?m)^\s*(def|class)\s+{re.escape(name)}\b", cell):
            where = f"SyntaxError in line {fault.lineno}" if fault.lineno else "SyntaxError"
            return (
                f"The last version of `{name}` that you ran is no Python ({where}), so the one "
                "before it would be judged. Mend it, run its cell, then this one."
            )
        others = _defined(cell) - {name}
        body = _bodies(cell)
        if others and not fault and SequenceMatcher(None, body, _bodies(before)).ratio() > _ALIKE:
            other = sorted(others)[0]
            return (
                f"You defined `{other}`; this check asks for `{name}`, of which an older version "
                "is still there. Give the function its old name back, run its cell, then this one."
            )
    return ""


def _syntax_error(cell: str) -> SyntaxError | None:
    try:
        ast.parse(re.sub(r"(?m)^\s*[%!].*$", "pass", cell))
    except SyntaxError as error:
        return error
    return None


def _defined(cell: str) -> set[str]:
    if _syntax_error(cell):
        return set()
    body = ast.parse(re.sub(r"(?m)^\s*[%!].*$", "pass", cell)).body
    kinds = ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef
    return {node.name for node in body if isinstance(node, kinds)}


def _bodies(cell: str) -> str:
    """The cell without the names of its functions."""
    return re.sub(r"\b(def|class)\s+\w+", r"\1", cell)
