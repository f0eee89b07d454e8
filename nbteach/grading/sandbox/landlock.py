"""Landlock: a process gives up, for good, all files but those it names.

Source: Documentation/userspace-api/landlock.rst of the Linux kernel.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from nbteach.grading.sandbox.linux import prctl, syscall

__all__ = ["SIGNALS_SCOPED", "TRUNCATE_GUARDED", "restrict", "version"]

TRUNCATE_GUARDED = 3  # the first version that keeps files from being emptied
SIGNALS_SCOPED = 6  # the first version that keeps signals and abstract sockets inside

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # numbers of the system calls on every processor
_ASK_VERSION, _PATH_BENEATH, _NO_NEW_PRIVS = 1, 1, 38

_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_OF_FILES = _EXECUTE | _READ_FILE | 1 << 1 | 1 << 14 | 1 << 15
_NUM_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # by version; 16 from 5 on
_DEVICES = 1 << 6 | 1 << 11 | 1 << 15  # making them, and speaking to them
_TCP, _SCOPES = 0b11, 0b11


def version() -> int:
    """Return the version of Landlock that this kernel has; 0 if it has none."""
    try:
        return syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    except (OSError, AttributeError):
        return 0


def restrict(readable: Iterable[Path], writable: Iterable[Path], *, files: bool = True) -> None:
    """Put this process, and all it starts, under the restriction for good.

    From version 6 on, it can signal only processes that are under the same restriction.

    Args:
        readable: what may be read and started, with all that lies below.
        writable: what may be changed, too.
        files: without, files stay as they are and only signals and abstract sockets are kept in.
    """
    number = version()
    rights = (1 << _NUM_RIGHTS.get(number, 16)) - 1
    attributes = struct.pack(
        "QQQ",
        rights if files else 0,
        _TCP if files and number >= 4 else 0,
        _SCOPES if number >= SIGNALS_SCOPED else 0,
    )
    size = 24 if number >= SIGNALS_SCOPED else 16 if number >= 4 else 8
    ruleset = syscall(_CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        if files:
            for path in readable:
                _allow(ruleset, path, _READ)
            for path in writable:
                _allow(ruleset, path, rights & ~_DEVICES)
        prctl(_NO_NEW_PRIVS, 1)
        syscall(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not path.is_dir():
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, fd)
        syscall(_ADD, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(fd)
