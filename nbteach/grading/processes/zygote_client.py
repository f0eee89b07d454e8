"""One zygote in its sandbox, seen from the supervisor: it starts, forks and is replaced."""

from __future__ import annotations

import json
import select
import socket
import tempfile
from dataclasses import asdict
from typing import Any

from nbteach.grading.limits import Limits
from nbteach.grading.processes.channel import Channel, Closed, CodecError
from nbteach.grading.processes.nursery import Nursery, NurseryFault, program
from nbteach.grading.sandbox import sandbox
from nbteach.grading.sandbox.sandbox import Tier, Usage

__all__ = ["SupervisorFault", "ZygoteClient"]

_SECONDS_TO_START = 180  # importing torch on a busy machine
_SECONDS_TO_ANSWER = 30


class SupervisorFault(RuntimeError):
    """The grader itself failed: nothing is known about the submission."""


class ZygoteClient:
    """Where the processes of one role, "student" or "examiner", come from."""

    def __init__(
        self, role: str, tier: Tier, limits: Limits, nursery: Nursery | None = None
    ) -> None:
        self._role, self._tier, self._limits, self._nursery = role, tier, limits, nursery
        self._process: sandbox.Process | None = None
        self._is_ready = self._is_tidy = False

    def prepare(self) -> None:
        """Begin to start a zygote that has to import all by itself."""
        if self._nursery is None:
            self.start()

    def start(self) -> None:
        """Begin to start the zygote; `fork` waits until it is ready."""
        ours, theirs = socket.socketpair()
        self._zygote, self._complaints = ours, tempfile.TemporaryFile()  # noqa: SIM115
        with theirs:
            self._process = self._started(ours, theirs)
        self._is_ready, self._is_tidy = False, True

    def _started(self, ours: socket.socket, theirs: socket.socket) -> sandbox.Process:
        if self._nursery is None:
            return sandbox.spawn(
                self._tier,
                program(self._role, theirs),
                limits=self._limits,
                pass_fds=[theirs.fileno()],
                stderr=self._complaints.fileno(),
            )
        try:
            ends = ours, theirs
            return self._nursery.zygote(self._role, self._limits, ends, self._complaints)
        except NurseryFault as error:
            ours.close()
            self._complaints.close()
            raise SupervisorFault(str(error)) from error

    def end(self) -> None:
        """Kill the zygote and all that it has forked."""
        if self._process is not None:
            sandbox.end(self._process)
            self._zygote.close()
            self._complaints.close()
            self._process = None

    def fork(self, other: socket.socket) -> Channel:
        """Return the channel to a new child, to which `other` is handed.

        Raises SupervisorFault where there is none to be had.
        """
        if self._process is None:
            self.start()
        if not self._is_ready and self._said(_SECONDS_TO_START) != "ready":
            raise self._fault("it says something else than that it is ready")
        self._is_ready, self._is_tidy = True, False
        ours, theirs = socket.socketpair()
        channel = Channel(ours, self._limits.value)
        try:
            with theirs:
                self._ask_for_child(theirs, other)
            ours.settimeout(_SECONDS_TO_ANSWER)
            channel.receive()  # a word that the child is there
            ours.settimeout(None)
        except SupervisorFault:
            channel.close()
            raise
        except (Closed, CodecError) as error:
            channel.close()
            raise self._fault("its child did not begin") from error
        return channel

    def _ask_for_child(self, control: socket.socket, other: socket.socket) -> None:
        request = json.dumps({"op": "fork", "limits": asdict(self._limits)}).encode()
        try:
            socket.send_fds(self._zygote, [request], [control.fileno(), other.fileno()])
        except OSError as error:
            raise self._fault("it takes no requests") from error
        if self._said(_SECONDS_TO_ANSWER) != "forked":
            raise self._fault("it did not fork")

    def tidy(self) -> None:
        """End the children and remove what they left; where that fails, begin a new sandbox."""
        if self._is_tidy or self._process is None:
            return
        try:
            self._zygote.sendall(json.dumps({"op": "tidy"}).encode())
            self._is_tidy = self._said(_SECONDS_TO_ANSWER) == "clean"
        except (OSError, SupervisorFault):
            self._is_tidy = False
        if not self._is_tidy:
            self.end()

    def insist(self, seconds: float = 0) -> None:
        """Raise SupervisorFault if the zygote has ended, or does now: its children end with it."""
        if self._process is None:  # and that has been said
            return
        heard, _, _ = select.select([self._zygote], [], [], seconds)
        if heard:  # it never speaks unasked: this is the end
            raise self._fault("it has ended")

    def usage(self) -> Usage:
        """Return what the zygote and its children use together."""
        return sandbox.usage(self._process) if self._process else Usage()

    def _said(self, seconds: float) -> Any:
        self._zygote.settimeout(seconds)
        try:
            word = self._zygote.recv(2**16)
        except OSError as error:
            raise self._fault(f"it said nothing for {seconds} s") from error
        if not word:
            raise self._fault("it has ended")
        return json.loads(word)

    def _fault(self, what: str) -> SupervisorFault:
        """Return the exception, with the zygote's own last words, and give the zygote up."""
        self._complaints.seek(0)
        last = self._complaints.read()[-2000:].decode(errors="replace").strip()
        self.end()
        return SupervisorFault(f"the {self._role} process cannot be used: {what}\n{last}".strip())
