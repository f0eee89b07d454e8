"""Every command of docs/classroom.md does what it says; test_hub types those for a server."""

import csv
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import graded_course
import guide
import nbformat
import pytest
import tiny_course

TYPED = ["Start a class", "Without a server", "When a lesson changes, or a test was unfair"]
LESSON = "02_gradient_descent"


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A course of two small lessons, and the files that the guide speaks of."""
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = tiny_course.make(tmp_path / "course", graded_course.LESSON, LESSON)
    tiny_course.write(root, tiny_course.LESSON, "00_start_here")
    for name in ("pyproject.toml", "requirements.txt", "LICENSE"):
        shutil.copy(tiny_course.REPOSITORY / name, root)
    (root / "roster.csv").write_text("id,first_name,last_name,lms_user_id\nada,Ada,Lovelace,815\n")
    (root / "newcomers.csv").write_text(
        "First name,Last name,Username,ID number,Email address\n"
        "Ada,Lovelace,ada,815,\nEmmy,Noether,emmy,816,\nEmmy,Noether,emmy2,817,\n"
    )
    (root / "worksheet.csv").write_text(
        "Identifier,Full name,ID number,Email address\n"
        "Participant 11,Emmy Noether,816,\nParticipant 12,Emmy Noether,817,\n"
    )
    graded_course.build(root)
    solved = work(root, {"one": 1, "two": 2, "three": 3})
    zipped(root / "submissions.zip", {f"lovelaceada_LATE_815_4711_{LESSON}.ipynb": solved})
    (root / "ada.ipynb").write_text(solved)
    (root / "by-email").mkdir()
    folders = {n: f"Emmy Noether_{n}_assignsubmission_file/{LESSON}.ipynb" for n in (11, 12)}
    half = work(root, {"one": 1, "two": 0, "three": 3})
    zipped(root / "moodle.zip", {folders[11]: solved, folders[12]: half})
    return root


def work(root: Path, added: dict[str, int]) -> str:
    """The lesson with an answer to each exercise."""
    path = root / "notebooks" / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for name, number in added.items():
        graded_course.answer(name, f"return x + {number}")(notebook)
    return nbformat.writes(notebook)


def zipped(path: Path, files: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


@pytest.mark.sandbox
def test_the_commands_in_their_order(course):
    commands = [command for heading in TYPED for command in guide.sections()[heading]]
    assert len(commands) > 10
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(commands)],
        cwd=course,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    place = course / "classroom" / "autumn"
    assert {path.name for path in (course / "classroom").iterdir()} == {"autumn"}
    with (place / "grades-moodle.csv").open() as file:
        grades = {row["Username"]: row[LESSON] for row in csv.DictReader(file)}
    assert grades == {"ada": "6", "emmy": "6", "emmy2": "4"}
    with (place / "grades-canvas.csv").open() as file:
        assert [row["ID"] for row in csv.DictReader(file)] == ["", "815", "816", "817"]
    with zipfile.ZipFile(place / f"feedback-{LESSON}.zip") as archive:
        assert archive.namelist() == [f"lovelaceada_LATE_815_4711_{LESSON}.html"]
    assert (course / "week-1.zip").is_file()
    assert "ada: late, says Canvas" in done.stdout


def test_no_command_is_left_out():
    """Those of the other sections are run by `test_hub.py`, in `make test-classroom`."""
    hub = ["With JupyterHub", "Set up a server", "A lesson, from release to feedback"]
    assert [heading for heading, found in guide.sections().items() if found] == TYPED + hub
    tests = Path(__file__).parents[2] / "browser"
    text = (tests / "test_hub.py").read_text() + (tests / "hub.py").read_text()
    assert all(f'"{heading}"' in text for heading in hub)
