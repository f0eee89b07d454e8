"""The page of all figures that lessons quote: read from the tests that measure them anew.

A row is a function of `tests/lessons/claims/`. Its name or its docstring says the claim, asserts
have its figures, and `lesson["..."]` in it leads to the section where the lesson measures them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbteach.authoring.index import card
from nbteach.authoring.lesson import Lesson

__all__ = ["Claim", "claims", "page"]

FOLDER = Path("tests/lessons/claims")
_HEADING = re.compile(r"^#{1,3} (.+)$", re.MULTILINE)
_PAGE = """# Every figure and the test that measures it

Made from `tests/lessons/claims/` when this site was built; never edited. A lesson measures what it
quotes; these tests run each lesson at full size and compare its figures with the measured ones, so
that no sentence outlives its truth. There are {count} of them, with {asserts} assertions. The last
column is what to type in the course's folder; the tests of one lesson share one run of it.
"""


@dataclass(frozen=True)
class Claim:
    """One test: what it claims, the names it measures, what it asserts, and how it is called."""

    text: str
    names: tuple[str, ...]
    asserts: tuple[str, ...]
    test: str  # as pytest calls it


def claims(path: Path) -> Iterator[Claim]:
    """Yield the claims of one file of tests; its name stands in them below `FOLDER`."""
    for test in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(test, ast.FunctionDef) or not test.name.startswith("test_"):
            continue
        said = ast.get_docstring(test) or test.name.removeprefix("test_").replace("_", " ")
        nodes = [*ast.walk(test)]
        names = [
            str(node.slice.value)
            for node in nodes
            if isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id == "lesson"
            and isinstance(node.slice, ast.Constant)
        ]
        asserts = [ast.unparse(node.test) for node in nodes if isinstance(node, ast.Assert)]
        contexts = [ast.unparse(it.context_expr) for it in nodes if isinstance(it, ast.withitem)]
        asserts += [one for one in contexts if one.startswith("pytest.")]  # raises, warns
        name = f"{(FOLDER / path.name).as_posix()}::{test.name}"
        yield Claim(said.partition("\n\n")[0], tuple(dict.fromkeys(names)), tuple(asserts), name)


def page(root: Path, lessons: list[Lesson]) -> str:
    """Return the page of all claims of the course at `root`, in MyST's Markdown."""
    parts, count, asserts = [], 0, 0
    for lesson in lessons:
        path = root / FOLDER / f"test_{lesson.name.partition('_')[2]}.py"
        if not path.is_file():
            continue
        sections = _sections(lesson)
        parts.append(
            f"## {card(lesson).title}\n\n| claim | what is asserted | command |\n|---|---|---|"
        )
        for claim in claims(path):
            count, asserts = count + 1, asserts + len(claim.asserts)
            where = dict.fromkeys(sections[name] for name in claim.names if name in sections)
            link = "[{}](../notebooks/" + f"{lesson.name}/{lesson.name}.md)"
            measured = ", ".join(link.format(_cell(title)) for title in where)
            said = _cell(claim.text[:1].upper() + claim.text[1:].rstrip(".")) + "."
            parts.append(
                f"| {said} {measured and f'*Measured in* {measured}'} | "
                f"{'<br>'.join(map(_code, claim.asserts))} | {_code('pytest ' + claim.test)} |"
            )
        parts.append("")
    return "\n".join([_PAGE.format(count=count, asserts=asserts), *parts])


def _sections(lesson: Lesson) -> dict[str, str]:
    """Return the heading of the section in which each global name of a lesson is last assigned."""
    found: dict[str, str] = {}
    heading = ""
    for cell in lesson.cells:
        if not cell.is_code:
            heading = [heading, *_HEADING.findall(cell.node.source)][-1]
            continue
        for node in ast.walk(ast.parse(cell.text)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found[node.id] = heading
            elif isinstance(node, ast.FunctionDef):
                found[node.name] = heading
    return found


def _code(text: str) -> str:
    """Return code for a cell of a table."""
    line = " ".join(text.split()).replace("|", "\\|")
    return f"`` {line} ``" if "`" in line else f"`{line}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("[", "\\[")
