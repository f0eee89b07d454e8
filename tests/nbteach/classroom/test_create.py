"""A new class is empty, private and apart from every other."""

import os
import stat

import pytest
import tiny_course
from nbgrader.api import Gradebook

from nbteach.classroom.create import ClassroomError, new
from nbteach.classroom.roster import RosterError

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    return tiny_course.make(tmp_path / "course")


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("id,first_name,last_name\nada,Ada,Lovelace\nemmy,Emmy,Noether\n")
    return path


def test_a_class_has_its_gradebook_its_roster_and_its_exchange(course, roster):
    said: list[str] = []
    assert new(course, "autumn-2026", roster, say=said.append) == 0
    place = course / "classroom" / "autumn-2026"
    with Gradebook(f"sqlite:///{place / 'gradebook.db'}", "autumn-2026") as book:
        assert sorted(student.id for student in book.students) == ["ada", "emmy"]
    assert (place / "exchange").is_dir()
    for private in (place, place.parent):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert said[-1].endswith("export NBLIB_CLASSROOM=autumn-2026")
    assert "NBLIB_CLASSROOM" not in os.environ


def test_classes_stand_side_by_side(course, roster):
    new(course, "one", roster, say=lambda text: None)
    before = (course / "classroom/one/gradebook.db").read_bytes()
    new(course, "two", say=lambda text: None)
    assert (course / "classroom/one/gradebook.db").read_bytes() == before
    with Gradebook(f"sqlite:///{course / 'classroom/two/gradebook.db'}") as book:
        assert book.students == []


def test_a_class_that_is_there_stays_as_it_is(course, roster):
    new(course, "one", say=lambda text: None)
    before = (course / "classroom/one/gradebook.db").read_bytes()
    with pytest.raises(ClassroomError, match="there is a class one already"):
        new(course, "one", roster)
    assert (course / "classroom/one/gradebook.db").read_bytes() == before


@pytest.mark.parametrize("name", ["../up", "", ".hidden", "a b", "-f", "a/b", "x" * 80])
def test_a_name_that_could_lead_elsewhere_is_refused(course, name):
    with pytest.raises(ClassroomError, match="cannot be called"):
        new(course, name)
    assert not (course / "classroom").exists()


def test_nothing_is_made_for_a_roster_that_cannot_be_read(course, roster):
    roster.write_text("id\nada\nada\n")
    with pytest.raises(RosterError):
        new(course, "one", roster)
    assert not (course / "classroom").exists()
