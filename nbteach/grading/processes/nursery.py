"""One process that imports everything, of which the zygotes of all workers are forks.

It runs in a sandbox, and no code of a student's in it; each zygote enters a sandbox of its own
there. Where the machine allows no sandbox in a sandbox, every zygote imports for itself.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import IO

from nbteach.grading.limits import Limits
from nbteach.grading.sandbox import sandbox
from nbteach.grading.sandbox.sandbox import Tier

__all__ = ["Nursery", "NurseryFault", "program", "shared", "the_shared"]

_SECONDS_TO_START = 180  # importing torch on a busy machine
_SECONDS_TO_ANSWER = 30


class NurseryFault(RuntimeError):
    """There is no zygote to be had. The message tells the last words of the nursery."""


def program(role: str, end: socket.socket) -> list[str]:
    """Return the command line of a zygote, or of the nursery."""
    module = "nbteach.grading.processes.zygote"
    return [sys.executable, "-P", "-m", module, role, str(end.fileno())]


class Nursery:
    """Starts with the first zygote that is asked for, or earlier, and anew where it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._turn = threading.Lock()

    def start(self) -> None:
        """Begin to start; it dies with the thread that calls this."""
        ours, theirs = socket.socketpair()
        self._asks, self._complaints = ours, tempfile.TemporaryFile()  # noqa: SIM115
        with theirs:
            self._process = sandbox.spawn_to_nest(
                program("nursery", theirs),
                pass_fds=[theirs.fileno()],
                stderr=self._complaints.fileno(),
            )
        self._is_ready = False

    def end(self) -> None:
        """Kill it, and all zygotes with it."""
        if self._process is not None:
            sandbox.end(self._process)
            self._asks.close()
            self._complaints.close()
            self._process = None

    def zygote(
        self,
        role: str,
        limits: Limits,
        ends: tuple[socket.socket, socket.socket],
        stderr: IO[bytes],
    ) -> sandbox.Process:
        """Start a zygote in a sandbox of its own; raises NurseryFault.

        Args:
            role: "student" or "examiner".
            limits: of the sandbox.
            ends: of the socket over which it is asked, ours and its own.
            stderr: where its messages go.
        """
        with self._turn:
            if self._process is None or self._process.poll() is not None:
                self.end()
                self.start()
            try:
                if not self._is_ready and self._said(_SECONDS_TO_START) != "ready":
                    raise OSError("it says something else than that it is ready")
                self._is_ready = True
                ends[0].setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
                request = json.dumps({"op": "zygote", "role": role, "limits": asdict(limits)})
                descriptors = [ends[1].fileno(), stderr.fileno()]
                socket.send_fds(self._asks, [request.encode()], descriptors)
                if self._said(_SECONDS_TO_ANSWER) != "forked":
                    raise OSError("it did not fork")
                return sandbox.adopt(_sender(ends[0]))
            except OSError as error:
                raise self._fault(str(error)) from error

    def _said(self, seconds: float) -> object:
        self._asks.settimeout(seconds)
        word = self._asks.recv(2**16)
        if not word:
            raise OSError("it has ended")
        return json.loads(word)

    def _fault(self, what: str) -> NurseryFault:
        self._complaints.seek(0)
        last = self._complaints.read()[-2000:].decode(errors="replace").strip()
        self.end()
        return NurseryFault(f"no process can be forked: {what}\n{last}".strip())


def _sender(end: socket.socket) -> int:
    """Return the number, as seen from here, of the process that says the first word, a byte."""
    end.settimeout(_SECONDS_TO_ANSWER)
    _, ((_, _, identity),), _, _ = end.recvmsg(1, socket.CMSG_SPACE(12))
    end.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
    return int.from_bytes(identity[:4], sys.byteorder)


_shared: list[Nursery] = []


@contextmanager
def shared(*, wanted: bool = True, early: bool = False) -> Iterator[None]:
    """Have one nursery for all supervisors of this process meanwhile, where that is possible.

    It starts when the first zygote is asked for, or `early`: then let the thread that calls this be
    one that stays, such as the main one.
    """
    if _shared or not (wanted and sandbox.nests()):
        yield
        return
    nursery = Nursery()
    _shared.append(nursery)
    try:
        if early:
            nursery.start()
        yield
    finally:
        _shared.remove(nursery)
        nursery.end()


def the_shared(tier: Tier) -> Nursery | None:
    """Return the nursery of this process, for supervisors of this tier, if there is one."""
    return _shared[0] if _shared and tier is Tier.STRONG else None
