"""A report knows of a lesson what its text says."""

import pytest
import tiny_course
from nbformat import NotebookNode
from nbformat.v4 import new_output

from nbteach.authoring.build import source_notebook
from nbteach.authoring.lesson import parse
from nbteach.report.lesson_facts import Exercise, Sayings, lesson_facts

LESSON = """\
# %% [markdown]
# # 7 · A lesson
# Do you like it? It is short. Which one is *best*? Replace the dots.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
# %time 1
OPTIONS = ["this", "that"]

# %% tags=["demo"]
predict.note(prediction, OPTIONS)

# %% [markdown]
# ## A part
# ### Exercise 1 · Twice
# Text.

# %% nbgrader={"grade_id": "twice", "solution": true}
def twice(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% nbgrader={"grade_id": "twice-test", "grade": true, "points": 2}
check.close(twice(1), 2, mistakes={"That is half.": 0.5, "That is {x}.": 1})

# %% nbgrader={"grade_id": "twice-test-2", "grade": true, "points": 1}
### BEGIN HIDDEN TESTS
check.that(twice(1) == 2, f"{x} is far {'too' * 2} little.")
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "bare", "solution": true}
bare = 1

# %% nbgrader={"grade_id": "bare-test", "grade": true, "points": 1}
assert bare
"""


@pytest.fixture
def notebook(tmp_path) -> NotebookNode:
    return source_notebook(parse(tiny_course.write(tiny_course.make(tmp_path), LESSON)))


def test_exercises_have_their_titles_and_all_their_points(notebook):
    facts = lesson_facts("07_lesson", notebook)
    assert facts.title == "7 · A lesson"
    assert facts.exercises == (Exercise("twice", "1 · Twice", 3), Exercise("bare", "bare", 1))


def test_a_prediction_has_its_question_and_its_options(notebook):
    (question,) = lesson_facts("07_lesson", notebook).questions
    assert question.text == "Which one is best?"
    assert question.options == ("this", "that")
    assert question.measured == ""


@pytest.mark.parametrize(("measured", "known"), [("that", "that"), ("something else", "")])
def test_what_was_measured_is_read_off_the_executed_lesson(notebook, measured, known):
    text = f"✓ Measured: {measured!r}. You made no prediction this time."
    notebook.cells[2].outputs = [new_output("display_data", {"text/plain": text})]
    (question,) = lesson_facts("07_lesson", notebook, notebook).questions
    assert question.measured == known


def test_only_what_the_tests_can_say_is_recognized(notebook):
    sayings = lesson_facts("07_lesson", notebook).sayings
    assert sayings["twice-test"].recognize("That is half.") == "That is half."
    assert sayings["twice-test"].recognize("That is a goose.") == ""
    assert sayings["bare-test"].recognize("That is half.") == ""
    assert sayings["bare-test"].recognize("The sign is flipped.") == "The sign is flipped."


def test_the_values_in_a_sentence_are_not_repeated(notebook):
    second = lesson_facts("07_lesson", notebook).sayings["twice-test-2"]
    assert second.recognize("<b>goose</b> is far tootoo little.") == "… is far … little."


def test_a_sentence_that_is_all_value_is_never_recognized():
    assert Sayings.of("check.that(x, f'{y}')").recognize("goose") == ""


@pytest.mark.parametrize("path", sorted((tiny_course.REPOSITORY / "solutions").glob("[0-9]*.py")))
def test_every_lesson_is_understood(path):
    facts = lesson_facts(path.stem, source_notebook(parse(path)))
    assert facts.exercises
    assert all(each.title != each.name for each in facts.exercises)
    assert all(q.text.endswith("?") and len(q.options) > 1 for q in facts.questions)
    assert facts.questions


def test_questions_that_are_asked_twice_have_their_text_and_both_cells():
    lesson = tiny_course.REPOSITORY / "solutions/02_gradient_descent.py"
    facts = lesson_facts(lesson.stem, source_notebook(parse(lesson)))
    border = facts.asked[0]
    assert [each.name for each in facts.asked] == ["border", "border with momentum", "correction"]
    assert border.text.startswith("In a valley of curvature 4, up to which learning rate")
    assert border.right == "0.5"
    assert len({cell for each in facts.asked for cell in each.cells}) == 2
    assert [question.options[0] for question in facts.questions] == ["SGD"]
