"""What a class of thousands takes: submissions of a small lesson, one in a hundred hostile.

    python benchmarks/scale.py [NUMBER OF SUBMISSIONS]

They go all the way, through a dask cluster on this machine, to gradebook, feedback and audit. The
memory of the coordinator must stay flat: at the end no more than a quarter above that at a tenth of
the way.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
from _ratio import conclude

from nbteach.authoring.build import build
from nbteach.grading.grade import grade_class
from nbteach.grading.limits import Limits

ROOT = Path(__file__).resolve().parents[1]
LESSON = "01_scale"
TEXT = '''\
# %% [markdown]
# # A small lesson

# %% nbgrader={"grade_id": "setup", "locked": true}
from nblib import checks

# %% nbgrader={"grade_id": "double", "solution": true}
def double(x):
    """Return twice `x`."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% nbgrader={"grade_id": "double-test", "grade": true, "points": 1}
with checks.exercise("Double", points=1) as check:
    check.close(check.call(double, 21), 42)
'''
HOSTILE = {
    "endless": "def double(x):\n    while True:\n        pass",
    "killer": "import os\ndef double(x):\n    os.kill(os.getpid(), 9)",
    "greedy": "def double(x):\n    return bytearray(10**12)",
    "forker": "import os\ndef double(x):\n    while True:\n        os.fork()",
    "forger": "class Yes:\n    __eq__ = lambda a, b: True\ndef double(x):\n    return Yes()",
}


def main(num_submissions: int) -> None:
    """Print how long it takes and how memory grows; exit with 1 if a grade is wrong."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        course, expected = _course(Path(folder)), {}
        for number in range(num_submissions):
            student = f"s{number:05}"
            expected[student] = _hand_in(course, student, number)
        samples: list[tuple[float, int]] = []
        began = time.perf_counter()

        def say(_: str) -> None:
            memory = psutil.Process().memory_info().rss
            samples.append((time.perf_counter() - began, memory))

        limits = Limits(cpu_seconds_per_cell=1, cpu_seconds=5, memory=2**30)
        grades = grade_class(course, LESSON, limits=limits, say=say)
        seconds = time.perf_counter() - began
    wrong = [each.student for each in grades.results if each.score != expected[each.student]]
    early, late = samples[len(samples) // 10][1], samples[-1][1]
    print(
        f"{num_submissions} submissions in {seconds:.0f} s, {seconds / num_submissions:.3f} s each"
    )
    print(f"at this speed, 10,000 take {10_000 * seconds / num_submissions / 3600:.1f} h here")
    print(
        f"coordinator: {early / 2**20:.0f} MiB at a tenth of the way, {late / 2**20:.0f} at the end"
    )
    print(f"audit: {len(grades.differences)} differences; without a grade: {grades.need_human}")
    print(f"other points than expected: {wrong}")
    if wrong or grades.differences or grades.need_human:
        sys.exit(1)
    conclude("scale_memory", late / early, at_most=1.25)


def _course(folder: Path) -> Path:
    (folder / "solutions").mkdir(parents=True)
    (folder / "solutions" / f"{LESSON}.py").write_text(TEXT, encoding="utf-8")
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    build(folder)
    return folder


def _hand_in(course: Path, student: str, number: int) -> float:
    """Hand in a submission unlike any other; return the points that it should get."""
    notebook = nbformat.read(course / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    answer = f"def double(x):\n    return x * 2  # {student}"
    points = 1.0
    if number % 100 == 50:
        names = [*HOSTILE]
        answer, points = f"{HOSTILE[names[number // 100 % len(names)]]}\n# {student}", 0.0
    elif number % 3 == 0:
        answer, points = f"def double(x):\n    return x + {number + 22}", 0.0
    next(cell for cell in notebook.cells if cell.id == "double").source = answer
    path = course / "classroom/default/submitted" / student / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return points


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
