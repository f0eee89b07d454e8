"""Leave nothing behind inside a sandbox: no process, no file, no shared memory."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

from nbteach.grading.sandbox.environment import MARK
from nbteach.grading.sandbox.resource_usage import children

__all__ = ["tidy"]

_PATIENCE = 5.0  # seconds until a killed process must have gone
_ALL = -1  # all of the namespace at once, but for this process: not even a fork bomb outruns it
_REMOVE = 0  # IPC_RMID
_SHARED_MEMORY = ("shm", "msg", "sem")


def tidy() -> bool:
    """Kill every other process of this sandbox and wipe what they could have written.

    To be called inside, by the process that the sandbox was started with.

    Returns:
        Whether all is clean. If not, the sandbox must be replaced.

    Raises:
        RuntimeError: this process is in no sandbox; nothing has been touched.
    """
    if MARK not in os.environ:
        raise RuntimeError("tidy() wipes HOME, hence works only inside a sandbox; see spawn()")
    try:
        if not _end_processes():
            return False
        _empty_folders()
        return _free_shared_memory()
    except (OSError, RecursionError):  # such as folders nested too deep to be removed
        return False


def _end_processes() -> bool:
    until = time.monotonic() + _PATIENCE
    while others := _others():
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if time.monotonic() > until:
            return False
        time.sleep(0.001)
    return True


def _others() -> list[int]:
    """What to signal so as to reach all other processes; [] if there are none."""
    if os.getpid() != 1:
        return children(os.getpid())  # orphans come to this process, hence the loop ends
    numbers = {path.name for path in Path("/proc").iterdir() if path.name.isdigit()}
    return [_ALL] if numbers != {"1"} else []


def _empty_folders() -> None:
    home = Path(os.environ["HOME"])
    os.chdir(home)
    folders = {home, Path(os.environ["TMPDIR"])}
    if os.getpid() == 1:  # else these belong to the whole machine
        folders |= {Path("/dev/shm"), Path("/dev/mqueue")}
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    mounts = {Path(line.split()[4]) for line in lines}
    leading = folders.union(*(mount.parents for mount in mounts))
    for folder in folders:
        _empty(folder, mounts, leading)


def _empty(folder: Path, mounts: set[Path], leading: set[Path]) -> None:
    """Remove all but what is mounted below, such as a Python in /tmp, and what leads there."""
    for path in folder.iterdir():
        if path in mounts:
            continue
        if path in leading:
            _empty(path, mounts, leading)
        elif path.is_symlink() or not path.is_dir():
            path.unlink()
        else:
            _unlock(path)
            shutil.rmtree(path)


def _unlock(folder: Path) -> None:
    """Let the owner remove what is in the folder, whatever its permissions were."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        folder.chmod(0o700)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            _unlock(path)


def _free_shared_memory() -> bool:
    if os.getpid() != 1:
        return True  # the filter of system calls lets nobody create any
    libc = ctypes.CDLL(None)
    remove = {
        "shm": lambda key: libc.shmctl(key, _REMOVE, None),
        "msg": lambda key: libc.msgctl(key, _REMOVE, None),
        "sem": lambda key: libc.semctl(key, 0, _REMOVE),
    }
    for kind in _SHARED_MEMORY:
        for key in _keys(kind):
            remove[kind](key)
    return not any(_keys(kind) for kind in _SHARED_MEMORY)


def _keys(kind: str) -> list[int]:
    path = Path("/proc/sysvipc", kind)
    return [int(line.split()[1]) for line in path.read_text().splitlines()[1:]]
