"""Rebuild submissions in a process that can be ended: no file may cost the others their grades.

Whoever asks waits a minute by the clock at most, and the process may take 1 GiB. A notebook with
18 MB of pictures takes it a fifth of a second, and the worst file that was tried four.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path

from nbteach.grading.errors import trouble
from nbteach.grading.notebooks import rebuild as rebuilding
from nbteach.grading.notebooks.lesson_bundle import Bundle
from nbteach.grading.notebooks.rebuild import Rebuilt, Unreadable
from nbteach.grading.sandbox.restrictions import limit_memory

__all__ = ["Reader", "rebuild", "start"]

_SECONDS = 60.0
_MEMORY = 2**30  # bytes, besides what a process has that did nothing yet
_TRIES = 3  # where the process dies: a machine out of memory, or somebody, may have killed it
_REMEDY = "ask for it with its outputs cleared"


class Reader:
    """Keeps a process that reads one file after the other; a new one where it had to be ended."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection
        self._known = ""  # the digest of the lesson that the process has

    def start(self) -> None:
        """Start the process; do so while there is one thread, for then it can be a fork."""
        if self._process is None:
            context = _processes()
            self._connection, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)  # type: ignore[attr-defined]
            self._process.start()
            theirs.close()
            self._known = ""

    def end(self) -> None:
        """Kill the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._connection.close()
            self._process = None

    def rebuild(self, bundle: Bundle, path: Path) -> Rebuilt:
        """Rebuild the submission at `path`; raises Unreadable where there is nothing to grade."""
        with self._turn:
            for _ in range(_TRIES):
                if answer := self._answer(bundle, path):
                    break
            else:
                raise Unreadable(f"whatever reads {path.name} dies; {_REMEDY}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _answer(self, bundle: Bundle, path: Path) -> Rebuilt | Exception | None:
        """Return what came of it, an error included; None if the process has died."""
        self.start()
        try:
            self._connection.send((None if bundle.digest == self._known else bundle, path))
            self._known = bundle.digest
            if self._connection.poll(self._seconds):
                return self._connection.recv()
        except (EOFError, ConnectionError):
            self.end()
            return None
        except BaseException:  # such as Ctrl-C: an answer that nobody waits for would follow
            self.end()
            raise
        self.end()
        return Unreadable(f"{path.name} takes more than {self._seconds:g} s to read; {_REMEDY}")


def _processes() -> BaseContext:
    """Return how to start a process that has imported all this already, where that is safe."""
    is_alone = os.name == "posix" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if is_alone else "spawn")


def _serve(connection: Connection) -> None:
    """Read, in a process of its own, until whoever asks has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a teacher's Ctrl-C ends the other, and then this
    threading.Thread(target=_end_with_parent, daemon=True).start()
    limit_memory(_MEMORY)
    lesson: Bundle
    while True:
        try:
            bundle, path = connection.recv()
        except EOFError:
            return
        if bundle is not None:  # another one than before
            lesson = bundle
        connection.send(_rebuilt(lesson, path))


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(0)


def _rebuilt(bundle: Bundle, path: Path) -> Rebuilt | Exception:
    try:
        return rebuilding.rebuild(bundle, path)
    except Unreadable as error:
        return error
    except MemoryError:
        return Unreadable(f"{path.name} takes too much memory to read; {_REMEDY}")
    except Exception as error:  # whatever lies in one file, the others are graded
        if trouble(error):
            return error
        reason = (str(error).splitlines() or [""])[0][:80]
        return Unreadable(
            f"{path.name} cannot be read ({type(error).__name__}: {reason}); {_REMEDY}"
        )


_readers: dict[int, Reader] = {}  # by process, for a fork must not speak to the reader of another


def start() -> None:
    """Start the reader of this process early, while it has one thread."""
    _readers.setdefault(os.getpid(), Reader()).start()


def rebuild(bundle: Bundle, path: Path) -> Rebuilt:
    """Do what `rebuild.rebuild` does, within limits."""
    return _readers.setdefault(os.getpid(), Reader()).rebuild(bundle, path)
