"""A roster is read again as often as one likes; nobody is ever taken out."""

import argparse

import pytest
import tiny_course

from nbteach.classroom import commands
from nbteach.classroom import roster as module
from nbteach.classroom.roster import Person, RosterError, enrol, people, roster
from nbteach.grading.course import environment, load
from nbteach.grading.errors import GradingError

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def csv(tmp_path):
    def write(text: str):
        path = tmp_path / "roster.csv"
        path.write_text(text)
        return path

    return write


def test_a_later_roster_updates_and_keeps_those_who_left(tmp_path, monkeypatch, csv):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = tiny_course.make(tmp_path / "course")
    with environment():
        course = load(root)
        assert enrol(course, [Person("ada"), Person("emmy")]).startswith(
            "On the roster: 2, new: 2."
        )
    said: list[str] = []
    assert roster(root, csv("id,first_name\nada,Ada\nkurt,Kurt\n"), say=said.append) == 0
    assert said[-1] == (
        "On the roster: 3, new: 1. No longer in the list, but kept with their work: emmy."
    )
    with environment():
        assert people(load(root)) == [Person("ada", "Ada"), Person("emmy"), Person("kurt", "Kurt")]
    before = (root / "classroom/default/gradebook.db").read_bytes()
    assert roster(root, say=said.append) == 0
    assert said[-1] == "On the roster: 3."
    assert (root / "classroom/default/gradebook.db").read_bytes() == before


def test_an_id_that_differs_by_case_from_one_in_the_class_is_refused(tmp_path, monkeypatch, csv):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = tiny_course.make(tmp_path / "course")
    roster(root, csv("id\nada\nemmy\n"), say=lambda text: None)
    with pytest.raises(RosterError, match="the ids ADA and ada differ only by case"):
        roster(root, csv("id\nADA\nkurt\n"))
    with environment():
        assert [person.id for person in people(load(root))] == ["ada", "emmy"]


def test_names_do_nothing_to_a_terminal(tmp_path, monkeypatch, csv):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root, said = tiny_course.make(tmp_path / "course"), []
    roster(root, csv('id,first_name\nada,"A\x1b[2J\u202eda\nKing"\n'), say=said.append)
    assert all(line.isprintable() for line in said)


def test_trouble_with_the_disk_is_a_sentence(tmp_path, monkeypatch):
    def full(course):
        raise OSError(28, "No space left on device")

    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(module, "people", full)
    root = tiny_course.make(tmp_path / "course")
    with pytest.raises(GradingError, match="the disk is full"):
        commands.run(root, argparse.Namespace(action="roster", csv=None))
