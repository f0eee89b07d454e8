"""The file of a student's progress: only ever added to, by several kernels, whatever lies in it."""

import json
import subprocess
import sys

import pytest

from nblib import front_end
from nblib.progress import store


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A place for the file, seen from a kernel that somebody works with."""
    file = tmp_path / "new" / "progress.jsonl"
    monkeypatch.setenv(store.FILE, str(file))
    monkeypatch.setattr(front_end, "name", lambda: "Jupyter")
    return file


def test_what_is_added_is_read_in_order(file):
    assert store.read() == ([], 0)
    for number in range(3):
        store.add({"number": number})
    facts, unread = store.read()
    assert [fact["number"] for fact in facts] == [0, 1, 2]
    assert unread == 0
    assert facts[0]["at"].tzinfo is not None


@pytest.mark.parametrize(
    "line", ["{", "\0\0\0", "[]", "7", '{"version": 1}', '{"version": 1, "at": "soon"}', "[" * 9999]
)
def test_what_is_damaged_is_passed_over_and_stays(file, line):
    store.add({"number": 0})
    with file.open("a") as lines:
        lines.write(line)  # without an end, as after a power cut
    store.add({"number": 1})
    facts, unread = store.read()
    assert [fact["number"] for fact in facts] == [0, 1]
    assert unread == 1
    assert line in file.read_text()


def test_bytes_that_are_no_text_are_passed_over(file):
    store.add({"number": 0})
    with file.open("ab") as lines:
        lines.write(b"\xff\xfe\n")
    assert [len(store.read().facts), store.read().unread] == [1, 1]


def test_lines_of_a_later_version_are_left_to_it(file):
    store.add({"number": 0})
    later = json.loads(file.read_text()) | {"version": 2}
    with file.open("a") as lines:
        lines.write(json.dumps(later))
    assert [len(store.read().facts), store.read().unread] == [1, 1]


def test_several_kernels_write_at_once(file):
    program = (
        "import sys\nfrom nblib import front_end\nfrom nblib.progress import store\n"
        "front_end.name = lambda: 'Jupyter'\n"
        "for number in range(500): store.add({'kernel': sys.argv[1], 'number': number})"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, name]) for name in "ab"]
    assert [one.wait() for one in running] == [0, 0]
    facts, unread = store.read()
    assert unread == 0
    for name in "ab":
        assert [f["number"] for f in facts if f["kernel"] == name] == [*range(500)]


def test_a_file_that_cannot_be_written_is_told_of_once(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(front_end, "name", lambda: "Jupyter")
    monkeypatch.setenv(store.FILE, str(tmp_path))  # a folder
    for _ in range(2):
        store.add({"number": 0})
    assert capsys.readouterr().out.count("Your progress cannot be kept (Is a directory") == 1
    assert store.read() == ([], 0)


@pytest.mark.parametrize("mark", ["NBGRADER_EXECUTION", "NBLIB_FAST"])
def test_nothing_is_written_where_work_is_graded_or_tried(file, monkeypatch, mark):
    monkeypatch.setenv(mark, "1")
    store.add({"number": 0})
    assert not file.exists()


def test_nothing_is_written_where_nobody_looks_or_where_it_is_not_wanted(file, monkeypatch):
    monkeypatch.setattr(front_end, "name", lambda: "")
    store.add({"number": 0})
    assert not file.exists()
    monkeypatch.setattr(front_end, "name", lambda: "Jupyter")
    monkeypatch.setenv(store.FILE, "")
    store.add({"number": 0})
    assert store.path() is None


def test_by_default_it_lies_with_the_users_data(monkeypatch):
    monkeypatch.delenv(store.FILE)
    assert store.path().parts[-2:] == ("training-neural-networks", "progress.jsonl")
