"""What students download: `nblib class bundle` makes one zip of notebooks, library and versions.

Only named things go in: the released notebooks, built anew, and the package `nblib`, whole whatever
the lessons, so that next week's notebook finds all that it imports. Answers and the teacher's side
lie elsewhere, and cannot slip in. The notebooks lie in `released/`, from where `nblib lab` lays out
those that are new: so next week's zip is unpacked over this week's folder, and no work is lost.
"""

from __future__ import annotations

import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import nblib
from nbteach.authoring.build import build
from nbteach.classroom.create import ClassroomError

__all__ = ["bundle", "lesson_names", "pack"]

_NAME = "training-neural-networks"
_KINDS = {".css", ".js", ".json", ".md", ".pt", ".py", ".typed"}  # of file, in the package
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold: the same bytes each time
_README = """\
# Training Neural Networks

You need Python 3.11 or newer. Unpack this folder, open a terminal in it, and type, once:

    python3 -m venv .venv
    .venv/bin/python -m pip install -c requirements.txt -e .

and, whenever you want to work:

    .venv/bin/nblib lab

On Windows (PowerShell) it is `py -m venv .venv`, then `.venv\\Scripts\\python -m pip install -c
requirements.txt -e .`, and `.venv\\Scripts\\nblib lab`.

On Linux without a GPU, first get the small PyTorch (200 MB; the other one brings gigabytes):

    .venv/bin/python -m pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu

You work in `notebooks/`. Save your notebook and hand in the `.ipynb` file itself, under its name.

A new version of this zip? Unpack it here, over this folder, and say yes to replacing files: your
notebooks and `.venv` are not in it, so they stay as they are. `nblib lab` adds the lessons that are
new. To begin a lesson again, rename your notebook. Is something missing? `.venv/bin/nblib doctor`
"""
_PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{name}"
version = "{version}"
requires-python = "{python}"
dependencies = [
{dependencies}
]

[project.scripts]
nblib = "nblib.__main__:main"

[tool.hatch.build.targets.wheel]
packages = ["nblib"]

[tool.hatch.build.targets.wheel.shared-data]
"nblib/labconfig" = "etc/jupyter/labconfig"
"""


def bundle(
    root: Path,
    lessons: Sequence[str] = (),
    *,
    to: Path | None = None,
    say: Callable[[str], None] = print,
) -> int:
    """Write the zip for students; return 0.

    Args:
        root: the course folder.
        lessons: those to hand out, such as "02_gradient_descent"; all if empty.
        to: the zip; in `build/` if not given.
        say: is told what was made.

    Raises ClassroomError for an unknown lesson, and what `nblib build` raises.
    """
    known = lesson_names(root, lessons)
    for line in build(root):  # never what somebody has worked in since
        say(line)
    chosen = [lesson for lesson in known if not lessons or lesson in lessons]
    files = dict(sorted(_files(root, chosen, all(name in chosen for name in known))))
    path = to or root / "build" / f"{_NAME}.zip"
    pack(path, {f"{_NAME}/{name}": content for name, content in files.items()})
    size = path.stat().st_size / 2**20
    say(f"{path}: {', '.join(chosen)}; {len(files)} files, {size:.1f} MB.")
    return 0


def lesson_names(root: Path, asked: Sequence[str]) -> list[str]:
    """Return the names of all lessons. Raises ClassroomError if one that is asked for is not."""
    known = sorted(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    for lesson in asked:
        if lesson not in known:
            raise ClassroomError(f"there is no lesson {lesson!r}; there are {', '.join(known)}")
    return known


def pack(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a zip of files by their names; the same files give the same bytes."""
    part = path.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    part.replace(path)


def _files(root: Path, lessons: Sequence[str], are_all: bool) -> Iterator[tuple[str, bytes]]:
    notebooks = {name: root / "notebooks" / name / f"{name}.ipynb" for name in lessons}
    for name, path in notebooks.items():
        yield f"released/{name}.json", path.read_bytes()
    if are_all:
        for path in (root / "notebooks").glob("*.md"):
            yield f"notebooks/{path.name}", path.read_bytes()
    package = Path(nblib.__file__).parent
    for path in package.rglob("*"):
        if path.suffix in _KINDS:
            yield f"nblib/{path.relative_to(package).as_posix()}", path.read_bytes()
    yield "README.md", _README.encode()
    yield "pyproject.toml", _pyproject(root).encode()
    for name in ("requirements.txt", "LICENSE"):
        yield name, (root / name).read_bytes()


def _pyproject(root: Path) -> str:
    """Return a description of the student's half, which needs the same packages."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    dependencies = "\n".join(f'    "{line}",' for line in project["dependencies"])
    return _PYPROJECT.format(
        name=project["name"],
        version=project["version"],
        python=project["requires-python"],
        dependencies=dependencies,
    )
