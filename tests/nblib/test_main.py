"""The command `nblib`, as a module and as students have it."""

import subprocess
import sys

import pytest

import nblib
from nblib import __main__ as command


def run(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in an interpreter of its own, after some preparation."""
    program = f"import sys\n{before}\nfrom nblib.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    call = [sys.executable, "-c", program, *arguments]
    return subprocess.run(call, capture_output=True, text=True, check=False)


def test_python_runs_the_package():
    call = [sys.executable, "-m", "nblib", "--version"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert done.stdout == f"nblib {nblib.__version__}\n"


def test_without_what_teachers_install_it_says_how_to_get_it():
    done = run("grade", "02_gradient_descent", before="sys.modules['nbgrader'] = None")
    assert done.returncode == 1
    assert "`nblib grade` needs nbgrader, which comes with what teachers install" in done.stderr
    assert "pip install -c requirements.txt -e '.[teach]'" in done.stderr


def test_students_have_the_doctor(monkeypatch, capsys):
    monkeypatch.setattr(command, "entry_points", lambda group: [])
    monkeypatch.setattr("nblib.doctor.main", lambda: 7)
    assert command.main(["doctor"]) == 7
    assert command.main([]) == 2
    assert "doctor" in capsys.readouterr().err
    with pytest.raises(SystemExit) as end:
        command.main(["grade"])
    assert end.value.code == 2
