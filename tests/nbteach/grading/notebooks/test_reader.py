"""A file is read within limits, whatever it does to whoever reads it."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hand_in
import psutil
import pytest
from hand_in import by_id, solved, written

from nbteach.grading.notebooks import reader as reading
from nbteach.grading.notebooks import rebuild as rebuilding
from nbteach.grading.notebooks.reader import Reader
from nbteach.grading.notebooks.rebuild import Unreadable, rebuild

BUNDLE = hand_in.lesson()
PROCESSES = reading._processes


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "01_lesson.ipynb"
    file.write_bytes(written(solved(BUNDLE)))
    return file


@pytest.fixture
def reader(monkeypatch) -> Iterator[Reader]:
    """A reader whose processes are forks, whatever threads other tests have left."""
    monkeypatch.setattr(reading, "_processes", lambda: multiprocessing.get_context("fork"))
    reader = Reader(seconds=5)
    yield reader
    reader.end()


def meanwhile(monkeypatch, do) -> None:
    """Let the process that reads do something first, where a file is called bad.ipynb."""
    real = rebuilding.rebuild

    def rebuild(bundle, path):
        if path.name == "bad.ipynb":
            do()
        return real(bundle, path)

    monkeypatch.setattr(rebuilding, "rebuild", rebuild)


def test_it_gives_what_reading_here_gives(reader, path):
    assert reader.rebuild(BUNDLE, path) == rebuild(BUNDLE, path)
    other = BUNDLE.__class__("02_other", BUNDLE.notebook, BUNDLE.released, "another digest")
    assert reader.rebuild(other, path) == reader.rebuild(BUNDLE, path)
    path.write_text("{")
    with pytest.raises(Unreadable, match="not valid JSON"):
        reader.rebuild(BUNDLE, path)


def take_memory() -> None:
    bytearray(2**31)


def sleep() -> None:
    time.sleep(1000)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise KeyError("whatever\nlines")


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (take_memory, "too much memory"),
        (sleep, "takes more than 5 s"),
        (die, "dies"),
        (fail, "KeyError"),
    ],
)
def test_what_a_file_brings_about_is_told_and_the_next_one_is_read(
    monkeypatch, reader, path, do, words
):
    meanwhile(monkeypatch, do)
    bad = path.with_name("bad.ipynb")
    bad.write_bytes(path.read_bytes())
    reader.rebuild(BUNDLE, path)
    with pytest.raises(Unreadable, match=words) as told:
        reader.rebuild(BUNDLE, bad)
    assert len(str(told.value).splitlines()) == 1
    assert reader.rebuild(BUNDLE, path).told == ()


def test_a_process_that_somebody_kills_costs_nothing(reader, path):
    for _ in range(2):
        assert reader.rebuild(BUNDLE, path).told == ()
        reader._process.kill()
        reader._process.join()


def test_a_machine_at_fault_is_no_fault_of_the_file(monkeypatch, reader, path):
    def full() -> None:
        raise OSError(24, "Too many open files")

    meanwhile(monkeypatch, full)
    with pytest.raises(OSError, match="Too many open files"):
        reader.rebuild(BUNDLE, path.with_name("bad.ipynb"))


def test_it_starts_in_a_process_of_many_threads_and_ends_with_it(monkeypatch, reader, path):
    monkeypatch.setattr(reading, "_processes", PROCESSES)
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        reader._seconds = 60  # it imports all anew
        assert reader.rebuild(BUNDLE, path).told == ()
    finally:
        ended.set()
        thread.join()
    process = psutil.Process(reader._process.pid)
    reader.end()
    assert not process.is_running()


def test_what_is_nested_too_deeply_in_a_changed_cell_is_not_looked_into(reader, path):
    notebook = solved(BUNDLE)
    for text in ("-" * 100_000 + "1", "x = " + "+".join("1" * 100_000), "a" + ".a" * 100_000):
        by_id(notebook)["setup"].source = text
        path.write_bytes(written(notebook))
        reader._seconds = 60
        assert reader.rebuild(BUNDLE, path).told == ("changed, restored: setup",)
