"""What Sphinx reads: the pages of the site, in MyST's Markdown, in folders as in the repository."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Container, Iterable
from pathlib import Path, PurePosixPath

import nbformat

from nbteach.authoring.leaks import answers_in
from nbteach.authoring.lesson import Lesson
from nbteach.authoring.site import claims, front
from nbteach.authoring.site.lesson_page import Picture, lesson_page
from nbteach.authoring.solutions import executed

__all__ = ["SiteError", "linked", "write"]

_LINK = re.compile(r"(?<![\w!])\[(?P<text>(?:[^][]|\[[^]]*\])+)\]\((?P<target>[^()\s]+)\)")
_ANCHOR = re.compile(r'^<a id="([^"]+)"></a>$', re.MULTILINE)


class SiteError(RuntimeError):
    """The site cannot be made."""


def write(root: Path, lessons: list[Lesson], folder: Path) -> None:
    """Write the sources of the site of the course at `root` into `folder`, an empty one.

    Raises SiteError if a page shows an answer, and what `executed` raises.
    """
    pictures = {
        lesson.name: _write_lesson(root, lesson, folder / "notebooks" / lesson.name)
        for lesson in lessons
    }
    pages = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in [*(root / "notebooks").glob("*.md"), *_docs(root)]
    } | {
        "index.md": front.front(root, lessons),
        "playgrounds.md": front.playgrounds(lessons, pictures),
        "descent.md": front.DESCENT,
        "docs/claims.md": claims.page(root, lessons),
    }
    known = pages.keys() | {f"notebooks/{lesson.name}/{lesson.name}.md" for lesson in lessons}
    trees = _trees(lessons)
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with_targets = _ANCHOR.sub(r"(\1)=", linked(text, name, known))
        path.write_text(
            f"{with_targets}\n{_tree(name, trees.get(name, ()), known)}", encoding="utf-8"
        )
    for picture in (root / "docs").glob("*.png"):
        shutil.copy(picture, folder / "docs")


def linked(text: str, name: str, pages: Container[str]) -> str:
    """Return a page with its links to notebooks leading to their pages; out of the site, with none.

    Args:
        text: in Markdown.
        name: of the page, a path from the root of the repository.
        pages: the names of all pages.
    """

    def mended(link: re.Match[str]) -> str:
        target, _, anchor = link["target"].partition("#")
        if not target or "://" in target or target.startswith("mailto:"):
            return link[0]
        wanted = re.sub(r"\.ipynb$", ".md", target)
        at = posixpath.normpath(PurePosixPath(name).parent / wanted)
        if at not in pages:
            return link["text"]
        return f"[{link['text']}]({wanted}{'#' * bool(anchor)}{anchor})"

    return _LINK.sub(mended, text)


def _write_lesson(root: Path, lesson: Lesson, folder: Path) -> list[Picture]:
    notebook = root / "notebooks" / lesson.name / f"{lesson.name}.ipynb"
    if not notebook.is_file():
        raise SiteError(f"there is no {notebook}; `nblib build` makes it")
    released = nbformat.read(notebook, as_version=4)
    ran = executed(root, lesson)
    if [cell.id for cell in released.cells] != [cell.id for cell in ran.cells]:
        raise SiteError(f"{notebook} is stale; `nblib build` makes it anew")
    page = lesson_page(released, ran, lesson.name)
    if shown := [*answers_in(page.markdown, lesson)]:
        raise SiteError(f"{lesson.name}: its page would show the answers of {', '.join(shown)}")
    folder.mkdir(parents=True)
    shutil.copy(notebook, folder)
    (folder / f"{lesson.name}.md").write_text(page.markdown, encoding="utf-8")
    for picture in page.pictures:
        (folder / picture.file).write_bytes(picture.png)
    return page.pictures


def _docs(root: Path) -> list[Path]:
    return [*(root / "docs").glob("*.md"), *(root / "docs").glob("teaching/*.md")]


def _trees(lessons: list[Lesson]) -> dict[str, list[str]]:
    """Return what stands below each page in the navigation, as `page` or as `name <page>`."""
    names = [lesson.name for lesson in lessons]
    own = ["glossary", "take_away", "myths"]
    return {
        "index.md": [
            "Lessons <notebooks/README>", "Playgrounds <playgrounds>", "Teaching <docs/teaching>",
            "Grading <docs/grading>", "Claims <docs/claims>",
        ],
        "notebooks/README.md": [*(f"{name}/{name}" for name in names), *own],
        "playgrounds.md": ["descent"],
        "docs/teaching.md": [*(f"teaching/{name}" for name in names), "classroom"],
        "docs/claims.md": ["variants"],
    }  # fmt: skip


def _tree(page: str, below: Iterable[str], known: Container[str]) -> str:
    """Return the entry of the navigation for what stands below a page, as far as it is there."""
    folder = PurePosixPath(page).parent
    there = [
        entry
        for entry in below
        if (folder / re.sub(r".*<(.*)>", r"\1", entry)).as_posix() + ".md" in known
    ]
    lines = "\n".join(there)
    return f"\n```{{toctree}}\n:hidden:\n\n{lines}\n```\n" if there else ""
