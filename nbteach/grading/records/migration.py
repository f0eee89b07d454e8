"""A lesson that changed after it was graded: what changed, and the gradebook brought up to it.

nbgrader refuses cells that come or go once there are submissions. Here the gradebook follows the
lesson, in one transaction; `back_up` has copied it before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from nbformat import NotebookNode
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
)
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_grade, is_locked, is_solution

from nbteach.grading.course import classroom
from nbteach.grading.notebooks.lesson_bundle import Bundle, is_students
from nbteach.grading.pages.remarks import exercise_of
from nbteach.grading.records.journal import Journal

__all__ = ["Change", "change", "migrate", "since_first"]


@dataclass(frozen=True)
class Change:
    """The exercises, and other cells that grading needs, in which a lesson differs."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()  # other tests, other points, another set-up

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    @property
    def words(self) -> str:
        """Return it in words.

        >>> Change(added=("adam",), changed=("momentum", "setup")).words
        'new: adam; changed: momentum, setup'
        """
        parts = {"new": self.added, "no longer in it": self.removed, "changed": self.changed}
        return "; ".join(f"{word}: {', '.join(names)}" for word, names in parts.items() if names)


def change(book: Gradebook, bundle: Bundle) -> Change:
    """Return how the lesson differs from what the gradebook was graded with.

    A lesson that nobody handed in yet is no change: the gradebook then simply takes the new one.
    """
    notebook = _entered(book, bundle)
    if notebook is None or not notebook.submissions:
        return Change()
    cells = _cells(bundle)
    old = _exercises(sorted(cell.name for cell in notebook.grade_cells))
    new = _exercises(name for name, cell in cells.items() if is_grade(cell))
    sources = {cell.name: cell.source for cell in notebook.source_cells}
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    other = _come_or_gone(notebook, cells)
    for name, cell in cells.items():
        is_ours = not is_students(cell) and name in sources
        if is_ours and sources[name] != cell.source:
            other.append(name)
        if is_grade(cell) and name in points and points[name] != cell.metadata.nbgrader.points:
            other.append(name)
    differing = dict.fromkeys(map(exercise_of, other))
    return Change(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed=tuple(n for n in differing if (n in old) == (n in new)),
    )


def migrate(course: CourseDirectory, book: Gradebook, bundle: Bundle, what: Change) -> None:
    """Give the gradebook the cells of the lesson; all that stays keeps its points and comments.

    Whoever has a submission gets a place for the points of new cells, without any in it yet. What
    was given for cells that are gone goes with them.
    """
    said = {kind: " ".join(names) for kind, names in asdict(what).items()}
    _history(course).add(lesson=bundle.lesson, **said)  # repeated, it does no harm
    notebook = _entered(book, bundle)
    if notebook is None:
        return
    cells = _cells(bundle)
    wanted = _by_kind(cells.values())
    for kind, held in _held(notebook).items():
        for cell in held:
            if cell.name not in wanted[kind]:
                for given in [*cell.grades, *cell.comments] if kind is not SourceCell else []:
                    book.db.delete(given)
                book.db.delete(cell)
    book.db.flush()
    for kind, held in _held(notebook).items():
        there = {cell.name for cell in held if cell.name in wanted[kind]}
        for name in wanted[kind]:
            if name not in there:
                _add(book, notebook, kind, cells[name])
    book.db.commit()


def since_first(course: CourseDirectory, lesson: str) -> Change:
    """Return what changed in a lesson since it was first graded, all times together."""
    found: dict[str, str] = {}
    for entry in _history(course):
        if entry.get("lesson") == lesson:
            said = {kind: str(entry[kind] or "").split() for kind in asdict(Change())}
            found = dict.fromkeys(said["changed"], "changed") | found  # what is new stays new
            found |= {name: kind for kind in ("added", "removed") for name in said[kind]}
    kinds = {kind: [n for n, is_a in found.items() if is_a == kind] for kind in found.values()}
    return Change(**{kind: tuple(names) for kind, names in kinds.items()})


def _history(course: CourseDirectory) -> Journal:
    return Journal(classroom(course) / "lesson-changes.jsonl")


def _entered(book: Gradebook, bundle: Bundle) -> Notebook | None:
    try:
        return book.find_notebook(bundle.lesson, bundle.lesson)
    except MissingEntry:
        return None


def _cells(bundle: Bundle) -> dict[str, NotebookNode]:
    """Return the cells that nbgrader keeps, by grade_id."""
    marked = (cell for cell in bundle.notebook.cells if "nbgrader" in cell.metadata)
    kept = (cell for cell in marked if is_grade(cell) or is_solution(cell) or is_locked(cell))
    return {cell.metadata.nbgrader.grade_id: cell for cell in kept}


def _by_kind(cells: Iterable[NotebookNode]) -> dict[type, list[str]]:
    """Return the names of the cells that the gradebook keeps as each kind."""
    found: dict[type, list[str]] = {GradeCell: [], SolutionCell: [], SourceCell: []}
    for cell in cells:
        name = cell.metadata.nbgrader.grade_id
        found[SourceCell].append(name)
        if is_grade(cell):
            found[GradeCell].append(name)
        if is_solution(cell):
            found[SolutionCell].append(name)
    return found


def _held(notebook: Notebook) -> dict[type, list[GradeCell | SolutionCell | SourceCell]]:
    return {
        GradeCell: notebook.grade_cells,
        SolutionCell: notebook.solution_cells,
        SourceCell: notebook.source_cells,
    }


def _come_or_gone(notebook: Notebook, cells: dict[str, NotebookNode]) -> list[str]:
    wanted = _by_kind(cells.values())
    held = {kind: {cell.name for cell in found} for kind, found in _held(notebook).items()}
    return [name for kind, names in wanted.items() for name in sorted(held[kind] ^ {*names})]


def _exercises(tests: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(map(exercise_of, tests))]


def _add(book: Gradebook, notebook: Notebook, kind: type, cell: NotebookNode) -> None:
    name = cell.metadata.nbgrader.grade_id
    if kind is SourceCell:
        book.db.add(SourceCell(name=name, cell_type=cell.cell_type, notebook=notebook))
        return  # its text is entered with the lesson
    if kind is SolutionCell:
        added = SolutionCell(name=name, notebook=notebook)
    else:
        points = float(cell.metadata.nbgrader.points)
        added = GradeCell(name=name, notebook=notebook, max_score=points, cell_type=cell.cell_type)
    book.db.add(added)
    for submitted in notebook.submissions:
        given = Grade if kind is GradeCell else Comment
        book.db.add(given(cell=added, notebook=submitted))
