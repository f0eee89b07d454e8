"""`nblib lab`: which notebook opens, what is laid out, and where Jupyter may write."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nblib import lab

PATIENCE = 300  # seconds, on a busy machine


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A student's folder, as it was unpacked; the working directory."""
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


@pytest.mark.parametrize(
    "wanted", ["4", "04", "activations", "04_activations", "04_activations.ipynb"]
)
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


_VISIT = """\
import re, subprocess, sys, urllib.request
command = [sys.executable, "-m", "nblib", "lab", "4", "--no-browser", "--port=0", *sys.argv[1:]]
with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as lab:
    try:
        for line in lab.stdout:
            print(line, end="")
            if address := re.search(r"http://127[.]0[.]0[.]1:\\S+token=\\w+", line):
                print("opened", urllib.request.urlopen(address[0]).url)
                break
    finally:
        lab.terminate()
"""


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("where", "extra", "said"),
    [
        pytest.param([], [], "", id="as whoever tests it"),
        pytest.param(["--unshare-user", "--uid", "0"], [], "", id="as root"),
        pytest.param(["--unshare-user", "--uid", "1000"], [], "", id="as a normal user"),
        pytest.param(["--unshare-net"], [], "", id="without a network"),
        pytest.param(["--ro-bind", "HOME", "HOME"], [], "cannot be written to", id="a closed home"),
        pytest.param([], ["--ServerApp.base_url=/user/ada/"], "/user/ada/lab", id="on a hub"),
    ],
)
def test_it_opens_a_lesson_wherever_that_is(course, tmp_path_factory, where, extra, said):
    home = str(tmp_path_factory.mktemp("home"))
    away = ["bwrap", "--dev-bind", "/", "/", *(home if word == "HOME" else word for word in where)]
    done = subprocess.run(
        [*away, sys.executable, "-c", _VISIT, *extra],
        env=os.environ | {"HOME": home},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert "New in notebooks/: 00_start_here, 04_activations." in done.stdout
    _, _, opened = done.stdout.rpartition("\nopened ")
    assert "/lab/tree/notebooks/04_activations/04_activations.ipynb?token=" in opened, done.stdout
    assert said in done.stdout


def test_jupyterlab_asks_nobody_about_news():
    """Where the course is installed, its settings are those of JupyterLab."""
    from jupyterlab.commands import get_app_dir
    from jupyterlab_server.settings_utils import _get_overrides

    overrides, error = _get_overrides(str(Path(get_app_dir()) / "settings"))
    assert not error
    notification = overrides["@jupyterlab/apputils-extension:notification"]
    assert notification == {"fetchNews": "false", "checkForUpdates": False}
