"""Runs one submission after the other: cells in the student's process, tests in the examiner's.

Both processes are forked, for each submission, from a zygote in a sandbox of its own, which is a
fork of the nursery's where it can be. What goes
beyond a limit is killed; then a new child runs the cells before once more, and the rest goes on. So
a hang, a crash or a greedy cell costs nothing but itself.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from nbformat import NotebookNode

from nbteach.grading.execution import Execution, Outcome
from nbteach.grading.limits import Limits
from nbteach.grading.notebooks import outputs
from nbteach.grading.notebooks.cells import imports_of, is_run, is_test
from nbteach.grading.processes.channel import Channel, Closed, CodecError
from nbteach.grading.processes.nursery import Nursery, the_shared
from nbteach.grading.processes.zygote_client import SupervisorFault, ZygoteClient
from nbteach.grading.sandbox.sandbox import Tier, Usage, nests

__all__ = ["Supervisor", "SupervisorFault"]

_ROLES = ("student", "examiner")
_LEAST_OUTPUT = 5000  # bytes: whatever came before, a cell may say why it failed
_SECONDS_TO_NOTICE = 0.1  # for a zygote that is killed may end a moment after its children
_DOUBTFUL = {"time-out", "died"}  # a busy machine, or one out of memory, may be to blame
_SAID = {
    "time-out": "This took longer than it may when your work is graded.",
    "memory": "This took more memory, or more processes, than it may when your work is graded.",
    "died": "Your code ended its own process.",
}


class Supervisor:
    """Keeps the two zygotes warm: `with Supervisor(tier, limits) as supervisor:`."""

    def __init__(self, tier: Tier, limits: Limits) -> None:
        self._limits = limits
        shared = the_shared(tier)
        self._own = Nursery() if not shared and tier is Tier.STRONG and nests() else None
        self._students, self._examiners = (
            ZygoteClient(role, tier, limits, shared or self._own) for role in _ROLES
        )

    def __enter__(self) -> Self:
        if self._own:
            self._own.start()
        self._students.prepare()
        self._examiners.prepare()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._students.end()
        self._examiners.end()
        if self._own:
            self._own.end()

    def execute(self, notebook: NotebookNode) -> Execution:
        """Run a notebook as `rebuild` returns it.

        Raises SupervisorFault where the grader fails, never for what the notebook does.
        """
        run = _Run(self._students, self._examiners, self._limits, notebook)
        try:
            return run.execution()
        finally:
            run.hang_up()
            self._students.tidy()
            self._examiners.tidy()


class _Ended(Exception):
    """The student's process has ended, or was made to."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class _Run:
    """One submission."""

    def __init__(
        self,
        students: ZygoteClient,
        examiners: ZygoteClient,
        limits: Limits,
        notebook: NotebookNode,
    ) -> None:
        self._students, self._examiners, self._limits = students, examiners, limits
        self._notebook = notebook
        self._channels: list[Channel] = []  # to the student's process and to the examiner's
        self._ran: list[NotebookNode] = []  # the student's cells that did no harm, in order
        self._outputs: dict[str, list[Any]] = {}
        self._room = limits.output_in_all  # bytes of outputs that may still come
        self._tests: dict[str, Outcome] = {}
        self._ended: dict[str, Outcome] = {}  # by cell id, what had to end
        self._began, self._cpu_seconds, self._peak_memory = time.monotonic(), 0.0, 0
        self._forked = Usage()  # what was used before the present process

    def execution(self) -> Execution:
        """Run every cell in its turn."""
        for cell in self._notebook.cells:
            if is_test(cell):
                self._test(cell)
            elif is_run(cell):
                self._run(cell)
        self.hang_up()
        return Execution(
            self._outputs,
            self._tests,
            tuple(f"{name}: {_SAID[outcome]}" for name, outcome in self._ended.items()),
            self._cpu_seconds,
            self._peak_memory,
            not _DOUBTFUL.isdisjoint(self._ended.values()),
        )

    def hang_up(self) -> None:
        """End both processes, and add up what the student's has used."""
        if self._channels:
            used = self._students.usage()
            self._cpu_seconds += used.cpu_seconds - self._forked.cpu_seconds
            self._peak_memory = max(self._peak_memory, used.memory)
        for channel in self._channels:
            channel.close()
        self._channels = []

    def _run(self, cell: NotebookNode) -> None:
        try:
            self._keep(cell, self._in_student(cell))
            self._ran.append(cell)
        except _Ended as ended:
            self._keep(cell, [_error(ended.outcome)])
            self._ended[cell.id] = ended.outcome
            self.hang_up()

    def _test(self, cell: NotebookNode) -> None:
        try:
            _, examiner = self._ready()
            outcome, shown = self._answer(examiner, cell.source)
        except _Ended as ended:
            outcome, shown = ended.outcome, []
        if outcome == "died":
            self._insist(_SECONDS_TO_NOTICE)
        if outcome in _SAID:
            shown = [*shown, _error(outcome)]
            self._ended[cell.id] = outcome
            self.hang_up()
        self._tests[cell.metadata.nbgrader.grade_id] = outcome
        self._keep(cell, shown)

    def _ready(self) -> list[Channel]:
        """Return the channels; where the process had to end, a new one runs the cells before."""
        while not self._channels:
            if self._is_over():
                raise _Ended("time-out")
            self._fork()
            self._run_again()
        return self._channels

    def _run_again(self) -> None:
        """Run the cells that did no harm so far; if one does now, begin anew without it."""
        for cell in self._ran:
            try:
                self._in_student(cell)
            except _Ended as ended:
                self._ran.remove(cell)
                self._ended[cell.id] = ended.outcome
                self.hang_up()
                return

    def _fork(self) -> None:
        """Let both zygotes fork a child, and connect the two."""
        self._students.tidy()
        student_side, examiner_side = socket.socketpair()
        with student_side, examiner_side:
            for client, side in (self._students, student_side), (self._examiners, examiner_side):
                self._channels.append(client.fork(side))
        self._channels[1].send(imports_of(self._notebook))
        self._forked = self._students.usage()

    def _in_student(self, cell: NotebookNode) -> list[Any]:
        student, _ = self._ready()
        return outputs.safe(self._answer(student, cell.source), self._limits.output)

    def _keep(self, cell: NotebookNode, shown: list[Any]) -> None:
        """Keep what a cell showed, as far as the whole notebook has room for it."""
        if outputs.size(shown) > self._room:
            shown = outputs.safe(shown, max(_LEAST_OUTPUT, self._room))
        self._outputs[cell.id] = shown
        self._room -= outputs.size(shown)

    def _is_over(self, cpu_seconds: float = 0.0) -> bool:
        """Whether the time for the whole notebook is spent, with what the present process used."""
        return (
            self._cpu_seconds + cpu_seconds > self._limits.cpu_seconds
            or time.monotonic() - self._began > self._limits.wall_seconds
        )

    def _answer(self, channel: Channel, source: str) -> Any:
        """Send a cell, wait for what comes back, and watch the student's process meanwhile."""
        channel.watch(self._watchman())
        try:
            channel.send(source)
            return channel.receive()[0]
        except (Closed, CodecError) as error:
            self._insist(_SECONDS_TO_NOTICE)
            raise _Ended("died") from error
        finally:
            self._insist()

    def _insist(self, seconds: float = 0) -> None:
        # A zygote takes its children along. Who kills it, such as a machine out of memory, must not
        # cost a student points, whatever the other process made of it.
        self._students.insist(seconds)
        self._examiners.insist(seconds)

    def _watchman(self) -> Callable[[], None]:
        """Return what looks at the student's process, and raises _Ended where it is too much."""
        began = time.monotonic()
        before: Usage | None = None

        def look() -> None:
            nonlocal before
            now = self._students.usage()
            before = before or now  # what ends before the first look costs no look
            self._peak_memory = max(self._peak_memory, now.memory)
            used, waited = now.cpu_seconds - before.cpu_seconds, time.monotonic() - began
            if (
                used > self._limits.cpu_seconds_per_cell
                or waited > self._limits.wall_seconds_per_cell
                or self._is_over(now.cpu_seconds - self._forked.cpu_seconds)
            ):
                raise _Ended("time-out")
            if now.memory > self._limits.memory or now.processes > self._limits.processes:
                raise _Ended("memory")

        return look


def _error(outcome: Outcome) -> dict[str, Any]:
    name = {"time-out": "TimeoutError", "memory": "MemoryError"}.get(outcome, "ProcessError")
    text = f"{name}: {_SAID[outcome]}"
    return {"output_type": "error", "ename": name, "evalue": _SAID[outcome], "traceback": [text]}
