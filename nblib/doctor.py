"""What the course needs of this machine, and what is there: `nblib doctor`."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec

import nblib

__all__ = ["Finding", "chromium", "findings", "main"]

_DISTRIBUTION = "training-neural-networks"
_EXTENSIONS = {  # of JupyterLab, by the package that brings them
    "jupyterlab-widgets": "@jupyter-widgets/jupyterlab-manager",
    "anywidget": "anywidget",
}
_TEACHERS_EXTENSIONS = {"nbgrader": "@jupyter/nbgrader", "jupytext": "jupyterlab-jupytext"}
_TEACH = "python -m pip install -c requirements.txt -e '.[teach]'"
_CHROMIUM = {
    "linux": "sudo apt install chromium",
    "darwin": "brew install --cask google-chrome",
    "win32": "winget install Google.Chrome",
}
_CHROMIUM_NAMES = (  # on the PATH, or where macOS and Windows keep it
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)


@dataclass(frozen=True)
class Finding:
    """One fact. `state` is ok, missing or optional; `remedy` says how to get what is not there."""

    state: str
    name: str
    detail: str
    remedy: str = ""

    def __str__(self) -> str:
        sign = {"ok": "+", "missing": "!", "optional": "-"}[self.state]  # plain, for any console
        remedy = f" -> {self.remedy}" if self.remedy else ""
        return f"{sign} {self.state:8}  {self.name}: {self.detail}{remedy}"


def main(*, say: Callable[[str], None] = print) -> int:
    """Print the findings; return 1 if something that the course needs is missing, else 0."""
    found = []
    for finding in findings():  # each is said as it is found: some take a second
        found.append(finding)
        say(str(finding))
    missing = [finding.name for finding in found if finding.state == "missing"]
    say(f"Missing: {', '.join(missing)}." if missing else "All that the course needs is there.")
    return int(bool(missing))


def findings() -> Iterator[Finding]:
    """Look at this machine. What cannot be looked at becomes a finding, not an exception."""
    yield Finding("ok", "nblib", nblib.__version__)
    yield Finding("ok", "platform", platform.platform())
    yield Finding("ok", "Python", f"{platform.python_version()} in {sys.prefix}")
    yield from _packages()
    yield _device()
    yield from _extensions(_EXTENSIONS)
    yield from _teachers_side()


def _teachers_side() -> Iterator[Finding]:
    """Look for what teachers install, which a student does without."""
    if find_spec("nbgrader") is None:
        yield Finding("optional", "the teacher's side", "not installed", _TEACH)
        return
    yield from _packages("teach")
    yield from _extensions(_TEACHERS_EXTENSIONS)
    yield _alembic()
    yield chromium()
    yield _bubblewrap()


def _packages(extra: str = "") -> Iterator[Finding]:
    """Compare what is installed with what the course, or an extra, asks for in its metadata."""
    try:
        from packaging.requirements import Requirement

        wanted = [Requirement(line) for line in requires(_DISTRIBUTION) or []]
    except (ImportError, PackageNotFoundError):
        remedy = "python -m pip install -c requirements.txt -e ."
        yield Finding("missing", "packages", "the course is not installed", remedy)
        return
    for package in wanted:
        is_wanted = not package.marker or package.marker.evaluate({"extra": extra})
        if not is_wanted or (extra and "extra ==" not in str(package.marker)):
            continue
        remedy = f'python -m pip install "{package.name}{package.specifier}"'
        try:
            installed = version(package.name)
        except PackageNotFoundError:
            yield Finding("missing", package.name, "not installed", remedy)
            continue
        if package.specifier.contains(installed, prereleases=True):
            yield Finding("ok", package.name, installed)
        else:
            detail = f"{installed}, but {package.specifier} is needed"
            yield Finding("missing", package.name, detail, remedy)


def _device() -> Finding:
    try:
        from nblib import runtime

        return Finding("ok", "device", str(runtime.device()))
    except Exception as error:  # torch missing, broken, or NBLIB_DEVICE unknown to it
        return Finding("missing", "device", f"{type(error).__name__}: {error}")


def _extensions(names: Mapping[str, str]) -> Iterator[Finding]:
    """Find the extensions that JupyterLab would load."""
    try:
        from jupyter_core.paths import jupyter_path
        from jupyterlab_server.config import get_federated_extensions, get_page_config

        places = jupyter_path("labextensions")
        installed = get_federated_extensions(places)
        disabled = get_page_config(places)["disabledExtensions"]
    except Exception as error:  # JupyterLab missing, or its settings damaged
        yield Finding("missing", "JupyterLab extensions", f"{type(error).__name__}: {error}")
        return
    for package, name in names.items():
        title = f"JupyterLab extension {name}"
        if name not in installed:
            remedy = f"python -m pip install --force-reinstall --no-deps {package}"
            yield Finding("missing", title, "not installed", remedy)
        elif name in disabled:
            yield Finding("missing", title, "disabled", f"jupyter labextension enable {name}")
        else:
            yield Finding("ok", title, "enabled")


def _alembic() -> Finding:
    """nbgrader starts this program to make a gradebook."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    if found := shutil.which("alembic", path=path):
        return Finding("ok", "alembic", found)
    return Finding("missing", "alembic", "not found", "python -m pip install alembic")


def chromium() -> Finding:
    """Look for a browser, which only the browser tests need."""
    for name in _CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Finding("ok", "Chromium", found)
    remedy = _CHROMIUM.get(sys.platform, _CHROMIUM["linux"])
    return Finding("optional", "Chromium", "not found; only browser tests need it", remedy)


def _bubblewrap() -> Finding:
    """Only grading in a sandbox needs it; whether it may make one, only a try can tell."""
    if sys.platform != "linux":
        return Finding(
            "optional", "bubblewrap", "Linux only; grade there, or in WSL or a container"
        )
    program = shutil.which("bwrap")
    if not program:
        remedy = "sudo apt install bubblewrap"
        return Finding("optional", "bubblewrap", "not found; only a sandbox needs it", remedy)
    command = [program, "--ro-bind", "/", "/", "--unshare-all", "--die-with-parent", "true"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("optional", "bubblewrap", f"does not start: {error}")
    if done.returncode == 0:
        return Finding("ok", "bubblewrap", f"{program}, and it can make a sandbox")
    remedy = "allow unprivileged user namespaces, or start the container with that right"
    return Finding("optional", "bubblewrap", f"no sandbox: {done.stderr.strip()}", remedy)
