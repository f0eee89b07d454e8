"""One JupyterLab for all browser tests; a new page of Chromium for each notebook."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import lab
import nbformat
import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="session")
def jupyter_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab.Lab]:
    home = tmp_path_factory.mktemp("jupyter")
    with lab.start(tmp_path_factory.mktemp("notebooks"), home) as running:
        yield running


@pytest.fixture(scope="module")  # while it is open an event loop runs, which other tests dislike
def browser() -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=lab.chromium(), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def open_notebook(jupyter_lab: lab.Lab, browser: Browser) -> Iterator[Callable[..., lab.Notebook]]:
    """Return a function that opens a copy of a notebook file, or a notebook of the given cells.

    `open_notebook(path)` or `open_notebook(["1 + 1", "2 + 2"], kernel="python3", theme="dark")`.
    """
    context = browser.new_context()  # one for all, which loads JupyterLab once

    def open_(
        source: Path | list[str],
        *,
        name: str = "",
        kernel: str = "python3",
        theme: str = "light",
        size: tuple[int, int] = (1280, 1000),
    ) -> lab.Notebook:
        if isinstance(source, list):
            number = len(list(jupyter_lab.root.iterdir()))
            path = jupyter_lab.root / (name or f"cells-{number}.ipynb")
            cells = [nbformat.v4.new_code_cell(code) for code in source]
            kernelspec = {"name": kernel, "display_name": kernel, "language": "python"}
            notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
            nbformat.write(notebook, path)
        else:
            path = jupyter_lab.root / (name or source.name)
            shutil.copyfile(source, path)
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.on("dialog", lambda dialog: dialog.accept())
        return lab.Notebook(jupyter_lab, page, path.name, theme)

    yield open_
    context.close()
