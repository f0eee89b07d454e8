"""What running a notebook promises: each cell's doings cost that cell alone, and leave nothing."""

import subprocess
from collections.abc import Iterator

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nbteach.grading.execution import Execution
from nbteach.grading.limits import Limits
from nbteach.grading.processes.supervisor import Supervisor, SupervisorFault
from nbteach.grading.sandbox import sandbox
from nbteach.grading.sandbox.sandbox import Tier, require

pytestmark = pytest.mark.sandbox

LIMITS = Limits(
    cpu_seconds_per_cell=1.5, wall_factor=4, memory=3 * 2**28, output=10_000, output_in_all=60_000
)
SETUP = new_code_cell(
    "import torch\nfrom nblib import checks",
    id="setup",
    metadata={"nbgrader": {"grade_id": "setup", "locked": True, "grade": False, "solution": False}},
)


@pytest.fixture(scope="module")
def supervisor() -> Iterator[Supervisor]:
    with Supervisor(require(Tier.CONTAINER), LIMITS) as running:
        yield running


def own(source: str, name: str = "") -> NotebookNode:
    return new_code_cell(source, **({"id": name} if name else {}))


def graded(name: str, source: str) -> NotebookNode:
    words = {"grade_id": name, "grade": True, "solution": False, "locked": True, "points": 1}
    return new_code_cell(source, id=name, metadata={"nbgrader": words})


def notebook(*cells: NotebookNode) -> NotebookNode:
    return new_notebook(cells=[SETUP, *cells])


def printed(execution: Execution, name: str) -> str:
    return "".join(output.get("text", "") for output in execution.outputs[name])


@pytest.mark.slow
@pytest.mark.parametrize("tier", Tier)
def test_a_notebook_runs_in_every_tier(tier):
    cells = own("double = lambda x: 2 * x"), graded("test", "assert double(3) == 6")
    with Supervisor(tier, LIMITS) as running:
        assert running.execute(notebook(*cells)).tests == {"test": "passed"}


TROUBLE = """
import ctypes, os, signal, time
import torch

def fine(): return 1
def loop():
    while True: pass
def sleep(): time.sleep(10_000)
def leave(): os._exit(0)
def crash(): ctypes.string_at(0)
def stop(): os.kill(os.getpid(), signal.SIGTERM)
def grow():
    hoard = []
    while True:
        hoard.append(torch.ones(5_000_000))
        time.sleep(0.03)
"""


@pytest.mark.slow
def test_trouble_costs_the_test_that_meets_it_and_no_other(supervisor):
    cells, wanted = [own(TROUBLE)], {}
    kinds = {"loop": "time-out", "sleep": "time-out", "grow": "memory"}
    kinds |= dict.fromkeys(["leave", "crash", "stop"], "died")
    for trouble, outcome in kinds.items():
        cells.append(graded(trouble, f"{trouble}()"))
        cells.append(graded(f"after-{trouble}", "assert fine() == 1"))
        cells.append(graded(f"wrong-{trouble}", "assert fine() == 2"))
        wanted |= {trouble: outcome, f"after-{trouble}": "passed", f"wrong-{trouble}": "failed"}
    execution = supervisor.execute(notebook(*cells))
    assert execution.tests == wanted
    assert execution.is_doubtful
    assert len(execution.notes) == len(kinds)
    for trouble in kinds:
        assert execution.outputs[trouble][-1]["output_type"] == "error"
        assert any(note.startswith(f"{trouble}: ") for note in execution.notes)
        assert execution.outputs[f"after-{trouble}"] == []


def test_too_much_memory_at_once_is_an_error_that_a_student_can_read(supervisor):
    cell = own("torch.ones(2 * 10**9)", "greedy")
    execution = supervisor.execute(notebook(own("import torch"), cell, graded("t", "assert True")))
    assert execution.outputs["greedy"][-1]["output_type"] == "error"
    assert "memory" in execution.outputs["greedy"][-1]["evalue"]
    assert execution.tests == {"t": "passed"}


def test_cells_run_again_in_a_new_process_and_troublesome_ones_are_left_out(supervisor):
    execution = supervisor.execute(
        notebook(
            own("import os\nseen = []\nnumber = 5"),
            own("def add():\n    seen.append(1)\n    return len(seen)"),
            own("lost = 1\nos._exit(3)", "leaves"),
            own("lost = 2\nwhile True: pass", "loops"),
            own("1 / 0\nlost = 3", "fails"),
            graded("twice", "assert [add(), add()] == [1, 2]"),
            graded("thrice", "assert add() == 3"),
            own("number += 1", "counts"),
            own("def die():\n    os._exit(1)"),
            graded("dies", "die()"),
            graded("anew", "assert add() == 1"),
            graded("number", "assert number == 6"),
            graded("lost", "lost"),
        )
    )
    assert execution.tests == {
        **{"twice": "passed", "thrice": "passed", "dies": "died"},
        **{"anew": "passed", "number": "passed", "lost": "failed"},
    }
    said = {name: execution.outputs[name][0]["ename"] for name in ("leaves", "loops", "fails")}
    assert said == {
        "leaves": "ProcessError",
        "loops": "TimeoutError",
        "fails": "ZeroDivisionError",
    }


def test_a_fork_that_comes_out_of_its_cell_says_nothing(supervisor):
    forks = "import os, time\ndef split(x):\n    os.fork()\n    return x"
    cells = [own(forks), own("os.fork()\nmine = 1", "forking")]
    for number in range(3):
        cells += [own(f"mine += 1\nprint('say {number}')", f"cell-{number}")]
        cells += [
            graded(f"test-{number}", f"assert split({number}) == {number} and mine == {number + 2}")
        ]
    execution = supervisor.execute(notebook(*cells))
    assert execution.tests == dict.fromkeys(execution.tests, "passed")
    assert [printed(execution, f"cell-{n}") for n in range(3)] == ["say 0\n", "say 1\n", "say 2\n"]


def test_outputs_are_kept_by_cell_and_show_no_hidden_source(supervisor):
    shown = new_code_cell("print('demo')", id="demo", metadata={"tags": ["demo"]})
    test = """
import sys
print("told")
print("not told", file=sys.stderr)
assert double(2) == 4  # secret
assert double(3) == 6, "sentence"
"""
    execution = supervisor.execute(
        notebook(
            own("print('out'); import sys; print('err', file=sys.stderr)\n1 + 1", "speaks"),
            own("print('x' * 50_000)", "floods"),
            new_markdown_cell("text", id="text"),
            shown,
            own("def double(x): return x + 2"),
            graded("t", test),
        )
    )
    kinds = [output["output_type"] for output in execution.outputs["speaks"]]
    assert sorted(kinds) == ["execute_result", "stream", "stream"]
    assert len(printed(execution, "floods")) < 2 * LIMITS.output
    assert {"text", "demo"}.isdisjoint(execution.outputs)
    assert printed(execution, "t") == "told\n"
    assert execution.outputs["t"][-1]["evalue"] == "sentence"
    assert "secret" not in str(execution.outputs)
    assert execution.tests == {"t": "failed"}


def test_outputs_have_a_limit_in_all_and_every_cell_may_still_say_why_it_failed(supervisor):
    flood = "print('x' * 9_000)"
    key = "def key():\n    return {'x' * 100_000: 1}"
    cells = [own(flood, f"floods-{n}") for n in range(30)] + [own(key), own("1 / 0", "fails")]
    execution = supervisor.execute(notebook(*cells, graded("t", "raise ValueError([*key()][0])")))
    assert len(printed(execution, "floods-0")) > 9_000
    assert "cut here" in printed(execution, "floods-29")
    assert execution.outputs["fails"][-1]["ename"] == "ZeroDivisionError"
    assert execution.outputs["t"][0]["ename"] == "ValueError"
    assert len(execution.to_json()) < LIMITS.output_in_all + 35 * 6_000


def test_random_numbers_are_new_each_time(supervisor):
    draw = "import random, numpy, torch\nprint(random.random(), numpy.random.rand(), torch.rand(1))"
    cells = [
        own(draw, "draws"),
        own("def draw(): return [random.random(), numpy.random.rand(), torch.rand(1).item()]"),
        graded("t", "import random, numpy\nprint(draw(), torch.rand(1))"),
    ]
    runs = [supervisor.execute(notebook(*cells)) for _ in range(2)]
    assert runs[0].tests == {"t": "passed"}
    for name in ("draws", "t"):
        first, second = (printed(run, name).split() for run in runs)
        assert len(first) > 2
        assert not set(first) & set(second)


LITTER = """
import os, subprocess, sys, tempfile
import numpy, torch
from nblib import checks
for folder in (".", tempfile.gettempdir(), "/dev/shm"):
    try:
        open(os.path.join(folder, "litter"), "w").write("here")
    except OSError:
        pass
os.environ["LITTER"] = "here"
numpy.litter = torch.litter = checks.litter = "here"
sys.path.append("/litter")
torch.set_default_dtype(torch.float64)
subprocess.Popen(["sleep", "1000"], start_new_session=True)
"""
LOOK = """
import os, sys, tempfile
import numpy, torch
from nblib import checks
for folder in (".", tempfile.gettempdir(), "/dev/shm"):
    print("litter" in os.listdir(folder))
print("LITTER" in os.environ, "/litter" in sys.path, torch.get_default_dtype() == torch.float64)
print(*(hasattr(each, "litter") for each in (numpy, torch, checks)))
commands = [f"/proc/{pid}/cmdline" for pid in os.listdir("/proc") if pid.isdigit()]
print(any(b"sleep" in open(command, "rb").read() for command in commands))
"""


def test_nothing_is_left_for_the_next(supervisor):
    first = supervisor.execute(notebook(own(LITTER + LOOK, "looks")))
    assert "True" in printed(first, "looks")
    second = supervisor.execute(notebook(own(LOOK, "looks")))
    assert len(printed(second, "looks").split()) == 10
    assert set(printed(second, "looks").split()) == {"False"}


def test_nothing_is_left_for_the_next_test(supervisor):
    execution = supervisor.execute(
        notebook(
            graded("a", "import math as left\nchecks_ = 1"),
            graded("b", "left"),
            graded("c", "checks_"),
            graded("d", "assert 'shown' not in globals()"),
        )
    )
    assert execution.tests == {"a": "passed", "b": "failed", "c": "failed", "d": "passed"}


def test_what_was_used_is_measured(supervisor):
    idle = supervisor.execute(notebook(graded("t", "assert True")))
    busy = supervisor.execute(
        notebook(
            own("import time, torch\nbegan = time.process_time()"),
            own("while time.process_time() - began < 1: pass"),
            own("some = torch.ones(40_000_000); time.sleep(0.5)"),
        )
    )
    assert 0 <= idle.cpu_seconds < 1 <= busy.cpu_seconds + 0.1
    assert busy.cpu_seconds < 3
    assert 50 * 2**20 < idle.peak_memory < LIMITS.memory
    assert 100e6 < busy.peak_memory - idle.peak_memory < 300e6
    assert Execution.from_json(busy.to_json()) == busy


@pytest.mark.slow
def test_sandbox_that_does_not_start_is_the_graders_fault_and_passes(monkeypatch):
    assert sandbox.nests()

    def broken(argv: list[str], **options) -> subprocess.Popen[bytes]:
        argv = ["/bin/sh", "-c", "echo no memory today >&2"]
        return sandbox._strong(argv, LIMITS, options["pass_fds"], options["stderr"])

    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "spawn_to_nest", broken)
        with Supervisor(require(Tier.STRONG), LIMITS) as supervisor:
            for _ in range(2):
                with pytest.raises(SupervisorFault, match="no memory today"):
                    supervisor.execute(notebook(own("1")))
            patch.undo()
            execution = supervisor.execute(notebook(graded("t", "assert True")))
    assert execution.tests == {"t": "passed"}


@pytest.mark.slow
def test_zygote_that_is_killed_is_replaced(supervisor):
    students = supervisor._students
    sandbox.end(students._process)
    with pytest.raises(SupervisorFault):
        supervisor.execute(notebook(own("1")))
    assert supervisor.execute(notebook(graded("t", "assert True"))).tests == {"t": "passed"}
