"""`nblib progress`: the file, what notebooks tell, and a page to print."""

import json
from datetime import date

import nbformat
import pytest

from nblib import __main__ as students
from nblib.progress import saved, store
from nblib.progress.course import lessons
from nblib.progress.sheet import sheet
from nblib.progress.standing import standing
from nbteach import cli

CAPPED = '@checks.exercise("A cap", points=1, hidden=1)\ndef _(check): ...'


@pytest.fixture
def notebook(tmp_path):
    """A notebook in which one exercise of two is solved, and a guess was wrong."""

    def cell(source, *texts):
        outputs = [
            nbformat.v4.new_output("display_data", {"text/plain": text, "text/html": "<p>"})
            for text in texts
        ]
        return nbformat.v4.new_code_cell(source, outputs=outputs)

    cells = [
        cell("1 / 0"),
        nbformat.v4.new_markdown_cell("# 0 · Start here"),
        cell("", "○ You guessed 'about 50'; measured: 'more than 95'. Worth a thought!"),
        cell(
            CAPPED,
            "✓ A cap: solved, but for 1 hidden part\n  Right on all 5 visible calls. Worth 1 point",
        ),
        cell(CAPPED.replace("A cap", "Centre the columns"), "✗ Centre the columns: not right yet"),
    ]
    path = tmp_path / "notebooks" / "mine.ipynb"
    path.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_a_notebook_tells_what_it_shows(notebook):
    assert [*saved.facts(notebook)] == [
        {"exercise": "start_here#capped", "part": 0, "passed": True},
        {"lesson": "start_here", "guess": "about 50", "measured": "more than 95"},
    ]


@pytest.mark.parametrize("content", ["", "[]", '{"cells": 7}', '{"cells": [{"source": 1}]}', "\0"])
def test_what_is_no_notebook_is_passed_over(notebook, content, monkeypatch, capsys):
    monkeypatch.setattr(students, "entry_points", lambda group: [])
    (notebook.parent / "broken.ipynb").write_text(content)
    assert students.main(["progress", str(notebook.parent)]) == 1
    said = capsys.readouterr().out
    assert f"{notebook.parent / 'broken.ipynb'} was passed over: " in said
    assert "0 · Start here             ███░░░░░░░░░   1 of  4" in said


def test_students_and_teachers_have_the_same_command(notebook, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(store.FILE, str(tmp_path / "none.jsonl"))
    arguments = ["progress", str(notebook)]
    assert cli.main(arguments) == 0
    said = capsys.readouterr().out
    assert "1 guess met its measurement: 0 held, 1 fell." in said
    assert said.endswith("none.jsonl: nothing is kept yet.\n")
    monkeypatch.setattr(students, "entry_points", lambda group: [])
    assert students.main(arguments) == 0
    assert capsys.readouterr().out == said


def test_the_page_has_every_exercise_of_the_lessons_that_were_begun(notebook, tmp_path, capsys):
    page = tmp_path / "page.html"
    assert cli.main(["progress", str(notebook), "--page", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "✓ A cap" in text
    assert "○ Centre the columns (open)" in text
    assert "Predicted: about 50. Measured: more than 95." in text
    assert "Backpropagation" not in text


def test_what_was_noted_goes_before_what_notebooks_show(notebook, tmp_path, monkeypatch):
    file = tmp_path / "progress.jsonl"
    monkeypatch.setenv(store.FILE, str(file))
    fact = {"exercise": "start_here#capped", "part": 0, "passed": True}
    file.write_text(json.dumps({"version": 1, "at": "2026-11-03T12:00:00+00:00", **fact}))
    now = standing(lessons(), [*store.read().facts, *saved.facts(notebook)])
    assert "<time>3 November 2026</time>" in sheet(lessons(), now, date(2026, 11, 27))
