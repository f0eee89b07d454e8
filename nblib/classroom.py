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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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

__all__ = ["AnswerKey", "Sample", "answer_key", "comparison", "demo", "sample_class"]

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
    second_half, every_other = names[len(names) // 2 :], names[1::2]
    perfect = key.answered({})

    def sample(student: str, did: str, notebook: NotebookNode, lost: Iterable[str] = ()) -> Sample:
        kept = key.points.keys() - set(lost)
        return Sample(student, did, nbformat.writes(notebook), key.worth(kept))

    def wrong(student: str, did: str, exercises: Iterable[str], statement: str) -> Sample:
        instead = dict.fromkeys(exercises, statement)
        return sample(student, did, key.answered(instead), lost=instead)

    killed = wrong("s10-killed", f"{middle} kills the kernel", [middle], "import os; os._exit(1)")
    whole = nbformat.writes(perfect)
    return [
        sample("s01-perfect", "solved everything", perfect),
        sample("s02-own-style", "the same with own names, prints and cells", _own_style(perfect)),
        wrong("s03-half", "left the second half untouched", second_half, _STUB),
        wrong("s04-constants", "returns 0 in every other exercise", every_other, "return 0"),
        sample("s05-empty", "handed in what was released", key.release, names),
        wrong("s06-syntax", f"a syntax error in {first}", [first], "return ("),
        wrong("s07-loop", f"an endless loop in {second}", [second], "while True: pass"),
        sample("s08-import", f"an import fails in {last}", _failing_import(perfect, last), [last]),
        sample("s09-tampered", "changed and deleted instructor cells", _tampered(perfect)),
        replace(killed, expected=None),
        Sample("s11-broken", "handed in half of the file", whole[: len(whole) // 2], None),
        Sample("s12-absent", "handed in nothing", None, None),
    ]


def demo(root: Path, *, say: Callable[[str], None] = print) -> int:
    """Grade a sample class in `classroom/demo`, made anew; return 0 if all is as expected."""
    lesson = min(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    with environment(NBLIB_CLASSROOM="demo"):
        build(root)
        course = load(root)
        place = classroom(course)
        rmtree(place)
        place.mkdir(mode=0o700)
        source, release = (
            nbformat.read(root / step / lesson / f"{lesson}.ipynb", as_version=4)
            for step in (course.source_directory, course.release_directory)
        )
        samples = sample_class(answer_key(source, release))
        for sample in samples:
            if sample.text is not None:
                path = folder(course, course.submitted_directory, sample.student, lesson)
                path.mkdir(parents=True)
                (path / f"{lesson}.ipynb").write_text(sample.text, encoding="utf-8")
        with gradebook(course) as book:
            for sample in samples:
                book.add_student(sample.student)
        grades = grade_class(root, lesson, timeout=_SECONDS_PER_CELL, say=say)
    compared, surprises = comparison(samples, grades)
    say(f"\n{table(grades)}\n\n{compared}")
    say(f"Not as expected: {', '.join(surprises)}." if surprises else "All is as expected.")
    say(f"Submissions, feedback and grades.csv are in {place}.")
    return int(bool(surprises))


def comparison(samples: Sequence[Sample], grades: Grades) -> tuple[str, list[str]]:
    """Return a table of what each sample did, should get and got, and who got something else."""
    got = {result.student: result.score for result in grades.results}
    surprises = [sample.student for sample in samples if got[sample.student] != sample.expected]
    wide = max(len(sample.student) for sample in samples)
    wider = max(len(sample.did) for sample in samples)
    lines = [f"  {'student':{wide}}  {'what they did':{wider}}  expected  got"]
    for sample in samples:
        sign = "!" if sample.student in surprises else " "
        scores = f"{_shown(sample.expected):>8}  {_shown(got[sample.student]):>3}"
        lines.append(f"{sign} {sample.student:{wide}}  {sample.did:{wider}}  {scores}")
    return "\n".join(lines), surprises


def _shown(score: float | None) -> str:
    return "-" if score is None else f"{score:g}"


def _named(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Return the cells that nbgrader knows, by grade_id."""
    cells = (cell for cell in notebook.cells if "nbgrader" in cell.metadata)
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells}


def _own_style(notebook: NotebookNode) -> NotebookNode:
    """Rename each function and give it its old name again, print, and put notes in between."""
    notebook, cells = copy.deepcopy(notebook), []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.metadata.get("nbgrader", {}).get("solution"):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef):
                    mine = re.sub(rf"\b{node.name}\b", f"my_{node.name}", cell.source)
                    cell.source = f"{mine}\n\n{node.name} = my_{node.name}\nprint('done')"
            cells += [
                new_markdown_cell("Note to myself."),
                new_code_cell("scratch = 1\nprint(scratch)"),
            ]
    notebook.cells = cells
    return notebook


def _failing_import(notebook: NotebookNode, exercise: str) -> NotebookNode:
    notebook = copy.deepcopy(notebook)
    cell = _named(notebook)[exercise]
    cell.source = f"import a_module_that_nobody_has\n\n{cell.source}"
    return notebook


def _tampered(notebook: NotebookNode) -> NotebookNode:
    """Delete one test cell, empty another, and break the cell that imports everything."""
    notebook = copy.deepcopy(notebook)
    locked = {
        name: cell for name, cell in _named(notebook).items() if cell.metadata.nbgrader.locked
    }
    tests = [cell for cell in locked.values() if cell.metadata.nbgrader.grade]
    notebook.cells.remove(tests[0])
    tests[1].source = "pass"
    for cell in locked.values():
        if not cell.metadata.nbgrader.grade:
            cell.source = "1 / 0"
    return notebook
