"""The zip with worked solutions: answers alone, where students' notebooks find them."""

import zipfile
from datetime import datetime

import pytest
import tiny_course

from nblib.progress.answers import Given, given
from nbteach.classroom.create import ClassroomError
from nbteach.classroom.worked import worked
from nbteach.cli import main


def test_it_is_unpacked_over_the_students_folder(tmp_path):
    root = tiny_course.make(tmp_path / "course")
    said: list[str] = []
    assert worked(root, "01_tiny", say=said.append) == 0
    path = root / "build/worked-01_tiny.zip"
    assert said == [f"{path}: its worked solutions (1), to unpack beside notebooks/."]
    student = tmp_path / "student"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(student)
    assert [file.name for file in student.rglob("*.*")] == ["01_tiny.json"]
    answer = (
        'def double(x: float) -> float:\n    """Return twice `x`."""\n'
        "    twice = x + x\n    return twice"
    )
    assert given("01_tiny", student / "notebooks/01_tiny") == Given({"double": answer})
    assert given("02_other", student / "notebooks/02_other") == Given()


@pytest.mark.parametrize(
    ("deadline", "is_past"), [("2001-02-03T18:00", True), ("2999-01-01", False)]
)
def test_a_deadline_comes_along(tmp_path, deadline, is_past):
    root, said = tiny_course.make(tmp_path / "course"), []
    moment = datetime.fromisoformat(deadline)
    worked(root, "01_tiny", to=tmp_path / "worked.zip", deadline=moment, say=said.append)
    with zipfile.ZipFile(tmp_path / "worked.zip") as archive:
        archive.extractall(tmp_path)
    found = given("01_tiny", tmp_path)
    assert found.deadline == moment.astimezone()
    assert found.is_for_all is is_past
    assert f"all of them open at {deadline[:10]}T" in said[0]


def test_a_deadline_that_is_none_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["class", "worked", "01_tiny", "--deadline", "soon"])
    assert "'soon' is no moment such as 2026-12-01T18:00" in capsys.readouterr().err


def test_an_unknown_lesson_is_told(tmp_path):
    with pytest.raises(ClassroomError, match="there is no lesson '1'; there are 01_tiny"):
        worked(tiny_course.make(tmp_path / "course"), "1", to=tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
