"""Open a lesson in JupyterLab: `nblib lab [LESSON]`, wherever that may be.

As root, in a home that cannot be written to, without a network or behind a prefix, JupyterLab would
refuse, complain or ask; here it gets what it needs. In a student's download, lessons that are new
are first laid out in `notebooks/`, beside the student's own work, which is never touched.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path

import nblib

__all__ = ["LabError", "arguments_for", "lay_out", "main"]

_OF_JUPYTER = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")


class LabError(LookupError):
    """There is no such lesson, or no folder of the course."""


def main(lesson: str = "", extra: Sequence[str] = (), *, say: Callable[[str], None] = print) -> int:
    """Serve the course folder and open a lesson, until JupyterLab is ended; return 0.

    Args:
        lesson: a number, a topic or a name, such as "4", "activations" or "04_activations"; the
            first page if empty.
        extra: arguments for JupyterLab, such as "--no-browser".
        say: is told what was done.

    Raises LabError if there is no such lesson, or no folder of the course around this one.
    """
    root = _root()
    for line in lay_out(root):
        say(line)
    arguments = arguments_for(root, lesson)
    with _home(say), chdir(root):  # where nbgrader looks for the settings of a course
        from jupyterlab.labapp import LabApp

        LabApp.launch_instance([*arguments, *extra])
    return 0


def arguments_for(root: Path, lesson: str = "") -> list[str]:
    """Return JupyterLab's arguments: which folder it serves, and which notebook opens first."""
    path = _notebook(root, lesson).relative_to(root).as_posix()
    arguments = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{path}"]
    if getattr(os, "geteuid", lambda: None)() == 0:  # as in most containers
        arguments.append("--allow-root")
    return arguments


def lay_out(root: Path) -> list[str]:
    """Copy lessons that were handed out and are not in `notebooks/` yet; return what to say.

    A download has them in `released/`, so that unpacking a new one replaces no notebook that
    somebody has worked in.
    """
    new = []
    for path in sorted((root / "released").glob("*.json")):
        place = root / "notebooks" / path.stem / f"{path.stem}.ipynb"
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
            new.append(path.stem)
    return [f"New in notebooks/: {', '.join(new)}."] if new else []


def _root() -> Path:
    """Return the course folder: the nearest one from here upwards, or that of this package."""
    here = Path.cwd()
    for folder in (here, *here.parents, Path(nblib.__file__).resolve().parents[1]):
        places = (folder / name for name in ("notebooks", "released"))
        if (folder / "pyproject.toml").is_file() and any(place.is_dir() for place in places):
            return folder
    raise LabError(
        f"{here} is not in the course folder, the one with notebooks/ and pyproject.toml; go there"
    )


def _notebook(root: Path, lesson: str) -> Path:
    folders = sorted((root / "notebooks").glob("[0-9]*_*"))
    paths = (folder / f"{folder.name}.ipynb" for folder in folders)
    known = {path.stem: path for path in paths if path.is_file()}
    wanted = lesson.removesuffix(".ipynb").zfill(2) if lesson else next(iter(known), "")
    for name, path in known.items():
        if wanted in (name, *name.split("_", maxsplit=1)):
            return path
    raise LabError(f"there is no lesson {lesson!r}; there are {', '.join(known) or 'none'}")


@contextmanager
def _home(say: Callable[[str], None]) -> Iterator[None]:
    """Give Jupyter a folder for what it notes, where the home cannot be written to."""
    if os.access(Path.home(), os.W_OK):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="nblib-lab-") as folder:
        say(f"{Path.home()} cannot be written to: settings of JupyterLab are kept until it ends.")
        before = dict(os.environ)
        try:
            os.environ.update({name: f"{folder}/{name}" for name in _OF_JUPYTER})
            os.environ.setdefault("MPLCONFIGDIR", f"{folder}/matplotlib")
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
