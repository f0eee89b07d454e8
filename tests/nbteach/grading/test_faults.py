"""What breaks around the grader costs nobody a point: kills, a full disk, locks, files that go."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path

import fake_runner
import full_disk
import killing
import pytest
from graded_course import NAME, answer, classroom, exported, hand_in, make
from nbformat.v4 import new_code_cell, new_notebook

from nbteach.grading import grade, pipeline
from nbteach.grading.execution import Execution, Fault
from nbteach.grading.limits import Limits
from nbteach.grading.processes import runner
from nbteach.grading.processes.supervisor import Supervisor, SupervisorFault
from nbteach.grading.processes.zygote_client import ZygoteClient
from nbteach.grading.sandbox import sandbox
from nbteach.grading.sandbox.bubblewrap import find
from nbteach.grading.sandbox.resource_usage import descendants
from nbteach.grading.summary import Grades

pytestmark = pytest.mark.sandbox


def test_class_graded_among_killers_is_as_one_that_was_graded_in_peace(tmp_path):
    seed = str(secrets.randbelow(10**6))
    command = [
        sys.executable,
        killing.__file__,
        tmp_path / "course",
        "--kills",
        "60",
        "--every",
        "0.5",
    ]
    run = subprocess.run([*command, "--seed", seed], stdout=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 0, f"seed {seed}\n{run.stdout}"
    report = json.loads(run.stdout.splitlines()[-1])
    assert report["wrong"] == [], f"seed {seed}\n{run.stdout}"
    assert sum(report["killed"].values()) == 60
    assert report["killed"].keys() == {*killing.KINDS}


def kill_at_work(client: ZygoteClient, depth: int) -> None:
    """Kill a sandbox (depth 0) or the zygote in it (1) while a child of the zygote runs a cell."""

    def found() -> list[int]:
        process = client._process
        return [process.pid, *descendants(process.pid)] if process else []

    while len(found()) < 3:
        time.sleep(0.05)
    time.sleep(0.7)
    os.kill(found()[depth], signal.SIGKILL)


def test_sandbox_that_is_killed_is_never_taken_for_what_a_student_did(monkeypatch):
    monkeypatch.setattr(
        sandbox, "spawn_to_nest", sandbox.spawn_to_nest
    )  # puts back what the next line changes
    killing.spare_torch()
    code = "def answer():\n    import time; time.sleep(60); return 1"
    test = {"nbgrader": {"grade_id": "answer-test", "grade": True, "solution": False}}
    notebook = new_notebook(
        cells=[
            new_code_cell(code, id="answer"),
            new_code_cell("assert answer() == 1", id="answer-test", metadata=test),
        ]
    )
    with Supervisor(sandbox.require(sandbox.Tier.STRONG), Limits()) as supervisor:
        for target in product((supervisor._students, supervisor._examiners), (0, 1)):
            killer = threading.Thread(target=kill_at_work, args=target)
            killer.start()
            with pytest.raises(SupervisorFault, match="it has ended"):
                supervisor.execute(notebook)
            killer.join()
        execution = supervisor.execute(notebook)
    assert execution.tests == {"answer-test": "passed"}


def test_disk_that_gets_full_at_any_moment_is_one_clear_error_and_loses_nothing(tmp_path):
    lend_disk = [str(find()), "--die-with-parent", "--dev-bind", "/", "/", "--size", str(2**24)]
    command = [*lend_disk, "--tmpfs", tmp_path, sys.executable, full_disk.__file__, tmp_path]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    graded = [{"s0": 5, "s1": 6, "s2": 5}, []]
    told = [json.loads(line) for line in run.stdout.splitlines()]
    for _, when_full, afterwards in told:
        assert when_full == graded or "GradingError: the disk is full" in when_full
        assert afterwards == graded
    errors = [when_full != graded for _, when_full, _ in told]
    assert sum(errors) > len(errors) / 3
    assert not errors[-1]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class of three, each with another answer, that no sandbox slows down."""
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)
    make(tmp_path)
    for number in range(3):
        hand_in(tmp_path, f"s{number}", answer("one", f"return x + {number}"))
    return tmp_path


def graded(root: Path) -> Grades:
    return grade.grade_class(root, NAME, required="none", jobs=1, say=lambda text: None)


def when_first_is_recorded(patch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Do something once one submission is graded, and the others are not."""
    accept, done = pipeline.Pipeline.accept, list[object]()

    def accept_and_do(self: pipeline.Pipeline, student: str, outcome: Execution | Fault) -> None:
        accept(self, student, outcome)
        if not done:
            done.append(do())

    patch.setattr(pipeline.Pipeline, "accept", accept_and_do)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Let another process hold the gradebook."""
    code = "import sqlite3, sys; book = sqlite3.connect(sys.argv[1]); "
    code += "book.execute('BEGIN EXCLUSIVE'); print(flush=True); input()"
    command = [sys.executable, "-c", code, database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        yield
        other.communicate(b"\n")


def test_gradebook_that_is_locked_half_way_is_one_clear_error_and_loses_nothing(root, monkeypatch):
    database = classroom(root) / "gradebook.db"
    with monkeypatch.context() as patch, ExitStack() as until_later:
        when_first_is_recorded(patch, lambda: until_later.enter_context(locked(database)))
        with pytest.raises(grade.GradingError, match=r"close formgrader.*nothing is lost"):
            graded(root)
    assert graded(root).differences == ()
    assert exported(root) == {"s0": "5.0", "s1": "6.0", "s2": "5.0"}


def test_submissions_that_go_while_they_are_graded_are_told_and_harm_nobody(root, monkeypatch):
    submitted = classroom(root) / "submitted"
    shutil.copytree(submitted, root / "kept")

    def go() -> None:
        (submitted / "s1" / NAME / f"{NAME}.ipynb").unlink()
        shutil.rmtree(submitted / "s2")

    with monkeypatch.context() as patch:
        when_first_is_recorded(patch, go)
        grades = graded(root)
    scores = {result.student: result.score for result in grades.results}
    assert scores == {"s0": 5, "s1": None, "s2": None}
    assert {said.partition(":")[0] for said in grades.differences} == {"s1", "s2"}
    shutil.copytree(root / "kept", submitted, dirs_exist_ok=True)
    assert graded(root).differences == ()
    assert exported(root) == {"s0": "5.0", "s1": "6.0", "s2": "5.0"}
