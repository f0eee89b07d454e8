"""The configuration at the root serves nbgrader's own commands, typed by a teacher."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
import tiny_course

from nbteach.authoring import build

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="nbgrader grades on Linux and macOS only"
)


def nbgrader(course: Path, *arguments: str) -> None:
    """Run one command of nbgrader as a teacher of the class "spring" would type it."""
    # nbgrader calls alembic, which lies beside the interpreter.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=os.environ | {"PATH": path, "NBLIB_CLASSROOM": "spring"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def hand_in(classroom: Path, student: str, released: Path, answer: str) -> None:
    notebook = nbformat.read(released, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == "double")
    cell.source = cell.source.replace("raise NotImplementedError", answer)
    path = classroom / "submitted" / student / "01_tiny" / "01_tiny.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def test_a_teacher_releases_and_grades_with_nbgraders_own_commands(tmp_path):
    course = tiny_course.make(tmp_path / "course")
    build.build(course)
    released = course / "notebooks/01_tiny/01_tiny.ipynb"
    ours = released.read_bytes()
    released.write_text("{}")

    nbgrader(course, "generate_assignment", "01_tiny", "--force")
    assert released.read_bytes() == ours
    assert [path.name for path in released.parent.iterdir()] == ["01_tiny.ipynb"]

    classroom = course / "classroom/spring"
    hand_in(classroom, "ada", released, "return 2 * x")
    hand_in(classroom, "ben", released, "return 2.0 if x == 1 else 0.0")  # fails the hidden test
    nbgrader(course, "autograde", "01_tiny")
    nbgrader(course, "generate_feedback", "01_tiny")
    with closing(sqlite3.connect(classroom / "gradebook.db")) as gradebook:
        scores = gradebook.execute("select auto_score from grade").fetchall()
    assert sorted(scores) == [(0.0,), (2.0,)]
    page = (classroom / "feedback/ben/01_tiny/01_tiny.html").read_text()
    assert "AssertionError" in page
    assert "(hidden tests)" in page
    assert "math.pi" not in re.sub("<[^>]+>", "", page)
    graded = (classroom / "autograded/ben/01_tiny/01_tiny.ipynb").read_text()
    assert "math.pi" in graded  # whoever grades by hand sees all

    assert {path.name for path in course.iterdir()} == {
        "build",
        "classroom",
        "nbgrader_config.py",
        "notebooks",
        "pyproject.toml",
        "solutions",
    }
    assert [path.name for path in classroom.parent.iterdir()] == ["spring"]
    for private in (classroom, classroom.parent):
        assert private.stat().st_mode & 0o777 == 0o700
