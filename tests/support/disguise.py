"""Copies of an answer that look different: renamed, reordered, reformatted, commented.

Each step keeps what the answer computes: only names of its own are changed, and only neighbours
change places of which neither reads or writes what the other writes.
"""

import ast
import builtins
import random
from collections.abc import Iterator

__all__ = ["commented", "disguised", "reformatted", "renamed", "reordered"]


def disguised(text: str, rng: random.Random) -> str:
    """Return a copy with all of it done."""
    return commented(reformatted(reordered(renamed(text), rng)), rng)


def renamed(text: str) -> str:
    """Give new names to parameters, variables and functions, but for those at the top."""
    tree = ast.parse(text)
    own = dict.fromkeys(name for node in ast.walk(tree) for name in _bound(node))
    kept = {name for node in tree.body for name in _bound(node)} | set(dir(builtins)) | {"self"}
    new = {name: f"my_{at}" for at, name in enumerate(own) if name not in kept}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = new.get(node.arg, node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.name = new.get(node.name, node.name)
    return ast.unparse(tree)


def reordered(text: str, rng: random.Random) -> str:
    """Let neighbours change places where that makes no difference."""
    tree = ast.parse(text)
    bodies = [
        body
        for node in ast.walk(tree)
        for name in ("body", "orelse")
        if isinstance(body := getattr(node, name, None), list)
    ]
    for body in bodies:
        for _ in range(3 * len(body)):
            at = rng.randrange(len(body))
            if at + 1 < len(body) and _are_independent(*body[at : at + 2]):
                body[at : at + 2] = reversed(body[at : at + 2])
    return ast.unparse(tree)


def reformatted(text: str) -> str:
    """Break lines inside brackets and put brackets around what is returned or assigned."""
    lines = []
    for line in ast.unparse(ast.parse(text)).split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        if line.strip().startswith("return "):
            value = line.strip().removeprefix("return ")
            line = f"{indent}return (\n{indent}        {value}\n{indent})"
        lines.append(line.replace(" * ", "*").replace(" + ", "  +  "))
    return "\n\n".join(lines)


def commented(text: str, rng: random.Random) -> str:
    """Write a docstring, an annotation and comments into it."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body.insert(0, ast.Expr(ast.Constant("What I thought of, all by myself.")))
            node.returns = ast.Constant("what is asked for")
    remarks = ("# now this", "# as in the book", "# needed below", "")
    return "\n".join(f"{line}  {rng.choice(remarks)}" for line in _lines(ast.unparse(tree)))


def _lines(text: str) -> Iterator[str]:
    """Yield lines; one that is inside a text of several lines stays with the one before."""
    whole = ""
    for line in text.split("\n"):
        whole = f"{whole}\n{line}" if whole else line
        if whole.count('"""') % 2 == 0:
            yield whole
            whole = ""


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _are_independent(one: ast.stmt, other: ast.stmt) -> bool:
    if not (isinstance(one, ast.Assign) and isinstance(other, ast.Assign)):
        return False
    return not (_stored(one) & _names(other) or _stored(other) & _names(one))


def _stored(node: ast.Assign) -> set[str]:
    """The names that an assignment may change: what stands on its left, and what it calls."""
    found = {name for target in node.targets for name in _names(target)}
    calls = (each.func for each in ast.walk(node.value) if isinstance(each, ast.Call))
    methods = (call.value for call in calls if isinstance(call, ast.Attribute))
    return found | {each.id for each in methods if isinstance(each, ast.Name)} - {"torch", "np"}


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
