"""What students download works by itself, without answers or anything of the teacher's side."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
import tiny_course

from nblib.lab import lay_out
from nbteach.classroom.bundle import bundle
from nbteach.classroom.create import ClassroomError

REPOSITORY = tiny_course.REPOSITORY
HIDDEN = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A copy of this course, so that nothing here is written to."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(REPOSITORY / "solutions", root / "solutions")
    return completed(root)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A course of two tiny lessons, which is built in no time."""
    root = tiny_course.make(tmp_path_factory.mktemp("small") / "course")
    tiny_course.write(root, tiny_course.LESSON, "02_other")
    return completed(root)


def completed(root: Path) -> Path:
    for name in ("nbgrader_config.py", "pyproject.toml", "requirements.txt", "LICENSE"):
        shutil.copy(REPOSITORY / name, root)
    return tiny_course.proved(root)


@pytest.fixture(scope="module")
def unpacked(course, tmp_path_factory) -> Path:
    """The zip, made and unpacked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NBLIB_CLASSROOM", raising=False)
        assert bundle(course, say=lambda text: None) == 0
    place = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(course / "build/training-neural-networks.zip") as archive:
        archive.extractall(place)
    (only,) = place.iterdir()
    return only


def lines(text: str) -> str:
    return "\n" + "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


def sources(path: Path) -> str:
    """The text of a file; of a notebook, that of its cells."""
    text = path.read_text(encoding="utf-8", errors="replace")  # weights are no text
    if path.parent.name == "released":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text


@pytest.mark.slow
def test_nothing_of_the_solutions_is_inside(course, unpacked):
    """Every answer and every hidden test, looked for as whole lines in every file."""
    found = {path: lines(sources(path)) for path in unpacked.rglob("*") if path.is_file()}
    notebooks = "".join(text for path, text in found.items() if path.parent.name == "released")
    secrets = 0
    for lesson in sorted((course / "solutions").glob("*.py")):
        text = lesson.read_text(encoding="utf-8")
        assert not any(text in whole for whole in found.values())
        for kind, secret in HIDDEN.findall(text):
            secrets += 1
            assert lines(secret) not in notebooks
            # A line or two may well stand in a library by chance.
            if kind == "HIDDEN TESTS" or lines(secret).count("\n") > 3:
                holders = [path.name for path, whole in found.items() if lines(secret) in whole]
                assert holders == [], secret
    assert secrets > 100
    assert "BEGIN SOLUTION" not in "".join(found.values()).replace("`", "")
    assert {path.name for path in unpacked.iterdir()} == {
        *("LICENSE", "README.md", "nblib", "notebooks", "released"),
        *("pyproject.toml", "requirements.txt"),
    }


@pytest.mark.slow
def test_nothing_of_the_teachers_side_is_inside(unpacked):
    assert not any("nbteach" in path.name for path in unpacked.rglob("*"))
    assert "nbteach" not in (unpacked / "pyproject.toml").read_text()


def packaged(folder: Path) -> set[str]:
    """The files of `nblib` in a folder, but for what Python leaves there."""
    files = (path for path in (folder / "nblib").rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in files if path.suffix != ".pyc"}


@pytest.mark.slow
def test_the_whole_library_is_inside_whatever_the_lessons(small, tmp_path, unpacked):
    """A student who has one lesson can open next week's notebook with the same library."""
    bundle(small, ["01_tiny"], to=tmp_path / "one.zip", say=lambda text: None)
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        archive.extractall(tmp_path)
    one = packaged(tmp_path / "training-neural-networks")
    assert one == packaged(unpacked) == packaged(REPOSITORY)
    assert {
        "nblib/playground/playground.js",
        "nblib/live/live.css",
        "nblib/progress/course.json",
    } <= one


@pytest.mark.slow
def test_a_lesson_runs_with_what_is_inside(unpacked):
    """The first lesson, executed where the whole nblib cannot be seen."""
    program = (
        "import sys, nbformat, nbclient, nblib\n"
        "assert nblib.__file__.startswith(sys.argv[1]), nblib.__file__\n"
        "notebook = nbformat.read(sys.argv[2], 4)\n"
        "nbclient.NotebookClient(notebook, kernel_name='python3', allow_errors=True).execute()\n"
        "print([o.ename for c in notebook.cells for o in c.get('outputs', ())"
        " if o.output_type == 'error'])\n"
    )
    path = unpacked / "released/00_start_here.json"
    done = subprocess.run(
        [sys.executable, "-c", program, str(unpacked), str(path)],
        cwd=unpacked,
        env=os.environ | {"PYTHONPATH": str(unpacked), "NBLIB_FAST": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    failed = ast.literal_eval(done.stdout.splitlines()[-1])
    assert set(failed) == {"CheckFailed"}  # the exercises that are not solved yet


@pytest.mark.slow
def test_every_module_inside_finds_what_it_imports(unpacked):
    package = unpacked / "nblib"
    names = [
        ".".join(path.relative_to(unpacked).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(package.rglob("*.py"))
    ]
    program = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    subprocess.run([sys.executable, "-c", program, *names], env=environment, check=True)


@pytest.mark.slow
def test_it_asks_for_the_same_packages(unpacked):
    ours, theirs = (
        tomllib.loads((place / "pyproject.toml").read_text())["project"]
        for place in (REPOSITORY, unpacked)
    )
    for key in ("name", "version", "requires-python", "dependencies"):
        assert theirs[key] == ours[key]
    assert theirs["scripts"] == ours["scripts"]


def test_next_weeks_zip_is_unpacked_over_this_weeks_work(small, tmp_path):
    """No notebook of a student's, and no environment, is in a zip; what is new is laid out."""
    for number, lessons in enumerate((["01_tiny"], ["01_tiny", "02_other"])):
        bundle(small, lessons, to=tmp_path / "week.zip", say=lambda text: None)
        with zipfile.ZipFile(tmp_path / "week.zip") as archive:
            archive.extractall(tmp_path)
        folder = tmp_path / "training-neural-networks"
        lay_out(folder)
        work = folder / "notebooks/01_tiny/01_tiny.ipynb"
        if number == 0:
            work.write_text("my work")
            (folder / ".venv").mkdir()
    assert work.read_text() == "my work"
    assert (folder / ".venv").is_dir()
    released = small / "notebooks/02_other/02_other.ipynb"
    assert (folder / "notebooks/02_other/02_other.ipynb").read_bytes() == released.read_bytes()


@pytest.mark.slow
def test_some_lessons_and_always_the_same_bytes(small, tmp_path):
    said: list[str] = []
    for name in ("a.zip", "b.zip"):
        bundle(small, ["02_other"], to=tmp_path / name, say=said.append)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        notebooks = [name for name in archive.namelist() if "/released/" in name]
    assert [Path(name).name for name in notebooks] == ["02_other.json"]
    assert said[-1].startswith(f"{tmp_path / 'b.zip'}: 02_other; ")


@pytest.mark.slow
def test_what_a_teacher_worked_in_is_not_handed_out(small, tmp_path):
    bundle(small, say=lambda text: None)
    path = small / "notebooks/01_tiny/01_tiny.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("the_teachers_own = 1", execution_count=1))
    nbformat.write(notebook, path)
    (path.parent / "answers.txt").write_text("the_teachers_own")
    said: list[str] = []
    bundle(small, to=tmp_path / "a.zip", say=said.append)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert not any(b"the_teachers_own" in archive.read(name) for name in archive.namelist())
    assert "worked in is kept as build/replaced/" in said[0]


def test_an_unknown_lesson_is_told(tmp_path):
    with pytest.raises(ClassroomError, match="there is no lesson '09'; there are 01_tiny"):
        bundle(tiny_course.make(tmp_path / "course"), ["09"])
