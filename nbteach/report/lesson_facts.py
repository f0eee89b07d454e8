"""What a report has to know of a lesson: its exercises, what their checks can say, its predictions.

Only texts of the lesson itself come out of here. The page shows no others, so that whatever a
student's error message says, nobody reads it on the wall.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from nblib import checks, oracles, questions
from nbteach.authoring.predictions import options
from nbteach.grading.notebooks.cells import is_test
from nbteach.grading.pages.contents import contents, title
from nbteach.grading.pages.remarks import exercise_of

__all__ = ["Asked", "Exercise", "LessonFacts", "Question", "Sayings", "lesson_facts"]

_BULLET = re.compile(r"^- \*\*(.+?)\*\*: ([^?]+\?)", re.MULTILINE)
_QUESTION = re.compile(r"[^.?!:]+\?")


@dataclass(frozen=True)
class Exercise:
    """One exercise: its grade_id, its title such as "4 · Momentum", and what it is worth."""

    name: str
    title: str
    points: float


@dataclass(frozen=True)
class Question:
    """A prediction: the cell that is written over, what is asked, the answers to choose from.

    `measured` is the true one; it is empty where nobody has run the lesson yet, or where it came to
    something else.
    """

    cell: str
    text: str
    options: tuple[str, ...]
    measured: str = ""


@dataclass(frozen=True)
class Asked:
    """A question that the lesson asks at its beginning, and again at its end: `cells` hold both.

    Each of these cells assigns a dictionary of answers, by the names of questions.
    """

    name: str
    text: str
    right: str
    cells: tuple[str, str]


@dataclass(frozen=True)
class Sayings:
    """The sentences that a check may tell a student."""

    texts: frozenset[str]
    patterns: Mapping[str, re.Pattern[str]] = field(default_factory=dict)  # by how it is shown

    def recognize(self, said: str) -> str:
        """Return the sentence as the lesson has it; an empty text for what it does not say.

        >>> sayings = Sayings.of("check.that(x, 'Uphill.'); check.that(y, f'{n} is too many.')")
        >>> [sayings.recognize(said) for said in ("Uphill.", "12 is too many.", "Hello, Mum!")]
        ['Uphill.', '… is too many.', '']
        """
        if said in self.texts:
            return said
        return next((shown for shown, form in self.patterns.items() if form.fullmatch(said)), "")

    def __or__(self, other: Sayings) -> Sayings:
        """Return what either of the two may say."""
        return Sayings(self.texts | other.texts, {**self.patterns, **other.patterns})

    @classmethod
    def of(cls, *sources: str) -> Sayings:
        """Collect every text that stands in these sources."""
        texts: set[str] = set()
        patterns: dict[str, re.Pattern[str]] = {}
        for node in (node for source in sources for node in ast.walk(ast.parse(source))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    part.value if isinstance(part, ast.Constant) else "" for part in node.values
                ]
                if any(re.search(r"\w{2}.*\w{2}", str(part)) for part in parts):
                    shown = "".join(str(part) or "…" for part in parts)
                    pattern = "".join(re.escape(str(part)) or ".*" for part in parts)
                    patterns[shown] = re.compile(pattern)
        return cls(frozenset(texts), patterns)


@dataclass(frozen=True)
class LessonFacts:
    """A lesson as a report sees it."""

    name: str
    title: str
    exercises: tuple[Exercise, ...]
    questions: tuple[Question, ...]
    tests: Mapping[str, str]  # source by grade_id
    not_counted: tuple[str, ...] = ()  # titles of exercises that are worth nothing in this class
    asked: tuple[Asked, ...] = ()

    @cached_property
    def sayings(self) -> Mapping[str, Sayings]:
        """What the check of each test, by grade_id, can say."""
        return {name: Sayings.of(source) | _of_all_checks() for name, source in self.tests.items()}


@cache
def _of_all_checks() -> Sayings:
    """Return what the checks and oracles themselves can say, of any lesson."""
    folders = (Path(package.__file__ or "").parent for package in (checks, oracles))
    return Sayings.of(*(file.read_text("utf-8") for at in folders for file in at.rglob("*.py")))


def lesson_facts(
    name: str, notebook: NotebookNode, worked: NotebookNode | None = None
) -> LessonFacts:
    """Read a lesson whose tests are whole; `worked` is the same lesson, executed."""
    tests = {c.metadata.nbgrader.grade_id: c.source for c in notebook.cells if is_test(c)}
    found = contents(notebook).items()
    exercises = [Exercise(key, entry.card.title, entry.points) for key, entry in found]
    counted = {each.name for each in exercises if each.points}
    return LessonFacts(
        name,
        title(notebook) or name,
        tuple(each for each in exercises if each.name in counted),
        tuple(_questions(notebook.cells, _shown(worked.cells if worked else []))),
        {test: source for test, source in tests.items() if exercise_of(test) in counted},
        tuple(each.title for each in exercises if each.name not in counted),
        tuple(_asked(name[3:], notebook.cells)),
    )


def _asked(topic: str, cells: Sequence[NotebookNode]) -> Iterator[Asked]:
    """Yield the lesson's own questions, as far as its cells ask them twice."""
    own = questions.OF_LESSON.get(topic, {})
    asking = {
        variable: (cell.id, above.source)
        for above, cell in itertools.pairwise(cells)
        for variable in ("at_first", "at_last")
        if is_prediction(cell) and cell.source.startswith(f"{variable} = {{")
    }
    if len(asking) == 2:
        texts = dict(_BULLET.findall(asking["at_first"][1]))
        cell_ids = asking["at_first"][0], asking["at_last"][0]
        for name, question in own.items():
            text = " ".join(texts.get(name, name).split()).replace("`", "")
            yield Asked(name, text[:1].upper() + text[1:], question.right, cell_ids)


def _questions(cells: Sequence[NotebookNode], shown: str) -> Iterable[Question]:
    """Yield each prediction."""
    known = options(_trees(cells))
    asked = ""
    for cell in cells:
        if cell.cell_type == "markdown":
            sentences = _QUESTION.findall(" ".join(cell.source.split()))
            asked = sentences[-1].replace("*", "").strip() if sentences else ""
        elif is_prediction(cell) and (variable := cell.source.partition("=")[0].strip()) in known:
            choices = known[variable]
            measured = next((one for one in choices if f"Measured: {one!r}." in shown), "")
            yield Question(cell.id, asked, choices, measured)


def is_prediction(cell: NotebookNode) -> bool:
    """Whether students write a guess into this cell."""
    return "prediction" in cell.metadata.get("tags", [])


def _trees(cells: Iterable[NotebookNode]) -> Iterator[ast.Module]:
    """Yield the code cells, parsed as the kernel does: with magics turned into calls."""
    kernel = TransformerManager()
    for cell in cells:
        if cell.cell_type == "code":
            yield ast.parse(kernel.transform_cell(cell.source))


def _shown(cells: Iterable[NotebookNode]) -> str:
    """Return what executed cells show, as plain text."""
    outputs = (output for cell in cells for output in cell.get("outputs", []))
    return "\n".join(str(output.get("data", {}).get("text/plain", "")) for output in outputs)
