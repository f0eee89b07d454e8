"""What this machine has and lacks, for a request for help: `nblib doctor`."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import nblib

__all__ = ["Finding", "findings", "main"]

_DISTRIBUTION = "training-neural-networks"
_EXTENSIONS = {  # in JupyterLab, by the package that brings them
    "@jupyter/nbgrader": "nbgrader",
    "jupyterlab-jupytext": "jupytext",
    "@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets",
    "anywidget": "anywidget",
}
_CHROMIUM = {
    "linux": "sudo apt install chromium",
    "darwin": "brew install --cask google-chrome",
    "win32": "winget install Google.Chrome",
}
_CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
)


@dataclass(frozen=True)
class Finding:
    """One fact. `state` is "ok", "missing" or "optional"; `remedy` says how to get what is not there."""

    state: str
    name: str
    detail: str
    remedy: str = ""

    def __str__(self) -> str:
        sign = {"ok": "+", "missing": "!", "optional": "-"}[self.state]  # any console can show them
        remedy = f"; get it with: {self.remedy}" if self.remedy else ""
        return f"{sign} {self.state:8}  {self.name:36} {self.detail}{remedy}"


def main(*, say: Callable[[str], None] = print) -> int:
    """Print every finding; return 1 if something that the course needs is missing, else 0."""
    found = findings()
    for finding in found:
        say(str(finding))
    missing = [finding.name for finding in found if finding.state == "missing"]
    say(f"Missing: {', '.join(missing)}." if missing else "Nothing that the course needs is missing.")
    return int(bool(missing))


def findings() -> list[Finding]:
    """Look at this machine. What cannot be looked at is a finding too, never an exception."""
    return [
        Finding("ok", "nblib", nblib.__version__),
        _python(),
        *_packages(),
        _device(),
        *_extensions(),
        _alembic(),
        _chromium(),
        _bubblewrap(),
    ]
