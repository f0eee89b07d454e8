"""Where a class stands in a contest, read off the stored results of its submissions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import gradebook, results_folder
from nbteach.grading.execution import Execution
from nbteach.grading.records.recorder import autograded
from nbteach.grading.records.result_store import Store, key_of
from nbteach.grading.records.scores import marks

__all__ = ["Standing", "posted", "ranked", "standings"]

_POSTED = re.compile(
    r"^On the leaderboard as ([a-z]+ [a-z]+ \d+): error (\d\.\d{4}) on (\d+) rows, "
    r"submission (\d+) of \d+\.$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Standing:
    """What one contestant was shown last: an error on so many public rows."""

    student: str
    pseudonym: str
    error: float
    num_rows: int
    num_submissions: int

    @property
    def deviation(self) -> float:
        """Return the standard deviation that the error has by chance: √(p (1 − p) / n)."""
        return (self.error * (1 - self.error) / self.num_rows) ** 0.5


def standings(course: CourseDirectory, lesson: str) -> list[Standing]:
    """Return the standing of each student who submitted something, and whose work has its grade."""
    with gradebook(course) as book:
        graded = [student for student, mark in marks(book, lesson).items() if mark.tests]
    store = Store(results_folder(course))
    found = {
        student: store.get(key_of(autograded(course, lesson, student)) or "") for student in graded
    }
    return [
        standing
        for student, execution in sorted(found.items())
        if execution and (standing := posted(student, execution))
    ]


def posted(student: str, execution: Execution) -> Standing | None:
    """Return what the last test of a lesson that posts a contest says of it, if any does.

    Only what a test itself has printed is believed: it runs in the examiner's process, whose
    output no student can write, and what checks quote of an answer is no printed text.
    """
    found = [line for test in execution.tests for line in _lines(execution.outputs, test)]
    if not found:
        return None
    pseudonym, error, num_rows, num_submissions = found[-1]
    return Standing(student, pseudonym, float(error), int(num_rows), int(num_submissions))


def _lines(outputs: Mapping[str, list[dict[str, object]]], test: str) -> Iterator[tuple[str, ...]]:
    for output in outputs.get(test, []):
        if output["output_type"] == "stream" and output.get("name") == "stdout":
            yield from _POSTED.findall(str(output["text"]))


def ranked(found: Iterable[Standing]) -> list[tuple[int, Standing]]:
    """Return standings with their ranks, the smallest error first; equal errors share a rank.

    The Ladder shows errors in steps, so that those who differ by chance alone mostly share one.
    Within a rank, the order is that of the pseudonyms.
    """
    places: list[tuple[int, Standing]] = []
    in_order = sorted(found, key=lambda one: (one.error, one.pseudonym))
    for _, equal in groupby(in_order, key=lambda one: one.error):
        rank = len(places) + 1
        places += [(rank, one) for one in equal]
    return places
