"""Two answers side by side: where the student's own is, and what can be counted of both."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence

__all__ = ["code_lines", "differences", "last_defined"]

_DEFINITIONS = ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef
_LOOPS = ast.For | ast.AsyncFor | ast.While | ast.comprehension
_EMPTY = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


def last_defined(worked: str, cells: Sequence[str]) -> tuple[str, int]:
    """Return the cells that last defined what a worked solution defines, and where the last stands.

    `cells` are those that were executed, in order. Returns "" and -1 if any name is missing.
    """
    at = []
    for name in _defined(worked):
        defining = [number for number, cell in enumerate(cells) if name in _defined(cell)]
        if not defining:
            return "", -1
        at.append(defining[-1])
    return "\n\n\n".join(cells[number].strip() for number in sorted({*at})), max(at)


def _defined(cell: str) -> list[str]:
    try:
        body = ast.parse(cell).body
    except SyntaxError:
        return []
    return [node.name for node in body if isinstance(node, _DEFINITIONS)]


def differences(yours: str, lessons: str) -> list[str]:
    """Return, in sentences, what two answers to one exercise have alike, and what not.

    >>> differences("def f(x):\\n    return sum(x)", "def f(x):\\n    return x.sum()")[1:]
    ['Only yours calls `sum`.', "Only the lesson's calls `.sum`."]
    """
    one, other = (_without_docstrings(ast.parse(code)) for code in (yours, lessons))
    if ast.dump(one) == ast.dump(other):
        return ["But for comments and layout, both are the same."]
    said = [_counted("line of code", _lines(yours), _lines(lessons))]
    loops = [sum(isinstance(node, _LOOPS) for node in ast.walk(tree)) for tree in (one, other)]
    if any(loops):
        said.append(_counted("loop", *loops))
    called = [{*_calls(one)}, {*_calls(other)}]
    for whose, names in (("yours", called[0] - called[1]), ("the lesson's", called[1] - called[0])):
        if names:
            said.append(f"Only {whose} calls {', '.join(f'`{name}`' for name in sorted(names))}.")
    if called[0] == called[1] != set():
        said.append("Both call the same functions.")
    return said


def _counted(what: str, yours: int, lessons: int) -> str:
    def count(number: int) -> str:
        first, space, rest = what.partition(" ")
        return f"{number or 'no'} {first}{'' if number == 1 else 's'}{space}{rest}"

    if yours == lessons:
        return f"Both have {count(yours)}."
    return f"Yours has {count(yours)}, the lesson's {lessons or 'none'}."


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, _DEFINITIONS) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return tree


def code_lines(code: str) -> set[int]:
    """Return the lines, from 1, that are neither empty nor a comment nor part of a docstring."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    full = [token for token in tokens if token.type not in _EMPTY and token.string]
    lines = {at for token in full for at in range(token.start[0], token.end[0] + 1)}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, _DEFINITIONS) and ast.get_docstring(node) is not None:
            lines -= {*range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)}
    return lines


def _lines(code: str) -> int:
    """Count the lines of code below the signatures, which the exercise gives."""
    heads = (node for node in ast.walk(ast.parse(code)) if isinstance(node, _DEFINITIONS))
    given = {at for node in heads for at in range(node.lineno, node.body[0].lineno)}
    return len(code_lines(code) - given)


def _calls(tree: ast.Module) -> Iterator[str]:
    """Yield what is called, but for what the answer itself defines or is given.

    A function of a module by its whole name, such as `torch.zeros`; a method with a dot in front.
    """
    nodes = [*ast.walk(tree)]
    own = {node.id for node in nodes if isinstance(node, ast.Name) and _is_set(node)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.name for node in nodes if isinstance(node, _DEFINITIONS)}
    kept = {node.attr for node in nodes if isinstance(node, ast.Attribute) and _is_set(node)}
    for call in nodes:
        if not isinstance(call, ast.Call):
            continue
        root = called = call.func
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and root.id not in own:
            yield ast.unparse(called)
        elif isinstance(called, ast.Attribute) and called.attr not in kept:
            yield f".{called.attr}"


def _is_set(node: ast.Name | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)
