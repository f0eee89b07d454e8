"""Grade classes while a killer is about, and tell whether anybody could notice afterwards.

    python killing.py COURSE --kills N --seed N [--every SECONDS] [--whole]

One process starts a dask scheduler, its workers, and the command `nblib grade` again and again,
each as a fork of itself, which saves their imports. At random moments one of the processes that
take part, those around the sandboxes included, gets a SIGKILL; workers are then replaced, as a
cluster does. After enough kills the last class is finished in peace. Every class is then compared
with one that nobody disturbed.

It prints a line for each kill and, in the end, as JSON: how many of a kind were killed, how often
the command was given, what it complained of, and what is wrong.
"""

import argparse
import asyncio
import collections
import ctypes
import difflib
import json
import logging
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Self

import dask
import distributed
import graded_course
import psutil
from graded_course import NAME, Edit, answer, delete, replace
from nbformat import NotebookNode

from nbteach.grading import grade
from nbteach.grading.sandbox import sandbox
from nbteach.grading.summary import table

_BECOME_SUBREAPER = 36  # of prctl(2): orphans become children of this process, so none gets lost
KINDS = (
    *("command", "printer", "worker", "nursery", "nursery's sandbox"),
    *("student's sandbox", "student's zygote", "examiner's sandbox", "examiner's zygote"),
)
_AHEAD = 5  # kills that one kind may be ahead of another
_PATIENCE = 120.0  # seconds that a thing may take on a busy machine
_WORKERS = 2
_STUMBLED = 2  # an exit code

# Run in place of a zygote, it imports something in place of torch, which nothing here needs: 2 s.
_LIGHT_ZYGOTE = """
import sys

class Anything(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        setattr(cls, name, Anything(name, (), {}))
        return getattr(cls, name)

torch = sys.modules["torch"] = Anything("torch", (), {})
torch.dtype
torch.get_default_dtype = lambda: None
torch.set_default_dtype = lambda dtype: None

from nbteach.grading.processes import examiner, student, zygote
from nbteach.grading.processes.shell import make_shell

zygote._import_all = make_shell
zygote.main(sys.argv[1], int(sys.argv[2]))
"""

# What students did to a perfect notebook.
_CLASS: dict[str, Edit] = {
    "perfect": lambda notebook: None,
    "wrong": answer("two", "return 3"),
    "unsolved": answer("one", "..."),
    "syntax": replace("two", "def two(x)"),
    "raises": replace("three", "raise ValueError('no')"),
    "dies": answer("two", "os._exit(1)"),
    "untested": delete("two-test"),
    "forged": replace("three-test", "pass"),
}
_BROKEN = {"json": '{"cells": [', "empty": ""}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("course", type=Path)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--every", type=float, default=0.7, help="seconds, on average")
    parser.add_argument("--whole", action="store_true", help="with torch in the sandboxes")
    options = parser.parse_args()
    if not options.whole:
        spare_torch()
    graded_course.make(options.course)
    for student, work in (_CLASS | _BROKEN).items():
        graded_course.hand_in(
            options.course, student, work if isinstance(work, str) else _slow(work)
        )
    sandbox.require(sandbox.Tier.STRONG)  # here, once for all forks
    assert sandbox.nests()
    with _Stage(options.course) as stage:
        report = _disturb(stage, _Killer(options.kills, options.every, options.seed))
    report["wrong"] += [f"left behind: {command}" for command in stage.left_behind]
    sys.stdout.write(json.dumps(report) + "\n")


def _slow(edit: Edit) -> Edit:
    """Let answers take a moment, in which they can be killed."""

    def edit_and_slow(notebook: NotebookNode) -> None:
        edit(notebook)
        for cell in notebook.cells:
            cell.source = cell.source.replace("return", "import time; time.sleep(0.1); return")

    return edit_and_slow


def spare_torch() -> None:
    """From now on, have zygotes start without torch."""
    spawn = sandbox.spawn_to_nest

    def spawn_light(argv: list[str], **options: Any) -> Any:
        if "nbteach.grading.processes.zygote" in argv:
            argv = [argv[0], "-P", "-c", _LIGHT_ZYGOTE, *argv[-2:]]
        return spawn(argv, **options)

    sandbox.spawn_to_nest = spawn_light


class _Killer:
    """Kills a number of processes at random moments; `killed` says how many of each kind."""

    def __init__(self, kills: int, every: float, seed: int) -> None:
        self._kills, self._every, self.chance = kills, every, random.Random(seed)
        self.killed: collections.Counter[str] = collections.Counter()

    def is_busy(self) -> bool:
        """Whether there is more to kill."""
        return self.killed.total() < self._kills

    def wait(self) -> None:
        """Wait for the next moment."""
        time.sleep(self.chance.expovariate(1 / self._every))

    def kill_one(self, targets: Mapping[str, Sequence[psutil.Process]]) -> None:
        """Kill one process, rather of a kind that was killed less, lest some never get to start."""
        least = min(self.killed[kind] for kind in KINDS)
        kinds = sorted(kind for kind in targets if self.killed[kind] <= least + _AHEAD)
        if not kinds:
            return
        weights = [(1 + self.killed[kind]) ** -2 for kind in kinds]
        (kind,) = self.chance.choices(kinds, weights)
        with suppress(psutil.NoSuchProcess):  # it has just ended
            self.chance.choice(targets[kind]).kill()
            self.killed[kind] += 1
            _say(f"{self.killed.total():3} {kind}")


def _disturb(stage: "_Stage", killer: _Killer) -> dict[str, Any]:
    """Grade a class in peace, then others, alike, until enough is killed; compare them."""
    handed_in = _submissions(stage.root, "default")
    stage.command("default", cluster=False)
    stage.wait_for_command()
    peace = _result(stage.root, "default")
    _say(f"a class of {len(_CLASS | _BROKEN)}, graded in peace")

    commands, wrong, number = 0, [f"in peace: {said}" for said in stage.complaints], 0
    while killer.is_busy():
        number += 1
        name = f"class-{number}"
        shutil.copytree(*(_folder(stage.root, each) / "submitted" for each in ("default", name)))
        before = _submissions(stage.root, name)
        commands += _grade(stage, name, killer)
        result = _result(stage.root, name)
        for part in peace:
            if result[part] != peace[part]:
                wrong.append(f"{name}: another {part}\n{_difference(peace[part], result[part])}")
        if _submissions(stage.root, name) != before:
            wrong.append(f"{name}: the submissions have changed")
        _say(f"{name} is graded, after {killer.killed.total()} kills")
    if _submissions(stage.root, "default") != handed_in:
        wrong.append("the submissions have changed")
    return {
        "killed": killer.killed,
        "classes": number,
        "commands": commands,
        "complaints": stage.complaints,
        "wrong": [*wrong, *stage.stumbles],
    }


def _grade(stage: "_Stage", name: str, killer: _Killer) -> int:
    """Give the same command again until a class is graded; return how often that was."""
    commands, is_graded = 0, False
    while not is_graded:
        commands += 1
        stage.command(name, cluster=killer.chance.random() < 0.6)
        while killer.is_busy():
            killer.wait()
            if not (targets := stage.targets()):
                break
            killer.kill_one(targets)
        is_graded = stage.wait_for_command() == 0
    return commands


class _Stage:
    """All processes that take part; `left_behind` are those that were there after the end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.complaints: list[str] = []  # of a command that came to its end
        self.stumbles: list[str] = []  # errors that ended a command
        self.left_behind: list[str] = []
        self._command, self._is_cluster = 0, False
        self._scheduler, self._workers = 0, set[int]()
        self._ended: dict[int, int] = {}  # by process, its exit code
        self._said = root / "complaint.txt"
        self._address = root / "scheduler.json"

    def __enter__(self) -> Self:
        ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)
        dask.config.set({f"distributed.{part}.http.routes": [] for part in ("scheduler", "worker")})
        self._scheduler = _fork(lambda: asyncio.run(self._schedule()))
        while not self._address.exists():
            time.sleep(0.01)
        self._replace_workers()
        return self

    def __exit__(self, *exception: object) -> None:
        for pid in [self._scheduler, self._command, *self._workers]:
            if pid and self._is_running(pid):
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + _PATIENCE / 4
        while self._all() and time.monotonic() < until:
            time.sleep(0.1)
        for process in self._all():
            # Killed within the millisecond after its fork, bubblewrap 0.8 leaves its child to wait
            # for ever. Nothing is mounted in it then, and nothing of a student's runs.
            if process.name() != "bwrap" or process.children():
                self.left_behind.append(" ".join(process.cmdline()))
            process.kill()

    def command(self, name: str, *, cluster: bool) -> None:
        """Begin to grade a class, with the scheduler or on this machine."""
        self._is_cluster = cluster
        self._replace_workers()
        self._said.unlink(missing_ok=True)
        self._command = _fork(lambda: self._coordinate(name))

    def wait_for_command(self) -> int:
        """Wait until the command has ended; return its exit code, and note what it said."""
        until = time.monotonic() + _PATIENCE
        while self._is_running(self._command):
            if time.monotonic() > until:
                raise TimeoutError("the command does not end")
            self._replace_workers()
            time.sleep(0.05)
        code = os.waitstatus_to_exitcode(self._ended[self._command])
        if code != -signal.SIGKILL:
            said = self._said.read_text(encoding="utf-8")
            if said:
                (self.stumbles if code == _STUMBLED else self.complaints).append(said)
        return code

    def targets(self) -> dict[str, list[psutil.Process]]:
        """Return what can be killed, by kind; nothing if the command has ended."""
        self._replace_workers()
        if not self._is_running(self._command):
            return {}
        found: dict[str, list[psutil.Process]] = {}
        for process in self._all():
            with suppress(psutil.Error):
                if kind := self._kind(process):
                    found.setdefault(kind, []).append(process)
        return found

    def _kind(self, process: psutil.Process) -> str | None:
        if process.pid == self._command:
            return "command"
        if process.pid in self._workers:
            return "worker" if self._is_cluster else None
        command, parent = process.cmdline(), process.parent()
        if parent is None or not command:
            return None
        if process.ppid() == self._command and command == parent.cmdline():
            return "printer"
        if command[-2:-1] != ["nursery"]:
            return None
        role, chain = process.name(), [each.name() for each in process.parents()[:2]]
        if role in ("student", "examiner"):  # who waits for a sandbox, the zygote in it, its child
            kind = ["sandbox", "zygote"][chain.count(role) : chain.count(role) + 1]
            return f"{role}'s {kind[0]}" if kind else None
        return "nursery's sandbox" if command[0].endswith("bwrap") else "nursery"

    def _replace_workers(self) -> None:
        self._workers = {pid for pid in self._workers if self._is_running(pid)}
        while len(self._workers) < _WORKERS:
            self._workers.add(_fork(lambda: asyncio.run(self._work())))

    def _is_running(self, pid: int) -> bool:
        self._reap()
        return pid not in self._ended

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._ended[ended[0]] = ended[1]

    def _all(self) -> list[psutil.Process]:
        self._reap()
        return psutil.Process().children(recursive=True)

    def _coordinate(self, name: str) -> None:
        os.environ["NBLIB_CLASSROOM"] = name
        scheduler = json.loads(self._address.read_text())["address"] if self._is_cluster else None
        try:
            grades = grade.grade_class(
                self.root, NAME, jobs=_WORKERS, scheduler=scheduler, say=lambda text: None
            )
        except Exception as error:
            self._said.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
            os._exit(_STUMBLED)
        (_folder(self.root, name) / "table.txt").write_text(table(grades), encoding="utf-8")
        lost = set(grades.need_human) - set(_BROKEN)
        notes = [f"{r.student}: {r.note}" for r in grades.results if r.student in lost]
        complaints = [*grades.differences, *notes]
        self._said.write_text("\n".join(complaints), encoding="utf-8")
        os._exit(bool(complaints))

    async def _schedule(self) -> None:
        logging.disable()
        async with distributed.Scheduler(
            host="127.0.0.1", dashboard=False, scheduler_file=str(self._address)
        ) as scheduler:
            await scheduler.finished()

    async def _work(self) -> None:
        logging.disable()
        async with distributed.Worker(
            scheduler_file=str(self._address),
            nthreads=1,
            memory_limit=0,
            dashboard=False,
            local_directory=str(self.root / "dask"),
        ) as worker:
            await worker.finished()


def _fork(do: Callable[[], object]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            do()
        finally:
            os._exit(3)
    return pid


def _folder(root: Path, name: str) -> Path:
    return root / "classroom" / name


def _submissions(root: Path, name: str) -> dict[str, Any]:
    """Return what must not change: each file's content, and when it was written."""
    folder = _folder(root, name) / "submitted"
    return {
        str(path.relative_to(folder)): (digest, path.stat().st_mtime_ns)
        for path, digest in graded_course.hashes(folder).items()
    }


def _result(root: Path, name: str) -> dict[str, object]:
    """Return all that a teacher or a student gets to see of a class."""
    folder = _folder(root, name)
    results = {path.stem: json.loads(path.read_text()) for path in folder.glob("results/*/*.json")}
    return {
        "gradebook": _gradebook(folder / "gradebook.db"),
        "table": (folder / "table.txt").read_text(),
        "csv": sorted((folder / "grades.csv").read_text().splitlines()),
        "feedback": _texts(folder / "feedback"),
        "autograded": _texts(folder / "autograded"),
        "result": {
            key: {part: result[part] for part in ("outputs", "tests", "notes")}
            for key, result in results.items()
        },
    }


def _difference(in_peace: object, here: object) -> str:
    before, after = (
        json.dumps(value, indent=1, sort_keys=True, default=str).splitlines()
        for value in (in_peace, here)
    )
    return "\n".join(difflib.unified_diff(before, after, "in peace", "here", n=2, lineterm=""))


def _texts(folder: Path) -> dict[str, str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in paths}


def _gradebook(path: Path) -> list[str]:
    """Return all points and comments, without nbgrader's random names for them."""
    what = {"grade": "auto_score, manual_score, extra_credit", "comment": "auto_comment"}
    with closing(sqlite3.connect(path)) as book:
        rows = [
            row
            for table, columns in what.items()
            for row in book.execute(
                f"SELECT student_id, base_cell.name, {columns} FROM {table}"
                f" JOIN base_cell ON base_cell.id = {table}.cell_id"
                f" JOIN submitted_notebook ON submitted_notebook.id = {table}.notebook_id"
                " JOIN submitted_assignment"
                " ON submitted_assignment.id = submitted_notebook.assignment_id"
            )
        ]
    return sorted(map(str, rows))


def _say(text: str) -> None:
    sys.stdout.write(f"{time.time() - psutil.Process().create_time():6.1f} s  {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
