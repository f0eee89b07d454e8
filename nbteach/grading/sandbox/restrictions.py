"""What a process inside a sandbox does to itself before it runs, or next to, untrusted code."""

from __future__ import annotations

import mmap
import os
import signal
import sys
from pathlib import Path

from nbteach.grading.limits import Limits
from nbteach.grading.sandbox import landlock, seccomp
from nbteach.grading.sandbox.linux import prctl

__all__ = ["confine_child", "limit_memory", "protect"]

_PARENT_DEATH_SIGNAL, _DUMPABLE, _CHILD_SUBREAPER, _NO_NEW_PRIVS = 1, 4, 36, 38
_OPEN_FILES = 512
_MAPPED = 2**29  # bytes, more than what PyTorch maps
_ON_LINUX = sys.platform == "linux"


def protect() -> None:
    """Make this process one that its children can neither trace, nor read, nor end by a signal.

    It adopts their orphans, so that `tidy` finds them.
    """
    if _ON_LINUX:
        prctl(_DUMPABLE, 0)  # closes /proc/<pid>/mem and ptrace to those without privileges
        prctl(_CHILD_SUBREAPER, 1)
        prctl(_NO_NEW_PRIVS, 1)
    # Process 1 gets no signal from inside that it has no handler for; Python handles this one.
    signal.signal(signal.SIGINT, signal.SIG_DFL if os.getpid() == 1 else signal.SIG_IGN)


def confine_child(limits: Limits) -> None:
    """Limit this process, a fork of the protected one, before it runs a student's code.

    Processor time and memory in total are watched from outside; these limits stop what is too
    fast for that, and give honest code a MemoryError or OSError that it can read.
    """
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    own_namespace = os.getppid() == 1
    for name, value in _resources(limits, own_namespace).items():
        _lower(name, value)
    if not _ON_LINUX:
        return
    prctl(_DUMPABLE, 1)
    prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if not own_namespace:
        _keep_signals_in()


def limit_memory(most: int) -> None:
    """Let this process take `most` bytes more; what goes beyond is a MemoryError."""
    _lower("RLIMIT_DATA", most + _mapped())


def _resources(limits: Limits, own_namespace: bool) -> dict[str, int]:
    found = {
        "RLIMIT_DATA": limits.memory + _mapped(),
        "RLIMIT_FSIZE": limits.disk,
        "RLIMIT_NOFILE": _OPEN_FILES,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_SIGPENDING": limits.processes,
        "RLIMIT_CORE": 0,
    }
    # Elsewhere, it would count all processes of this user, of which there may be many.
    return found | {"RLIMIT_NPROC": limits.processes} if own_namespace else found


def _mapped() -> int:
    """Bytes that this process has mapped as data before it begins: the imported modules."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[5]) * mmap.PAGESIZE
    except OSError:  # tier container hides it
        return _MAPPED


def _lower(name: str, value: int) -> None:
    import resource  # Windows has none

    if (kind := getattr(resource, name, None)) is None:
        return  # systems differ in what they can limit
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def _keep_signals_in() -> None:
    """Let this process signal those that it starts at most."""
    if landlock.version() >= landlock.SIGNALS_SCOPED:
        landlock.restrict([], [], files=False)
    elif seccomp.supported():
        seccomp.install(seccomp.own_signals_program(os.getpid()))
