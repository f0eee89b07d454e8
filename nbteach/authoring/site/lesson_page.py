"""A lesson as a page to read: the released notebook, with what its cells for show have shown."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from nbformat import NotebookNode

from nbteach.authoring.slides.deck import is_shown
from nbteach.grading.pages.sanitize import clean_html

__all__ = ["LessonPage", "Picture", "lesson_page", "picture", "readable"]

_SPECIAL, _ESCAPED = re.compile(r"([][\\`*_$<])"), r"\\\1"  # in the text of a picture
_STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
_HINT = re.compile(
    r"^<details><summary>(?P<summary>.*?)</summary>(?P<body>.*?)</details>$",
    re.MULTILINE | re.DOTALL,
)
_NOTEBOOK = re.compile(r"(\]\([^()\s]+)\.ipynb(?=[)#])")  # a link to it
_CODE = re.compile(r"<code>(.*?)</code>")
_PLAYGROUND = re.compile(r"^playground\.(\w+)\(", re.MULTILINE)
_ABOVE = """\
> This is the lesson to read: its text and what its experiments showed. To predict, to try and to
> have your answers checked, [download the notebook]({name}.ipynb) and open it in the course.
"""


@dataclass(frozen=True)
class Picture:
    """A figure of a lesson: the name of its file, its PNG, and what it shows, in words."""

    file: str
    png: bytes
    alt: str
    playground: str = ""  # the function that showed it, if it is a playground's


@dataclass
class LessonPage:
    """A page in Markdown, and the pictures that stand beside it."""

    markdown: str
    pictures: list[Picture] = field(default_factory=list)


def lesson_page(released: NotebookNode, executed: NotebookNode, name: str) -> LessonPage:
    """Return the page of a lesson.

    Args:
        released: the notebook that students get; all text and code come from here.
        executed: the lesson as it ran with its answers; what cells for show have shown is used.
        name: of the lesson, such as `02_gradient_descent`.
    """
    ran = {cell.id: cell for cell in executed.cells}
    page = LessonPage("")
    parts: list[str] = []
    for cell in released.cells:
        if cell.cell_type == "markdown":
            parts.append(readable(cell.source))
        elif cell.metadata.get("nbgrader", {}).get("grade"):
            points = cell.metadata["nbgrader"]["points"]
            unit = "point" if points == 1 else "points"
            parts.append(f"*In the notebook, a check stands here: {points:g} {unit}.*")
        else:
            parts.append(f"```python\n{cell.source}\n```")
            parts += _shown(cell, ran[cell.id], page.pictures, name)
    title, _, rest = parts[0].partition("\n")
    page.markdown = "\n\n".join([title, _ABOVE.format(name=name), rest.strip(), *parts[1:], ""])
    return page


def readable(text: str) -> str:
    """Return the text of a cell with links to pages, and with hints to unfold in Markdown, too.

    JupyterLab sets formulas in HTML; a parser of Markdown passes them on as they are.
    """

    def opened(hint: re.Match[str]) -> str:
        body = _CODE.sub(lambda code: f"`{unescape(code[1])}`", hint["body"].strip())
        return f"\n<details>\n<summary>{hint['summary']}</summary>\n\n{body}\n\n</details>\n"

    return _NOTEBOOK.sub(r"\1.md", _HINT.sub(opened, text))


def picture(shown: Picture, folder: str = "") -> str:
    """Return a picture in Markdown, with the folder where it lies, as "notebooks/"."""
    return f"![{_SPECIAL.sub(_ESCAPED, shown.alt)}]({folder}{shown.file})"


def _shown(
    cell: NotebookNode, ran: NotebookNode, pictures: list[Picture], name: str
) -> Iterator[str]:
    """Yield what a cell for show has shown, and add its pictures."""
    if "demo" not in cell.metadata.get("tags", []) or cell.source != ran.source:
        return
    found = _PLAYGROUND.search(cell.source)
    for output in filter(is_shown, ran.outputs):
        if output.output_type == "stream":
            yield f"```text\n{output.text.rstrip()}\n```"
            continue
        data: dict[str, Any] = output.data
        if "image/png" in data:
            alt = " ".join(str(data.get("text/plain", "")).split())
            file = f"{name}-{len(pictures) + 1}.png"
            png = base64.b64decode(data["image/png"])
            pictures.append(Picture(file, png, alt, found[1] if found else ""))
            yield picture(pictures[-1])
        elif "text/markdown" in data:
            yield data["text/markdown"]
        elif "text/html" in data:
            table = clean_html(_STYLE.sub("", data["text/html"]))
            yield f'```{{raw}} html\n<div class="pst-scrollable-table-container">{table}</div>\n```'
        elif "text/plain" in data:
            yield f"```text\n{data['text/plain']}\n```"
