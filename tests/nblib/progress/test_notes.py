"""What checks and predictions note, as lessons call them; and what is shown of it."""

import contextlib

import pytest

from nblib import checks, front_end, predict, progress
from nblib.progress import notes, store
from nblib.progress.course import lessons


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    file = tmp_path / "progress.jsonl"
    monkeypatch.setenv(store.FILE, str(file))
    monkeypatch.setattr(front_end, "name", lambda: "Jupyter")
    monkeypatch.setattr(notes, "_here", [])
    monkeypatch.setattr(notes, "_tries", {})
    return file


def noted():
    return [
        {key: value for key, value in fact.items() if key not in ("version", "at")}
        for fact in store.read().facts
    ]


def run(title, body):
    with contextlib.suppress(checks.CheckFailed):
        checks.exercise(title, points=1, hidden=1)(body)


def unsolved(check):
    raise NotImplementedError


def test_a_check_notes_that_it_passed_or_failed_and_no_stub():
    run("A cap", unsolved)
    run("A cap", lambda check: undefined)  # noqa: F821
    run("A cap", lambda check: check.equal(1, 2))
    run("A cap", lambda check: check.equal(1, 1))
    run("Nobody's", lambda check: check.equal(1, 1))
    told = {"exercise": "start_here#capped", "part": 0}
    assert noted() == [told | {"passed": False}, told | {"passed": True}]


def test_a_stub_tells_which_lesson_this_is():
    run("Momentum", unsolved)
    assert notes.here().topic == "gradient_descent"


def test_a_prediction_is_noted_and_so_is_what_became_of_it():
    options = ["SGD", "momentum", "Adagrad", "Adam", "no clear winner"]
    predict.reveal("Adam", "SGD")  # nobody knows of which lesson
    for guess in (..., "adam", ["Adam"], "Adam"):
        predict.note(guess, options)
        predict.reveal(guess, "no clear winner")
    told = {"lesson": "gradient_descent", "guess": "Adam"}
    assert noted() == [told, told | {"measured": "no clear winner"}]


def test_the_last_cell_shows_what_is_solved_and_what_is_next(capsys):
    run("A cap", lambda check: check.equal(1, 1))
    predict.note("about 50", lessons()[0].options)
    predict.reveal("about 50", "more than 95")
    capsys.readouterr()
    progress.show()
    said = capsys.readouterr().out
    assert said.startswith("0 · Start here: 1 of 4 exercises solved\nOpen: How wrong is it? · ")
    assert "1 guess met its measurement: 0 held, 1 fell." in said
    assert "In 15 minutes: 1 · How wrong is it? (5 minutes), 2 · Centre the columns" in said


def test_a_solved_lesson_leads_to_the_next(capsys):
    for exercise in lessons()[0].exercises:
        for title in exercise.checks:
            run(title, lambda check: check.equal(1, 1))
    progress.show()
    said = capsys.readouterr().out
    assert "0 · Start here: all 4 exercises solved" in said
    assert "in 1 · Backpropagation: " in said


def test_damaged_lines_are_told_of(file, capsys):
    file.write_text("oops\n")
    progress.show()
    assert f"1 line of {file} cannot be read, and stays there" in capsys.readouterr().out


def test_where_nobody_looks_nothing_of_anybodys_is_shown(monkeypatch, capsys):
    run("A cap", lambda check: check.equal(1, 1))
    capsys.readouterr()
    monkeypatch.setattr(front_end, "name", lambda: "")
    progress.show()
    assert capsys.readouterr().out.startswith("Where somebody works in this notebook")


def advice(capsys):
    """The end of what a wrong answer is told."""
    run("A cap", lambda check: check.equal(1, 2))
    return capsys.readouterr().out.strip().rpartition("graded. ")[2]


def test_the_next_hint_is_offered_by_name_after_each_second_try(capsys, monkeypatch):
    stuck = "Stuck? The hints above unfold one by one."
    assert [advice(capsys) for _ in range(5)] == [
        stuck,
        "Tried 2 times: open Hint 1, above.",
        "Tried 3 times: open Hint 1, above.",
        "Tried 4 times: open Hint 2, above.",
        "Tried 5 times: open Hint 2, above.",
    ]
    monkeypatch.setattr(notes, "_tries", {})  # another kernel
    assert advice(capsys).startswith("Tried 6 times, and all hints are given")
    run("A cap", unsolved)
    assert "Stuck?" in capsys.readouterr().out
    run("A cap", lambda check: check.equal(1, 1))
    capsys.readouterr()
    assert advice(capsys) == stuck
    monkeypatch.setattr(notes, "_tries", {})
    assert advice(capsys) == "Tried 2 times: open Hint 1, above."


def test_a_teacher_can_switch_hints_by_name_off(capsys, monkeypatch):
    monkeypatch.setenv("NBLIB_HINTS", "0")
    assert {advice(capsys) for _ in range(3)} == {"Stuck? The hints above unfold one by one."}
