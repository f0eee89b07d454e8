"""A filter of system calls: what grading never needs, and what reaches out or digs in, is refused.

Source: Documentation/userspace-api/seccomp_filter.rst of the Linux kernel.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Iterator

from nbteach.grading.sandbox.linux import prctl
from nbteach.grading.sandbox.syscalls import ABSENT, METADATA, REFUSED

__all__ = ["filter_program", "install", "own_signals_program", "supported"]

_X86, _ARM = 0, 1
_MACHINES = {"x86_64": (_X86, 0xC000003E), "aarch64": (_ARM, 0xC00000B7)}  # AUDIT_ARCH_*

_SIGNALS = ((62, 129), (234, 131), (129, 138), (297, 240))  # kill, tgkill and their queues
_SIGNAL_TO_THREAD = (200, 130)  # tkill
_CLONE, _CLONE3, _SOCKETPAIR = (56, 220), (435, 435), (53, 199)
_NEW_NAMESPACES = 0x7E020080
_UNIX, _STREAM, _SOCKET_TYPE = 1, 1, 0xF
_FIRST_X32 = 0x40000000

_LOAD, _AND, _EQUAL, _GREATER_EQUAL, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = (
    0,
    4,
    16,
    24,
)  # offsets in what the kernel hands over
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000

_SET_SECCOMP, _FILTER, _NO_NEW_PRIVS = 22, 2, 38


def supported() -> bool:
    """Whether this processor is known here."""
    return platform.machine() in _MACHINES


def filter_program(*, keep_metadata: bool = False) -> bytes:
    """Return the filter as the kernel and bubblewrap read it.

    Args:
        keep_metadata: refuse, too, to change permissions, owners, times and attributes of files
            by their names.
    """
    column, architecture = _MACHINES[platform.machine()]
    refused = REFUSED | (METADATA if keep_metadata else {})
    numbers = [pair[column] for pair in refused.values() if pair[column] != ABSENT]
    return b"".join(_instructions(architecture, column, numbers))


def own_signals_program(pid: int) -> bytes:
    """Return a filter that lets process `pid` signal only itself, and its children nobody."""
    column, architecture = _MACHINES[platform.machine()]
    to_process = [numbers[column] for numbers in _SIGNALS]
    return b"".join(
        [
            *_preamble(architecture),
            _op(_EQUAL, _SIGNAL_TO_THREAD[column], 0, 1),
            _op(_RETURN, _REFUSE | errno.EPERM),
            *(_op(_EQUAL, number, len(to_process) - i) for i, number in enumerate(to_process)),
            _op(_RETURN, _ALLOW),
            _op(_LOAD, _FIRST_ARGUMENT),
            _op(_EQUAL, pid, 0, 1),
            _op(_RETURN, _ALLOW),
            _op(_RETURN, _REFUSE | errno.EPERM),
        ]
    )


def _preamble(architecture: int) -> Iterator[bytes]:
    """End a process that calls the kernel by the numbers of another processor."""
    yield _op(_LOAD, _ARCHITECTURE)
    yield _op(_EQUAL, architecture, 1, 0)
    yield _op(_RETURN, _KILL)
    yield _op(_LOAD, _NUMBER)
    yield _op(_GREATER_EQUAL, _FIRST_X32, 0, 1)
    yield _op(_RETURN, _KILL)


def _instructions(architecture: int, column: int, numbers: list[int]) -> Iterator[bytes]:
    yield from _preamble(architecture)
    for number in numbers:
        yield _op(_EQUAL, number, 0, 1)
        yield _op(_RETURN, _REFUSE | errno.EPERM)
    # Its flags lie in memory, where no filter can look; the C library then falls back to clone.
    yield _op(_EQUAL, _CLONE3[column], 0, 1)
    yield _op(_RETURN, _REFUSE | errno.ENOSYS)
    yield _op(_EQUAL, _CLONE[column], 0, 3)
    yield _op(_LOAD, _FIRST_ARGUMENT)
    yield _op(_ANY_BIT, _NEW_NAMESPACES, 3, 0)
    yield _op(_RETURN, _ALLOW)
    # A pair of datagram sockets could send to any other one, by its path.
    yield _op(_EQUAL, _SOCKETPAIR[column], 0, 6)
    yield _op(_LOAD, _FIRST_ARGUMENT)
    yield _op(_EQUAL, _UNIX, 0, 3)
    yield _op(_LOAD, _SECOND_ARGUMENT)
    yield _op(_AND, _SOCKET_TYPE)
    yield _op(_EQUAL, _STREAM, 1, 0)
    yield _op(_RETURN, _REFUSE | errno.EPERM)
    yield _op(_RETURN, _ALLOW)


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def install(program: bytes) -> None:
    """Put this process, and all it starts, under the filter for good."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    prctl(_NO_NEW_PRIVS, 1)
    prctl(_SET_SECCOMP, _FILTER, ctypes.byref(Program(len(program) // 8, program)))
