"""What `nblib.progress` has to know of the lessons: `nblib/progress/course.json`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from typing import Any

from nbteach.authoring.index import card
from nbteach.authoring.lesson import Cell, Lesson, LessonError, Problem
from nbteach.authoring.predictions import options

__all__ = ["course"]

_HINT = re.compile(r"<details><summary>(Hint[^<]*)</summary>")
_CARD = re.compile(r"^### (?:Exercise )?(.+)\n\*[^*\n]*?(\d+) minutes", re.MULTILINE)


def course(lessons: Iterable[Lesson]) -> str:
    """Return, as JSON, each lesson's exercises and the options of its prediction.

    Raises LessonError if two checks have the same title, by which progress tells them apart.
    """
    taken: dict[str, str] = {}
    said = []
    for lesson in lessons:
        for cell in lesson.cells:
            for title in _checks(cell):
                if title in taken:
                    fault = f'the check "{title}" has the title of one in {taken[title]}'
                    raise LessonError([Problem(lesson.path, cell.line, fault, "choose another")])
                taken[title] = lesson.name
        said.append(_lesson(lesson))
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _lesson(lesson: Lesson) -> dict[str, Any]:
    exercises: dict[str, dict[str, Any]] = {}
    title, minutes = "", "0"
    hints: list[str] = []
    for cell in lesson.cells:
        name = re.sub(r"-test(-\d+)?$", "", str(cell.nbgrader.get("grade_id", "")))
        if found := _CARD.findall(cell.node.source):
            title, minutes = found[-1]
            hints = _HINT.findall(cell.node.source.rpartition("\n### ")[2])
        elif cell.nbgrader.get("solution"):
            key = f"{lesson.name[3:]}#{name}"
            exercises[name] = {
                "key": key,
                "title": title,
                "minutes": int(minutes),
                "hints": hints,
                "checks": [],
            }
        elif name in exercises:
            exercises[name]["checks"] += _checks(cell)
    asked = options(ast.parse(cell.text) for cell in lesson.cells if cell.is_code)
    return {
        "name": lesson.name,
        "title": card(lesson).title,
        "options": next(iter(asked.values()), ()),
        "exercises": [each for each in exercises.values() if each["checks"]],
    }


def _checks(cell: Cell) -> list[str]:
    """Return the titles of the checks in a cell."""
    nodes = ast.walk(ast.parse(cell.text)) if cell.is_code else ()
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return [
        ast.literal_eval(one.args[0]) for one in calls if ast.unparse(one.func) == "checks.exercise"
    ]
