"""Answers are read as the grader reads them, and nobody's file keeps others from being read."""

from pathlib import Path

import graded_course
import pytest
from graded_course import NAME, answer, delete, hand_in, replace

from nbteach.grading.course import environment, load
from nbteach.grading.errors import GradingError
from nbteach.grading.notebooks.lesson_bundle import load_bundle
from nbteach.similar.answers import Work, earlier_places, own_places, works


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    return graded_course.make(tmp_path / "course")


def read(root: Path, earlier: tuple[Path, ...] = ()) -> dict[str, Work]:
    with environment():
        places = own_places(load(root), NAME)
    places += earlier_places(earlier, NAME)
    bundle = load_bundle(root, NAME)
    return {work.place.name: work for work in works(bundle, graded_course.EXERCISES, places)}


def test_answers_come_by_exercise_wherever_their_cells_stand(root):
    hand_in(root, "ada", answer("two", "return 2 + x"))
    hand_in(root, "emmy", lambda notebook: notebook.cells.reverse())
    hand_in(root, "kurt", delete("one"))
    (graded_course.classroom(root) / "submitted/idle/02_other").mkdir(parents=True)
    found = read(root)
    assert [*found] == ["ada", "emmy", "kurt"]
    assert found["ada"].answers["two"] == "def two(x):\n    return 2 + x"
    assert found["emmy"].answers == {
        name: f"def {name}(x):\n    return x + {at}"
        for at, name in enumerate(graded_course.EXERCISES, 1)
    }
    assert "raise NotImplementedError" in found["kurt"].answers["one"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty; ask for it again"),
        ("{", "could not be read: not valid JSON; ask for it again"),
        ('{"cells": []}', "none of the lesson's cells is in it; is it another notebook?"),
        ("[" * 10_000, "the file is nested far too deeply; ask for it again"),
    ],
)
def test_one_bad_notebook_stops_nobody(root, text, told):
    hand_in(root, "a-bad", text)
    hand_in(root, "b-good", lambda notebook: None)
    found = read(root)
    assert (found["a-bad"].answers, found["a-bad"].told) == ({}, (told,))
    assert len(found["b-good"].answers) == 3


@pytest.mark.parametrize("code", ["-" * 100_000 + "1", "+".join("1" * 20_000)])
@pytest.mark.parametrize("cell", ["setup", "one"])
def test_code_nested_without_end_stops_nobody(root, code, cell):
    hand_in(root, "a-deep", replace(cell, f"x = {code}"))
    hand_in(root, "b-good", lambda notebook: None)
    found = read(root)
    assert found["a-deep"].answers.get("one", "") != f"x = {code}"
    assert len(found["b-good"].answers) == 3


def test_an_answer_beyond_all_measure_is_named_and_left_out(root):
    hand_in(root, "ada", answer("one", "return x" + " + 1" * 6_000))
    assert read(root)["ada"].told == ("one: more than 20,000 characters, not compared",)
    assert [*read(root)["ada"].answers] == ["two", "three"]


def test_links_are_not_followed(root, tmp_path):
    path = hand_in(root, "ada", lambda notebook: None)
    link = path.parents[2] / "mallory" / NAME / path.name
    link.parent.mkdir(parents=True)
    link.symlink_to(path)
    assert "symbolic link" in read(root)["mallory"].told[0]


def test_earlier_classes_are_read_from_their_folder_or_their_submissions(root):
    hand_in(root, "ada", lambda notebook: None)
    old = root / "classroom" / "spring"
    graded_course.classroom(root).rename(old)
    hand_in(root, "ada", answer("two", "return 0"))
    for given in (old, old / "submitted"):
        found = read(root, (given,))
        assert [*found] == ["ada", "ada (spring)"]
        assert found["ada (spring)"].answers["two"].endswith("return x + 2")


def test_a_folder_without_submissions_is_told(root, tmp_path):
    with pytest.raises(GradingError, match=f"has no submissions for {NAME}: name the folder"):
        read(root, (tmp_path,))
