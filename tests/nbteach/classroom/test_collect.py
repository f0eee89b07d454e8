"""What comes back is collected, kept beside or left where it is; nothing is lost or unsaid."""

import os
import zipfile
from pathlib import Path

import pytest
import tiny_course

from nbteach.classroom.archive import ArchiveError
from nbteach.classroom.collect import collect
from nbteach.classroom.create import ClassroomError, new
from nbteach.grading.course import exclusive, load
from nbteach.grading.records.submissions import handed_in
from nbteach.grading.errors import GradingError

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

    def zip(self, name: str, files: dict[str, str], day: int = 1) -> Path:
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


def test_a_bad_source_is_an_error_and_the_good_ones_before_it_are_in(klass):
    good, bad = klass.zip("a.zip", {"ada.ipynb": "ada's"}), klass.root.parent / "bad.zip"
    bad.write_bytes(b"no zip")
    with pytest.raises(ArchiveError):
        klass.collect(good, bad)
    assert [*klass.held().values()] == ["ada's"]


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
