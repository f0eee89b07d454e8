"""Names of files, as Moodle, Canvas and teachers give them, lead to the right person or nobody."""

import pytest

from nbteach.classroom.roster import Person, RosterError
from nbteach.classroom.identify import Senders, Unknown

LESSON = "01_tiny"
ROSTER = [
    Person("ada", "Ada", "Lovelace", "ada@example.org", "815"),
    Person("zoe", "Zoë", "O'Neill-Mayer", "zoe@example.org", "816"),
    Person("sam1", "Sam", "Smith", "sam1@example.org", "901"),
    Person("sam2", "Sam", "Smith", "sam2@example.org", "902"),
]


@pytest.mark.parametrize(
    ("path", "student", "file", "is_late"),
    [
        ("Ada Lovelace_4711_assignsubmission_file_/01_tiny.ipynb", "ada", "01_tiny.ipynb", False),
        ("Ada Lovelace_4711_assignsubmission_file/01_tiny.ipynb", "ada", "01_tiny.ipynb", False),
        ("Ada Lovelace_4711_assignsubmission_file_01_tiny.ipynb", "ada", "01_tiny.ipynb", False),
        ("Zoë ONeill-Mayer_12_assignsubmission_file_/w.zip/x.ipynb", "zoe", "x.ipynb", False),
        ("lovelaceada_815_4711_01_tiny.ipynb", "ada", "01_tiny.ipynb", False),
        ("lovelaceada_LATE_815_4711_01_tiny-1.ipynb", "ada", "01_tiny-1.ipynb", True),
        ("oneillmayerzoe_99_4711_a_b.ipynb", "zoe", "a_b.ipynb", False),
        ("smithsam_902_4711_work.zip/deep/01_tiny.ipynb", "sam2", "01_tiny.ipynb", False),
        ("ada/01_tiny.ipynb", "ada", "01_tiny.ipynb", False),
        ("all/ADA/01_tiny/01_tiny.ipynb", "ada", "01_tiny.ipynb", False),
        ("ada.ipynb", "ada", "ada.ipynb", False),
        ("ada-01_tiny.ipynb", "ada", "ada-01_tiny.ipynb", False),
        ("01_tiny (ada).ipynb", "ada", "01_tiny (ada).ipynb", False),
        ("sam2@example.org/01_tiny.ipynb", "sam2", "01_tiny.ipynb", False),
    ],
)
def test_the_sender_is_found(path, student, file, is_late):
    sender = Senders(ROSTER).of(path, LESSON)
    assert (sender.person.id, sender.file, sender.is_late) == (student, file, is_late)


@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("Ada L_4_assignsubmission_file/a/b.ipynb", "Ada L_4_assignsubmission_file/"),
        ("Ada L_4_assignsubmission_file_/b.ipynb", "Ada L_4_assignsubmission_file_/"),
        ("Ada L_4_assignsubmission_file_b.ipynb", "Ada L_4_assignsubmission_file_"),
        ("ladal_LATE_815_4711_work_1.zip/b.ipynb", "ladal_LATE_815_4711_"),
        ("work/ada.ipynb", "ada/"),
    ],
)
def test_a_reply_goes_by_the_name_that_the_system_gave(path, reply):
    assert Senders([Person("ada", "Ada", "L", "", "815")]).of(path, LESSON).reply == reply


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (
            "Sam Smith_4711_assignsubmission_file_/01_tiny.ipynb",
            "more than one person has the name",
        ),
        (
            "Eve Moneypenny_1_assignsubmission_file_/a.ipynb",
            "nobody on the roster has the name Eve",
        ),
        ("Participant_1_assignsubmission_file_/a.ipynb", "give Moodle's grading worksheet"),
        ("smithsam_77_4711_01_tiny.ipynb", "may be from sam1, sam2"),
        ("anon_x1Y2_4711_01_tiny.ipynb", "nobody on the roster goes by"),
        ("01_tiny.ipynb", "nobody on the roster goes by '01_tiny.ipynb'"),
        ("ada/sam1.ipynb", "may be from ada, sam1"),
        ("adam.ipynb", "nobody on the roster goes by"),
    ],
)
def test_in_doubt_it_is_nobody(path, says):
    with pytest.raises(Unknown, match=says):
        Senders(ROSTER).of(path, LESSON)


def test_people_without_numbers_or_names_are_not_all_the_same_one():
    senders = Senders([Person("a"), Person("b")])
    assert senders.of("a.ipynb", LESSON).person.id == "a"
    for path in ("_1_2_x.ipynb", "-_1_assignsubmission_file_x.ipynb", ".ipynb"):
        with pytest.raises(Unknown):
            senders.of(path, LESSON)


def test_the_worksheet_of_moodle_tells_equal_names_and_hidden_ones_apart(tmp_path):
    worksheet = tmp_path / "grades.csv"
    worksheet.write_text(
        "Identifier,Full name,ID number,Email address,Grade\n"
        "Participant 11,Sam Smith,901,,\n"
        "Participant 12,Sam Smith,,sam2@example.org,\n"
        "Participant 13,Nobody,999,nobody@example.org,\n"
    )
    senders = Senders(ROSTER, worksheet)
    for number, student in ((11, "sam1"), (12, "sam2")):
        for name in ("Sam Smith", "Participant"):
            path = f"{name}_{number}_assignsubmission_file_/01_tiny.ipynb"
            assert senders.of(path, LESSON).person.id == student
    with pytest.raises(Unknown):
        senders.of("Participant_13_assignsubmission_file_/01_tiny.ipynb", LESSON)
    worksheet.write_text("id\nada\n")
    with pytest.raises(RosterError, match="expected a column Identifier"):
        Senders(ROSTER, worksheet)
