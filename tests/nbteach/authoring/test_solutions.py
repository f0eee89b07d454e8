"""Worked lessons are executed, and a lesson that does not hold is told."""

import nbformat
import pytest
import tiny_course

from nbteach.authoring.lesson import LessonError
from nbteach.authoring.solutions import solutions

pytestmark = pytest.mark.slow  # a kernel for each lesson


def test_lessons_are_executed_with_their_answers(tmp_path, monkeypatch):
    monkeypatch.setenv("NBLIB_FAST", "1")
    asked = tiny_course.LESSON + '\n# %%\nimport os\nprint(os.environ.get("NBLIB_FAST"))\n'
    course = tiny_course.make(tmp_path / "course", asked)
    (run,) = solutions(course)
    assert run.name == "01_tiny"
    assert not run.failure
    assert 0 < run.slowest[1] < run.seconds
    notebook = nbformat.read(course / "build/solutions/01_tiny.ipynb", as_version=4)
    assert [cell.outputs[0].text for cell in notebook.cells[-2:]] == ["42\n", "None\n"]
    html = (course / "build/solutions/01_tiny.html").read_text()
    assert "<title>01_tiny</title>" in html
    assert "42" in html


def test_fast_is_passed_on_and_one_lesson_can_be_chosen(tmp_path):
    broken = tiny_course.LESSON.replace("== 2\n", '== 3, __import__("os").environ["NBLIB_FAST"]\n')
    course = tiny_course.make(tmp_path / "course", broken, "01_broken")
    tiny_course.write(course, tiny_course.LESSON, "02_other")
    (run,) = solutions(course, "01", fast=True)
    assert run.name == "01_broken"
    assert run.failure == 'cell "double-test": AssertionError: 1'
    assert (course / "build/solutions/01_broken.ipynb").exists()
    assert not (course / "build/solutions/02_other.ipynb").exists()


def test_an_unknown_lesson_is_told(tmp_path):
    course = tiny_course.make(tmp_path / "course")
    with pytest.raises(LessonError, match="no such lesson"):
        list(solutions(course, "07"))
