"""A sandbox within the sandbox: forks of one process that cannot reach each other.

Python and torch take seconds to import. So one process does it for all, in a sandbox of
bubblewrap's, and runs no code of a student's. A fork of it that is to do so calls `enter` first: it
gets processes, files in memory, mounts, shared memory, network and privileges (none) of its own, as
bubblewrap would have given it. What it sees of the system is what the outer sandbox shows.
"""

from __future__ import annotations

import os
import select
import signal
import weakref
from contextlib import suppress
from pathlib import Path

from nbteach.grading.limits import Limits
from nbteach.grading.sandbox.bubblewrap import sizes
from nbteach.grading.sandbox.environment import HOME, readable
from nbteach.grading.sandbox.linux import drop_capabilities, mount, prctl, unshare
from nbteach.grading.sandbox.seccomp import filter_program, install, supported

__all__ = ["Process", "enter", "has_room"]

_NEW_USER = 0x10000000
_NEW = _NEW_USER | 0x20000 | 0x8000000 | 0x20000000 | 0x40000000  # mounts, IPC, processes, network
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8
_PLAIN = _NO_SUID | _NO_DEVICES | _NO_PROGRAMS
_CHANGE, _THIS_MOUNT, _RECURSIVE, _PRIVATE = 0x20, 0x1000, 0x4000, 0x40000
_PARENT_DEATH_SIGNAL, _DUMPABLE = 1, 4


class Process:
    """The process that waits for a sandbox it has entered; has what is needed of a `Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._descriptor = os.pidfd_open(pid)  # the number may go to another one day
        weakref.finalize(self, os.close, self._descriptor)

    def poll(self) -> int | None:
        """Return None while it is there."""
        return 0 if select.select([self._descriptor], [], [], 0)[0] else None

    def kill(self) -> None:
        """End it, and thereby all in its sandbox."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def wait(self) -> None:
        """Wait for its end."""
        select.select([self._descriptor], [], [])


def has_room() -> bool:
    """Whether nothing that Python needs lies where `enter` puts empty folders."""
    writable = [Path(folder) for folder in sizes(Limits())]
    return not any(path.is_relative_to(folder) for path in readable() for folder in writable)


def enter(limits: Limits) -> None:
    """Go into a sandbox; what returns is process 1 there, and the caller waits until it ends.

    To be called by a process with one thread in a sandbox that was started to allow it. Raises
    OSError where the kernel refuses: then nothing may be run.
    """
    # Later on only the new one is to be seen, in which nobody can write.
    system = os.open("/proc", os.O_PATH | os.O_CLOEXEC)
    fonts = {path: path.read_bytes() for path in Path(HOME, ".matplotlib").glob("fontlist-*.json")}
    _unshare(_NEW, system)
    if child := os.fork():
        _, status = os.waitpid(child, 0)
        os._exit(int(status != 0))
    _mount(limits)
    for path, content in fonts.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    os.chdir(HOME)
    Path("/proc/sys/user/max_user_namespaces").write_text("1")  # and that is used up by the next
    mount("none", "/proc", "none", _CHANGE | _THIS_MOUNT | _READ_ONLY | _PLAIN)
    _unshare(_NEW_USER, system)  # in which nothing that was mounted can be changed
    os.close(system)
    drop_capabilities()
    prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if supported():
        install(filter_program())


def _unshare(namespaces: int, system: int) -> None:
    """Go into new namespaces as the same user; `system` is a /proc that can be written to."""
    names = {"setgroups": "deny", "uid_map": f"{os.getuid()} {os.getuid()} 1"}
    names["gid_map"] = f"{os.getgid()} {os.getgid()} 1"
    unshare(namespaces)
    prctl(_DUMPABLE, 1)  # or these files would be root's
    for name, text in names.items():
        descriptor = os.open(f"self/{name}", os.O_WRONLY, dir_fd=system)
        os.write(descriptor, text.encode())
        os.close(descriptor)


def _mount(limits: Limits) -> None:
    mount("none", "/", "none", _RECURSIVE | _PRIVATE)
    for folder, size in sizes(limits).items():
        mount("tmpfs", folder, "tmpfs", _NO_SUID | _NO_DEVICES, f"mode=0777,size={size}")
    mount("mqueue", "/dev/mqueue", "mqueue", _PLAIN)
    mount("devpts", "/dev/pts", "devpts", _NO_SUID | _NO_PROGRAMS, "newinstance,ptmxmode=0666")
    mount("proc", "/proc", "proc", _PLAIN)
