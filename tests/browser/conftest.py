"""One JupyterLab for all browser tests of a worker; a page of it serves one notebook after another.

A kernel, a page and what they import take seconds to start. So notebooks that are given as cells
share a kernel, in which only names are left by the one before; a file gets a kernel of its own.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lab
import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright


@pytest.fixture(scope="session")
def jupyter_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab.Lab]:
    home = tmp_path_factory.mktemp("jupyter")
    with lab.start(tmp_path_factory.mktemp("notebooks"), home) as running:
        yield running


@pytest.fixture(scope="module")  # while it is open an event loop runs, which other tests dislike
def browser() -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=lab.chromium(), args=arguments, timeout=1000 * lab.PATIENCE
        )
        yield chromium
        chromium.close()


class Pages:
    """Opens notebooks, each in a page where no other is open."""

    def __init__(self, running: lab.Lab, context: BrowserContext) -> None:
        self._lab, self._context = running, context
        self._free: list[Page] = []
        self._kernel: str | None = None  # the id of the one that is shared

    def open(
        self,
        source: Path | list[str],
        *,
        name: str = "",
        theme: str = "light",
        size: tuple[int, int] = (1280, 1000),
    ) -> lab.Notebook:
        """Open a copy of a notebook file, or a notebook of the given cells.

        `open(path)` or `open(["1 + 1", "2 + 2"], theme="dark")`.
        """
        if isinstance(source, list):
            number = len(list(self._lab.root.iterdir()))
            path = self._lab.root / (name or f"cells-{number}.ipynb")
            cells = [nbformat.v4.new_code_cell(code) for code in source]
            kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
            notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
            nbformat.write(notebook, path)
        else:
            path = self._lab.root / (name or source.name)
            shutil.copyfile(source, path)
        page = self._free.pop() if self._free else self._new()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        shared = self._kernel if isinstance(source, list) else None
        opened = lab.Notebook(self._lab, page, path.name, theme, shared)
        if isinstance(source, list):
            self._kernel = opened.kernel
        return opened

    def _new(self) -> Page:
        page = self._context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def close(self, notebook: lab.Notebook) -> None:
        """Leave the page to another notebook, unless one is open beside it.

        Only the page in front is drawn at full speed, so there is never a free one before it.
        """
        notebook.close(shut_down=notebook.kernel != self._kernel)
        if len(self._context.pages) == 1:
            self._free.append(notebook.page)
        else:
            notebook.page.close()
            self._context.pages[-1].bring_to_front()


@pytest.fixture(scope="module")
def pages(jupyter_lab: lab.Lab, browser: Browser) -> Iterator[Pages]:
    with lab.context(browser) as context:  # one for all, which loads JupyterLab once
        yield Pages(jupyter_lab, context)


@pytest.fixture
def open_notebook(pages: Pages) -> Iterator[Callable[..., lab.Notebook]]:
    """Return `Pages.open`; what it opens is closed after the test."""
    opened: list[lab.Notebook] = []

    def open_(source: Path | list[str], **options: Any) -> lab.Notebook:
        opened.append(pages.open(source, **options))
        return opened[-1]

    yield open_
    for notebook in opened:
        pages.close(notebook)
