"""Lists of people are read as teachers have them; every line at fault is named."""

import pytest

from nbteach.classroom.intake.table import RosterError
from nbteach.classroom.people import Person, read

ADA = Person("ada", "Ada", "Lovelace", "ada@example.org", "815")
EMMY = Person("emmy", "Emmy", "Noether", "", "816")


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
    assert faults[-1].endswith("lines 2 and 5")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,age\nAda,36\n", "expected a column `id`.*the first line has: age, name"),
        ("", "the first line has: nothing"),
        ("Student,ID,SIS Login ID\n    Points Possible,,\n", "is empty"),
        ("id,first_name\n", "is empty"),
    ],
)
def test_what_is_no_roster_is_told_so(csv, text, says):
    with pytest.raises(RosterError, match=says):
        read(csv(text))


def test_other_encodings_and_missing_files_are_told(csv, tmp_path):
    with pytest.raises(RosterError, match="not UTF-8"):
        read(csv("id,last_name\nzoe,Zoë\n", "latin-1"))
    with pytest.raises(RosterError, match="a workbook, not a CSV file"):
        read(csv("PK\3\4..."))
    with pytest.raises(RosterError, match="No such file"):
        read(tmp_path / "nowhere.csv")


def test_what_excel_makes_of_a_file_says_the_same(csv):
    text = (
        "id\tfirst_name\tlast_name\temail\tlms_user_id\nada\tAda\tLovelace\tada@example.org\t815\n"
    )
    assert read(csv(text, "utf-16")) == [ADA]
    assert read(csv(text.replace("\t", ","), "utf-16")) == [ADA]
    for first in ("sep=;\n", "SEP=;\r\n"):
        assert read(csv(first + text.replace("\t", ";"), "utf-8-sig")) == [ADA]
    with pytest.raises(RosterError, match="line 3: '/' cannot be an id"):
        read(csv("sep=;\nid;email\n/;1,2,3\n"))


def test_rows_of_canvas_that_are_nobody_are_left_out(csv):
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (9001),Quiz (9002)\n"
        ",,,,,Manual Posting,\n"
        "    Points Possible,,,,,31,10\n"
        '"Lovelace, Ada",815,S1,ada,Lab A,N/A,7\n'
        '"Noether, Emmy",816,S2,emmy,"Lab A, Lab B, and Lab C",,8\n'
        '"Student, Test",899,,3f1c0a9be7,Lab A,,\n'
    )
    found = [Person("ada", "Ada", "Lovelace", "", "815"), EMMY]
    assert read(csv(text)) == found
    assert read(csv(text.replace("Points Possible", "Mögliche Punkte"))) == found
    assert read(csv(text.replace("3f1c0a9be7", "test"))) == [
        *found,
        Person("test", "Test", "Student", "", "899"),
    ]
    with pytest.raises(RosterError, match="line 6: '' cannot be an id"):
        read(csv(text.replace('"Student, Test",899,,3f1c0a9be7', "Nobody,,,")))


def test_names_in_two_columns_and_no_login(csv):
    text = (
        "LastName,FirstName,ID,SIS Login ID,Section\n"
        "    Points Possible,,,,\nNoether,Emmy,816,emmy,A\nStudent,Test,9,0123456789abcdef,A\n"
    )
    assert read(csv(text)) == [EMMY]
    text = 'Student,ID,Section\n    Points Possible,,\n"Noether, Emmy",816,A\n"Student, Test",9,A\n'
    assert read(csv(text)) == [Person("816", "Emmy", "Noether", "", "816")]
    assert read(csv("First name,Surname,Username\nEmmy,Noether,emmy\n"))[0].id == "emmy"


@pytest.mark.parametrize("name", ["o'neill@example.org", "ada+course@example.org", "ada lovelace"])
def test_an_id_may_be_an_email_address_or_have_a_space(csv, name):
    assert [person.id for person in read(csv(f"id\nemmy\n{name}\n"))] == ["emmy", name]


@pytest.mark.parametrize(
    "name", ["../ada", "-ada", "a/b", "ad\x00a", "a*", "Zoë", "a" * 129, "=1+1", '"a\nb"', "a:b"]
)
def test_what_cannot_name_a_folder_is_named_with_its_line(csv, name):
    with pytest.raises(RosterError) as caught:
        read(csv(f"id\nemmy\n{name}\n"))
    assert str(caught.value).startswith("roster.csv: line 3: ")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('id,first_name,last_name\nada,"Ada,Lovelace\nemmy,Emmy,Noether\n', 2),
        ('id,first_name,last_name\nada,"Ada,Lovelace\nemmy,Emmy",Noether\nkurt,Kurt,Gödel\n', 2),
        ('id,first_name\nada,Ada\n"emmy","Emmy\n"kurt","Kurt"\n', 3),
        ('id,first_name,group\nada,Ada,"1\nemmy,Emmy,2\nkurt,Kurt,3"\n', 2),
        ('id\nada\n"emmy\nkurt\n', 3),
        ("id,first_name\nada,Ada\nemmy," + "x" * 200_000 + "\n", 3),
        ("id,first_name\nada,Ada\nemmy," + "x" * 5_000 + "\n", 3),
        ("id,first_name,email\nada,King, Jr.,ada@example.org\n", 2),
    ],
)
def test_nothing_is_swallowed_in_silence(csv, text, line):
    with pytest.raises(RosterError) as caught:
        read(csv(text))
    assert str(caught.value).startswith(f"roster.csv: line {line}: ")
    assert len(str(caught.value)) < 400


def test_honest_quotation_marks_commas_and_lines_are_no_fault(csv):
    text = 'id,first_name,last_name,note\n\nada,"Ada ""A."" ","King, Jr.","two\nlines, really"\n'
    assert read(csv(text)) == [Person("ada", 'Ada "A."', "King, Jr.")]
    assert (
        read(csv('id,first_name,last_name\nada,"Ada\nAugusta",King\n'))[0].name
        == "Ada Augusta King"
    )


def test_ids_that_differ_by_case_are_refused_with_both_lines(csv):
    with pytest.raises(RosterError) as caught:
        read(csv("id\nada\n\nemmy\nAda\n"))
    assert str(caught.value) == (
        "roster.csv: the ids Ada and ada differ only by case; give one of them another; "
        "lines 2 and 5"
    )
