"""nbgrader as it comes, to compare with: its own Execute, in a kernel, in the teacher's name."""

from pathlib import Path

from nbgrader.converters import Autograde, GenerateFeedback

from nbteach.authoring.build import build
from nbteach.grading.course import classroom, environment, gradebook, load, log_to
from nbteach.grading.records.recorder import converter, register
from nbteach.grading.records.scores import marks


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
