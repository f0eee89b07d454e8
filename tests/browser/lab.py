"""A real JupyterLab in headless Chromium, driven through its own commands.

`start` serves a folder; `Notebook` opens one notebook of it, in a page of `context`. The fixtures
that join them are in `conftest.py` beside this file: `open_notebook(path)` is all that most tests
need.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Locator, Page, TimeoutError

ARTEFACTS = Path(__file__).parents[2] / "test-artefacts"
PATIENCE = 300  # seconds; nothing takes so long unless something is wrong, even on a busy machine

_SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Cells outside the viewport stay in the page, where a test can find them.
    "notebook-extension/tracker": {"windowingMode": "none"},
}

# What the tests ask JupyterLab itself; `--expose-app-in-browser` makes the application reachable.
_PANEL = "window.jupyterapp.shell.currentWidget"
_IS_OPEN = f"""path => window.jupyterapp && {_PANEL}?.context?.isReady
    && {_PANEL}.context.path === path
    && {_PANEL}.sessionContext?.session?.kernel && {_PANEL}.content.widgets.length > 0"""
_IS_IDLE = f"""() => {_PANEL}.sessionContext.session?.kernel?.status === 'idle'
    && ![...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
        .some(prompt => prompt.textContent.includes('*'))"""
# Now and then JupyterLab asks which sessions there are, and lets go of one that began meanwhile.
_STOP_ASKING = """async () => {
    const { kernels, sessions } = window.jupyterapp.serviceManager;
    await Promise.all([kernels._pollModels.stop(), sessions._pollModels.stop()]);
}"""
_ALL_RAN = f"""() => {_PANEL}.content.widgets.findLast(cell => cell.model.type === 'code')
    .model.executionCount !== null"""


@dataclass(frozen=True)
class Lab:
    """A running server."""

    url: str  # without a slash at its end
    token: str
    root: Path  # the folder that it serves
    home: Path  # where Jupyter keeps what is its own

    def address(self, path: str) -> str:
        # A workspace of its own, else tabs of earlier tests are restored.
        workspace = f"test-{secrets.token_hex(4)}"
        return f"{self.url}/lab/workspaces/{workspace}/tree/{quote(path)}?token={self.token}"


@contextmanager
def start(root: Path, home: Path) -> Iterator[Lab]:
    """Serve `root` on a free loopback port; Jupyter's own files go to `home`, a new folder."""
    settings = home / "config" / "lab" / "user-settings" / "@jupyterlab"
    for plugin, values in _SETTINGS.items():
        file = settings / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    port, token = _free_port(), secrets.token_hex(16)
    folders = {f"JUPYTER_{kind.upper()}_DIR": home / kind for kind in ("config", "data", "runtime")}
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser"),
        *("--allow-root", f"--ServerApp.root_dir={root}", f"--ServerApp.port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
        *("--ServerApp.ip=127.0.0.1", "--LabApp.news_url=", "--LabApp.extension_manager=readonly"),
    ]
    lab = Lab(f"http://127.0.0.1:{port}", token, root, home)
    with (home / "server.log").open("w") as log:
        folders["NBLIB_PROGRESS"] = home / "progress.jsonl"
        environment = _environment() | {name: str(path) for name, path in folders.items()}
        # There, nbgrader looks for the configuration of a course.
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_up(lab, server, home / "server.log")
            yield lab
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _environment() -> dict[str, str]:
    hidden = ("JPY_", "JUPYTER", "NBLIB_", "NBGRADER_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return kept | {"PATH": path, "OMP_NUM_THREADS": "1", "NBLIB_DEVICE": "cpu"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(lab: Lab, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(10 * PATIENCE):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{lab.url}/api/status?token={lab.token}", timeout=60):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


def chromium() -> str | None:
    """The installed Chromium, or None to let playwright use its own."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def context(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """Let pages be opened that know nothing of others, and that are patient."""
    opened = browser.new_context(**options)
    opened.set_default_timeout(1000 * PATIENCE)
    yield opened
    opened.close()


class Notebook:
    """A notebook open in JupyterLab. Cells are counted from 0, text cells as well."""

    def __init__(
        self, lab: Lab, page: Page, path: str, theme: str = "light", kernel: str | None = None
    ) -> None:
        """Open it in a page where no other is; `kernel` is the id of one that runs already."""
        self.lab, self.page, self.path = lab, page, path
        self.file = lab.root / path
        if page.url.startswith(lab.url):  # opening a file is faster than loading JupyterLab
            self.command("docmanager:open", path=path, kernel=kernel and {"id": kernel})
        else:
            page.goto(lab.address(path))
        self._wait_until_open()
        self.use_theme(theme)
        if not page.evaluate("() => window.jupyterapp.shell.leftCollapsed"):
            self.command("application:toggle-left-area")

    def use_theme(self, theme: str) -> None:
        """Change to "light" or "dark"; JupyterLab would remember that of the test before."""
        self.command("apputils:change-theme", theme=f"JupyterLab {theme.title()}")
        is_light = str(theme == "light").lower()
        self.page.wait_for_function(
            f"() => document.body.dataset.jpThemeLight === '{is_light}'"
            " && !document.getElementById('jupyterlab-splash')"
        )

    def _wait_until_open(self) -> None:
        self.page.wait_for_function(_IS_OPEN, arg=self.path)
        self.page.evaluate(_STOP_ASKING)

    def command(self, name: str, **arguments: Any) -> None:
        """Run a command of JupyterLab and wait until it is done."""
        execute = "([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => {})"
        self.page.evaluate(execute, [name, arguments])

    def execute(self, code: str) -> None:
        """Run code that stands in no cell, and wait until it is done."""
        kernel = f"{_PANEL}.sessionContext.session.kernel"
        run = f"code => {kernel}.requestExecute({{ code }}).done.then(() => {{}})"
        self.page.evaluate(run, code)

    def write(self, index: int, source: str) -> None:
        """Put a text into a cell, in place of the one that is there."""
        put = "([index, text]) => {}.content.widgets[index].model.sharedModel.setSource(text)"
        self.page.evaluate(put.format(_PANEL), [index, source])

    def start_cell(self, index: int) -> None:
        """Run one cell; return at once."""
        self.page.evaluate(
            "index => { const { content } = window.jupyterapp.shell.currentWidget;"
            " content.deselectAll(); content.activeCellIndex = index; }",
            index,
        )
        self._start("notebook:run-cell")

    def _start(self, command: str) -> None:
        self.page.evaluate(
            "name => { window.hasRun = false; window.jupyterapp.commands.execute(name)"
            ".finally(() => { window.hasRun = true; }); }",
            command,
        )

    def run_cell(self, index: int) -> None:
        """Run one cell and wait until the kernel is idle."""
        self.start_cell(index)
        self.wait_until_run()

    def run_all(self) -> None:
        """Run all cells, none of which has run before, and wait until the kernel is idle."""
        self._start("notebook:run-all-cells")
        try:
            self.page.wait_for_function(_ALL_RAN)
        except TimeoutError as error:
            raise AssertionError(f"the last cell has not run: {self.errors()}") from error
        self.wait_until_idle()

    def wait_until_run(self) -> None:
        """Wait until what was started last has come to its end, and the kernel is idle."""
        self.page.wait_for_function("() => window.hasRun")
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        self.page.wait_for_function(_IS_IDLE)

    def count(self) -> int:
        return int(self.page.evaluate(f"() => {_PANEL}.content.widgets.length"))

    def cell(self, index: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def output(self, index: int) -> Locator:
        """All outputs of a cell."""
        return self.cell(index).locator(".jp-OutputArea").first

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """The outputs of a cell as they will be saved, none for a text cell."""
        return list(
            self.page.evaluate(
                f"index => {_PANEL}.content.widgets[index].model.outputs?.toJSON() ?? []", index
            )
        )

    def errors(self) -> list[str]:
        """What went wrong, e.g. `ZeroDivisionError: division by zero`, in all cells."""
        outputs = [output for index in range(self.count()) for output in self.outputs(index)]
        failed = [output for output in outputs if output["output_type"] == "error"]
        return [f"{output['ename']}: {output['evalue']}" for output in failed]

    def save(self) -> None:
        self.command("docmanager:save")

    def interrupt(self) -> None:
        self.command("kernelmenu:interrupt")

    def reload(self) -> None:
        """Save, then load the page anew; the kernel runs on."""
        self.save()
        # Not `reload`: restored from its workspace, the notebook can open a second time.
        self.page.goto(self.lab.address(self.path))
        self._wait_until_open()

    @property
    def kernel(self) -> str:
        """The id of the running kernel."""
        return str(self.page.evaluate(f"() => {_PANEL}.sessionContext.session.kernel.id"))

    def close(self, *, shut_down: bool = True) -> None:
        """Close it unsaved, and leave the page, and if wanted the kernel, to another."""
        if shut_down:
            self.page.evaluate(f"() => {_PANEL}.sessionContext.shutdown()")
        self.page.evaluate(f"() => {_PANEL}.dispose()")

    def screenshot(self, name: str, of: Locator | None = None) -> bytes:
        """Take a picture of the page, or of a part; it is also kept in `test-artefacts/`."""
        ARTEFACTS.mkdir(exist_ok=True)
        path = ARTEFACTS / f"{name}.png"
        return of.screenshot(path=path) if of else self.page.screenshot(path=path)
