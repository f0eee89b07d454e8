"""How much faster `nblib similar` compares a class than difflib, which compares each pair of texts.

    python benchmarks/similar.py [NUMBER OF SUBMISSIONS]

Both get the same answers, drawn from those that the lesson's tests are tried on, and read them as
the same symbols; difflib then takes each pair by itself. The number of pairs grows with the square
of the class, so the ratio grows with it. With a number, it says how long such a class takes from
the files to the page, instead.
"""

from __future__ import annotations

import copy
import os
import random
import sys
import tempfile
import time
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

import nbformat
from _ratio import conclude, ratios, take_turns

from nbteach.authoring.build import build
from nbteach.grading.notebooks.lesson_bundle import load_bundle
from nbteach.similar.answers import Place, Work
from nbteach.similar.ranking import ranking
from nbteach.similar.similar import compared, similar
from nbteach.similar.tokens import statements

ROOT = Path(__file__).resolve().parents[1]
LESSON = "02_gradient_descent"
NUM_STUDENTS, NUM_ROUNDS = 100, 1
OUTPUT = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBO" * 10_000}}
sys.path.insert(0, str(ROOT / "tests/support"))


def main() -> None:
    """Print the ratio for a class of a hundred."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        bundle = load_bundle(_course(Path(folder)), LESSON)
    works = [Work(Place(f"s{at}", Path()), each) for at, each in enumerate(_class(NUM_STUDENTS))]
    exercises = [*works[0].answers]

    def ours() -> None:
        ranking(compared(bundle, exercises, works, NUM_STUDENTS), NUM_STUDENTS, at_most=40)

    def theirs() -> None:
        for name in exercises:
            read = [statements(work.answers[name]) for work in works]
            symbols = [[token.symbol for each in text for token in each] for text in read]
            for one, other in combinations(symbols, 2):
                SequenceMatcher(None, one, other, autojunk=False).ratio()

    fast, slow = take_turns([ours, theirs], NUM_ROUNDS)
    print(f"{NUM_STUDENTS} students: {min(fast):.2f} s, difflib {min(slow):.2f} s")
    conclude("similar_speed", ratios(slow, fast), at_least=4)


def whole(num_students: int) -> None:
    """Print how long a class takes, in seconds by the clock and of processor time."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        course = _course(Path(folder))
        released = nbformat.read(course / f"notebooks/{LESSON}/{LESSON}.ipynb", as_version=4)
        for number, answers in enumerate(_class(num_students)):
            notebook = copy.deepcopy(released)
            for cell in notebook.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.source = answers.get(name, cell.source)
                if "demo" in cell.metadata.get("tags", []):
                    cell.outputs = [nbformat.from_dict(OUTPUT)]
            path = course / f"classroom/default/submitted/s{number:05}/{LESSON}/{LESSON}.ipynb"
            path.parent.mkdir(parents=True)
            nbformat.write(notebook, path)
        began, used = time.perf_counter(), time.process_time()
        page = similar(course, LESSON, output=Path(folder, "page.html"))
        seconds, processor = time.perf_counter() - began, time.process_time() - used
        size = page.stat().st_size / 2**20
    print(f"{num_students} submissions: {seconds:.0f} s, {processor:.0f} s of processor time")
    print(f"the page has {size:.1f} MB")


def _course(folder: Path) -> Path:
    """Make and build a course of one lesson."""
    import tiny_course

    os.environ.pop("NBLIB_CLASSROOM", None)
    course = tiny_course.make_real(folder / "course", LESSON)
    build(course)
    return course


def _class(num_students: int) -> list[dict[str, str]]:
    """Return a class in which everybody takes one of the answers to each exercise."""
    from variant_runner import load

    forms: dict[str, list[str]] = {}
    for variant in load(ROOT / f"tests/lessons/variants/{LESSON}.py"):
        forms.setdefault(variant.exercise, []).append(variant.source)
    rng = random.Random(0)
    return [
        {name: rng.choice(all_of) for name, all_of in forms.items()} for _ in range(num_students)
    ]


if __name__ == "__main__":
    whole(int(sys.argv[1])) if len(sys.argv) > 1 else main()
