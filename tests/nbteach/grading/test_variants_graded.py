"""Answers of the variants are judged by the grader as by the tests alone: right and wrong.

A third of them, drawn anew each time; `test_variants.py` has the tests alone judge all.
"""

import hashlib
import os
import secrets
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest

import pytest
import variant_runner
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from variant_runner import ROOT, Variant

from nbteach.authoring import build, lesson
from nbteach.grading.limits import Limits
from nbteach.grading.pages.remarks import exercise_of
from nbteach.grading.processes.supervisor import Supervisor
from nbteach.grading.sandbox.sandbox import Tier, require

pytestmark = pytest.mark.sandbox

LESSONS = sorted(path.stem for path in (ROOT / "tests/lessons/variants").glob("[0-9]*.py"))


def rounds(name: str) -> list[tuple[Variant, ...]]:
    """Return the variants of a lesson such that each round has at most one for each exercise."""
    by_exercise = defaultdict[str, list[Variant]](list)
    for variant in variant_runner.load(ROOT / f"tests/lessons/variants/{name}.py"):
        by_exercise[variant.exercise].append(variant)
    return [tuple(filter(None, some)) for some in zip_longest(*by_exercise.values())]


def is_drawn(round_id: str) -> bool:
    """Whether a round is among this run's third: all workers draw the same."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", secrets.token_hex())
    return hashlib.sha256(f"{run} {round_id}".encode()).digest()[0] % 3 == 0


ROUNDS = [
    pytest.param(name, some, id=f"{name}-{i}")
    for name in LESSONS
    for i, some in enumerate(rounds(name))
    if i == 0 or is_drawn(f"{name}-{i}")
]


@pytest.fixture(scope="module")
def supervisor() -> Iterator[Supervisor]:
    with Supervisor(require(Tier.CONTAINER), Limits()) as running:
        yield running


@cache
def source(name: str) -> NotebookNode:
    """Return a lesson with the tests whole."""
    return build.source_notebook(lesson.parse(ROOT / f"solutions/{name}.py"))


def answered(name: str, variants: tuple[Variant, ...]) -> NotebookNode:
    """Return the lesson with these answers in it, and the tests of their exercises alone."""
    answers = {variant.exercise: variant.source for variant in variants}
    cells = []
    for cell in source(name).cells:
        words = cell.metadata.get("nbgrader", {})
        if cell.id in answers:
            cell = NotebookNode(cell | {"source": answers[cell.id]})
        if words and (not words["grade"] or exercise_of(cell.id) in answers):
            cells.append(cell)
    return new_notebook(cells=cells)


@pytest.mark.parametrize(("lesson", "variants"), ROUNDS)
def test_answers_earn_what_they_deserve(supervisor, lesson, variants):
    execution = supervisor.execute(answered(lesson, variants))
    for variant in variants:
        tests = [test for test in execution.tests if exercise_of(test) == variant.exercise]
        outcomes = {execution.tests[test] for test in tests}
        shown = "\n".join(
            output["data"]["text/plain"]
            for test in tests
            for output in execution.outputs[test]
            if "data" in output
        )
        if variant.is_correct:
            assert outcomes == {"passed"}, f"{variant}\n{shown}"
        else:
            assert outcomes <= {"passed", "failed"}, execution.notes
            assert "failed" in outcomes, variant
            assert variant.says in shown, variant
