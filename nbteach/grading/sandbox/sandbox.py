"""Run a program where it sees and reaches next to nothing: the tiers of protection, and a probe."""

from __future__ import annotations

import functools
import os
import platform
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum

from nbteach.grading.limits import Limits
from nbteach.grading.sandbox import bubblewrap, container, landlock, nested, seccomp
from nbteach.grading.sandbox.cleanup import tidy
from nbteach.grading.sandbox.probe import reached
from nbteach.grading.sandbox.resource_usage import Meter, Usage, descendants, is_running
from nbteach.grading.sandbox.restrictions import confine_child, protect

__all__ = [
    "Process",
    "SandboxError",
    "Tier",
    "Usage",
    "adopt",
    "best_tier",
    "confine_child",
    "end",
    "nests",
    "protect",
    "require",
    "spawn",
    "spawn_to_nest",
    "tidy",
    "usage",
]

Process = subprocess.Popen[bytes] | nested.Process

_REMEDY = """\
What helps:
  Debian 12, Ubuntu 24.04, or later: sudo apt install bubblewrap (0.8 or later is needed).
  Where namespaces are refused: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0
    (Ubuntu), or sudo sysctl kernel.unprivileged_userns_clone=1 (older Debian).
  In a container: --require container, from Linux 6.2 on.
  macOS and Windows: grade in a virtual Linux machine.
  --unsafe runs students' code with your own rights. It can then read and change all you can."""
_PATIENCE = 10.0  # seconds until all processes of a sandbox must have gone
_started: weakref.WeakKeyDictionary[Process, tuple[Tier, Meter]]
_started = weakref.WeakKeyDictionary()


class SandboxError(RuntimeError):
    """This machine cannot protect itself from students' code as well as was asked for."""


class Tier(StrEnum):
    """How well a sandbox protects, best first."""

    STRONG = "strong"
    CONTAINER = "container"
    NONE = "none"


def best_tier() -> Tier:
    """Return the best tier that holds on this machine, as found by trying to break out of it."""
    return next(tier for tier in Tier if not _faults(tier))


def require(tier: Tier) -> Tier:
    """Return the tier to use, the best there is.

    Raises:
        SandboxError: that is below `tier`; it says what was tried, what failed, and what to do.
    """
    best = best_tier()
    order = list(Tier)
    if order.index(best) <= order.index(tier):
        return best
    tried = "\n".join(f"  {name}: {'; '.join(_faults(name))}" for name in order if _faults(name))
    raise SandboxError(
        f"Grading asks for a sandbox of tier {tier}, and this machine offers {best}.\n"
        f"What a program inside did when tried:\n{tried}\n{_REMEDY}"
    )


@functools.cache
def _faults(tier: Tier) -> list[str]:
    """What speaks against this tier on this machine; [] if it holds."""
    if tier is Tier.NONE:
        return []
    if sys.platform != "linux":
        return [f"there is none for {sys.platform}"]
    if tier is Tier.STRONG and bubblewrap.find() is None:
        return ["bubblewrap (bwrap) is not installed"]
    if tier is Tier.CONTAINER and landlock.version() < landlock.TRUNCATE_GUARDED:
        return [f"it needs Landlock 3 (Linux 6.2), this kernel offers {landlock.version()}"]
    if tier is Tier.CONTAINER and not seccomp.supported():
        return [f"its filter of system calls is not written for {platform.machine()}"]
    return reached(functools.partial(spawn, tier, limits=Limits(), stderr=subprocess.PIPE))


@functools.cache
def nests() -> bool:
    """Whether a process in a strong sandbox can go into one more, which holds: see `nested`."""
    if _faults(Tier.STRONG) or not nested.has_room():
        return False
    return not reached(functools.partial(spawn_to_nest, stderr=subprocess.PIPE), is_nested=True)


def spawn_to_nest(
    argv: Sequence[str], *, pass_fds: Sequence[int] = (), stderr: int | None
) -> subprocess.Popen[bytes]:
    """Start a program, as `spawn` does, in a strong sandbox from which it can go into others.

    It must run no student's code itself.
    """
    return _strong(argv, Limits(), pass_fds, stderr, nesting=True)


def adopt(pid: int) -> nested.Process:
    """Return the process that has called `nested.enter`, to be used as what `spawn` returns."""
    process = nested.Process(pid)
    _started[process] = Tier.STRONG, Meter(pid, in_memory=[*bubblewrap.sizes(Limits())])
    return process


def spawn(
    tier: Tier,
    argv: Sequence[str],
    *,
    limits: Limits,
    pass_fds: Sequence[int] = (),
    stderr: int | None = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program in a sandbox of this tier; it dies with the thread that calls this.

    It sees the system, this Python and our packages, all read-only, and may write only to
    its HOME, in which it starts, and to its TMPDIR.

    Args:
        tier: how well to protect.
        argv: the program and its arguments.
        limits: of which `disk` is used here.
        pass_fds: file descriptors that it inherits besides `stderr`; nothing else is.
        stderr: where its messages go, as for `subprocess.Popen`.
    """
    if tier is Tier.STRONG:
        return _strong(argv, limits, pass_fds, stderr)
    process = container.start(argv, pass_fds, stderr, confined=tier is Tier.CONTAINER)
    _started[process] = tier, Meter(process.pid, itself=True)
    return process


def _strong(
    argv: Sequence[str],
    limits: Limits,
    pass_fds: Sequence[int],
    stderr: int | None,
    *,
    nesting: bool = False,
) -> subprocess.Popen[bytes]:
    process = bubblewrap.start(argv, limits, pass_fds, stderr, nesting=nesting)
    meter = Meter(process.pid, in_memory=[*bubblewrap.sizes(limits)])  # bubblewrap does not count
    _started[process] = Tier.STRONG, meter
    return process


def end(process: Process) -> None:
    """Kill all that runs in the sandbox, and wait until it has gone."""
    tier, _ = _started[process]
    until = time.monotonic() + _PATIENCE
    killed: set[int] = set()
    while process.poll() is None and time.monotonic() < until:
        found = set(descendants(process.pid)) - killed
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed |= found
        # bubblewrap ends by itself; elsewhere, orphans come to `process`, hence it goes last.
        if tier is not Tier.STRONG and not found:
            break
        time.sleep(0.001)
    process.kill()
    process.wait()
    while any(map(is_running, killed)) and time.monotonic() < until:
        time.sleep(0.001)


def usage(process: Process) -> Usage:
    """Return what all that runs in the sandbox uses now; mostly takes less than a millisecond."""
    _, meter = _started[process]
    return meter.read()
