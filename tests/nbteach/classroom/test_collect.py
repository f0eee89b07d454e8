"""What comes back is collected, kept beside or left where it is; nothing is lost or unsaid."""

import io
import os
import shutil
import time
import zipfile
from pathlib import Path

import pytest
import tiny_course

from nbteach.classroom.collect import collect
from nbteach.classroom.create import ClassroomError, new
from nbteach.classroom.intake.archive import ArchiveError
from nbteach.grading.course import exclusive, load
from nbteach.grading.errors import GradingError
from nbteach.grading.records.submissions import handed_in

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

ROSTER = """\
id,first_name,last_name,lms_user_id
ada,Ada,Lovelace,815
emmy,Emmy,Noether,816
"""


class Class:
    """A class of two, and what was said while collecting for it."""

    def __init__(self, root: Path) -> None:
        self.root = tiny_course.make(root / "course")
        tiny_course.write(self.root, tiny_course.LESSON, "02_other")
        self.place = self.root / "classroom/default"
        roster = root / "roster.csv"
        roster.write_text(ROSTER)
        new(self.root, "default", roster, say=lambda text: None)
        self.said: list[str] = []

    def zip(self, name: str, files: dict[str, str | bytes], day: int = 1) -> Path:
        path = self.root.parent / name
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in files.items():
                archive.writestr(zipfile.ZipInfo(file, (2026, 10, day, 12, 0, 0)), text)
        return path

    def collect(self, *sources: Path, lesson: str = "01_tiny") -> int:
        self.said.clear()
        return collect(self.root, lesson, sources, say=self.said.append)

    def held(self) -> dict[str, str]:
        """The texts below the class's folder, whether they count or are kept."""
        found = [*self.place.glob("submitted/**/*.ipynb"), *self.place.glob("earlier/**/*.ipynb")]
        return {path.relative_to(self.place).as_posix(): path.read_text() for path in found}


@pytest.fixture
def klass(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    return Class(tmp_path)


def test_a_zip_of_moodle_ends_where_grading_looks_for_it(klass):
    moodle = {
        "Ada Lovelace_4711_assignsubmission_file_/01_tiny.ipynb": "ada's",
        "Emmy Noether_4712_assignsubmission_file_/my work.ipynb": "emmy's",
    }
    assert klass.collect(klass.zip("moodle.zip", moodle)) == 0
    assert klass.said == [
        "01_tiny: 2 collected, 0 replaced by a later one, 0 collected before, "
        "0 left where they are.",
        "Everybody has handed in.",
    ]
    found = handed_in(load(klass.root), "01_tiny")
    assert [submission.student for submission in found] == ["ada", "emmy"]
    assert klass.held() == {
        "submitted/ada/01_tiny/01_tiny.ipynb": "ada's",
        "submitted/emmy/01_tiny/01_tiny.ipynb": "emmy's",
    }


def test_a_zip_of_canvas_tells_who_is_late_and_who_is_missing(klass):
    path = klass.zip("canvas.zip", {"lovelaceada_LATE_815_1_01_tiny.ipynb": "ada's"})
    assert klass.collect(path) == 0
    assert klass.said[0] == "  ada: late, says Canvas"
    assert klass.said[-1] == "Nothing yet from: emmy."


def test_collecting_the_same_again_changes_nothing(klass):
    path = klass.zip("a.zip", {"ada.ipynb": "ada's", "ada-old.ipynb": "x", "ada/b.ipynb": "y"})
    klass.collect(path)
    before = klass.held()
    klass.collect(path)
    assert klass.held() == before
    assert "1 collected before" in klass.said[-2]


def test_a_later_one_counts_and_the_one_before_is_kept(klass):
    klass.collect(klass.zip("a.zip", {"ada.ipynb": "first"}))
    (klass.place / "submitted/ada/01_tiny/timestamp.txt").write_text("then")
    assert klass.collect(klass.zip("b.zip", {"ada.ipynb": "second"}, day=2)) == 0
    remark, summary, _ = klass.said
    kept = remark.partition("the one before is kept in ")[2]
    assert (klass.root / kept / "01_tiny.ipynb").read_text() == "first"
    assert (klass.root / kept / "timestamp.txt").read_text() == "then"
    assert klass.held()["submitted/ada/01_tiny/01_tiny.ipynb"] == "second"
    assert [*klass.place.glob("submitted/ada/01_tiny/*.txt")] == []
    assert "1 replaced by a later one" in summary


def test_an_older_one_does_not_count_and_is_kept(klass):
    klass.collect(klass.zip("b.zip", {"ada.ipynb": "second"}, day=2))
    klass.collect(klass.zip("a.zip", {"ada.ipynb": "first"}))
    remark = klass.said[0]
    assert remark.startswith("  ada: older than the one that counts; kept in ")
    assert sorted(klass.held().values()) == ["first", "second"]
    assert klass.held()["submitted/ada/01_tiny/01_tiny.ipynb"] == "second"


def test_back_and_forth_loses_nothing(klass):
    for day, text in enumerate(["one", "two", "one", "three", "one"], 1):
        klass.collect(klass.zip("a.zip", {"ada.ipynb": text}, day))
    assert klass.held()["submitted/ada/01_tiny/01_tiny.ipynb"] == "one"
    assert set(klass.held().values()) == {"one", "two", "three"}


def test_of_several_the_one_with_the_lessons_name_counts(klass):
    path = klass.zip(
        "a.zip",
        {
            "ada/notes.ipynb": "notes",
            "ada/01_tiny (2).ipynb": "work",
            "ada/again/01_tiny (2).ipynb": "work",
        },
    )
    assert klass.collect(path) == 0
    assert klass.held()["submitted/ada/01_tiny/01_tiny.ipynb"] == "work"
    assert sorted(klass.held().values()) == ["notes", "work"]
    assert klass.said[0].startswith(
        "  ada: sent several; 01_tiny (2).ipynb counts, notes.ipynb is kept in classroom/default/"
    )


def test_what_nobody_sent_or_is_no_work_stays_where_it_is(klass):
    files = {
        "eve.ipynb": "?",
        "ada/02_other.ipynb": "another lesson",
        "ada/report.pdf": "",
        "../ada.ipynb": "out",
        "ada\x1b[2J/x.ipynb": "?",
    }
    assert klass.collect(klass.zip("a.zip", files)) == 1
    assert klass.held() == {}
    assert klass.said[2] == "  ada/report.pdf: is not a notebook (from ada)"
    assert [line.partition(": ")[0] for line in klass.said[:-2]] == [
        "  eve.ipynb",
        "  ada/02_other.ipynb",
        "  ada/report.pdf",
        "  ../ada.ipynb",
        r"  'ada\x1b[2J/x.ipynb'",
    ]
    assert "is called 02_other; collect it as that lesson" in klass.said[1]
    assert klass.collect(klass.zip("b.zip", files), lesson="02_other") == 1
    assert [*klass.held().values()] == ["another lesson"]


def test_a_bad_source_is_named_and_the_good_ones_are_in(klass):
    good, bad = klass.zip("a.zip", {"ada.ipynb": "ada's"}), klass.root.parent / "bad.zip"
    bad.write_bytes(b"no zip")
    assert klass.collect(bad, good) == 1
    assert klass.said[0].startswith("  bad.zip: is no zip file that can be read")
    assert [*klass.held().values()] == ["ada's"]
    with pytest.raises(ArchiveError, match="there is no file or folder"):
        klass.collect(good, klass.root / "nowhere.zip")


MOODLE = "{}_{}_assignsubmission_file/{}"


def broken(how: str) -> bytes:
    """A zip that is one student's trouble."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(70_000 if how == "many" else 1):
            archive.writestr(f"{number}.ipynb", "x" * (how != "many") * 1000)
    if how == "nested":
        for _ in range(3):
            inner, target = target, io.BytesIO()
            with zipfile.ZipFile(target, "w") as archive:
                archive.writestr("inner.zip", inner.getvalue())
    content = bytearray(target.getvalue())
    central = content.index(b"PK\1\2")
    if how == "lzma":
        content[8] = content[central + 10] = zipfile.ZIP_LZMA
    elif how == "checksum":
        content[central + 16] ^= 1
    elif how == "encrypted":
        content[6] = content[central + 8] = 1
    elif how == "truncated":
        del content[-30:]
    return bytes(content)


@pytest.mark.parametrize(
    "how", ["lzma", "checksum", "encrypted", "truncated", "many", "nested", "many loose"]
)
def test_one_bad_hand_in_is_named_with_whose_it_is_and_stops_nobody(klass, how):
    folder = MOODLE.format("Ada Lovelace", 37, "")
    files = {MOODLE.format("Emmy Noether", 38, "01_tiny.ipynb"): "emmy's"}
    if how == "many loose":
        files = {f"{folder}{n}.ipynb": "" for n in range(2001)} | files
    else:
        files = {f"{folder}work.zip": broken(how)} | files
    assert klass.collect(klass.zip("a.zip", files)) == 1
    assert [*klass.held().values()] == ["emmy's"]
    assert klass.said[0].startswith(f"  {folder}")
    assert klass.said[0].endswith(" (from ada)")
    assert klass.said[-1] == "Nothing yet from: ada."
    assert len(klass.said) == 3
    assert max(map(len, klass.said)) < 300


def test_what_is_left_is_not_told_at_length(klass):
    theirs = {f"ada/{n}.txt": "" for n in range(300)}
    nobodys = {f"nobody{n}.ipynb": "" for n in range(300)}
    assert klass.collect(klass.zip("a.zip", theirs | nobodys)) == 1
    assert len(klass.said) == 5 + 100 + 2 + 2
    assert klass.said[-4:-2] == [
        "  295 more like these from ada",
        "  200 more like these from nobody on the roster",
    ]
    assert "600 left where they are" in klass.said[-2]


def test_a_date_to_come_makes_nothing_later_older(klass):
    own = io.BytesIO()
    with zipfile.ZipFile(own, "w") as archive:
        archive.writestr(zipfile.ZipInfo("01_tiny.ipynb", (2107, 1, 1, 0, 0, 0)), "first")
    klass.collect(klass.zip("a.zip", {"ada.zip": own.getvalue()}))
    klass.collect(klass.zip("b.zip", {"ada.ipynb": "second"}, day=2))
    assert klass.held()["submitted/ada/01_tiny/01_tiny.ipynb"] == "second"
    # As it may stand there since before such dates were looked at.
    file = klass.place / "submitted/ada/01_tiny/01_tiny.ipynb"
    os.utime(file, (4e9, 4e9))
    klass.collect(klass.zip("c.zip", {"ada.ipynb": "third"}, day=3))
    assert file.read_text() == "third"
    assert file.stat().st_mtime <= time.time()


def test_zips_are_named_after_students(klass):
    texts = {"01_tiny.ipynb": "theirs"}
    named = [klass.zip(f"{name}.zip", texts) for name in ("ada", "emmy")]
    named.append(klass.zip("mallory.zip", {"ada/01_tiny.ipynb": "forged"}, day=2))
    everything = klass.zip("all.zip", {path.name: path.read_bytes() for path in named})
    folder = klass.root.parent / "folder"
    folder.mkdir()
    for path in named:
        shutil.copy2(path, folder)
    for sources in (named, [folder], [everything]):
        assert klass.collect(*sources) == 1
        assert klass.said[0].startswith("  mallory.zip: nobody on the roster goes by 'mallory.zip'")
        assert klass.said[-1] == "Everybody has handed in."
        assert [*klass.held().values()] == ["theirs", "theirs"]


def test_who_is_not_on_the_roster_never_replaces_who_is(klass):
    own = io.BytesIO()
    with zipfile.ZipFile(own, "w") as archive:
        archive.writestr("ada/01_tiny.ipynb", "mallory's, and later")
    files = {
        "strangermallory_999_7_work.zip": own.getvalue(),
        "lovelaceada_815_6_01_tiny.ipynb": "ada's",
        "lovelaceada_999_8_01_tiny.ipynb": "another Ada's",
    }
    assert klass.collect(klass.zip("canvas.zip", files)) == 1
    assert [*klass.held().values()] == ["ada's"]
    assert "2 left where they are" in klass.said[-2]


def test_two_of_one_name_are_asked_about(klass):
    files = {MOODLE.format("Ada Lovelace", n, "01_tiny.ipynb"): str(n) for n in (37, 38)}
    assert klass.collect(klass.zip("moodle.zip", files)) == 1
    assert klass.held() == {}
    assert "or from somebody of the same name (moodle 37, moodle 38)" in klass.said[0]


def test_a_number_does_not_decide_against_a_name(klass):
    path = klass.root.parent / "ada_816_01_tiny.ipynb"
    path.write_text("ada's")
    assert klass.collect(path) == 1
    assert klass.held() == {}


def test_what_cannot_be_put_in_its_place_stops_nobody(klass):
    (klass.place / "submitted").mkdir()
    (klass.place / "submitted/ada").write_text("a file where a folder belongs")
    assert klass.collect(klass.zip("a.zip", {"ada.ipynb": "a", "emmy.ipynb": "b"})) == 1
    assert klass.held() == {"submitted/emmy/01_tiny/01_tiny.ipynb": "b"}
    assert klass.said[0].startswith("  ada.ipynb: cannot be put where it belongs")


def test_what_a_crash_left_half_done_is_done_again(klass):
    part = klass.place / "submitted/ada/.01_tiny.part"
    part.mkdir(parents=True)
    (part / "01_tiny.ipynb").write_text("half")
    assert handed_in(load(klass.root), "01_tiny") == []
    klass.collect(klass.zip("a.zip", {"ada.ipynb": "whole"}))
    assert [*klass.held().values()] == ["whole"]


def test_wrong_lessons_and_empty_rosters_are_told(klass, monkeypatch):
    path = klass.zip("a.zip", {"ada.ipynb": "ada's"})
    with pytest.raises(ClassroomError, match="the lessons are 01_tiny, 02_other"):
        klass.collect(path, lesson="03_no")
    monkeypatch.setenv("NBLIB_CLASSROOM", "empty")
    with pytest.raises(ClassroomError, match="nblib class roster"):
        klass.collect(path)


def test_nothing_moves_while_the_class_is_graded(klass):
    with exclusive(load(klass.root)):
        pid = os.fork()
        if pid == 0:  # another process: the lock does not keep out its own
            code = 2
            try:
                klass.collect(klass.zip("a.zip", {"ada.ipynb": "ada's"}))
            except GradingError:
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert klass.held() == {}
