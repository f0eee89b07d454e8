"""Honest submissions earn what stock nbgrader gives them, except where that is unfair."""

import random
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import stock_nbgrader
import tiny_course
import variant_runner
import warm_runner
from nbformat.v4 import new_code_cell, new_markdown_cell
from variant_runner import ROOT

from nbteach.authoring.build import build
from nbteach.grading.course import environment, gradebook, load
from nbteach.grading.grade import grade_class
from nbteach.grading.limits import Limits
from nbteach.grading.processes import runner
from nbteach.grading.records.scores import marks

pytestmark = pytest.mark.sandbox

NAME = "01_tiny"
# Without nblib, whose import would cost nbgrader's kernels most of their time.
LESSON = '''\
# %% [markdown]
# # Three exercises

# %% nbgrader={"grade_id": "setup", "locked": true}
import math
import random

# %% nbgrader={"grade_id": "double", "solution": true}
def double(x):
    """Return twice `x`."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% nbgrader={"grade_id": "double-test", "grade": true, "points": 1}
assert double(21) == 42
### BEGIN HIDDEN TESTS
x = random.random()
assert math.isclose(double(x), x + x)
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "sort", "solution": true}
def sort(numbers):
    """Return the numbers in rising order."""
    ### BEGIN SOLUTION
    return sorted(numbers)
    ### END SOLUTION

# %% nbgrader={"grade_id": "sort-test", "grade": true, "points": 2}
assert sort([3, 1, 2]) == [1, 2, 3]

# %% nbgrader={"grade_id": "sort-test-2", "grade": true, "points": 3}
assert sort([]) == []
assert list(sort((2, 1))) == [1, 2]

# %% nbgrader={"grade_id": "apply", "solution": true}
def apply(function, times, x):
    """Return x after `function` was applied to it so many times."""
    ### BEGIN SOLUTION
    for _ in range(times):
        x = function(x)
    return x
    ### END SOLUTION

# %% nbgrader={"grade_id": "apply-test", "grade": true, "points": 4}
assert apply(lambda x: x / 2, 3, 8.0) == 1.0
'''
ANSWERS = {
    "double": [
        "def double(x):\n    return x + x",
        "double = lambda x: x * 2",
        "class Double:\n    def __call__(self, x):\n        return 2 * x\ndouble = Double()",
        "print('mine')\ndef double(x):\n    print(x)\n    return 2 * x",
        "def double(x):\n    return x**2",
        "def double(x):\n    return 42",
        "def double(x):\n    2 * x",
        "def double(x):\n    raise ValueError('no')",
        "def double(x)\n    return 2 * x",
        "import nowhere\ndef double(x):\n    return 2 * x",
        None,
    ],
    "sort": [
        "def sort(numbers):\n    return sorted(numbers)",
        "def sort(numbers):\n    numbers = list(numbers)\n    numbers.sort()\n    return numbers",
        "def sort(numbers):\n    numbers.sort()\n    return numbers",
        "def sort(numbers):\n    return numbers",
        "def sort(numbers):\n    return sorted(numbers)[::-1]",
        "def sort(numbers):\n    return list(set(numbers))",
        "def sort(numbers):\n    return (yield from sorted(numbers))",
        "sort = sorted",
        None,
    ],
    "apply": [
        "def apply(f, times, x):\n    return x if not times else apply(f, times - 1, f(x))",
        "from functools import reduce\n"
        "def apply(f, n, x):\n    return reduce(lambda y, _: f(y), range(n), x)",
        "def apply(f, times, x):\n    return f(x)",
        "def apply(f, times, x):\n    for _ in range(times + 1):\n        x = f(x)\n    return x",
        "def apply(f, times):\n    return f",
        "def apply(f, times, x):\n    return helper(f, times, x)",
        None,
    ],
}
NUM_SUBMISSIONS = 24
LIMITS = Limits(cpu_seconds_per_cell=5)


def submission(root: Path, rng: random.Random) -> str:
    """Answer each exercise in some way, and do to the notebook what students do."""
    notebook = nbformat.read(root / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    for name, answers in ANSWERS.items():
        answer = rng.choice(answers)
        cells[name].source = cells[name].source if answer is None else answer
    helper = "def helper(f, n, x):\n    for _ in range(n):\n        x = f(x)\n    return x"
    extras = [new_code_cell(helper), new_code_cell("1 / 0"), new_markdown_cell("Puh!")]
    for extra in rng.sample(extras, rng.randrange(3)):
        notebook.cells.insert(rng.randrange(2, len(notebook.cells)), extra)
    if rng.random() < 0.2:
        notebook.cells.remove(cells["sort-test"])
    if rng.random() < 0.2:
        cells["double-test"].source = "pass"
    return nbformat.writes(notebook)


def hand_in(root: Path, student: str, text: str, name: str = NAME) -> None:
    path = root / "classroom/default/submitted" / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def make(folder: Path) -> Path:
    build(tiny_course.make(folder, LESSON))
    return folder


@pytest.fixture(scope="module")
def warm() -> Iterator[None]:
    with warm_runner.kept(LIMITS):
        yield


def ours(root: Path, lesson: str = NAME) -> dict[str, dict[str, float | None]]:
    grades = grade_class(root, lesson, jobs=1, limits=LIMITS, say=lambda _: None)
    assert not grades.differences
    with environment(), gradebook(load(root)) as book:
        return {
            student: {name: mark.auto for name, mark in theirs.tests.items()}
            for student, theirs in marks(book, lesson).items()
        }


@pytest.fixture(autouse=True)
def _default_class(monkeypatch, warm):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", warm_runner.supervisor)


def test_honest_submissions_earn_what_stock_nbgrader_gives_them(tmp_path):
    root, stock = make(tmp_path / "ours"), make(tmp_path / "stock")
    rng = random.Random(1)
    for number in range(NUM_SUBMISSIONS):
        text = submission(root, rng)
        for place in (root, stock):
            hand_in(place, f"s{number:02}", text)
    points = ours(root)
    assert len(points) == NUM_SUBMISSIONS
    assert len({tuple(theirs.values()) for theirs in points.values()}) > 5  # they do differ
    assert points == stock_nbgrader.grade(stock, NAME)


def test_so_do_those_of_a_lesson_with_checks(tmp_path):
    name = "00_start_here"
    roots = [tmp_path / "ours", tmp_path / "stock"]
    for root in roots:
        build(tiny_course.make_real(root, name))
    released = nbformat.read(roots[0] / "notebooks" / name / f"{name}.ipynb", as_version=4)
    variants = variant_runner.load(ROOT / f"tests/lessons/variants/{name}.py")[::32]
    for number, variant in enumerate(variants):
        next(cell for cell in released.cells if cell.id == variant.exercise).source = variant.source
        for root in roots:
            hand_in(root, f"s{number:02}", nbformat.writes(released), name)
    points = ours(roots[0], name)
    earned = [points[f"s{n:02}"][f"{variant.exercise}-test"] for n, variant in enumerate(variants)]
    assert earned == [variant.is_correct for variant in variants]
    assert {*earned} == {0, 1}
    assert points == stock_nbgrader.grade(roots[1], name)


UNFAIR = {
    "a warning on stderr in a test": (
        {"double": "import warnings\ndef double(x):\n    warnings.warn('slow')\n    return 2 * x"},
        {"double-test": 1},
        {"double-test": 0},
    ),
    "a library that prints to stderr": (
        {"sort": "import sys\ndef sort(x):\n    print('!', file=sys.stderr)\n    return sorted(x)"},
        {"sort-test": 2, "sort-test-2": 3},
        {"sort-test": 0, "sort-test-2": 0},
    ),
    "an answer that kills its process": (
        {"apply": "import os\ndef apply(f, times, x):\n    os._exit(1)"},
        {"double-test": 1, "sort-test": 2, "sort-test-2": 3, "apply-test": 0},
        None,
    ),
}


@pytest.mark.parametrize("case", UNFAIR)
def test_where_stock_nbgrader_is_unfair_we_are_not(tmp_path, case):
    answers, fair, unfair = UNFAIR[case]
    notebook_of = {name: options[0] for name, options in ANSWERS.items()} | answers
    points = []
    for place, graded in (("ours", ours), ("stock", stock_nbgrader_or_nothing)):
        root = make(tmp_path / place)
        notebook = nbformat.read(root / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)
        for cell in notebook.cells:
            cell.source = notebook_of.get(cell.id, cell.source)
        hand_in(root, "s01", nbformat.writes(notebook))
        points.append(graded(root).get("s01", {}))
    assert fair.items() <= points[0].items()
    if unfair is None:
        assert not any(points[1].values())
    else:
        assert unfair.items() <= points[1].items()


def stock_nbgrader_or_nothing(root: Path) -> dict[str, dict[str, float | None]]:
    try:
        return stock_nbgrader.grade(root, NAME)
    except Exception:  # nbgrader gives up where a kernel dies
        return {}
