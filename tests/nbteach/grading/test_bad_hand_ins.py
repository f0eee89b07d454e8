"""One bad hand-in is told in a sentence, with whose it is; everybody else is graded."""

import errno
import json
import multiprocessing
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import fake_runner
import nbformat
import pytest
from graded_course import NAME, answer, classroom, exported, hand_in, make, perfect
from nbformat import NotebookNode

from nbteach.grading import grade
from nbteach.grading.notebooks import reader
from nbteach.grading.processes import runner
from nbteach.grading.records import recorder
from nbteach.grading.summary import Grades, Result, table


@pytest.fixture(autouse=True)
def _fake_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course in which ada has handed in perfect work."""
    make(tmp_path)
    hand_in(tmp_path, "ada", lambda notebook: None)
    return tmp_path


def graded(root: Path) -> dict[str, Result]:
    """Grade the class, and print it as the command does."""
    grades = grade_class(root)
    assert grades.differences == ()
    return {result.student: result for result in grades.results}


def grade_class(root: Path) -> Grades:
    said = list[str]()
    grades = grade.grade_class(root, NAME, required="none", jobs=1, say=said.append)
    "\n".join([*said, table(grades)]).encode()  # no half characters, which no terminal can show
    return grades


def test_folders_and_files_of_any_name_and_depth_cost_the_others_nothing(root):
    submitted = classroom(root) / "submitted"
    bare = {
        b"b\xe4r": "not written in UTF-8",
        b"emmy ": "begins or ends with a blank",
        b"a\nb": "characters that cannot be shown",
    }
    for name in bare:
        shutil.copytree(submitted / "ada", submitted / os.fsdecode(name))
    hand_in(root, "king, jr.", answer("one", "return 0"))
    strange = hand_in(root, "strange", lambda notebook: None).parent
    (strange / os.fsdecode(b"l\xefnk")).symlink_to("/etc/hostname")
    fine = hand_in(root, "fine", lambda notebook: None).parent
    (fine / os.fsdecode(b"d\xe4ta.csv")).write_text("1")
    nest(hand_in(root, "deep", lambda notebook: None).parent, 1900)
    many = hand_in(root, "many", lambda notebook: None).parent
    for number in range(2100):
        (many / f"{number}.txt").touch()
    with hand_in(root, "large", lambda notebook: None).with_name("data.bin").open("wb") as file:
        file.truncate(2**40)  # takes no room, and hours to read

    try:
        results = graded(root)
    finally:
        unnest(submitted / "deep" / NAME)
    assert {name: results[name].score for name in ("ada", "fine", "king, jr.")} == {
        "ada": 6,
        "fine": 6,
        "king, jr.": 5,
    }
    assert exported(root)["king, jr."] == "5.0"
    for name, words in (
        *(("b\\xe4r", bare[b"b\xe4r"]), ("'emmy '", bare[b"emmy "]), ("'a\\nb'", bare[b"a\nb"])),
        *(("strange", "l\\xefnk is a link"), ("deep", "nested more than 30 deep")),
        *(("many", "more than 2000 files"), ("large", "more than 200 MB")),
    ):
        assert results[name].score is None
        assert words in results[name].note
        assert results[name].needs_human


def test_folder_that_cannot_be_opened_costs_the_others_nothing(root, monkeypatch):
    hand_in(root, "emmy", lambda notebook: None)
    scan = os.scandir

    def closed(folder: object = ".") -> object:  # for root, no folder is closed
        if str(folder).endswith("submitted/emmy"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return scan(folder)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", closed)
        results = graded(root)
    assert results["ada"].score == 6
    assert results["emmy"].score is None
    assert "cannot be opened (Permission denied); look at its permissions" in results["emmy"].note
    assert graded(root)["emmy"].score == 6


def nest(place: Path, depth: int) -> None:
    """Make folders in one another, deeper than a path can say."""
    here = os.open(place, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("x", dir_fd=here)
        below = os.open("x", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def unnest(place: Path) -> None:
    """Remove them, which `shutil.rmtree` of this Python cannot; it goes down with each."""
    spare = place.with_name("spare")
    while (place / "x").exists():
        below = place / "x" / "x"
        if below.exists():
            below.rename(spare)
        (place / "x").rmdir()
        if spare.exists():
            spare.rename(place / "x")


def test_thousands_of_invalid_outputs_are_never_looked_at(root, monkeypatch):
    def flood(notebook: NotebookNode) -> None:
        notebook.cells[1].outputs = []

    path = hand_in(root, "emmy", flood)
    content = json.loads(path.read_bytes())
    content["cells"][1]["outputs"] = [{"output_type": "nonsense", "of": [1]}] * 8000
    path.write_text(json.dumps(content))
    read, seen = nbformat.validate, list[int]()

    def validate(nbdict: dict, *args: object, **options: object) -> object:
        seen.append(sum(len(cell.get("outputs", [])) for cell in nbdict.get("cells", [])))
        return read(nbdict, *args, **options)

    for module in (nbformat, nbformat.validator):
        monkeypatch.setattr(module, "validate", validate)
    results = graded(root)
    assert results["emmy"].score == 6
    assert seen
    assert max(seen) < 8000


def test_time_stamp_that_is_no_time_is_told_and_the_work_is_graded(root):
    for student, text in {"emmy": "gestern abend", "karl": "2026-03-01 12:00:00 UTC"}.items():
        hand_in(root, student, lambda notebook: None).with_name("timestamp.txt").write_text(text)
    hand_in(root, "lise", lambda notebook: None).with_name("timestamp.txt").mkdir()
    results = graded(root)
    assert [results[name].score for name in ("ada", "emmy", "karl", "lise")] == [6] * 4
    assert (
        "timestamp.txt says 'gestern abend', which is no time; write it as" in results["emmy"].note
    )
    assert "timestamp.txt cannot be opened" in results["lise"].note
    assert results["karl"].note == ""
    with closing(sqlite3.connect(classroom(root) / "gradebook.db")) as book:
        rows = dict(book.execute("SELECT student_id, timestamp FROM submitted_assignment"))
    assert rows["emmy"] is None
    assert rows["karl"].startswith("2026-03-01 12:00:00")


def test_result_that_is_a_folder_or_no_result_is_made_anew(root):
    hand_in(root, "emmy", answer("one", "return 0"))
    graded(root)
    results = sorted((classroom(root) / "results").glob("*/*.json"))
    assert len(results) == 2
    shown = [
        classroom(root) / "autograded" / name / NAME / f"{NAME}.ipynb" for name in ("ada", "emmy")
    ]
    shown[0].unlink()
    shown[0].mkdir()
    shown[1].chmod(0o600)
    shown[1].write_text("[1]")
    results[0].unlink()
    results[0].mkdir()
    (results[0] / "file").touch()
    results[1].write_text(
        '{"outputs": {"one": 5}, "tests": {"one-test": "wonderful"}, "notes": []}'
    )
    assert {name: found.score for name, found in graded(root).items()} == {"ada": 6, "emmy": 5}
    assert all(path.is_file() for path in [*results, *shown])


def test_journal_with_strange_lines_costs_nothing(root):
    hand_in(root, "emmy", answer("one", "return 0"))
    before = graded(root)
    journal = classroom(root) / "journal.jsonl"
    lines = [{"event": "feedback", "lesson": NAME}, {"event": "feedback", "student": ["ada"]}, 5]
    lines += [{"event": "feedback", "lesson": NAME, "student": {}, "stamp": 1, "page": []}]
    with journal.open("ab") as file:
        file.write(
            b"\xff\xfe nonsense\n" + b"".join(f"{json.dumps(it)}\n".encode() for it in lines)
        )
    assert graded(root) == before


@pytest.mark.parametrize("damage", ["header", "page", "all"])
def test_damaged_gradebook_is_told_with_where_the_last_whole_one_is(root, damage):
    graded(root)
    graded(root)
    book = classroom(root) / "gradebook.db"
    content = bytearray(book.read_bytes())
    place = {"header": slice(0, 100), "page": slice(4096, 60_000), "all": slice(None)}[damage]
    content[place] = b"?" * len(content[place]) if damage != "all" else b""
    book.write_bytes(content)
    backups = sorted((classroom(root) / "backups").glob("*.db"))
    with pytest.raises(grade.GradingError, match=r"the gradebook is damaged.*backups/"):
        graded(root)
    assert sorted((classroom(root) / "backups").iterdir()) == backups  # none of the damaged one
    book.write_bytes(backups[-1].read_bytes())
    assert graded(root)["ada"].score == 6


def test_what_reading_needs_beyond_its_limits_costs_that_submission_only(root, monkeypatch):
    hand_in(root, "emmy", answer("one", "return 0"))
    monkeypatch.setattr(reader, "_readers", {})  # a new one, a fork, with what follows in it
    monkeypatch.setattr(reader, "_processes", lambda: multiprocessing.get_context("fork"))
    real = reader._rebuilt

    def rebuilt(bundle, path):
        if "emmy" in path.parts:
            os._exit(1)
        return real(bundle, path)

    monkeypatch.setattr(reader, "_rebuilt", rebuilt)
    results = graded(root)
    assert results["ada"].score == 6
    assert "ask for it with its outputs cleared" in results["emmy"].note


def test_recording_reads_nothing_of_a_file_that_nobody_can_read(root):
    hand_in(root, "emmy", nbformat.writes(perfect(root))[:-200])
    results = graded(root)
    assert results["ada"].score == 6
    assert "not valid JSON" in results["emmy"].note
    assert recorder.autograded(grade.load(root), NAME, "emmy") == {}
