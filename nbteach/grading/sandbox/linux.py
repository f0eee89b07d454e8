"""The few calls to the Linux kernel that Python has no function for."""

from __future__ import annotations

import ctypes
import os

__all__ = ["drop_capabilities", "mount", "prctl", "syscall", "unshare"]

_LAST_CAPABILITY = 63
_CAPABILITY_BOUNDING_SET_DROP = 24
_CAPABILITY_VERSION = 0x20080522


def prctl(option: int, value: object = 0, pointer: object = 0) -> None:
    """Set an attribute of this process; raises OSError if the kernel refuses."""
    if _libc().prctl(ctypes.c_int(option), value, pointer, 0, 0) != 0:
        raise _error(f"prctl {option}")


def syscall(number: int, *arguments: object) -> int:
    """Make a system call by its number; raises OSError if the kernel refuses."""
    result = _libc().syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise _error(f"system call {number}")
    return int(result)


def drop_capabilities() -> None:
    """Give up all privileges of root, also those that a program would gain when started."""
    try:
        for capability in range(_LAST_CAPABILITY + 1):
            prctl(_CAPABILITY_BOUNDING_SET_DROP, ctypes.c_ulong(capability))
    except OSError:
        pass  # an ordinary user has none to drop, and the numbers of root's end somewhere
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if _libc().capset(header, nothing) != 0:
        raise _error("capset")


def unshare(namespaces: int) -> None:
    """Go into new namespaces, the kernel's flags of which are given; raises OSError if refused."""
    if _libc().unshare(ctypes.c_int(namespaces)) != 0:
        raise _error(f"unshare {namespaces:#x}")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a file system, as mount(2) does; raises OSError if the kernel refuses."""
    texts = (source.encode(), os.fsencode(target), kind.encode())
    if _libc().mount(*texts, ctypes.c_ulong(flags), options.encode()) != 0:
        raise _error(f"mount {target}")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _error(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")
