"""Make the slides of the lessons: `nblib slides`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from nbconvert import SlidesExporter
from nbformat import NotebookNode

from nbteach.authoring.rules import read
from nbteach.authoring.slides.deck import deck
from nbteach.authoring.solutions import executed

__all__ = ["SlidesError", "html", "parts", "slides"]

_PARTS = {  # below the folder to which npm installs
    "reveal": "reveal.js/dist/reveal.js",
    "reveal_css": "reveal.js/dist/reveal.css",
    "mathjax": "mathjax/es5/tex-svg-full.js",
}


class SlidesError(RuntimeError):
    """The slides cannot be made."""


def slides(root: Path, name: str = "") -> Iterator[Path]:
    """Write the slides of each lesson whose name begins with `name`; yield their paths.

    A lesson that `nblib solutions` has not executed as it is now is executed first. Raises
    SlidesError if there is no such lesson, or if reveal.js or MathJax is missing; ExecutionError if
    a lesson does not run to its end.
    """
    paths = sorted((root / "solutions").glob(f"{name}*.py"))
    if not paths:
        raise SlidesError(f"there is no lesson whose name begins with {name!r}; see solutions/")
    scripts = parts(root)
    goal = root / "build" / "slides"
    goal.mkdir(parents=True, exist_ok=True)
    for path in paths:
        lesson = read(path)
        written = goal / f"{path.stem}.html"
        written.write_text(html(executed(root, lesson), path.stem, scripts), encoding="utf-8")
        yield written


def html(notebook: NotebookNode, name: str, scripts: dict[str, str]) -> str:
    """Return the slides of an executed lesson as one page, with what `parts` returned inside."""
    own = files(__package__)
    exporter = SlidesExporter(template_name="template", extra_template_basedirs=[str(own)])
    resources = {
        "metadata": {"name": name},
        "slides": scripts | {"css": own.joinpath("slides.css").read_text(encoding="utf-8")},
    }
    page, _ = exporter.from_notebook_node(deck(notebook), resources)
    return str(page)


def parts(root: Path) -> dict[str, str]:
    """Return the texts of reveal.js and MathJax; raises SlidesError where npm has not put them."""
    folder = root / "build" / "npm" / "node_modules"
    try:
        return {name: (folder / path).read_text(encoding="utf-8") for name, path in _PARTS.items()}
    except FileNotFoundError as error:
        raise SlidesError(
            f"there is no {error.filename}; `make slides` gets it by npm, over a network, once"
        ) from error
