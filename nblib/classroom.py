"""A sample class for the first lesson, graded before your eyes: `nblib demo`.

The twelve submissions are made from the lesson itself, and so is what each of them should score.
Where a submission goes wrong as a whole, the expectation is what stock nbgrader was seen to do: an
endless loop costs the tests that call it and no other, instructor cells that were changed or
deleted are put back, and a killed kernel leaves no grade at all.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import rmtree

from nblib.build import build
from nblib.grading.course import classroom, environment, folder, gradebook, load
from nblib.grading.notes import exercise_of
from nblib.grading.results import Grades, table
from nblib.grading.stock import grade_class
from nblib.lesson import marker

__all__ = ["AnswerKey", "Sample", "comparison", "demo", "sample_class"]

_STUB = "raise NotImplementedError"
_SECONDS_PER_CELL = 15  # enough to import torch on a busy machine; the endless loop takes it all


@dataclass(frozen=True)
class AnswerKey:
    """A lesson as released, its answers by grade_id, and what each exercise is worth."""

    release: NotebookNode
    answers: Mapping[str, str]
    points: Mapping[str, float]

    def worth(self, exercises: Iterable[str]) -> float:
        """Return the points of these exercises together."""
        return sum(self.points[name] for name in exercises)

    def answered(self, instead: Mapping[str, str]) -> NotebookNode:
        """Return the lesson solved, but for the exercises in `instead`.

        There, the statement given takes the place of the one that every unsolved exercise has.
        """
        notebook = copy.deepcopy(self.release)
        for name, cell in _named(notebook).items():
            if name in instead:
                cell.source = cell.source.replace(_STUB, instead[name])
            elif name in self.answers:
                cell.source = self.answers[name]
        return notebook


@dataclass(frozen=True)
class Sample:
    """One of the class. `text` is the file handed in, if any; `expected` the score, if any."""

    student: str
    did: str
    text: str | None
    expected: float | None


def answer_key(source: NotebookNode, release: NotebookNode) -> AnswerKey:
    """Read the answers and the points off `source`, the notebook with answers."""
    answers: dict[str, str] = {}
    points: dict[str, float] = {}
    for name, cell in _named(source).items():
        words = cell.metadata.nbgrader
        if words.solution:
            lines = cell.source.splitlines()
            answers[name] = "\n".join(line for line in lines if not marker(line)[0])
        elif words.grade:
            exercise = exercise_of(name)
            points[exercise] = points.get(exercise, 0) + words.points
    return AnswerKey(release, answers, points)


def sample_class(key: AnswerKey) -> list[Sample]:
    """Return the class of twelve."""
    names = list(key.points)
    first, second, middle, last = names[0], names[1], names[len(names) // 2], names[-1]
    half, odd = names[len(names) // 2 :], names[1::2]
    perfect = key.answered({})

    def lacking(instead: Mapping[str, str]) -> tuple[str, float]:
        return nbformat.writes(key.answered(instead)), key.worth(key.points.keys() - instead)

    def whole(notebook: NotebookNode, *lost: str) -> tuple[str, float]:
        return nbformat.writes(notebook), key.worth(key.points.keys() - set(lost))

    text = nbformat.writes(perfect)
    made: list[tuple[str, str, tuple[str | None, float | None]]] = [
        ("perfect", "solved everything", whole(perfect)),
        ("own-style", "the same, other names, prints, more cells", whole(_own_style(perfect))),
        ("half", "solved the first half", lacking(dict.fromkeys(half, _STUB))),
        ("constants", "returns 0 in every other exercise", lacking(dict.fromkeys(odd, "return 0"))),
        ("empty", "handed in what was released", whole(key.release, *names)),
        ("syntax", f"a syntax error in {first}", lacking({first: "return ("})),
        ("loop", f"an endless loop in {second}", lacking({second: "while True: pass"})),
        ("exception", f"{last} fails to import", whole(_failing_import(perfect, last), last)),
        ("tampered", "changed and deleted instructor cells", whole(_tampered(perfect))),
        ("killed", f"{middle} kills the kernel", (lacking({middle: "import os; os._exit(1)"})[0], None)),
        ("broken", "half of a file", (text[: len(text) // 2], None)),
        ("absent", "handed in nothing", (None, None)),
    ]
    return [
        Sample(f"s{number:02}-{name}", did, *outcome)
        for number, (name, did, outcome) in enumerate(made, 1)
    ]


def demo(root: Path, *, say: Callable[[str], None] = print) -> int:
    """Make the class `demo` anew, grade it, and print what came out; 0 if all is as expected."""
    lesson = min(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    with environment(NBLIB_CLASSROOM="demo"):
        build(root)
        course = load(root)
        place = classroom(course)
        rmtree(str(place))
        course = load(root)
        key = answer_key(
            nbformat.read(root / "build" / "source" / lesson / f"{lesson}.ipynb", as_version=4),
            nbformat.read(root / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4),
        )
        samples = sample_class(key)
        with gradebook(course) as book:
            for sample in samples:
                book.add_student(sample.student)
                if sample.text is not None:
                    path = folder(course, course.submitted_directory, sample.student, lesson)
                    path.mkdir(parents=True)
                    (path / f"{lesson}.ipynb").write_text(sample.text, encoding="utf-8")
        grades = grade_class(root, lesson, timeout=_SECONDS_PER_CELL, say=say)
    say(f"\n{table(grades)}\n\n{comparison(samples, grades)}\n\nThe files are in {place}.")
    return 0
