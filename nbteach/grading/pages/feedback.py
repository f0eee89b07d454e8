"""The pages that students get back: nbgrader's feedback, made by several processes at once."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import chdir, contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.context import BaseContext
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from nbteach.grading.course import classroom, folder
from nbteach.grading.errors import trouble
from nbteach.grading.records.journal import Journal
from nbteach.grading.records.recorder import converter
from nbteach.grading.records.scores import Marks
from nbteach.grading.records.transaction import one_transaction

__all__ = ["Printer", "printer"]

_TRIES = 3  # where a process is killed, by a machine out of memory or by hand


@contextmanager
def printer(course: CourseDirectory, lesson: str, processes: int) -> Iterator[Printer]:
    """Start a Printer; do so early, while this process has one thread.

    Then its processes can be forks of this one, which has imported nbgrader (2 s) already.
    """
    printing = Printer(course, lesson, processes)
    try:
        yield printing
    finally:
        printing.close()


class Printer:
    """Makes the page of one student after the other, where it is not as it should be already."""

    def __init__(self, course: CourseDirectory, lesson: str, processes: int) -> None:
        self._course, self._lesson, self._processes = course, lesson, processes
        self._pool = self._new_pool()
        self._running: dict[Future[None], tuple[str, str]] = {}
        self._tries: Counter[str] = Counter()  # by student
        self._journal = Journal(classroom(course) / "journal.jsonl")
        self._shown = {
            entry["student"]: (entry["stamp"], entry["page"])
            for entry in self._journal
            if entry.get("event") == "feedback" and entry.get("lesson") == lesson
        }

    def print(self, student: str, held: Marks) -> None:
        """Have a page made, unless it shows this autograded notebook and these marks already."""
        notebook = _digest(self._file(self._course.autograded_directory, student, "ipynb"))
        stamp = hashlib.sha256(f"{notebook} {held.digest}".encode()).hexdigest()
        if self._shown.get(student) != (stamp, self._page(student)):
            # Whatever happens now, the audit must not find what is out of date.
            self._file(self._course.feedback_directory, student, "html").unlink(missing_ok=True)
            self._running[self._submit(student)] = student, stamp
        self._note([future for future in self._running if future.done()])

    def finish(self) -> None:
        """Wait for all pages. One that could not be made is left to the audit, and to the log."""
        while self._running:
            self._note([*self._running])

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)

    def _note(self, futures: list[Future[None]]) -> None:
        for future in futures:
            error = future.exception()
            student, stamp = self._running.pop(future)
            if error and trouble(error):
                raise error
            if isinstance(error, BrokenProcessPool) and self._tries[student] < _TRIES:
                self._running[self._submit(student)] = student, stamp
            if not error:
                self._journal.add(
                    event="feedback",
                    student=student,
                    lesson=self._lesson,
                    stamp=stamp,
                    page=self._page(student),
                )

    def _submit(self, student: str) -> Future[None]:
        self._tries[student] += 1
        try:
            return self._pool.submit(_print, student)
        except BrokenProcessPool:  # somebody killed one of them
            self.close()
            self._pool = self._new_pool()
            return self._pool.submit(_print, student)

    def _new_pool(self, tries: int = _TRIES) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(
            self._processes,
            _processes_like_this_one(),
            initializer=_prepare,
            initargs=(self._course.config, self._lesson),
        )
        try:
            pool.submit(int).result()  # starts all of them, if they are forks
        except BrokenProcessPool:
            pool.shutdown()
            if tries == 1:
                raise
            return self._new_pool(tries - 1)
        return pool

    def _page(self, student: str) -> str:
        return _digest(self._file(self._course.feedback_directory, student, "html"))

    def _file(self, step: str, student: str, suffix: str) -> Path:
        return folder(self._course, step, student, self._lesson) / f"{self._lesson}.{suffix}"


def _processes_like_this_one() -> BaseContext:
    """Return how to start processes that import nbgrader once for all, or not even that."""
    if os.name != "posix":
        return get_context("spawn")
    if threading.active_count() == 1:
        return get_context("fork")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


class _Feedback(GenerateFeedback):
    """nbgrader's, which keeps its exporter: that takes longer to make than a page."""

    _has_exporter = False
    error: OSError | None = None  # such as a full disk; nbgrader only writes it to its log

    def start(self) -> None:
        if not self._has_exporter:
            self._book = Gradebook(self.coursedir.db_url)
        with one_transaction(self._book), chdir(self.coursedir.root):
            if not self._has_exporter:
                super().start()
                self._has_exporter = True
                return
            self.init_notebooks()
            self.convert_notebooks()

    def convert_single_notebook(self, notebook_filename: str) -> None:
        try:
            super().convert_single_notebook(notebook_filename)
        except OSError as error:
            self.error = error
            raise


_feedback: _Feedback


def _prepare(config: Config, lesson: str) -> None:
    """Make a process ready for `_print`."""
    global _feedback
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _feedback = converter(_Feedback, config, lesson)


def _end_with_parent() -> None:
    """Let no process stay behind when the one that started it is killed."""
    if parent := parent_process():
        parent.join()
    os._exit(1)


def _print(student: str) -> None:
    _feedback.coursedir.student_id, _feedback.error = student, None
    try:
        _feedback.start()
    except NbGraderException as error:
        raise _feedback.error or error from None


def _digest(path: Path) -> str:
    """Return a digest of a file; an empty text if there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
