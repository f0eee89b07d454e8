"""Turn `solutions/` into `notebooks/`: the lessons without answers, as students open them.

    solutions/NN_topic.py → build/source/NN_topic/NN_topic.ipynb → notebooks/NN_topic/NN_topic.ipynb

The first arrow is `STEPS`, the second is nbgrader's own `generate_assignment`. A page that leads to
the lessons, a glossary and what to take away are written beside them, and into `nblib` what it has
to know of the lessons.
"""

from __future__ import annotations

import copy
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode

from nbteach.authoring import glossary, index, myths
from nbteach.authoring.course import course
from nbteach.authoring.differences import differences
from nbteach.authoring.leaks import leaks
from nbteach.authoring.lesson import Lesson
from nbteach.authoring.proof import prove
from nbteach.authoring.rules import read_all

__all__ = ["STEPS", "BuildError", "build", "check", "source_notebook"]

_CONFIG = "nbgrader_config.py"
_SOURCE, _RELEASE = Path("build/source"), Path("notebooks")
_PAGES: dict[str, Callable[[list[Lesson]], str]] = {
    "README.md": index.page,
    "glossary.md": glossary.glossary,
    "take_away.md": glossary.take_away,
    "myths.md": myths.page,
}
_COURSE = Path("nblib/progress/course.json")
_KEPT = {"jupyter", "nbgrader", "tags"}  # metadata of a cell
_NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class BuildError(RuntimeError):
    """The lessons are well-formed, yet no release can be made of them."""


def complete_nbgrader_metadata(notebook: NotebookNode) -> NotebookNode:
    """Write out what the terse headers leave unsaid."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if said := cell.metadata.get("nbgrader"):
            unsaid = {"schema_version": 3, "grade": False, "solution": False, "task": False}
            said = {word: said[word] for word in said.keys() - {"checksum", "cell_type"}}
            said["locked"] = not said.get("solution", False)
            cell.metadata["nbgrader"] = unsaid | said
    return notebook


def let_run_all_pass_tests(notebook: NotebookNode) -> NotebookNode:
    """Tag test cells, so that "Run All" goes on after an exercise that is not solved yet."""
    notebook = copy.deepcopy(notebook)
    for cell in _test_cells(notebook):
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]
    return notebook


def fold_test_cells(notebook: NotebookNode) -> NotebookNode:
    """Fold test cells to their first line: the mistakes they can name would give answers away."""
    notebook = copy.deepcopy(notebook)
    for cell in _test_cells(notebook):
        cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), "source_hidden": True}
    return notebook


def _test_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        words = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and words.get("grade") and not words["solution"]:
            yield cell


def forget_jupytext(notebook: NotebookNode) -> NotebookNode:
    """Keep no metadata but what a lesson needs.

    A release that named its text file would be synchronized with it, answers included.
    """
    notebook = copy.deepcopy(notebook)
    notebook.metadata = nbformat.from_dict(_NOTEBOOK_METADATA)
    for cell in notebook.cells:
        for key in cell.metadata.keys() - _KEPT:
            del cell.metadata[key]
    return notebook


def name_cells(notebook: NotebookNode) -> NotebookNode:
    """Give each cell an id of its own, its grade_id or a hash of its source."""
    notebook = copy.deepcopy(notebook)
    taken = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell["id"] = cell.metadata["nbgrader"]["grade_id"]
            continue
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:12]
        names = (f"{digest}-{n}" if n else digest for n in count())
        cell["id"] = next(name for name in names if name not in taken)
        taken.add(cell["id"])
    return notebook


STEPS: list[Callable[[NotebookNode], NotebookNode]] = [
    complete_nbgrader_metadata,  # first, for others read its flags
    let_run_all_pass_tests,
    fold_test_cells,
    forget_jupytext,
    name_cells,
]


def source_notebook(lesson: Lesson) -> NotebookNode:
    """Return the lesson as the notebook, with answers, that nbgrader starts from."""
    notebook = lesson.notebook
    for step in STEPS:
        notebook = step(notebook)
    return notebook


def build(root: Path) -> list[str]:
    """Bring `build/source` and `notebooks/` of the course at `root` up to date.

    Return what changed, one line each. A file in `notebooks/` that comes from no lesson stays.
    Raises LessonError or BuildError, and then nothing has changed.
    """
    (root / "build").mkdir(exist_ok=True)
    # Beside its goal, so that moving a file there is atomic.
    with TemporaryDirectory(dir=root / "build") as folder:
        work = Path(folder)
        _generate(root, work)
        # nbgrader copies whatever lies in its source folder into the release.
        shutil.rmtree(root / _SOURCE, ignore_errors=True)
        (work / _SOURCE).rename(root / _SOURCE)
        return [*_remove_stale(root, work), *_publish(root, work)]


def check(root: Path) -> list[str]:
    """Return how `notebooks/` differs from a build made from nothing; empty when it is fresh."""
    with TemporaryDirectory() as folder:
        work = Path(folder)
        _generate(root, work)
        found = differences(work / _RELEASE, root / _RELEASE)
        new, old = work / _COURSE, root / _COURSE
        if new.exists() and not (old.exists() and old.read_bytes() == new.read_bytes()):
            found.append(f"{_COURSE}: stale")
        return found


def _generate(root: Path, work: Path) -> None:
    """Fill `work`, a course folder of its own, with the source and the release of every lesson."""
    lessons = read_all(root / "solutions")
    shutil.copy(root / _CONFIG, work)
    for lesson in lessons:
        path = work / _SOURCE / lesson.name / f"{lesson.name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(source_notebook(lesson), path)
    stub = _generate_assignments(work)
    found = _unproved([lesson for lesson in lessons if _is_new(root, work, lesson)])
    for lesson in lessons:
        path = work / _RELEASE / lesson.name / f"{lesson.name}.ipynb"
        found += [f"{lesson.name}: {leak}" for leak in leaks(path, lesson, stub)]
    if found:
        raise BuildError("not fit for release\n" + "\n".join(found))
    for name, page in _PAGES.items():
        (work / _RELEASE / name).write_text(page(lessons), encoding="utf-8")
    if (root / _COURSE.parent).is_dir():  # else this folder has the lessons alone
        (work / _COURSE.parent).mkdir(parents=True)
        (work / _COURSE).write_text(course(lessons), encoding="utf-8")


def _unproved(lessons: list[Lesson]) -> list[str]:
    """Return what is wrong with the tests of lessons, several of which are tried at once."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits for a process of its own
        proofs = pool.map(prove, lessons)
        return [
            f"{one.name}: {fault}"
            for one, faults in zip(lessons, proofs, strict=True)
            for fault in faults
        ]


def _is_new(root: Path, work: Path, lesson: Lesson) -> bool:
    """Whether the lesson is another than the one that was built last."""
    place = _SOURCE / lesson.name / f"{lesson.name}.ipynb"
    built, before = work / place, root / place
    return not before.exists() or before.read_bytes() != built.read_bytes()


def _generate_assignments(work: Path) -> str:
    """Run nbgrader over every lesson, with its configuration but no gradebook; return the stub."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader(_CONFIG, path=str(work)).load_config()
    config.CourseDirectory.assignment_id = "*"
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    course = CourseDirectory(config=config)
    outcome = capture_log(GenerateAssignment(coursedir=course, config=config))
    if not outcome["success"]:
        reason = outcome.get("log", outcome["error"])
        raise BuildError(f"nbgrader could not make the release\n{reason}")
    return str(config.ClearSolutions.code_stub["python"])


def _remove_stale(root: Path, work: Path) -> Iterator[str]:
    for path in sorted((root / _RELEASE).glob("[0-9][0-9]_*/*.ipynb")):
        if path.stem == path.parent.name and not (work / path.relative_to(root)).exists():
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
            yield f"{path.relative_to(root).as_posix()}: removed, for its lesson is gone"


def _publish(root: Path, work: Path) -> Iterator[str]:
    made = [*sorted((work / _RELEASE).rglob("*")), work / _COURSE]
    for path in (path for path in made if path.is_file()):
        goal = root / path.relative_to(work)
        if not goal.exists() or goal.read_bytes() != path.read_bytes():
            goal.parent.mkdir(parents=True, exist_ok=True)
            kept = _keep_if_worked_in(root, goal)
            path.replace(goal)
            yield f"{goal.relative_to(root).as_posix()}: written{kept}"


def _keep_if_worked_in(root: Path, notebook: Path) -> str:
    """Copy a notebook that was run, perhaps with somebody's answers, aside; say where."""
    was_run = re.compile(rb'"execution_count": \d')
    if not notebook.exists() or not was_run.search(notebook.read_bytes()):
        return ""
    digest = hashlib.sha256(notebook.read_bytes()).hexdigest()[:8]
    kept = root / "build/replaced" / f"{notebook.stem}-{digest}.ipynb"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(notebook, kept)
    return f"; the one that was worked in is kept as {kept.relative_to(root).as_posix()}"
