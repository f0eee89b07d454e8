"""The sandbox for containers, which may have no namespaces: Landlock and a filter of system calls.

`python -m nbteach.grading.sandbox.container PROGRAM ...` confines itself, then becomes the program.

It promises less than namespaces do. Whether a file exists, and how large it is, can be found out.
The disk is limited per file only, and memory in total only as fast as somebody watches. When the
supervisor is killed, processes that a student's code has started may live on, confined. A fork
bomb grows to a thousand processes, or without bound where root grades, until the supervisor ends
it. And the locks of `multiprocessing` do not work: they would lie in memory that the container
shares.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path

from nbteach.grading.sandbox import landlock, seccomp
from nbteach.grading.sandbox.environment import PACKAGES, environment, font_lists, readable
from nbteach.grading.sandbox.linux import drop_capabilities, prctl

__all__ = ["main", "start"]

_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/sys/devices/system/cpu")
_MORE_PROCESSES = 1000
_SET_PARENT_DEATH_SIGNAL = 1


def start(
    argv: Sequence[str], pass_fds: Sequence[int], stderr: int | None, *, confined: bool = True
) -> subprocess.Popen[bytes]:
    """Start `argv` in a temporary folder; confined, it dies with the thread that calls this."""
    folder = Path(tempfile.mkdtemp(prefix="nblib-")).resolve()
    home, packages = folder / "home", folder / "packages"
    profile = home / ".ipython/profile_default/startup"  # IPython would make it, and chmod a file
    for private in (home / "tmp", home / ".matplotlib", profile, packages):
        private.mkdir(parents=True)
    # To import a package is to list the folder that it lies in, which may be the course.
    for package in PACKAGES:
        (packages / package.name).symlink_to(package.resolve())
    for fonts in font_lists():
        shutil.copy(fonts, home / ".matplotlib")
    variables = environment(str(home), str(home / "tmp")) | {"PYTHONPATH": str(packages)}
    launcher = (sys.executable, "-m", "nbteach.grading.sandbox.container")
    process = subprocess.Popen(
        [*(launcher if confined else ()), *argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        pass_fds=pass_fds,
        cwd=home,
        env=variables,
        start_new_session=True,
    )
    weakref.finalize(process, _remove, folder)
    return process


def _remove(folder: Path) -> None:
    # Unlike shutil, rm gets to the bottom of folders that are nested a thousand times.
    subprocess.run(["rm", "-rf", folder], check=False)


def main() -> None:
    """Confine this process to its HOME, then run the program that the command line names."""
    prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    drop_capabilities()
    _limit_processes()
    facts = (Path(path) for path in _FACTS)
    devices = (Path(path) for path in _DEVICES)
    home = Path(os.environ["HOME"])
    landlock.restrict(
        [*readable(), home.parent / "packages", *filter(Path.exists, facts)],
        [home, *filter(Path.exists, devices)],
    )
    seccomp.install(seccomp.filter_program(keep_metadata=True))
    os.execvp(sys.argv[1], sys.argv[1:])


def _limit_processes() -> None:
    """Let this user start a thousand more; the system counts them per user, not per sandbox."""
    import resource

    tasks = int(Path("/proc/loadavg").read_text().split()[3].split("/")[1])
    _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    limit = tasks + _MORE_PROCESSES
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))


if __name__ == "__main__":
    main()
