"""What a lesson's predictions may be: the options that `predict.note` is called with."""

from __future__ import annotations

import ast
from collections.abc import Iterable

__all__ = ["options"]


def options(cells: Iterable[ast.Module]) -> dict[str, tuple[str, ...]]:
    """Return the options by the name of the variable that holds the prediction."""
    nodes = [node for cell in cells for node in ast.walk(cell)]
    literals = {
        ast.unparse(node.targets[0]): node.value for node in nodes if isinstance(node, ast.Assign)
    }
    found: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "predict.note":
            variable, listed = node.args
            literal = literals.get(ast.unparse(listed), listed)  # some lessons give it a name
            found[ast.unparse(variable)] = tuple(ast.literal_eval(literal))
    return found
