"""What a sandbox shows of this machine: system, Python, our packages, and nothing of a home."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterator
from pathlib import Path

import nblib
import nbteach

__all__ = ["HOME", "MARK", "PACKAGES", "environment", "font_lists", "links", "readable"]

# What a student imports, and what runs the student: the only parts of the course that are shown.
PACKAGES = [Path(package.__file__ or "").parent for package in (nblib, nbteach)]

HOME = "/home/student"  # where the sandbox has a file system of its own
MARK = "NBLIB_SANDBOX"  # the variable that tells a process that it is in a sandbox

_SYSTEM = (
    *("/bin", "/sbin", "/lib", "/lib32", "/lib64"),
    *("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec"),
    *("/usr/share", "/usr/local/bin", "/usr/local/lib", "/usr/local/lib64"),
    *("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime"),
    *("/nix/store", "/gnu/store"),
)
# A virtual environment may be the course folder itself, hence its parts and never the whole.
_PYTHON = ("bin", "lib", "lib64", "share", "pyvenv.cfg", "etc/fonts")
_MANY_THREADED = ("OMP", "MKL", "OPENBLAS", "NUMEXPR")
_KEPT = ("LANG", "LC_ALL", "TZ", "PYTHONHASHSEED", "NBLIB_DEVICE")


def readable() -> list[Path]:
    """Return the folders and files to show read-only, each outer one before what lies in it.

    Of the course, these are its two packages alone, also where they are installed as editable.
    """
    return sorted({path for path in _candidates() if path.exists() and not path.is_symlink()})


def links() -> dict[Path, str]:
    """Return the symbolic links among those paths, such as `/lib`, and what they point to."""
    return {path: str(path.readlink()) for path in sorted(_candidates()) if path.is_symlink()}


def _candidates() -> set[Path]:
    found = {Path(path) for path in _SYSTEM}
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    # A Python reached through links needs both its names.
    real = Path(sys.executable).resolve().parent.parent
    for prefix in {Path(prefix) for prefix in prefixes} | {real}:
        found |= {folder / part for folder in (prefix, prefix.resolve()) for part in _PYTHON}
    if site.ENABLE_USER_SITE:
        found.add(Path(site.getusersitepackages()))
    return found | {*PACKAGES, *(package.resolve() for package in PACKAGES)}


def environment(home: str, scratch: str) -> dict[str, str]:
    """Return the whole environment of a sandboxed process: an allow-list, no secrets.

    Args:
        home: its private folder.
        scratch: its folder for temporary files.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    variables = {
        "LANG": "C.UTF-8",
        **kept,
        **{f"{library}_NUM_THREADS": "1" for library in _MANY_THREADED},
        MARK: "1",
        "HOME": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "LOGNAME": "student",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "NBGRADER_EXECUTION": "autograde",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "" if site.ENABLE_USER_SITE else "1",
        "PYTHONPATH": _import_path(),
        "PYTHONUSERBASE": site.getuserbase() if site.ENABLE_USER_SITE else "",
        "SHELL": "/bin/sh",
        "TMPDIR": scratch,
        "USER": "student",
    }
    return {name: value for name, value in variables.items() if value}


def _import_path() -> str:
    """Where our packages are found if they are not among the installed ones."""
    folder = PACKAGES[0].parent
    return "" if folder.name in ("site-packages", "dist-packages") else str(folder)


def font_lists() -> Iterator[Path]:
    """Yield matplotlib's lists of fonts, which take it seconds to make anew where fonts abound."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(os.environ.get("MPLCONFIGDIR") or Path(cache) / "matplotlib")
    if folder.is_dir():
        yield from folder.glob("fontlist-*.json")
