"""Python read as statements of symbols: no layout, comments, docstrings, annotations or own names.

What a writer can change without thinking is taken out. A parameter is its position, another name
of the writer's own is `v`, a text is `s`; brackets that only group, commas and colons are left out.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate
from keyword import iskeyword
from typing import NamedTuple

__all__ = ["Token", "comments", "statements"]

_LAYOUT = {"NEWLINE", "NL", "INDENT", "DEDENT", "COMMENT", "ENDMARKER"}
_LAYOUT |= {"FSTRING_MIDDLE", "FSTRING_END"}  # from Python 3.12 on, a text has parts
_TEXTS = {"STRING", "FSTRING_START"}
_PUNCTUATION = {"(", ")", ",", ";", "->"}
_MAGIC = re.compile(r"^([ \t]*)[%!](?=[a-z%!])", re.MULTILINE)
_NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


class Token(NamedTuple):
    """A symbol, and where it stands: `text[start:end]`."""

    symbol: str
    start: int
    end: int


class _Word(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def statements(text: str) -> list[list[Token]]:
    """Return the statements of a cell; the header of a loop or function is one of its own.

    A cell that is not Python is read as far as its words can be told apart; any name in it may be
    its writer's own.

    >>> ours = "def f(x: float):\\n    y = x.exp()  # grows\\n    return y"
    >>> for code in (ours, "def g(a): b = (a.exp()); return b"):
    ...     print([" ".join(token.symbol for token in each) for each in statements(code)])
    ['def v p0', 'v = p0 . exp', 'return v']
    ['def v p0', 'v = p0 . exp', 'return v']
    """
    syntax = _syntax(text)
    found: list[list[Token]] = [[]]
    inside = [""]  # brackets that are open
    before = ""
    for word in _words(text):
        if word.kind == "NEWLINE" or word.start in syntax.starts:
            found.append([])
        if word.kind in _LAYOUT or word.start in syntax.silent:
            continue
        if word.text in ("(", "[", "{"):
            inside.append(word.text)
        elif word.text in (")", "]", "}") and len(inside) > 1:
            inside.pop()
        is_header = word.text == ":" and inside[-1] not in ("[", "{")
        if word.text not in _PUNCTUATION and not is_header:
            found[-1].append(Token(_symbol(word, before, syntax), word.start, word.end))
        before = word.text
    return [statement for statement in found if statement]


def comments(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each comment."""
    return [(word.start, word.end) for word in _words(text) if word.kind == "COMMENT"]


def _words(text: str) -> Iterator[_Word]:
    """Yield the tokens of a cell, up to where Python's tokenizer gives up."""
    starts = _line_starts(text)
    reader = io.StringIO(_python(text)).readline
    with suppress(tokenize.TokenError, *_NOT_PYTHON):
        for kind, word, first, last, _ in tokenize.generate_tokens(reader):
            start, end = (starts[row - 1] + column for row, column in (first, last))
            yield _Word(tokenize.tok_name[kind], word, start, end)


def _symbol(word: _Word, before: str, syntax: _Syntax) -> str:
    if word.kind in _TEXTS:
        return "s"
    if word.kind == "NUMBER" and len(word.text) < 40:
        with suppress(*_NOT_PYTHON):
            return str(ast.literal_eval(word.text))  # 1e-8 and 1e-08 are the same
    if word.kind != "NAME":
        return word.text
    if not syntax.is_python:
        return word.text if before == "." or iskeyword(word.text) else "v"
    is_naming = before in ("def", "class", "as", "global", "nonlocal")
    known = syntax.own.get(word.text, word.text) if is_naming else word.text
    return syntax.variables.get(word.start, known)


def _python(text: str) -> str:
    """Return a cell with its magics made comments; nothing moves."""
    return _MAGIC.sub(r"\1#", text)


def _line_starts(text: str) -> list[int]:
    lengths = (len(line) + 1 for line in text.split("\n"))
    return [*accumulate(lengths, initial=0), len(text)]


@dataclass
class _Syntax:
    """What only a parser knows of a cell; places are those where something starts."""

    is_python: bool = False
    starts: set[int] = field(default_factory=set)  # of statements
    silent: set[int] = field(default_factory=set)  # all places in annotations and docstrings
    variables: dict[int, str] = field(default_factory=dict)  # symbols, by place
    own: dict[str, str] = field(default_factory=dict)  # symbols of what the cell itself names


def _syntax(text: str) -> _Syntax:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as that for "\d"
            tree = ast.parse(_python(text))
    except _NOT_PYTHON:
        return _Syntax()
    found, place = _Syntax(is_python=True), _placer(text)
    named = []
    for statement in tree.body:
        parameters: dict[str, str] = {}  # of all functions in it, the outermost first
        for node in ast.walk(statement):
            found.own.update(_bound(node))
            if isinstance(node, ast.stmt):
                found.starts.add(place(node.lineno, node.col_offset))
            if isinstance(node, ast.Name | ast.arg):
                name = node.id if isinstance(node, ast.Name) else node.arg
                named.append((place(node.lineno, node.col_offset), name, parameters))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                for at, argument in enumerate(arguments):
                    parameters.setdefault(argument.arg, f"p{at}")
            for each in _unsaid(node):
                end = place(each.end_lineno or each.lineno, each.end_col_offset or 0)
                found.silent.update(range(place(each.lineno, each.col_offset), end))
    for start, name, parameters in named:
        if text.startswith(name, start):  # before Python 3.12, places inside f-strings may be wrong
            found.variables[start] = parameters.get(name) or found.own.get(name, name)
    return found


def _placer(text: str) -> Callable[[int, int], int]:
    """Return a function from the parser's row and column, which counts bytes, to a place."""
    lines, starts = text.split("\n"), _line_starts(text)
    if text.isascii():
        return lambda row, column: starts[row - 1] + column
    return lambda row, column: starts[row - 1] + len(lines[row - 1].encode()[:column].decode())


def _unsaid(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield what does nothing: annotations, and texts that stand alone as docstrings do."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node
    for name in ("annotation", "returns"):
        if isinstance(said := getattr(node, name, None), ast.expr):
            yield said


def _bound(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield each name that this node binds, and its symbol; an import's is what was imported."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name, "v"
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, "v"
        case ast.ExceptHandler(name=str(name)):
            yield name, "v"
        case ast.alias(name=name, asname=str(shorter)):
            yield shorter, name
