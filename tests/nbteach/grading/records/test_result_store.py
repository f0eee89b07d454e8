"""Results are found by all that they depend on, whole or not at all, and never change."""

import copy
import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from nbteach.grading.execution import Execution
from nbteach.grading.limits import Limits
from nbteach.grading.records.journal import Journal
from nbteach.grading.records.result_store import Store, key

RESULT = Execution({"one": []}, {"one-test": "passed"}, ("a note",), 1.5, 7)


def notebook() -> NotebookNode:
    cells = [
        nbformat.v4.new_markdown_cell("# Title", id="title"),
        nbformat.v4.new_code_cell("x = 1", id="one", metadata={"tags": ["demo"]}),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def test_key_depends_on_cells_lesson_and_limits():
    texts, names, kinds, tags, order = (notebook() for _ in range(5))
    texts.cells[1].source = "x = 2"
    names.cells[1].id = "two"
    kinds.cells[1] = nbformat.v4.new_markdown_cell("x = 1", id="one")
    tags.cells[1].metadata.tags = []
    order.cells.reverse()
    keys = {
        key(each, "lesson", Limits()) for each in (notebook(), texts, names, kinds, tags, order)
    }
    keys |= {key(notebook(), "another", Limits()), key(notebook(), "lesson", Limits(memory=1))}
    assert len(keys) == 8


def test_key_survives_a_file_and_ignores_outputs(tmp_path):
    other = copy.deepcopy(notebook())
    other.cells[1].outputs = [nbformat.v4.new_output("stream", text="hello")]
    other.metadata["nblib"] = {"told": []}
    nbformat.write(other, tmp_path / "a.ipynb")
    read = nbformat.read(tmp_path / "a.ipynb", as_version=4)
    assert key(read, "lesson", Limits()) == key(notebook(), "lesson", Limits())


def test_key_is_the_same_in_another_process():
    code = "from test_result_store import *; print(key(notebook(), 'lesson', Limits()))"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent), "PYTHONHASHSEED": "5"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.stdout.decode().strip() == key(notebook(), "lesson", Limits())


def test_result_comes_back_as_it_was(tmp_path):
    store = Store(tmp_path / "results")
    assert store.get("abc") is None
    assert store.put("abc", RESULT) == RESULT
    assert Store(tmp_path / "results").get("abc") == RESULT


def test_first_result_stays(tmp_path):
    store = Store(tmp_path)
    store.put("abc", RESULT)
    assert store.put("abc", replace(RESULT, tests={"one-test": "failed"})) == RESULT
    assert store.get("abc") == RESULT


DAMAGED = ["", "{", "[]", '{"outputs": {}}', "\0" * 100, "[" * 100_000]
DAMAGED += ['{"outputs": {}, "tests": {"t": "great"}, "notes": []}', '{"outputs": 1, "tests": {}}']


@pytest.mark.parametrize("damage", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_result_is_none_and_is_put_aside(tmp_path, damage):
    store = Store(tmp_path)
    store.put("abc", RESULT)
    (path,) = tmp_path.rglob("abc.json")
    path.write_text(damage)
    assert store.get("abc") is None
    (aside,) = path.parent.glob("*.damaged")
    assert aside.read_text() == damage
    path.mkdir()  # and again, in another way
    (path / "file").touch()
    assert store.put("abc", RESULT) == RESULT
    assert store.get("abc") == RESULT
    assert store.put("abc", RESULT) == RESULT


def test_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(descriptor: int) -> None:
        raise OSError("the disk is full")

    store = Store(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="disk is full"):
            store.put("abc", RESULT)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_a_killed_run_left_is_swept_when_it_is_old(tmp_path):
    old, new = tmp_path / ".a-1.part", tmp_path / ".b-2.part"
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    Store(tmp_path)
    assert [*tmp_path.iterdir()] == [new]


def test_execution_json_is_one_for_equal_results():
    shuffled = Execution(**dict(reversed(asdict(RESULT).items())))
    assert shuffled.to_json() == RESULT.to_json()


def test_journal_keeps_order_and_survives_a_torn_line(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    assert [*journal] == []
    journal.add(student="s01")
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write('{"student": "s0')  # the machine went off here
    journal.add(student="s02")
    journal.add(student="s03")
    assert [entry["student"] for entry in journal] == ["s01", "s02", "s03"]
    lines = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert "when" in json.loads(lines[-1])
