"""What `nblib.progress` knows of the lessons is made from them, and says when it is stale."""

import json
from pathlib import Path

import pytest
import tiny_course

from nblib import progress
from nblib.progress.course import exercise_of_check, lesson_of_options, lessons
from nbteach.authoring import build
from nbteach.authoring.course import course
from nbteach.authoring.lesson import LessonError
from nbteach.authoring.rules import read

LESSON = """\
# %% [markdown]
# # Lesson · Halves
#
# text

# %% nbgrader={"grade_id": "setup", "locked": true}
from nblib import checks, predict

# %% tags=["prediction"]
prediction = ...
OPTIONS = ["yes", "no"]
predict.note(prediction, OPTIONS)

# %% [markdown]
# ### Exercise · Half
# *3 points · 20 minutes · difficulty ●●○*
#
# <details><summary>Hint 1</summary>Halve it.</details>
# <details><summary>Hint 2</summary>Divide.</details>

# %% nbgrader={"grade_id": "half", "solution": true}
def half(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION

# %% nbgrader={"grade_id": "half-test", "grade": true, "points": 2}
@checks.exercise("Half", points=2)
def _(check):
    check.equal(half(2), 1)

# %% nbgrader={"grade_id": "half-test-2", "grade": true, "points": 1}
@checks.exercise("Half, again", points=1)
def _(check):
    check.equal(half(4), 2)
"""
SAID = {
    "name": "03_halves",
    "title": "3 · Halves",
    "options": ["yes", "no"],
    "exercises": [
        {
            "key": "halves#half",
            "title": "1 · Half",
            "minutes": 20,
            "hints": ["Hint 1", "Hint 2"],
            "checks": ["Half", "Half, again"],
        }
    ],
}


def test_exercises_and_predictions_are_read_off_a_lesson(tmp_path):
    tiny_course.make(tmp_path / "course", LESSON, "03_halves")
    lesson = read(tmp_path / "course/solutions/03_halves.py")
    assert json.loads(course([lesson])) == [SAID]
    with pytest.raises(LessonError, match='the check "Half" has the title of one in 03_halves'):
        course([lesson, lesson])


def test_the_build_writes_it_where_the_package_is_and_tells_when_it_is_stale(tmp_path):
    root = tiny_course.proved(tiny_course.make(tmp_path / "course", LESSON, "03_halves"))
    (root / "nblib/progress").mkdir(parents=True)
    assert "nblib/progress/course.json: written" in build.build(root)
    file = root / "nblib/progress/course.json"
    assert json.loads(file.read_text()) == [SAID]
    assert build.check(root) == []
    file.write_text("[]")
    assert build.check(root) == ["nblib/progress/course.json: stale"]


def test_every_lesson_ends_with_progress_and_is_known_to_it():
    folder = Path(progress.__file__).parents[2] / "solutions"
    sources = sorted(folder.glob("[0-9]*.py"))
    assert [lesson.name for lesson in lessons()] == [path.stem for path in sources]
    for path in sources:
        assert path.read_text(encoding="utf-8").endswith(
            '# %% tags=["demo"]\nfrom nblib import progress\n\nprogress.show()\n'
        ), path
    for lesson in lessons():
        assert lesson_of_options(lesson.options) == lesson
        for exercise in lesson.exercises:
            assert exercise.minutes > 0
            assert exercise_of_check(exercise.checks[0]) == (lesson, exercise)
