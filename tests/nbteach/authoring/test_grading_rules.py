"""A test that grading could not trust is refused, with the reason and the remedy."""

import pytest
import tiny_course

from nbteach.authoring import rules
from nbteach.authoring.lesson import LessonError
from nbteach.authoring.rules import read_all

LESSON = '''\
# %% [markdown]
# # A lesson

# %% nbgrader={"grade_id": "setup", "locked": true}
import math
import os.path

import torch

from nblib import checks

threshold = 0.5

# %%
import random as chance

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
shown = 21

# %% nbgrader={"grade_id": "first", "solution": true}
FACTOR = 2


def double(x):
    """Return twice `x`."""
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION


# %% nbgrader={"grade_id": "first-test", "grade": true, "points": 2}
expected = 2
assert double(1) == expected

# %% nbgrader={"grade_id": "second-test", "grade": true, "points": 2}
TEST
'''
LINE = LESSON[: LESSON.index("TEST")].count("\n") + 1


def faults(folder, test, lesson=LESSON):
    path = tiny_course.write(tiny_course.make(folder), lesson.replace("TEST", test))
    try:
        rules.read(path)
    except LessonError as error:
        return [(p.line - LINE, f"{p.fault}; {p.remedy}") for p in error.problems]
    return []


@pytest.mark.parametrize(
    "test",
    [
        "assert double(math.pi) == FACTOR * math.pi == math.tau and os.path.sep",
        "with checks.exercise('x', points=2) as check:\n    check.equal(check.call(double, 1), 2)",
        "import numpy as np\n\n\ndef f(a):\n    b = double(a)\n"
        "    return [b for c in np.ones(2) if c]\n\n\nassert f(1)",
        "total = 0\n\n\ndef count():\n    global total, seen\n    total, seen = total + 1, 1\n\n\n"
        "count()\nassert seen",
        "x = torch.ones(2, requires_grad=True)\nx.sum().backward()\nassert double(x.grad).sum()",
        "x = torch.ones(2)\nassert checks.grad_of(double, x).sum() == 4",
        "result, (after,) = checks.call_inplace(double, [1])\nassert after == [1]",
        "y = double(torch.ones(2))\nx = torch.ones(2, requires_grad=True)\nx.sum().backward()\n"
        "assert (y == x.grad).all()",
    ],
    ids=str,
)
def test_what_grading_can_trust_is_accepted(tmp_path, test):
    assert faults(tmp_path, test) == []


@pytest.mark.parametrize(
    ("test", "line", "reason"),
    [
        ("# %time double(1)\nassert double(1)", 0, "a magic in a test, which is run without"),
        ("# !ls\nassert double(1)", 0, "a magic in a test, which is run without IPython; write"),
        ("assert double(1) == expected", 0, "uses expected, which another test, line"),
        ("a = 1\nassert double(a) < shown", 1, "uses shown, which a cell for show, line"),
        ("assert double(1) > threshold", 0, "in the student's process, where it can be replaced"),
        ("assert double(chance.random())", 0, "uses chance, which line 14 defines, in a cell that"),
        ("assert double(1) and prediction", 0, 'or import it in a cell with "locked": true'),
        ("assert double(np.ones(2)).sum()", 0, "uses np, which is defined nowhere; define it here"),
        ("def f():\n    return [lost for _ in [1]]\n\n\nassert f()", 1, "uses lost, which is"),
        (
            "x = torch.ones(2, requires_grad=True)\ny = double(x)\ny.sum().backward()",
            2,
            "autograd through an answer: values come over as copies, without their graph; ask for",
        ),
        (
            "x = torch.ones(2, requires_grad=True)\nassert torch.autograd.grad(double(x).sum(), x)",
            1,
            "checks.grad_of(function, x)",
        ),
        ("assert torch.func.grad(double)(torch.ones(()))", 0, "autograd through an answer"),
        (
            "with torch.enable_grad():\n    for y in [double(torch.ones(2))]:\n"
            "        (z := y.sum()).backward()",
            2,
            "autograd through an answer",
        ),
        (
            "values = [1]\ndouble(values)\nassert values == [2]",
            1,
            "result, after = checks.call_inpl",
        ),
    ],
    ids=str,
)
def test_what_grading_could_not_trust_is_refused(tmp_path, test, line, reason):
    ((where, told),) = faults(tmp_path, test)
    assert where == line
    assert reason in told


def test_an_answer_must_not_share_its_name_with_an_import(tmp_path):
    lesson = LESSON.replace("import math", "import math as double")
    (found,) = faults(tmp_path, "assert double(1)", lesson)
    assert "the answer double has the name of an import in line 4" in found[1]


def test_what_runs_when_grading_must_not_lean_on_cells_for_show(tmp_path):
    lesson = LESSON.replace("    return x + x", "    return x * shown")
    (found,) = faults(tmp_path, "assert double(1)", lesson)
    assert "shown comes from a cell for show, line 20, which is not run when grading" in found[1]


def test_the_lessons_of_this_course_keep_the_rules():
    assert read_all(tiny_course.REPOSITORY / "solutions")


@pytest.mark.parametrize(
    "test",
    [
        "double(1) == 2",
        "torch.allclose(double(torch.ones(1)), torch.full((1,), 2.0))",
        "not double(0)",
    ],
)
def test_a_truth_that_nobody_looks_at_is_refused(tmp_path, test):
    ((line, said),) = faults(tmp_path, test)
    assert line == 0
    assert said.startswith("nothing comes of")


def test_a_truth_that_is_asserted_is_fine(tmp_path):
    assert (
        faults(tmp_path, "assert torch.allclose(double(torch.ones(1)), torch.full((1,), 2.0))")
        == []
    )
