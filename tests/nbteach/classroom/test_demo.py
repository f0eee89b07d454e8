"""The sample class is what it says, and the demo notices when grading is not as expected."""

from pathlib import Path

import nbformat
import pytest
import tiny_course
from graded_course import LESSON

from nbteach.authoring.build import build
from nbteach.classroom import demo as classroom
from nbteach.classroom.samples import AnswerKey, Sample, answer_key, sample_class
from nbteach.grading.limits import Limits
from nbteach.grading.summary import Grades, Result

FIRST = min((tiny_course.REPOSITORY / "solutions").glob("0[1-9]_*.py"))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> AnswerKey:
    root = tiny_course.make(tmp_path_factory.mktemp("course"), LESSON)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NBLIB_CLASSROOM", raising=False)
        build(root)
    source, release = (
        nbformat.read(root / folder / "01_tiny" / "01_tiny.ipynb", as_version=4)
        for folder in ("build/source", "notebooks")
    )
    return answer_key(source, release)


def test_answer_key_is_read_off_the_lesson(key):
    assert key.points == {"one": 1, "two": 2, "three": 3}
    assert key.answers["two"].splitlines()[-1] == "    return x + 2"
    assert "SOLUTION" not in str(key.answers)


def test_points_of_several_tests_are_added():
    cells = [
        nbformat.v4.new_code_cell(
            metadata={
                "nbgrader": {"grade_id": f"x-test{n}", "grade": True, "solution": False}
                | {"points": 2}
            }
        )
        for n in ("", "-2", "-3")
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert answer_key(notebook, notebook).points == {"x": 6}


def test_class_is_made_of_twelve_different_students(key):
    samples = sample_class(key)
    assert len({sample.student for sample in samples}) == 12
    assert len({sample.text for sample in samples}) == 12


def test_making_the_class_leaves_the_key_alone(key):
    before = nbformat.writes(key.release)
    sample_class(key)
    assert nbformat.writes(key.release) == before


def test_expected_scores_follow_from_what_was_done(key):
    expected = {sample.student: sample.expected for sample in sample_class(key)}
    assert expected == {
        "s01-perfect": 6,
        "s02-own-style": 6,
        "s03-half": 1,  # "two" and "three" untouched
        "s04-constants": 4,  # "two" constant
        "s05-empty": 0,
        "s06-syntax": 5,
        "s07-loop": 4,
        "s08-import": 3,
        "s09-tampered": 6,
        "s10-killed": 4,
        "s11-broken": None,
        "s12-absent": None,
    }


def test_comparison_marks_what_is_not_as_expected():
    samples = [Sample("s01", "solved it", "", 3), Sample("s02", "broke it", "", None)]
    grades = Grades("01_x", 3, (Result("s01", 2, ""), Result("s02", None, "")))
    text, surprises = classroom.comparison(samples, grades)
    assert surprises == ["s01"]
    assert [line[0] for line in text.splitlines()] == [" ", "!", " "]


@pytest.mark.slow
def test_demo_fails_when_a_test_lets_wrong_answers_pass(tmp_path, monkeypatch):
    monkeypatch.setattr(classroom, "_LIMITS", Limits(cpu_seconds_per_cell=2))
    root = tiny_course.make(tmp_path, LESSON.replace("assert two(", "assert 1 or two("))
    said: list[str] = []
    assert classroom.demo(root, say=said.append) == 1
    assert "Not as expected: s03-half, s04-constants, s05-empty, s07-loop, s10-killed." in said


@pytest.mark.slow
def test_demo_of_the_first_lesson_ends_as_expected(tmp_path, monkeypatch):
    monkeypatch.setattr(classroom, "_LIMITS", Limits(cpu_seconds_per_cell=4))
    root = tiny_course.make_real(tmp_path, FIRST.stem)
    said: list[str] = []
    assert classroom.demo(root, say=said.append) == 0, said[-3]
    assert said[-2] == "All is as expected."
    feedback = root / "classroom" / "demo" / "feedback"
    assert len([*feedback.rglob("*.html")]) == 10  # all but broken and absent
    assert Path(root / "classroom" / "demo" / "grades.csv").is_file()
