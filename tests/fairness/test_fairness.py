"""Honest work that is unusual: full marks, and none for the same with wrong answers."""

import os
import subprocess
import sys
from collections.abc import Iterator

import fair_lesson
import nbformat
import pytest
from nbformat import NotebookNode
from odd_machine import MACHINE
from odd_notebook import NOTEBOOK
from odd_style import STYLE
from odd_values import VALUES

from nbteach.classroom.samples import AnswerKey
from nbteach.grading.execution import Execution
from nbteach.grading.limits import Limits
from nbteach.grading.notebooks.lesson_bundle import Bundle
from nbteach.grading.notebooks.rebuild import rebuild_bytes
from nbteach.grading.processes.supervisor import Supervisor
from nbteach.grading.sandbox.sandbox import Tier, require

pytestmark = pytest.mark.sandbox

ODDITIES = VALUES | STYLE | NOTEBOOK | MACHINE


@pytest.fixture(scope="module")
def supervisor() -> Iterator[Supervisor]:
    with Supervisor(require(Tier.CONTAINER), Limits()) as running:
        yield running


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bundle, AnswerKey]:
    return fair_lesson.make(tmp_path_factory.mktemp("course") / "fair")


@pytest.fixture
def grade(supervisor, lesson):
    def grade(notebook: NotebookNode) -> Execution:
        rebuilt = rebuild_bytes(lesson[0], nbformat.writes(notebook).encode())
        return supervisor.execute(rebuilt.notebook)

    return grade


def lost(execution: Execution) -> dict[str, str]:
    """What the tests that did not pass have to say."""
    return {
        name: "\n".join(
            output.get("evalue") or output["data"]["text/plain"]
            for output in execution.outputs[name]
        )
        for name, outcome in execution.tests.items()
        if outcome != "passed"
    }


@pytest.mark.parametrize("oddity", ODDITIES)
def test_oddity_costs_nothing(grade, lesson, oddity):
    execution = grade(fair_lesson.handed_in(lesson[1], ODDITIES[oddity]))
    assert lost(execution) == {}
    assert len(execution.tests) == len(lesson[1].points)


def test_busy_machine_costs_nothing(grade, lesson):
    busy = "while True: pass"
    others = [
        subprocess.Popen([sys.executable, "-c", busy]) for _ in range(2 * (os.cpu_count() or 1))
    ]
    try:
        execution = grade(fair_lesson.handed_in(lesson[1], MACHINE["a slow start"]))
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert lost(execution) == {}


def test_wrong_answers_earn_nothing_however_odd(grade, lesson):
    wrong = lesson[1].answered(dict.fromkeys(lesson[1].points, "return 0"))
    assert lost(grade(wrong)).keys() == {f"{name}-test" for name in lesson[1].points}


@pytest.mark.parametrize(
    ("oddity", "right", "wrong"),
    [
        ("named tuples as results", "square=(x * x)", "square=(x)"),
        ("a named tuple in the state", "beta * v + g", "beta * v - g"),
        ("progress bars", "total += value", "total -= value"),
        ("objects that can be called", "self.slope * x", "self.slope + x"),
        ("magics", "sum(values) / len(values)", "sum(values)"),
        ("processes", "return x * x", "return x"),
    ],
)
def test_same_oddity_with_a_slip_loses_points(grade, lesson, oddity, right, wrong):
    text = ODDITIES[oddity].replace(right, wrong)
    assert text != ODDITIES[oddity]
    assert lost(grade(fair_lesson.handed_in(lesson[1], text)))


def test_corpus_is_written_for_this_lesson(lesson):
    assert len(ODDITIES) == len(VALUES) + len(STYLE) + len(NOTEBOOK) + len(MACHINE)
    solved = lesson[1].answered({})
    for text in ODDITIES.values():
        notebook = fair_lesson.handed_in(lesson[1], text)
        assert [cell.source for cell in notebook.cells] != [cell.source for cell in solved.cells]
