"""Rosters are read from what teachers have; faults are all named; nobody is ever taken out."""

import pytest
import tiny_course

from nbteach.classroom.roster import Person, RosterError, enrol, people, read, roster
from nbteach.grading.course import environment, load

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

ADA = Person("ada", "Ada", "Lovelace", "ada@example.org", "815")


@pytest.fixture
def csv(tmp_path):
    def write(text: str, encoding: str = "utf-8"):
        path = tmp_path / "roster.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


@pytest.mark.parametrize(
    "text",
    [
        "id,first_name,last_name,email,lms_user_id\nada,Ada,Lovelace,ada@example.org,815\n",
        "email;id;lms_user_id;last_name;first_name\nada@example.org;ada;815;Lovelace;Ada\n\n",
        "First name,Last name,Username,ID number,Email address\n"
        "Ada,Lovelace,ada,815,ada@example.org\n",
        "Identifier,Full name,Username,ID number,Email address\n"
        "Participant 1,Ada Lovelace,ada,815,ada@example.org\n",
    ],
    ids=["nbgrader", "semicolons", "Moodle participants", "Moodle worksheet"],
)
def test_each_kind_of_file_says_the_same(csv, text):
    assert read(csv(text)) == [ADA]
    assert read(csv(text, "utf-8-sig")) == [ADA]


def test_a_gradebook_of_canvas_is_a_roster(csv):
    text = (
        "Student,ID,SIS Login ID,Section,Essay (77)\n"
        "    Points Possible,,,,10\n"
        '"Lovelace, Ada",815,ada,One,9\n'
        "Emmy Noether,816,emmy,One,\n"
    )
    assert read(csv(text)) == [
        Person("ada", "Ada", "Lovelace", "", "815"),
        Person("emmy", "Emmy", "Noether", "", "816"),
    ]


def test_without_a_user_name_moodle_identifies_by_number_or_email(csv):
    text = "First name,Last name,ID number,Email address\nAda,L,815,a@b.org\nEmmy,N,,e@b.org\n"
    assert [person.id for person in read(csv(text))] == ["815", "e@b.org"]


def test_every_fault_is_named_with_its_line(csv):
    with pytest.raises(RosterError) as caught:
        read(csv("id,email\nada,1\n../ada,2\n,3\nada,4\n*,5\n"))
    faults = str(caught.value).splitlines()
    assert [fault.partition(";")[0] for fault in faults] == [
        "roster.csv: line 3: '../ada' cannot be an id (column id)",
        "roster.csv: line 4: '' cannot be an id (column id)",
        "roster.csv: line 6: '*' cannot be an id (column id)",
        "roster.csv: the id ada stands there more than once",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,age\nAda,36\n", "expected a column `id`.*the first line has: age, name"),
        ("", "the first line has: nothing"),
        ("Student,ID,SIS Login ID\n    Points Possible,,\n", "is empty"),
    ],
)
def test_what_is_no_roster_is_told_so(csv, text, says):
    with pytest.raises(RosterError, match=says):
        read(csv(text))


def test_other_encodings_and_missing_files_are_told(csv, tmp_path):
    with pytest.raises(RosterError, match="not UTF-8"):
        read(csv("id,last_name\nzoe,Zoë\n", "latin-1"))
    with pytest.raises(RosterError, match="No such file"):
        read(tmp_path / "nowhere.csv")


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
