"""The strong sandbox: bubblewrap builds a small system of its own out of Linux namespaces."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from nbteach.grading.limits import Limits
from nbteach.grading.sandbox.drop_root import STAGE
from nbteach.grading.sandbox.environment import (
    HOME,
    PACKAGES,
    environment,
    font_lists,
    links,
    readable,
)
from nbteach.grading.sandbox.seccomp import filter_program, supported

__all__ = ["find", "sizes", "start"]

_UID = "1000"
_ISOLATION = (
    *("--unshare-all", "--unshare-user", "--cap-drop", "ALL"),
    *("--uid", _UID, "--gid", _UID, "--hostname", "sandbox"),
    *("--new-session", "--die-with-parent", "--as-pid-1", "--clearenv"),
)
_SMALL = 64 * 2**20


def find() -> str | None:
    """Return the path of bubblewrap, or None if it is not installed."""
    return shutil.which("bwrap", path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/local/bin")


def sizes(limits: Limits) -> dict[str, int]:
    """Return the folders that can be written to, file systems in memory, with their bytes."""
    return {"/dev/shm": _SMALL, "/tmp": limits.disk, HOME: limits.disk}


def start(
    argv: Sequence[str],
    limits: Limits,
    pass_fds: Sequence[int],
    stderr: int | None,
    *,
    nesting: bool = False,
) -> subprocess.Popen[bytes]:
    """Start `argv` as process 1 of a new sandbox; it dies with the thread that calls this.

    With `nesting` it may make further namespaces, hence run no student's code: see `nested`.
    """
    program = find()
    if program is None:
        raise FileNotFoundError("bubblewrap (bwrap) is not installed")
    shown = readable()
    is_root = os.geteuid() == 0
    sources = [STAGE / str(i) for i in range(len(shown))] if is_root else shown
    with _Handed() as handed:
        command = [program, *_ISOLATION, *_variables(), *_places(limits)]
        command += [*_shown(shown, sources), *_files(handed)]
        if not nesting:
            command += ["--disable-userns", "--remount-ro", "/proc"]
        if supported() and not nesting:
            command += ["--seccomp", handed.over(filter_program())]
        for folder in ("/dev", "/"):
            command += ["--remount-ro", folder]
        return subprocess.Popen(
            [*(_as_ordinary_user(shown) if is_root else ()), *command, "--", *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            pass_fds=[*pass_fds, *handed.descriptors],
            cwd="/",
            env={"PYTHONPATH": str(PACKAGES[0].parent)} if is_root else {},
        )


def _as_ordinary_user(shown: Sequence[Path]) -> Iterator[str]:
    yield from (sys.executable, "-m", "nbteach.grading.sandbox.drop_root")
    yield str(10**9 + secrets.randbelow(10**8))  # each sandbox has a user of its own
    yield json.dumps([str(path) for path in shown])


def _variables() -> Iterator[str]:
    for name, value in environment(HOME, "/tmp").items():
        yield from ("--setenv", name, value)


def _places(limits: Limits) -> Iterator[str]:
    """What can be written to; before the rest, since Python may be mounted below it."""
    yield from ("--proc", "/proc", "--dev", "/dev", "--mqueue", "/dev/mqueue")
    for folder, size in sizes(limits).items():
        yield from ("--perms", "0777", "--size", str(size), "--tmpfs", folder)
    yield from ("--perms", "0777", "--dir", f"{HOME}/.matplotlib", "--chdir", HOME)


def _shown(shown: Sequence[Path], sources: Sequence[Path]) -> Iterator[str]:
    named = [*shown, *links()]
    for folder in sorted({parent for path in named for parent in path.parents} - {Path("/")}):
        yield from ("--perms", "0755", "--dir", str(folder))
    for path, target in links().items():
        yield from ("--symlink", target, str(path))
    for source, path in zip(sources, shown, strict=True):
        yield from ("--ro-bind", str(source), str(path))


def _files(handed: _Handed) -> Iterator[str]:
    for name, line in (
        ("passwd", f"student:x:{_UID}:{_UID}::{HOME}:/bin/sh\n"),
        ("group", f"student:x:{_UID}:\n"),
    ):
        yield from ("--perms", "0444", "--ro-bind-data", handed.over(line.encode()), f"/etc/{name}")
    for fonts in font_lists():
        yield from ("--file", handed.over(fonts.read_bytes()), f"{HOME}/.matplotlib/{fonts.name}")


class _Handed:
    """Content for bubblewrap, each in a file without a name, which is closed here afterwards."""

    def __init__(self) -> None:
        self.descriptors: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for fd in self.descriptors:
            os.close(fd)

    def over(self, content: bytes) -> str:
        """Return the number of a descriptor from which to read the content."""
        fd = os.memfd_create("sandbox")
        self.descriptors.append(fd)
        with open(fd, "wb", closefd=False) as file:
            file.write(content)
        os.lseek(fd, 0, os.SEEK_SET)
        return str(fd)
