"""Grades leave in the columns of Canvas and Moodle; everybody has a row, known there or not."""

import csv
from pathlib import Path

import pytest
import tiny_course

from nbteach.classroom.create import ClassroomError
from nbteach.classroom.export import export
from nbteach.classroom.roster import Person, enrol, read
from nbteach.grading.course import environment, gradebook, load

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

ROSTER = [
    Person("ada", "Ada", "Lovelace", "ada@example.org", "815"),
    Person("emmy", "Emmy", "Noether", "emmy@example.org", "816"),  # handed in nothing
    Person("kurt", "Kurt", "Gödel", "kurt@example.org", "817"),  # without a grade yet
    Person("sofia", "Sofia", 'Kov"a, lev', "", "818"),  # late
]


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = tiny_course.make(tmp_path / "course")
    with environment():
        course = load(root)
        enrol(course, ROSTER)
        with gradebook(course) as book:
            for lesson in ("01_tiny", "02_other"):
                book.add_assignment(lesson)
                book.add_notebook(lesson, lesson)
                for name, points in (("a-test", 2), ("b-test", 3)):
                    book.add_grade_cell(name, lesson, lesson, max_score=points, cell_type="code")
            for student, scores, penalty in (
                ("ada", (2, 2.5), 0),
                ("kurt", (2, None), 0),
                ("sofia", (2, 3), 1),
            ):
                notebook = book.add_submission("01_tiny", student).notebooks[0]
                notebook.late_submission_penalty = penalty
                for grade in notebook.grades:
                    grade.auto_score = scores[["a-test", "b-test"].index(grade.name)]
            book.db.commit()
    return root


def written(root: Path, form: str) -> list[list[str]]:
    with (root / f"classroom/default/grades-{form}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_canvas(root):
    said: list[str] = []
    assert export(root, "canvas", ["01_tiny"], say=said.append) == 0
    assert written(root, "canvas") == [
        ["Student", "ID", "SIS Login ID", "Section", "01_tiny"],
        ["    Points Possible", "", "", "", "5"],
        ["Lovelace, Ada", "815", "ada", "", "4.5"],
        ["Noether, Emmy", "816", "emmy", "", ""],
        ["Gödel, Kurt", "817", "kurt", "", ""],
        ['Kov"a, lev, Sofia', "818", "sofia", "", "4"],
    ]
    assert said[0] == "01_tiny: 2 grades of 4 students."


def test_moodle(root):
    assert export(root, "moodle", say=lambda text: None) == 0
    heading, ada, emmy, *_ = written(root, "moodle")
    names = ["Username", "ID number", "Email address", "First name", "Last name"]
    assert heading == [*names, "01_tiny", "02_other"]
    assert ada == ["ada", "815", "ada@example.org", "Ada", "Lovelace", "4.5", ""]
    assert emmy[-2:] == ["", ""]


def test_a_grade_by_hand_counts(root):
    with environment(), gradebook(load(root)) as book:
        for grade in book.find_submission("01_tiny", "kurt").notebooks[0].grades:
            if grade.auto_score is None:
                grade.manual_score = 0.5
        book.db.commit()
    export(root, "canvas", ["01_tiny"], say=lambda text: None)
    assert written(root, "canvas")[4][-1] == "2.5"


@pytest.mark.parametrize(("form", "column"), [("canvas", "ID"), ("moodle", "ID number")])
def test_who_is_unknown_there_is_listed_and_not_dropped(root, form, column):
    with environment():
        enrol(load(root), [Person("eve"), Person("twin", lms_id="815")])
    said: list[str] = []
    assert export(root, form, say=said.append) == 1
    assert [line for line in said if line.startswith("  ")] == [
        f"  ada shares the {column} 815 with somebody else",
        f"  eve has no {column} (lms_user_id) on the roster",
        f"  twin shares the {column} 815 with somebody else",
    ]
    assert {"ada", "eve", "twin"} <= {cell for row in written(root, form) for cell in row}


def test_before_there_is_anything_to_export_the_way_is_told(root, monkeypatch):
    with pytest.raises(ClassroomError, match="03_no is not graded; graded are: 01_tiny, 02_other"):
        export(root, "canvas", ["03_no"])
    monkeypatch.setenv("NBLIB_CLASSROOM", "empty")
    with pytest.raises(ClassroomError, match="first `nblib grade LESSON`"):
        export(root, "canvas")


def test_what_was_exported_is_a_roster_that_can_be_read_again(root):
    for form in ("canvas", "moodle"):
        export(root, form, say=lambda text: None)
        again = read(root / f"classroom/default/grades-{form}.csv")
        assert [person.id for person in again] == [person.id for person in ROSTER]
        assert [person.lms_id for person in again] == [person.lms_id for person in ROSTER]
