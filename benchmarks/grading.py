"""How much faster `nblib grade` is than stock nbgrader, from first to last.

Both grade the same 24 submissions of one lesson and write feedback, in turn, each time as a new
process with a new class: right and wrong answers from the corpus of variants, unsolved exercises,
prints and extra cells. Stock nbgrader does it by `autograde` and `generate_feedback`, and leaves
out cells for show too, or the ratio would be several times as large.
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
from pathlib import Path
from typing import Any

import nbformat
from _ratio import conclude, ratios
from nbformat.v4 import new_code_cell

from nbteach.authoring.build import build
from nbteach.classroom.samples import AnswerKey, answer_key

ROOT = Path(__file__).resolve().parents[1]
LESSON = "02_gradient_descent"
NUM_SUBMISSIONS, NUM_ROUNDS = 24, 2
sys.path.insert(0, str(ROOT / "tests/support"))


def main() -> None:
    """Print the ratio, and where the time goes."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        course = _course(Path(folder))
        ours, stock = [], []
        for turn in range(NUM_ROUNDS):
            for rival in ("stock", "nblib")[:: 1 if turn % 2 else -1]:
                used = _graded(course, rival)
                (ours if rival == "nblib" else stock).append(used["wall"])
                _tell(rival, used)
        speeds = ratios(stock, ours)
    conclude("grading_throughput", speeds, at_least=6)


def _course(folder: Path) -> Path:
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
    for number in range(NUM_SUBMISSIONS):
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


def _graded(course: Path, rival: str) -> dict[str, Any]:
    """Grade the class anew in a process of its own; return what that took."""
    shutil.rmtree(course / "classroom", ignore_errors=True)
    shutil.copytree(course.parent / "submitted", course / "classroom/default/submitted")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests/support")}
    command = [sys.executable, __file__, rival, str(course)]
    began = time.time()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    used = {"wall": time.time() - began, "cpu": usage.ru_utime + usage.ru_stime}
    used["largest"] = usage.ru_maxrss * 2**10  # bytes, of one process
    files = [*course.glob("classroom/default/results/*/*.json")]
    results = [json.loads(path.read_text()) for path in files]
    used["students"] = sum(result["cpu_seconds"] for result in results)
    used["memory"] = max((result["peak_memory"] for result in results), default=0)
    if rival == "nblib":
        times = [path.stat().st_mtime - began for path in files]
        used |= {"first": min(times), "last": max(times)}
    return used


def _tell(rival: str, used: dict[str, Any]) -> None:
    each = {name: used[name] / NUM_SUBMISSIONS for name in ("wall", "cpu", "students")}
    print(
        f"{rival}: {used['wall']:.1f} s; for each submission {each['wall']:.2f} s by the clock, "
        f"{each['cpu']:.2f} s of processor time; largest process {used['largest'] / 2**20:.0f} MiB"
    )
    if rival == "nblib":
        print(
            f"  the first result came after {used['first']:.1f} s, most of which four sandboxes "
            f"import torch; the last after {used['last']:.1f} s\n"
            f"  for each submission students' cells took {each['students']:.2f} s; most memory of "
            f"a student's sandbox {used['memory'] / 2**20:.0f} MiB, of which about 350 are shared"
        )


def _run(rival: str, course: Path) -> None:
    """Be the process that grades."""
    if rival == "stock":
        import stock_nbgrader

        stock_nbgrader.grade(course, LESSON, feedback=True)
    else:
        from nbteach.cli import main as nblib

        sys.exit(nblib(["--root", str(course), "grade", LESSON]))


if __name__ == "__main__":
    _run(sys.argv[1], Path(sys.argv[2])) if len(sys.argv) > 1 else main()
