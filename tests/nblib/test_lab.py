"""`nblib lab`: which notebook opens, what is laid out, and where Jupyter may write."""

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from nblib import lab

PATIENCE = 300  # seconds, on a busy machine


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A student's folder with two lessons, as it was unpacked; the working directory."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "released").mkdir()
    for name in ("00_start_here", "04_activations"):
        (tmp_path / "released" / f"{name}.json").write_text(f'{{"new": "{name}"}}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def opened(root: Path, lesson: str = "") -> str:
    _, address, *_ = lab.arguments_for(root, lesson)
    return address.rpartition("/lab/tree/")[2]


def test_lessons_are_laid_out_once_and_work_is_kept(course):
    assert lab.lay_out(course) == ["New in notebooks/: 00_start_here, 04_activations."]
    mine = course / "notebooks/00_start_here/00_start_here.ipynb"
    assert mine.read_text() == '{"new": "00_start_here"}'
    mine.write_text("my work")
    (course / "released/00_start_here.json").write_text("another zip")
    (course / "released/05_regularization.json").write_text("next week")
    assert lab.lay_out(course) == ["New in notebooks/: 05_regularization."]
    assert mine.read_text() == "my work"
    assert lab.lay_out(course) == []


@pytest.mark.parametrize("wanted", ["4", "04", "activations", "04_activations", "04_activations.ipynb"])
def test_a_lesson_is_known_by_number_topic_or_name(course, wanted):
    lab.lay_out(course)
    assert opened(course, wanted) == "notebooks/04_activations/04_activations.ipynb"


def test_the_first_page_opens_and_no_copy_of_it(course):
    lab.lay_out(course)
    folder = course / "notebooks/00_start_here"
    shutil.copy(folder / "00_start_here.ipynb", folder / "00_start_here-Copy1.ipynb")
    assert opened(course) == "notebooks/00_start_here/00_start_here.ipynb"


def test_an_unknown_lesson_and_another_folder_are_told(course, tmp_path_factory, monkeypatch):
    lab.lay_out(course)
    known = "there is no lesson '9'; there are 00_start_here, 04_activations"
    with pytest.raises(lab.LabError, match=known):
        lab.main("9")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    monkeypatch.setattr(lab.nblib, "__file__", str(elsewhere / "nblib/__init__.py"))
    with pytest.raises(lab.LabError, match="is not in the course folder"):
        lab.main()


def test_only_root_is_allowed_as_root(course, monkeypatch):
    lab.lay_out(course)
    for user, is_told in ((0, True), (1000, False)):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user, raising=False)
        assert ("--allow-root" in lab.arguments_for(course)) == is_told


def served(course: Path, command: list[str], *extra: str) -> str:
    """Start JupyterLab as a student would, and return the page that it opens."""
    command = [*command, sys.executable, "-m", "nblib", "lab", "--no-browser", "--port=0", *extra]
    with subprocess.Popen(
        command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            said = []
            for line in server.stdout:
                said.append(line)
                if address := re.search(r"http://127\.0\.0\.1:\S+token=\w+", line):
                    break
            else:
                pytest.fail("".join(said))
            fetch = f"import urllib.request as u; print(u.urlopen({address[0]!r}).read().decode())"
            inside = ["nsenter", "--all", f"--target={server.pid}"] if command[0] == "unshare" else []
            page = subprocess.run(
                [*inside, sys.executable, "-c", fetch],
                capture_output=True, text=True, check=True, timeout=PATIENCE,
            )
            return "".join(said) + address[0] + page.stdout
        finally:
            server.terminate()


