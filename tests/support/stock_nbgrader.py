"""nbgrader as it comes, to compare with: its own Execute, in a kernel, in the teacher's name."""

from pathlib import Path

from nbgrader.converters import Autograde, GenerateFeedback

from nblib.build import build
from nblib.grading.course import classroom, environment, gradebook, load, log_to
from nblib.grading.marks import marks
from nblib.grading.record import converter, register


def grade(root: Path, lesson: str, *, timeout: int = 60, feedback: bool = False) -> dict[str, dict]:
    """Grade what was handed in, with feedback if wanted; return the points, by student and test."""
    build(root)
    with environment():
        course = load(root)
        config = course.config
        for changed in ("Autograde", "GenerateFeedback", "HTMLExporter"):
            config.pop(changed, None)
        config.Execute.timeout = timeout
        config.Execute.skip_cells_with_tag = "demo"  # most of a lesson's time; no test needs them
        config.Execute.extra_arguments = ["--log-level=40"]
        config.OverwriteCells.add_missing_cells = True
        with log_to(classroom(course) / "stock.log"):
            register(course, lesson)
            converter(Autograde, config, lesson, "*").start()
            if feedback:
                converter(GenerateFeedback, config, lesson, "*").start()
        with gradebook(course) as book:
            held = marks(book, lesson)
    return {
        student: {name: mark.auto for name, mark in theirs.tests.items()}
        for student, theirs in held.items()
    }
