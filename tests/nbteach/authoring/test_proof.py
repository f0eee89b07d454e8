"""A lesson whose own answer fails, or whose inputs leave two mistakes alike, is not built."""

import pytest
import tiny_course

from nbteach.authoring.build import BuildError, build
from nbteach.authoring.lesson import parse
from nbteach.authoring.proof import prove

LESSON = """\
# %% [markdown]
# # A lesson

# %% nbgrader={"grade_id": "setup", "locked": true}
from nblib import checks

# %% nbgrader={"grade_id": "square", "solution": true}
def square(x):
    ### BEGIN SOLUTION
    return x * x
    ### END SOLUTION

# %% nbgrader={"grade_id": "square-test", "grade": true, "points": 1}
@checks.exercise("Square", points=1)
def _(check):
    check.agree(square, lambda x: x * x, INPUTS, mistakes={
        "You double.": lambda x: 2 * x, "You add 2.": lambda x: x + 2,
    })
"""


def lesson(folder, inputs, answer="x * x"):
    text = LESSON.replace("INPUTS", inputs).replace("return x * x", f"return {answer}")
    return tiny_course.make(folder / "course", text)


def proof(root):
    return prove(parse(root / "solutions/01_tiny.py"))


@pytest.mark.parametrize(
    ("inputs", "answer", "said"),
    [
        ("(3.0,)", "x * x", ""),
        ("(2.0,)", "x * x", "no input tells this mistake from the right answer: You double."),
        ("(2.0,), (5.0,)", "x * x", ""),
        ("(3.0,)", "x + x", "Square: not right yet; You double."),
    ],
)
def test_what_is_wrong_is_said(tmp_path, inputs, answer, said):
    found = proof(lesson(tmp_path, inputs, answer))
    assert said in "".join(found)
    assert bool(found) == bool(said)


def test_a_lesson_without_mistakes_is_not_run(tmp_path):
    assert proof(tiny_course.make(tmp_path / "course")) == []


@pytest.mark.slow
def test_it_is_not_built(tmp_path):
    with pytest.raises(BuildError, match=r"01_tiny: square-test: .* no input tells"):
        build(lesson(tmp_path, "(2.0,)"))
