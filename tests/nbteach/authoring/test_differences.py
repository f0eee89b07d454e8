"""How a stale notebook is told."""

import json

import pytest

from nbteach.authoring.differences import differences


def notebook(**sources):
    cells = [{"id": name, "source": [source], "metadata": {}} for name, source in sources.items()]
    return {"cells": cells, "metadata": {}}


@pytest.fixture
def told(tmp_path):
    """Compare two notebooks, or texts, and return the account of their difference."""

    def compare(old, new):
        for folder, content in (("notebooks", old), ("built", new)):
            path = tmp_path / folder / "01_tiny" / "01_tiny.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return differences(tmp_path / "built", tmp_path / "notebooks")

    return compare


def test_equal_folders_do_not_differ(told):
    assert told(notebook(a="x"), notebook(a="x")) == []


def test_a_changed_cell_is_told_with_its_id_and_a_diff(told):
    (account,) = told(notebook(a="x = 1\ny = 2"), notebook(a="x = 1\ny = 3"))
    assert account.splitlines() == [
        "notebooks/01_tiny/01_tiny.ipynb: stale",
        '  cell "a": source',
        "  --- notebooks/",
        "  +++ solutions/",
        "  @@ -1,2 +1,2 @@",
        "   x = 1",
        "  -y = 2",
        "  +y = 3",
    ]


def test_a_long_diff_is_cut(told):
    (account,) = told(notebook(a="x\n" * 100), notebook(a="y\n" * 100))
    assert len(account.splitlines()) < 25


def test_cells_that_came_went_or_moved_are_told(told):
    (account,) = told(notebook(a="x", old="y"), notebook(a="x", new="z"))
    assert account.splitlines()[1:] == ['  cell "new" is missing', '  cell "old" is in no lesson']
    (account,) = told(notebook(a="x", b="y"), notebook(b="y", a="x"))
    assert account.splitlines()[1:] == ["  the cells stand in another order"]


def test_other_differences_are_told_too(told):
    changed = notebook(a="x")
    changed["cells"][0]["metadata"] = {"tags": ["demo"]}
    assert told(changed, notebook(a="x"))[0].splitlines()[1:] == ['  cell "a": metadata']
    text = json.dumps(notebook(a="x"))
    assert "the rest of the file does not" in told(text + "\n", text)[0]
    assert "not a notebook with cell ids" in told("{", text)[0]


def test_missing_and_foreign_files_are_told(tmp_path):
    built, committed = tmp_path / "built", tmp_path / "notebooks"
    for path in (built / "01.ipynb", committed / "notes.txt", committed / ".ipynb_checkpoints/x"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert differences(built, committed) == [
        "notebooks/01.ipynb: missing",
        "notebooks/notes.txt: no lesson gives this file",
    ]
