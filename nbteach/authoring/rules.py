"""What a lesson must keep to, so that nothing breaks in a student's hands or at grading.

Each rule takes a lesson or a cell, and yields (line, fault, remedy).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from nbteach.authoring import grading_rules, references
from nbteach.authoring.lesson import Cell, Lesson, LessonError, Problem, marker, parse

__all__ = ["read", "read_all"]

_Faults = Iterator[tuple[int, str, str]]

_FLAGS = {"solution", "grade", "locked", "task"}
_WORDS = _FLAGS | {"grade_id", "points", "schema_version", "checksum", "cell_type"}
_FLAG_OF_REGION = {"SOLUTION": "solution", "HIDDEN TESTS": "grade"}
_MARKERS = ", ".join(f"### {word} {name}" for name in _FLAG_OF_REGION for word in ("BEGIN", "END"))
# nbgrader looks for the words alone, anywhere in a line; and it overlooks a marker with a slip in
# it, which would publish the hidden tests.
_ALMOST_MARKER = re.compile(
    r"(?i:^\s*#+\s*(begin|end)\s+(solution|hidden\s+test))|(BEGIN|END) (SOLUTION|HIDDEN TESTS)"
)


def read_all(folder: Path) -> list[Lesson]:
    """Read every lesson of a folder, in order.

    Raises LessonError with the faults of all of them together, or where there is none.
    """
    lessons, problems = [], []
    for path in sorted(folder.glob("*.py")):
        try:
            lessons.append(read(path))
        except LessonError as error:
            problems += error.problems
    if not lessons and not problems:
        problems.append(Problem(folder / "NN_topic.py", 1, "there is no lesson yet", "write one"))
    if problems:
        raise LessonError(problems)
    return lessons


def read(path: Path) -> Lesson:
    """Read one lesson; raises LessonError with every fault that it has."""
    lesson = parse(path)
    found = [*_file_name(lesson), *_title(lesson), *_unique_ids(lesson), *_by_hand(lesson)]
    for cell in lesson.cells:
        # Each rule builds on the ones before: a cell is cut at its markers, what is left is parsed.
        found += [*_header(cell), *_markers(cell)] or [*_python(cell)] or [*_promise(cell)]
    found = found or [*grading_rules.faults(lesson)]
    if found:
        raise LessonError([Problem(path, *fault) for fault in sorted(found)])
    return lesson


def _file_name(lesson: Lesson) -> _Faults:
    if not re.fullmatch(r"\d\d_[a-z0-9_]+", lesson.name):
        yield 1, f"{lesson.path.name} is no name for a lesson", "rename it like 01_topic.py"


def _title(lesson: Lesson) -> _Faults:
    first = lesson.cells[0].node if lesson.cells else None
    if not (first and first.cell_type == "markdown" and first.source.lstrip().startswith("# ")):
        yield 1, "no title", "begin with a `# %% [markdown]` cell whose first line is `# # Title`"


def _unique_ids(lesson: Lesson) -> _Faults:
    lines: dict[str, int] = {}
    for cell in lesson.cells:
        name = cell.nbgrader.get("grade_id")
        if name in lines:
            yield cell.line, f'grade_id "{name}" is taken by line {lines[name]}', "choose another"
        elif name:
            lines[name] = cell.line


def _by_hand(lesson: Lesson) -> _Faults:
    source = lesson.path.read_text(encoding="utf-8")  # as it is before the build puts numbers in
    forms = "{{topic}}, {{topic#grade_id}}, {{#grade_id}}, `Lesson · Title` or `Exercise · Title`"
    for line, words in references.by_hand(source):
        yield line, f'a number by hand, "{words}"', f"write {forms}, and the build numbers"


def _header(cell: Cell) -> _Faults:
    metadata, words = cell.node.metadata, cell.nbgrader
    misplaced = sorted(_WORDS & metadata.keys())
    if "incorrectly_encoded_metadata" in metadata:
        yield cell.line, "the header cannot be read", "its values must be valid JSON"
    elif misplaced or not isinstance(metadata.get("nbgrader", {}), dict):
        yield cell.line, "nbgrader's words stand loose", 'write nbgrader={"grade_id": "...", ...}'
    if "nbgrader" not in metadata:
        return
    flags = {name for name in _FLAGS & words.keys() if words[name] is True}
    if unknown := sorted(words.keys() - _WORDS):
        yield cell.line, f"unknown word {unknown[0]!r}", f"known are {', '.join(sorted(_WORDS))}"
    if not re.fullmatch(r"[a-z0-9-]{1,64}", str(words.get("grade_id", ""))):
        yield cell.line, "no simple grade_id", "give one of small letters, digits and hyphens"
    if not flags:
        yield cell.line, "nbgrader is told no part", 'add "solution", "grade" or "locked"'
    by_hand = flags & {"grade", "solution"}
    if not cell.is_code and len(by_hand) == 1 and "task" not in flags:
        yield cell.line, "text can only be graded by hand", 'give it both "grade" and "solution"'
    points = words.get("points")
    if flags & {"grade", "task"}:
        if not isinstance(points, int | float) or points <= 0:
            yield cell.line, "a graded cell without points", 'add "points" with a positive number'
    elif points is not None:
        yield cell.line, "points in a cell that is not graded", 'add "grade": true'


def _markers(cell: Cell) -> _Faults:
    opened, opened_at = "", cell.line
    for line, text in enumerate(cell.text.splitlines(), cell.line + 1):
        word, region = marker(text)
        if not word:
            if _ALMOST_MARKER.search(text):
                yield line, f"not quite a marker: {text.strip()}", f"write one of {_MARKERS}"
            continue
        flag = _FLAG_OF_REGION[region]
        if cell.nbgrader.get(flag) is not True:
            yield line, f"{word} {region} in another cell", f'mark the cell with "{flag}": true'
        if word == "BEGIN" and opened:
            yield line, f"BEGIN {region} inside {opened}", f"write ### END {opened} before it"
        elif word == "END" and opened != region:
            yield line, f"END {region} without its beginning", f"write ### BEGIN {region} before it"
        opened, opened_at = (region, line) if word == "BEGIN" else ("", line)
    if opened:
        yield opened_at, f"END {opened} is missing", f"close the region with ### END {opened}"
    if cell.nbgrader.get("solution") is True and "SOLUTION" not in _regions(cell):
        yield cell.line, "a solution cell without a solution", "write it between the markers"


def _python(cell: Cell) -> _Faults:
    if not cell.is_code:
        return
    try:
        ast.parse(cell.text)
    except SyntaxError as error:
        line = cell.line + (error.lineno or 0)
        yield line, f"not valid Python by itself ({error.msg})", "keep each statement in one cell"
        return
    try:
        visible = ast.parse(cell.released())
    except SyntaxError as error:
        fault = f"what is left for students is not valid Python ({error.msg})"
        yield cell.line, fault, "leave a complete statement outside the markers"
        return
    if "HIDDEN TESTS" in _regions(cell) and not visible.body:
        yield cell.line, "hidden tests with no visible part", "let students run a test themselves"


def _promise(cell: Cell) -> _Faults:
    """What `checks.exercise(title, points=..., hidden=...)` tells the student must be true."""
    if not cell.is_code:
        return
    whole, visible = ast.parse(cell.text), ast.parse(cell.released())
    parts = _count_hidden(whole) - _count_hidden(visible)
    true = {
        "points": cell.nbgrader.get("points", 0),
        "hidden": max(parts, int("HIDDEN TESTS" in _regions(cell))),
    }
    for call in _calls(whole, "checks.exercise"):
        said = {word.arg: ast.unparse(word.value) for word in call.keywords}
        for word, value in true.items():
            if said.get(word, "0") != f"{value:g}":
                fault = f"the check says {word}={said.get(word, 0)}, the cell has {value:g}"
                yield cell.line + call.lineno, fault, f"say {word}={value:g}"


def _regions(cell: Cell) -> set[str]:
    return {region for _, region in cell.marked}


def _calls(tree: ast.AST, name: str) -> list[ast.Call]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call for call in calls if ast.unparse(call.func) == name]


def _count_hidden(node: ast.AST) -> int:
    """Count `@checks.hidden(...)`; in a loop over a literal tuple or list, once per turn."""
    items: list[ast.AST] = []
    if isinstance(node, ast.With):
        items = [*node.items]
    elif isinstance(node, ast.FunctionDef):
        items = [*node.decorator_list]
    turns = 1
    if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple | ast.List):
        turns = len(node.iter.elts)
    inside = sum(map(_count_hidden, ast.iter_child_nodes(node)))
    return turns * inside + sum(len(_calls(item, "checks.hidden")) for item in items)
