"""What an attack is: the work of a student who wants more than points for right answers."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import nbformat
import tiny_course
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from nbteach.authoring import build
from nbteach.grading.notebooks.lesson_bundle import Bundle, load_bundle

__all__ = ["ANSWERS", "EXERCISES", "Attack", "Without", "course", "handed_in", "solved"]

ANSWERS = {
    "double": "def double(x):\n    return x + x",
    "total": "def total(values):\n    return np.cumsum(values)",
    "words": "def words(text):\n    return len(text.split())",
    "climb": (
        "def climb(slope, x, steps):\n"
        "    for _ in range(steps):\n"
        "        x = x + slope(x)\n"
        "    return x"
    ),
    "jump": "def jump(x, generator):\n    return x + torch.rand(3, generator=generator)",
}
EXERCISES = frozenset(ANSWERS)
_TESTS = {
    "double": """\
with checks.exercise("Double", points=1) as check:
    x = torch.randn(4, dtype=torch.float64)
    expected = 2 * x
    check.close(check.call(double, x), expected)""",
    "total": """\
values = np.random.default_rng().normal(size=5)
expected = values.cumsum()
np.testing.assert_allclose(total(values), expected)""",
    "words": """\
expected = int(torch.randint(2, 90, ()))
assert words("word " * expected) == expected, "not the number of words\"""",
    "climb": """\
with checks.exercise("Climb", points=1) as check:
    rate = float(torch.rand(()))

    def slope(x):
        return rate * x

    expected = 3 * (1 + rate) ** 2
    check.close(climb(slope, 3.0, 2), expected)""",
    "jump": """\
with checks.exercise("Jump", points=1) as check:
    generator = torch.Generator()
    generator.seed()
    start = jump(torch.zeros(3), generator)
    x = torch.rand(3, generator=generator)
    same = torch.Generator().set_state(generator.get_state())
    expected = x + torch.rand(3, generator=same)
    check.close(jump(x, generator), expected)""",
}
# What stops an attack, and is left out to show that the attack is one.
Without = Literal["everything", "sandbox", "tidying", "rebuilding"]


@dataclass(frozen=True)
class Attack:
    """One attempt. `why` tells what is tried; the code is put into a notebook that is right.

    Graded with all protection on, it must earn nothing for the exercises in `answers`, lose nothing
    of the others, and reach nothing. Run `without` what stops it, it must gain just what it says:
    this shows that the test can fail. Without "everything", student's cells and tests run one after
    the other in one process, from the file as handed in.
    """

    name: str
    why: str
    answers: Mapping[str, str] = field(default_factory=dict)  # in place of right ones, by exercise
    first: str = ""  # a cell of their own before all others
    last: str = ""  # and one after all others
    edit: Callable[[NotebookNode], None] | None = None  # what else is done to the file
    then: str = ""  # a cell of the next submission, which tells what is left of this one
    without: Without = "everything"
    gains: frozenset[str] | set[str] = frozenset()  # exercises that it passes without protection
    reaches: frozenset[str] | set[str] = frozenset()  # see lures.Lures
    costs: frozenset[str] | set[str] = frozenset()  # exercises it loses although answered rightly
    unshown: str = ""  # why it is run under protection only

    @property
    def earns(self) -> frozenset[str]:
        """The exercises that are to be passed under protection."""
        return EXERCISES - self.answers.keys() - self.costs


def course(root: Path) -> Bundle:
    """Build a lesson of four exercises, whose inputs are drawn when it is graded."""
    lesson = [
        "# %% [markdown]",
        "# # Exercises, and attacks on them",
        "",
        '# %% nbgrader={"grade_id": "setup", "locked": true}',
        "import numpy as np",
        "import torch",
        "",
        "from nblib import checks",
    ]
    for name, answer in ANSWERS.items():
        head, _, body = answer.partition("\n")
        lesson += [
            "",
            f'# %% nbgrader={{"grade_id": "{name}", "solution": true}}',
            f'{head}\n    """An exercise."""\n    ### BEGIN SOLUTION\n{body}',
            "    ### END SOLUTION",
            "",
            f'# %% nbgrader={{"grade_id": "{name}-test", "grade": true, "points": 1}}',
            _TESTS[name],
        ]
    tiny_course.make(root, "\n".join(lesson) + "\n", "01_attacked")
    build.build(root)
    return load_bundle(root, "01_attacked")


def solved(bundle: Bundle) -> NotebookNode:
    """The lesson with right answers."""
    notebook = copy.deepcopy(bundle.notebook)
    for cell in notebook.cells:
        cell.source = ANSWERS.get(cell.id, cell.source)
    return notebook


def handed_in(bundle: Bundle, attack: Attack, lure: Mapping[str, object]) -> NotebookNode:
    """The file that the attacker hands in; the code finds what it wants in the dictionary LURE."""
    notebook = solved(bundle)
    for cell in notebook.cells:
        cell.source = attack.answers.get(cell.id, cell.source)
    own = [f"LURE = {dict(lure)!r}", attack.first]
    notebook.cells = [
        *(new_code_cell(source, id=f"own-{i}") for i, source in enumerate(own)),
        *notebook.cells,
        new_code_cell(attack.last, id="own-last"),
    ]
    if attack.edit:
        attack.edit(notebook)
    return nbformat.from_dict(notebook)
