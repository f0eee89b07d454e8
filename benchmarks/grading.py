"""How much faster `nblib grade` is than stock nbgrader, from first to last, and where time goes.

    python benchmarks/grading.py [NUMBER OF SUBMISSIONS]

Both grade the same submissions of one lesson (24, if no number is given) and write feedback, in
turn, each time as a new process with a new class: right and wrong answers from the corpus of
variants, unsolved exercises, prints and extra cells. Stock nbgrader does it by `autograde` and
`generate_feedback`, and leaves out cells for show too, or the ratio would be several times as
large. Of a class of more than 24 it grades 24, and the time for the others is added: it takes them
one after the other, each in a kernel of its own.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import nbformat
import psutil
from _ratio import conclude, ratios
from nbformat.v4 import new_code_cell

from nbteach.authoring.build import build
from nbteach.classroom.samples import AnswerKey, answer_key

ROOT = Path(__file__).resolve().parents[1]
LESSON = "02_gradient_descent"
ROLES = {"student": "students' cells and functions", "examiner": "tests"}
NUM_ROUNDS, MOST_FOR_STOCK = 2, 24
COMMANDS = {
    "nblib": "import sys; from nbteach.cli import main; sys.exit(main(sys.argv[1:]))",
    "stock": "import pathlib, sys, stock_nbgrader as stock; "
    "stock.grade(pathlib.Path(sys.argv[2]), sys.argv[4], feedback=True)",
}
sys.path.insert(0, str(ROOT / "tests/support"))


def main(num_submissions: int) -> None:
    """Print the ratio, and where the time goes."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        course = _course(Path(folder), num_submissions)
        seconds: dict[str, list[float]] = {rival: [] for rival in COMMANDS}
        for turn in range(NUM_ROUNDS):
            for rival in [*COMMANDS][:: 1 if turn % 2 else -1]:
                seconds[rival].append(_graded(course, rival, num_submissions))
    speeds = ratios(seconds["stock"], seconds["nblib"])
    conclude("grading_throughput", speeds, at_least=10 if num_submissions <= 24 else 12)


def _course(folder: Path, num_submissions: int) -> Path:
    """Make a course of one lesson, with a class of varied submissions."""
    course = folder / "course"
    (course / "solutions").mkdir(parents=True)
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / name, course / name)
    text = (ROOT / f"solutions/{LESSON}.py").read_text(encoding="utf-8")
    alone = re.sub(r"\{\{(\w+).*?\}\}", r"\1", text)  # without references to other lessons
    (course / f"solutions/{LESSON}.py").write_text(alone, encoding="utf-8")
    build(course)
    source, release = (
        nbformat.read(course / place / LESSON / f"{LESSON}.ipynb", as_version=4)
        for place in ("build/source", "notebooks")
    )
    key, rng = answer_key(source, release), random.Random(0)
    for number in range(num_submissions):
        path = folder / "submitted" / f"s{number:02}" / LESSON / f"{LESSON}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(nbformat.writes(_submission(key, rng, number)), encoding="utf-8")
    return course


def _submission(key: AnswerKey, rng: random.Random, number: int) -> nbformat.NotebookNode:
    """Answer about half of the exercises as the lesson does, the others in some other way."""
    from variant_runner import load

    variants = load(ROOT / f"tests/lessons/variants/{LESSON}.py")
    notebook = key.answered({})
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in key.answers and rng.random() < 0.5:
            others = [variant.source for variant in variants if variant.exercise == name]
            stub = next(released.source for released in key.release.cells if released.id == cell.id)
            cell.source = rng.choice([*others, stub])
    notebook.cells.append(new_code_cell(f"print('submission {number}')"))
    return notebook


def _graded(course: Path, rival: str, num_submissions: int) -> float:
    """Grade the class anew in a process of its own; return the seconds, and tell of them."""
    num_graded = num_submissions if rival == "nblib" else min(num_submissions, MOST_FOR_STOCK)
    submitted = course / "classroom/default/submitted"
    shutil.rmtree(course / "classroom", ignore_errors=True)
    for place in sorted((course.parent / "submitted").iterdir())[:num_graded]:
        shutil.copytree(place, submitted / place.name)
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests/support'}"}
    command = [sys.executable, "-c", COMMANDS[rival], "--root", str(course), "grade", LESSON]
    began = time.time()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    used = _watched(process)
    seconds = time.time() - began
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    made = "results/*/*.json" if rival == "nblib" else f"autograded/*/*/{LESSON}.ipynb"
    files = [*course.glob(f"classroom/default/{made}")]
    first, *_, last = sorted(path.stat().st_mtime - began for path in files)
    print(f"{rival}: {seconds:.1f} s for {num_graded} submissions; ", end="")
    print(f"the first was run after {first:.1f} s, the last after {last:.1f} s")
    for kind, cpu in sorted(used.items(), key=lambda pair: -pair[1]):
        print(f"  {cpu:6.1f} s of processor time, {cpu / num_graded:5.2f} s each: {kind}")
    if rival == "nblib":
        memory = max(json.loads(path.read_text())["peak_memory"] for path in files)
        print(f"  most memory of a student's sandbox: {memory / 2**20:.0f} MiB", flush=True)
    start = first - (last - first) / (num_graded - 1)
    return start + (seconds - start) * num_submissions / num_graded


def _watched(process: subprocess.Popen[bytes]) -> dict[str, float]:
    """Wait until a command has ended; return the processor seconds of its processes, by kind."""
    seconds: dict[tuple[str, int], float] = {}
    while process.poll() is None:
        try:
            command = psutil.Process(process.pid)
            for each in [command, *command.children(recursive=True)]:
                seconds[_kind(each, command), each.pid] = _processor_seconds(each)
        except psutil.NoSuchProcess:  # it has just ended: another look will find the others
            continue
        time.sleep(0.2)
    found: dict[str, float] = defaultdict(float)
    for (kind, _), cpu in seconds.items():
        found[kind] += cpu
    return found


def _processor_seconds(process: psutil.Process) -> float:
    """Return those of a process; of a zygote, those of its children, too, which are short-lived."""
    times = process.cpu_times()
    user, system, *of_children = times[:4]
    depth = _depth(process)
    return 0.0 if depth == 2 else user + system + sum(of_children) * (depth == 1)


def _depth(process: psutil.Process) -> int:
    """Return 0 for who waits for a sandbox, 1 for the zygote in it, 2 for its child."""
    return [each.name() for each in process.parents()[:2]].count(process.name()) * (
        process.name() in ROLES
    )


def _kind(process: psutil.Process, command: psutil.Process) -> str:
    if process.pid == command.pid:
        return "the command: builds the lesson, rebuilds and records submissions"
    if process.name() in ROLES:
        return ROLES[process.name()]
    if "nursery" in process.cmdline():
        return "importing PyTorch and the course, once for all"
    return "pages, kernels and the rest"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 24)
