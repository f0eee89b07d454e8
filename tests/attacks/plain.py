"""Grading without any protection: student's cells and tests, one after the other, in one process.

So does stock nbgrader; only that each submission gets a fork of a warm process, and no kernel.
"""

from __future__ import annotations

import importlib
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, Self

from nbformat import NotebookNode

from nbteach.grading.notebooks.cells import is_test
from nbteach.grading.processes.shell import make_shell

__all__ = ["Plain", "Run"]


@dataclass(frozen=True)
class Run:
    """What came of one submission."""

    ended: str  # "well", "crashed" or "hung"
    passed: frozenset[str] = frozenset()
    outputs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    peak_memory: int = 0  # bytes


class Plain:
    """The warm process, `with Plain() as plain:`."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, notebook: NotebookNode, folder: Path, patience: float) -> Run:
        """Run a notebook in `folder`, for at most `patience` seconds."""
        cells = [
            (
                cell.id,
                cell.metadata.nbgrader.grade_id.removesuffix("-test") if is_test(cell) else "",
                str(cell.source),
                list(cell.metadata.get("tags", [])),
            )
            for cell in notebook.cells
            if cell.cell_type == "code"
        ]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump((cells, str(folder), patience), self._process.stdin)
        self._process.stdin.flush()
        return Run(*pickle.load(self._process.stdout))


def main() -> None:
    """Serve until nobody asks any more."""
    for module in ("numpy", "torch", "nblib.checks"):
        importlib.import_module(module)
    make_shell()
    while True:
        try:
            cells, folder, patience = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        receive, send = os.pipe()
        pid = os.fork()
        if pid == 0:
            _run(send, cells, folder)
        os.close(send)
        pickle.dump(_watched(pid, receive, patience), sys.stdout.buffer)
        sys.stdout.buffer.flush()
        os.close(receive)


def _watched(pid: int, receive: int, patience: float) -> tuple[Any, ...]:
    """Return the fields of a Run, and leave nothing of it."""
    content, until, usage = b"", time.monotonic() + patience, None
    os.set_blocking(receive, False)
    while usage is None and time.monotonic() < until:
        select.select([receive], [], [], 0.01)
        ended, _, used = os.wait4(pid, os.WNOHANG)
        usage = used if ended else None
        with suppress(BlockingIOError):
            while more := os.read(receive, 2**20):
                content += more
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    if usage is None:
        os.waitpid(pid, 0)
        return ("hung",)
    try:
        passed, outputs = pickle.loads(content)
    except (EOFError, pickle.UnpicklingError):
        return ("crashed",)
    return "well", passed, outputs, 1024 * usage.ru_maxrss


def _run(answer: int, cells: list[tuple[str, str, str, list[str]]], folder: str) -> NoReturn:
    try:
        os.setpgid(0, 0)
        os.chdir(folder)
        sys.path.insert(0, "")
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        shell = make_shell()
        passed, outputs = set(), {}
        for name, test, source, tags in cells:
            with shell.collect(10**9) as collected:
                if "skip-execution" not in tags:
                    shell.run_cell(source, store_history=True)
            outputs[name] = collected.finished()
            if test and not any(out["output_type"] == "error" for out in outputs[name]):
                passed.add(test)
        content = memoryview(pickle.dumps((frozenset(passed), outputs)))
        while content:
            content = content[os.write(answer, content) :]
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
