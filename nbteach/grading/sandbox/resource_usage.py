"""What a sandbox uses, seen from outside, where its processes cannot lie about it."""

from __future__ import annotations

import itertools
import mmap
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Meter", "Usage", "children", "descendants", "is_running"]

_TICKS = 100  # per second, in /proc on every processor that Linux runs on today
_FILE = 1024  # bytes of the kernel's own for each file, about
_NEGLIGIBLE = 16 * 2**20  # bytes


@dataclass(frozen=True)
class Usage:
    """What all processes of a sandbox use together, the one that it was started with included."""

    cpu_seconds: float = 0.0  # since the start, with children that have ended and been waited for
    memory: int = 0  # bytes; what processes share, such as imported modules, counts once
    processes: int = 0  # and threads


def children(pid: int) -> list[int]:
    """Return the processes that `pid` started, or inherited, and that it has not waited for."""
    found: list[int] = []
    with suppress(OSError), os.scandir(f"/proc/{pid}/task") as threads:
        for thread in threads:
            with suppress(OSError):  # it has ended
                found += map(int, Path(thread.path, "children").read_text().split())
    return found


def descendants(pid: int) -> Iterator[int]:
    """Yield the children of `pid`, then their children, and so on."""
    generation = [pid]
    while generation:
        generation = [child for parent in generation for child in children(parent)]
        yield from generation


def is_running(pid: int) -> bool:
    """Whether a process exists and has not ended."""
    try:
        return _stat(pid)[0] != b"Z"
    except OSError:
        return False


def _stat(pid: int) -> list[bytes]:
    """The fields of /proc/<pid>/stat from the state on; see proc_pid_stat(5), from its (3)."""
    # The name of a program, in parentheses, may hold anything.
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()


class Meter:
    """Measures the processes that descend from one; where little has changed, less closely."""

    def __init__(self, pid: int, *, itself: bool = False, in_memory: Sequence[str] = ()) -> None:
        """Measure the descendants of a process.

        Args:
            pid: its number.
            itself: whether it counts, too.
            in_memory: folders, as its first child names them, whose files lie in memory.
        """
        self._pid = pid
        self._itself = itself
        self._in_memory = in_memory
        self._resident = 0  # bytes, when memory was last looked at closely
        self._memory = 0  # bytes, as found then

    def read(self) -> Usage:
        """Return what they use now; memory to within 16 MiB per process."""
        ticks = threads = 0
        resident: dict[int, int] = {}
        for pid in [*([self._pid] if self._itself else []), *descendants(self._pid)]:
            with suppress(OSError):
                fields = _stat(pid)
                ticks += sum(map(int, fields[11:15]))  # its own, and of children it waited for
                threads += int(fields[17])
                resident[pid] = int(fields[21]) * mmap.PAGESIZE
        if abs(sum(resident.values()) - self._resident) > _NEGLIGIBLE:
            self._resident = sum(resident.values())
            self._memory = sum(_memory(pid) or size for pid, size in resident.items())
        return Usage(ticks / _TICKS, self._memory + self._files(), threads)

    def _files(self) -> int:
        """Bytes of memory that files take."""
        found = 0
        first = children(self._pid)[:1]
        for process, folder in itertools.product(first, self._in_memory):
            with suppress(OSError):
                disk = os.statvfs(f"/proc/{process}/root{folder}")
                found += (disk.f_blocks - disk.f_bfree) * disk.f_frsize
                found += (disk.f_files - disk.f_ffree) * _FILE
        return found


def _memory(pid: int) -> int:
    """Bytes of a process; its share of what several hold in common (proportional set size)."""
    with suppress(OSError):  # it has ended, or is not ours to look into
        for line in Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return 1024 * int(line.split()[1])
    return 0
