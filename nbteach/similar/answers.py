"""The answers of a class to the exercises of a lesson, as texts; nothing in them is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import folder
from nbteach.grading.errors import GradingError
from nbteach.grading.notebooks.lesson_bundle import Bundle
from nbteach.grading.notebooks.reader import rebuild
from nbteach.grading.notebooks.reading import Unreadable
from nbteach.grading.records.submissions import students

__all__ = ["Place", "Work", "earlier_places", "own_places", "works"]

_MOST_TEXT = 20_000  # characters of one answer; those of the lessons have a few hundred


@dataclass(frozen=True)
class Place:
    """Where one student's notebook lies; `group` names an earlier class, and is empty for this."""

    student: str
    path: Path
    group: str = ""

    @property
    def name(self) -> str:
        """The student, with the earlier class."""
        return f"{self.student} ({self.group})" if self.group else self.student


@dataclass(frozen=True)
class Work:
    """What one student handed in: the answers by exercise, and what to know about it."""

    place: Place
    answers: Mapping[str, str]
    told: tuple[str, ...] = ()


def own_places(course: CourseDirectory, lesson: str) -> list[Place]:
    """Return where the notebooks of this class lie."""
    at = (
        (who, folder(course, course.submitted_directory, who, lesson)) for who in students(course)
    )
    return [Place(who, place / f"{lesson}.ipynb") for who, place in at if place.is_dir()]


def earlier_places(folders: Iterable[Path], lesson: str) -> list[Place]:
    """Return where those of earlier classes lie.

    Each folder is that of a class, or its `submitted`. Raises GradingError if there is none.
    """
    return [place for each in folders for place in _earlier(each.resolve(), lesson)]


def _earlier(given: Path, lesson: str) -> Iterator[Place]:
    submitted = given / "submitted" if (given / "submitted").is_dir() else given
    found = sorted(path for path in submitted.glob(f"[!.]*/{lesson}") if path.is_dir())
    if not found:
        raise GradingError(
            f"{given} has no submissions for {lesson}: name the folder of a class, or its "
            "`submitted`, in which each student has a folder"
        )
    group = submitted.parent.name if submitted.name == "submitted" else submitted.name
    return (Place(path.parent.name, path / f"{lesson}.ipynb", group) for path in found)


def works(bundle: Bundle, exercises: Sequence[str], places: Iterable[Place]) -> Iterator[Work]:
    """Yield what each student handed in; who cannot be read has no answers, and a reason."""
    for place in places:
        try:
            notebook = rebuild(bundle, place.path).notebook
        except Unreadable as error:
            yield Work(place, {}, (str(error),))
            continue
        written = _written(notebook, exercises)
        long = [name for name, text in written.items() if len(text) > _MOST_TEXT]
        told = [f"{name}: more than {_MOST_TEXT:,} characters, not compared" for name in long]
        short = {name: text for name, text in written.items() if name not in long}
        yield Work(place, short, tuple(told))


def _written(notebook: NotebookNode, exercises: Sequence[str]) -> dict[str, str]:
    names = ((cell.metadata.get("nbgrader", {}).get("grade_id"), cell) for cell in notebook.cells)
    return {name: cell.source for name, cell in names if name in exercises}
