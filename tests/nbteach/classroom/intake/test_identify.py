"""Names of files, as Moodle, Canvas and teachers give them, lead to the right person or nobody."""

import pytest

from nbteach.classroom.intake.identify import Senders, Unknown
from nbteach.classroom.roster import Person, RosterError

LESSON = "01_tiny"
ROSTER = [
    Person("ada", "Ada", "Lovelace", "ada@example.org", "815"),
    Person("zoe", "Zoë", "O'Neill-Mayer", "zoe@example.org", "816"),
    Person("emmy", "Emmy", "Noether", "emmy@example.org"),
    Person("1", "Nummer", "Eins", "one@example.org"),
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
        ("oneillmayerzoe_816_4711_a_b.ipynb", "zoe", "a_b.ipynb", False),
        ("noetheremmy_99_4711_a.ipynb", "emmy", "a.ipynb", False),  # her number is not known
        ("lovelaceadaking_815_4711_a.ipynb", "ada", "a.ipynb", False),
        ("smithsam_902_4711_work.zip/deep/01_tiny.ipynb", "sam2", "01_tiny.ipynb", False),
        ("ada/01_tiny.ipynb", "ada", "01_tiny.ipynb", False),
        ("all/ADA/01_tiny/01_tiny.ipynb", "ada", "01_tiny.ipynb", False),
        ("ada.ipynb", "ada", "ada.ipynb", False),
        ("ada-01_tiny.ipynb", "ada", "ada-01_tiny.ipynb", False),
        ("01_tiny (ada).ipynb", "ada", "01_tiny (ada).ipynb", False),
        ("sam2@example.org/01_tiny.ipynb", "sam2", "01_tiny.ipynb", False),
        ("01_tiny-ada (1).ipynb", "ada", "01_tiny-ada (1).ipynb", False),
        ("01_TINY_ada-Copy1.ipynb", "ada", "01_TINY_ada-Copy1.ipynb", False),
        ("ada-01_tiny-2.ipynb", "ada", "ada-01_tiny-2.ipynb", False),
        ("ada (3).zip/01_tiny.ipynb", "ada", "01_tiny.ipynb", False),
        ("Lovelace, Ada.zip/homework/x.ipynb", "ada", "x.ipynb", False),
        ("Zoe\u0308 O'Neill-Mayer/x.ipynb", "zoe", "x.ipynb", False),
        ("a/b/Ada Lovelace_4_assignsubmission_file/x.ipynb", "ada", "x.ipynb", False),
        ("a/lovelaceada_815_4711_work.zip/emmy/x.ipynb", "ada", "x.ipynb", False),
        ("Ada Lovelace_4_assignsubmission_file/sam1/x.ipynb", "ada", "x.ipynb", False),
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
        ("ada_816_4711_x.ipynb", "has the number 816 of zoe, but the name ada"),
        ("noetheremmy_815_4711_x.ipynb", "has the number 815 of ada, but the name noetheremmy"),
        ("oneillmayerzoe_99_4711_x.ipynb", "but the number 99, and not 816"),
        ("strangermallory_999_7_work.zip/ada/01_tiny.ipynb", "has the name strangermallory"),
        ("mallory.zip/ada/01_tiny.ipynb", "nobody on the roster goes by"),
        ("mallory.zip/Ada Lovelace_4_assignsubmission_file/x.ipynb", "nobody on the roster"),
        ("ada.zip/Emmy Noether_4_assignsubmission_file/x.ipynb", "may be from ada, emmy"),
        ("ada.zip/emmy.ipynb", "may be from ada, emmy"),
        ("emmy/Ada Lovelace_4_assignsubmission_file/x.ipynb", "may be from ada, emmy"),
        ("emmy_12_01_tiny.ipynb", "nobody on the roster goes by"),
        ("01_tiny (1).ipynb", "nobody on the roster goes by"),  # the browser's, not 1's
        ("01_tiny-1.ipynb", "nobody on the roster goes by"),
        ("em01_tinymy.ipynb", "nobody on the roster goes by"),
        ("Emmy.ipynb/x.ipynb", "nobody on the roster goes by"),
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


def test_a_number_of_the_worksheet_counts_only_with_a_name_that_agrees(tmp_path):
    worksheet = tmp_path / "grades.csv"
    worksheet.write_text(
        "Identifier,Full name,Email address\n"
        "Participant 37,Ada Lovelace,ada@example.org\n"
        "Participant 38,Emmy Noether,emmy@example.org\n"
        "Participant 39,Zoë O'Neill-Mayer,mallory@example.org\n"
        "Participant 40,Countess Zoë,zoe@example.org\n"
        "Participant 41,Anne-Zoë O'Neill-Mayer,anne@example.org\n"
    )
    senders = Senders(ROSTER, worksheet)

    def whose(name: str) -> str:
        return senders.of(f"{name}_assignsubmission_file/01_tiny.ipynb", LESSON).person.id

    assert whose("Ada Lovelace_37") == whose("Lab A-Ada Lovelace_37") == "ada"
    assert whose("Ada King Lovelace_37") == whose("Participant_37") == "ada"
    assert whose("Countess Zoë_40") == "zoe"
    for name, says in {
        "Emmy Noether_37": "is from participant 37, in the worksheet ada, but has the name Emmy",
        "Ada Lovelace_99": "participant 99, whom the worksheet does not know",
        "Participant_99": "participant 99, whom the worksheet does not know",
        "Zoë O'Neill-Mayer_39": "in the worksheet Zoë O'Neill-Mayer, who is not on the roster",
        "Anne-Zoë O'Neill-Mayer_40": "but has the name Anne-Zoë",
    }.items():
        with pytest.raises(Unknown, match=says):
            whose(name)


def test_a_worksheet_with_full_names_alone_will_do(tmp_path):
    worksheet = tmp_path / "grades.csv"
    worksheet.write_text(
        "Identifier,Full name\nParticipant 1,Ada Lovelace\nParticipant 2,Sam Smith\n"
    )
    senders = Senders(ROSTER, worksheet)
    path = "{}_{}_assignsubmission_file/x.ipynb".format
    assert senders.of(path("Ada Lovelace", 1), LESSON).is_sure
    with pytest.raises(Unknown):
        senders.of(path("Sam Smith", 2), LESSON)


def test_a_worksheet_that_hides_names_is_not_asked_for_again(tmp_path):
    worksheet = tmp_path / "grades.csv"
    worksheet.write_text("Identifier,Status,Grade\nParticipant 37,Submitted,\n")
    with pytest.raises(RosterError, match="graded anonymously; in Moodle, reveal the students'"):
        Senders(ROSTER, worksheet)
    worksheet.write_text("Identifier,Status,ID number\nParticipant 37,Submitted,815\n")
    path = "Participant_37_assignsubmission_file/01_tiny.ipynb"
    assert Senders(ROSTER, worksheet).of(path, LESSON).person.id == "ada"


def test_beside_a_students_folder_each_folder_is_a_students():
    senders = Senders(ROSTER)
    together = ["ada/01_tiny.ipynb", "mallory/emmy.ipynb", "01_tiny/zoe.ipynb"]
    levels = senders.levels(together, LESSON)
    assert levels == {""}
    with pytest.raises(Unknown, match="nobody on the roster goes by 'mallory'"):
        senders.of(together[1], LESSON, levels)
    assert senders.of(together[2], LESSON, levels).person.id == "zoe"
    assert senders.of(together[1], LESSON).person.id == "emmy"  # alone, a folder of the teacher's


def test_a_name_may_be_read_in_two_ways_but_not_mean_two():
    senders = Senders(ROSTER)
    assert senders.of_any(["adä.ipynb", "ada.ipynb"], LESSON, set()).person.id == "ada"
    for readings in (["ada.ipynb", "emmy.ipynb"], ["ada/emmy.ipynb", "ada.ipynb"]):
        with pytest.raises(Unknown, match="may be from ada, emmy"):
            senders.of_any(readings, LESSON, set())
