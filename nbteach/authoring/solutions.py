"""Run the lessons with their answers, to read as notebooks and to see that they hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import nbformat
from nbformat import NotebookNode

from nblib import front_end
from nbteach.authoring.build import source_notebook
from nbteach.authoring.lesson import Lesson, LessonError, Problem
from nbteach.authoring.rules import read

__all__ = ["ExecutionError", "Run", "executed", "solutions"]


class ExecutionError(RuntimeError):
    """A lesson does not run to its end."""


@dataclass(frozen=True)
class Run:
    """How one lesson ran. Times are wall times in seconds."""

    name: str
    seconds: float
    slowest: tuple[str, float]  # the id of a cell, and its time
    failure: str = ""  # the id of the cell that stopped the run, and its error


def solutions(root: Path, lesson: str = "", *, fast: bool = False) -> Iterator[Run]:
    """Execute each lesson whose name begins with `lesson`; yield how it ran.

    The executed notebook and its HTML go to `build/solutions/`, up to a cell that fails. With
    `fast`, lessons run their experiments small. Raises LessonError for a malformed lesson.
    """
    paths = sorted((root / "solutions").glob(f"{lesson}*.py"))
    if not paths:
        wanted = Problem(
            root / "solutions" / f"{lesson}*.py", 1, "no such lesson", "see solutions/"
        )
        raise LessonError([wanted])
    goal = root / "build" / "solutions"
    goal.mkdir(parents=True, exist_ok=True)
    for path in paths:
        yield _run(read(path), goal, fast)


def executed(root: Path, lesson: Lesson) -> NotebookNode:
    """Return a lesson with its outputs, from `build/solutions/` unless it has changed since.

    Raises ExecutionError if it does not run to its end.
    """
    path = root / "build" / "solutions" / f"{lesson.name}.ipynb"
    if path.exists():
        found = nbformat.read(path, as_version=4)
        if _sources(found) == _sources(source_notebook(lesson)):
            return found
    (run,) = solutions(root, lesson.name)
    if run.failure:
        raise ExecutionError(f"{lesson.name} does not run to its end: {run.failure}")
    return nbformat.read(path, as_version=4)


def _sources(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [(cell.id, cell.source) for cell in notebook.cells]


def _run(lesson: Lesson, goal: Path, fast: bool) -> Run:
    notebook = source_notebook(lesson)
    started = perf_counter()
    times, failure = _execute(notebook, goal, fast)
    seconds = perf_counter() - started
    nbformat.write(notebook, goal / f"{lesson.name}.ipynb")
    (goal / f"{lesson.name}.html").write_text(_html(notebook, lesson.name), encoding="utf-8")
    slowest = max(times.items(), key=lambda cell: cell[1], default=("", 0.0))
    return Run(lesson.name, seconds, slowest, failure)


def _execute(notebook: NotebookNode, folder: Path, fast: bool) -> tuple[dict[str, float], str]:
    """Execute in place; return the time of each cell, and the failure if there is one."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    times: dict[str, float] = {}

    def start(cell: NotebookNode, **_: object) -> None:
        times[cell.id] = -perf_counter()

    def stop(cell: NotebookNode, **_: object) -> None:
        times[cell.id] += perf_counter()

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # it would warn that it listens on loopback
        resources={"metadata": {"path": str(folder)}},
        force_raise_errors=True,  # test cells are tagged so that they would not stop a student
        on_cell_execute=start,
        on_cell_executed=stop,
    )
    ours = {"NBLIB_FAST", *front_end.MARKS}  # nobody watches
    env = {name: value for name, value in os.environ.items() if name not in ours}
    try:
        client.execute(env=env | ({"NBLIB_FAST": "1"} if fast else {}))
    except (CellExecutionError, DeadKernelError) as error:
        last = [*times][-1]
        reason = (
            f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else error
        )
        return times, f'cell "{last}": {reason}'
    return times, ""


def _html(notebook: NotebookNode, title: str) -> str:
    from nbteach.grading.pages.exporters import LessonExporter

    html, _ = LessonExporter().from_notebook_node(notebook, {"metadata": {"name": title}})
    return str(html)
