"""A sample class for the first lesson, graded before your eyes: `nblib demo`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
from nbgrader.utils import rmtree

from nbteach.authoring.build import build
from nbteach.classroom.samples import Sample, answer_key, sample_class
from nbteach.grading.course import classroom, environment, folder, gradebook, load
from nbteach.grading.grade import grade_class
from nbteach.grading.limits import Limits
from nbteach.grading.summary import Grades, table

__all__ = ["comparison", "demo"]

# Short, for the endless loop takes all of it, twice.
_LIMITS = Limits(cpu_seconds_per_cell=10)


def demo(root: Path, *, say: Callable[[str], None] = print) -> int:
    """Grade a sample class in `classroom/demo`, made anew; return 0 if all is as expected."""
    lesson = min(path.stem for path in (root / "solutions").glob("0[1-9]_*.py"))
    with environment(NBLIB_CLASSROOM="demo"):
        build(root)
        course = load(root)
        place = classroom(course)
        rmtree(place)
        place.mkdir(mode=0o700)
        source, release = (
            nbformat.read(root / step / lesson / f"{lesson}.ipynb", as_version=4)
            for step in (course.source_directory, course.release_directory)
        )
        samples = sample_class(answer_key(source, release))
        for sample in samples:
            if sample.text is not None:
                path = folder(course, course.submitted_directory, sample.student, lesson)
                path.mkdir(parents=True)
                (path / f"{lesson}.ipynb").write_text(sample.text, encoding="utf-8")
        with gradebook(course) as book:
            for sample in samples:
                book.add_student(sample.student)
        # The class is our own, so it may be graded where there is no sandbox.
        grades = grade_class(root, lesson, required="none", limits=_LIMITS, say=say)
    compared, surprises = comparison(samples, grades)
    say(f"\n{table(grades)}\n\n{compared}")
    say(f"Not as expected: {', '.join(surprises)}." if surprises else "All is as expected.")
    say(f"Submissions, feedback and grades.csv are in {place}.")
    return int(bool(surprises))


def comparison(samples: Sequence[Sample], grades: Grades) -> tuple[str, list[str]]:
    """Return a table of what each sample did, should get and got, and who got something else."""
    got = {result.student: result.score for result in grades.results}
    surprises = [sample.student for sample in samples if got[sample.student] != sample.expected]
    wide = max(len(sample.student) for sample in samples)
    wider = max(len(sample.did) for sample in samples)
    lines = [f"  {'student':{wide}}  {'what they did':{wider}}  expected  got"]
    for sample in samples:
        sign = "!" if sample.student in surprises else " "
        scores = f"{_shown(sample.expected):>8}  {_shown(got[sample.student]):>3}"
        lines.append(f"{sign} {sample.student:{wide}}  {sample.did:{wider}}  {scores}")
    return "\n".join(lines), surprises


def _shown(score: float | None) -> str:
    return "-" if score is None else f"{score:g}"
