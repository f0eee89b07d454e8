"""The zip with worked solutions: answers alone, where students' notebooks find them."""

import zipfile

import pytest
import tiny_course

from nblib.progress.answers import given
from nbteach.classroom.create import ClassroomError
from nbteach.classroom.worked import worked


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
    assert given("01_tiny", student / "notebooks/01_tiny") == {"double": answer}
    assert given("02_other", student / "notebooks/02_other") == {}


def test_an_unknown_lesson_is_told(tmp_path):
    with pytest.raises(ClassroomError, match="there is no lesson '1'; there are 01_tiny"):
        worked(tiny_course.make(tmp_path / "course"), "1", to=tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
