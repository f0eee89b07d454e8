"""The command line: where it finds the course, what it prints, and how it ends."""

import re
import subprocess
import sys
from types import ModuleType

import pytest
import tiny_course

import nblib
from nbteach import cli
from nbteach.authoring import build


@pytest.fixture
def course(tmp_path):
    return tiny_course.make(tmp_path / "course")


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"nblib {nblib.__version__}\n"


def test_without_a_command_the_commands_are_told(capsys):
    assert cli.main([]) == 2
    said = capsys.readouterr().err
    known = "build solutions slides grade regrade report similar leaderboard class demo doctor"
    for command in known.split():
        assert re.search(rf"^    {command}\s", said, re.MULTILINE)


def test_help_imports_nothing_heavy():
    program = (
        "import sys\nfrom nbteach import cli\ntry: cli.main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('torch', 'nbgrader', 'jupytext', 'nbformat') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_build_and_check_from_a_folder_inside_the_course(course, monkeypatch, capsys):
    monkeypatch.chdir(course / "solutions")
    assert cli.main(["build", "--check"]) == 1
    assert "notebooks/01_tiny/01_tiny.ipynb: missing" in capsys.readouterr().out
    assert cli.main(["build"]) == 0
    files = ["01_tiny/01_tiny.ipynb", "README.md", "glossary.md", "myths.md", "take_away.md"]
    assert capsys.readouterr().out.splitlines() == [f"notebooks/{file}: written" for file in files]
    assert cli.main(["build", "--check"]) == 0
    assert capsys.readouterr().out == "notebooks/ is up to date\n"


def test_a_malformed_lesson_ends_in_one_clear_message(course, capsys):
    tiny_course.write(course, tiny_course.LESSON.replace(', "points": 2', ""))
    assert cli.main(["--root", str(course), "build"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "solutions/01_tiny.py:16: a graded cell without points; "
        'add "points" with a positive number\n'
    )


def test_a_fault_of_ours_keeps_its_traceback(course, monkeypatch):
    monkeypatch.setattr(build, "build", lambda root: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["--root", str(course), "build"])


@pytest.mark.parametrize("given", [True, False])
def test_outside_the_course_the_way_in_is_told(tmp_path, monkeypatch, capsys, given):
    monkeypatch.chdir(tmp_path)
    assert cli.main([*(["--root", str(tmp_path)] if given else []), "build"]) == 1
    assert "name it with --root" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "module", "function", "received"),
    [
        (["demo"], "nbteach.classroom.demo", "demo", ("ROOT",)),
        (["doctor"], "nblib.doctor", "main", ()),
    ],
)
def test_other_commands_hand_over(course, monkeypatch, arguments, module, function, received):
    calls = []
    stand_in = ModuleType(module)
    setattr(stand_in, function, lambda *values: calls.append(values) or 7)
    monkeypatch.setitem(sys.modules, module, stand_in)
    parent, _, name = module.rpartition(".")
    monkeypatch.setattr(f"{parent}.{name}", stand_in, raising=False)
    assert cli.main(["--root", str(course), *arguments]) == 7
    assert calls == [tuple(course if value == "ROOT" else value for value in received)]


@pytest.mark.parametrize(
    ("options", "received"),
    [
        ([], {}),
        (["--jobs", "3", "--student", "a", "b"], {"jobs": 3, "only": ["a", "b"]}),
        (["--scheduler", "tcp://host:8786"], {"scheduler": "tcp://host:8786"}),
        (["--require", "container"], {"required": "container"}),
        (["--unsafe"], {"required": "none"}),
    ],
)
def test_grade_hands_its_options_over(course, monkeypatch, options, received):
    calls = []
    stand_in = ModuleType("nbteach.grading.grade")
    stand_in.grade = lambda *values, **named: calls.append((values, named)) or 7
    monkeypatch.setitem(sys.modules, "nbteach.grading.grade", stand_in)
    monkeypatch.setattr("nbteach.grading.grade", stand_in, raising=False)
    assert cli.main(["--root", str(course), "grade", "01_tiny", *options]) == 7
    usual = {"jobs": None, "only": [], "scheduler": None, "required": "strong"}
    assert calls == [((course, "01_tiny"), usual | received)]


def test_grade_is_safe_or_unsafe_but_not_both(course, capsys):
    with pytest.raises(SystemExit):
        cli.main(["--root", str(course), "grade", "01_tiny", "--unsafe", "--require", "strong"])
    assert "not allowed with" in capsys.readouterr().err


def test_solutions_tell_times_and_failures(course, capsys):
    assert cli.main(["--root", str(course), "solutions"]) == 0
    assert 's, slowest cell "' in capsys.readouterr().out
    tiny_course.write(course, tiny_course.LESSON.replace("x + x", "x"))
    assert cli.main(["--root", str(course), "solutions"]) == 1
    assert '01_tiny: cell "double-test": AssertionError' in capsys.readouterr().err
