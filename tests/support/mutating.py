"""Make mutants of an answer: copies that each differ from it in one place, as a mistake would."""

from __future__ import annotations

import ast
import difflib
import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mutations import OPERATORS, literal, mark_own

from nbteach.authoring import lesson

Place = tuple[ast.AST, str, int | None, ast.AST, int]  # parent, its field, index, node, line


@dataclass(frozen=True)
class Mutant:
    """An answer with one change. Its name is a hash, the same for the same program."""

    source: str
    description: str
    diff: tuple[str, ...]

    @property
    def name(self) -> str:
        """The start of the hash of the source, which comments and layout do not change."""
        return short_hash(self.source)


@cache
def mutants_of(answer: str) -> tuple[Mutant, ...]:
    """Return all mutants of an answer, in the order of their names.

    The first of them are as good as drawn at random, and mostly stay the same when the answer or an
    operator changes. Where the answer has marked solutions, only these are changed.
    """
    tree = _without_docstrings(ast.parse(answer))
    mark_own(tree)
    original = _normal(tree)
    found: dict[str, Mutant] = {}
    for parent, field, index, node, line in list(_places(tree, _solution_lines(answer))):
        old = getattr(parent, field)
        for operator in OPERATORS:
            for new in operator(node):
                if index is not None:
                    put = new if isinstance(new, list) else [new]
                    new = [*old[:index], *put, *old[index + 1 :]]
                setattr(parent, field, new or ([ast.Pass()] if field == "body" else []))
                source = _normal(tree)
                if source and source != original:
                    what = f"line {line}: {operator.__name__.replace('_', ' ')}"
                    found.setdefault(source, Mutant(source, what, _diff(original, source)))
        setattr(parent, field, old)
    return tuple(sorted(found.values(), key=lambda mutant: mutant.name))


def _places(node: ast.AST, lines: set[int], line: int = 0) -> Iterator[Place]:
    """Yield (parent, field, index in the field, node, line) for all that may be changed."""
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "ctx"}:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST):
                continue
            here = getattr(child, "lineno", line)
            if lines.isdisjoint(range(here, (getattr(child, "end_lineno", None) or here) + 1)):
                continue
            yield node, field, index, child, here
            is_kept = isinstance(child, ast.JoinedStr) or getattr(child, "arg", "") == "strict"
            if literal(child) is None and not is_kept:
                yield from _places(child, lines, here)


def _solution_lines(answer: str) -> set[int]:
    lines, inside = set(), False
    for number, text in enumerate(answer.splitlines(), start=1):
        word, name = lesson.marker(text)
        inside = word == "BEGIN" if name == "SOLUTION" else inside
        lines |= {number} if inside else set()
    return lines or set(range(1, len(answer.splitlines()) + 1))


def _without_docstrings(tree: ast.Module) -> ast.Module:
    """A new word in a docstring must not give all mutants new names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _normal(tree: ast.AST) -> str:
    """Return the source of a program in one form, or "" if there is none."""
    source = ast.unparse(tree)
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(source, "<mutant>", "exec")
    except SyntaxError:
        return ""
    return ast.unparse(ast.parse(source))


def short_hash(*texts: str) -> str:
    """Return 12 hexadecimal digits that stand for these texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def _diff(old: str, new: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return tuple(f"{line[0]} {line[1:].strip()}" for line in list(lines)[2:] if line[0] != "@")
