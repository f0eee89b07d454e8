"""What all tests share: one source of randomness, one thread, an environment without surprises."""

import os
import signal
from collections.abc import Callable, Generator
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient

from nblib import doctor
from nblib.runtime import seed_everything

SEED = 20240607
VARIANTS = Path(__file__).parents[1] / "docs/variants.md"


def pytest_configure() -> None:
    """Let tests interrupt themselves: a shell makes what runs in the background ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave browser tests out where there is no browser, except in CI, which leaves nothing out."""
    chromium = doctor.chromium()
    for item in items:
        if item.path.stem.startswith("test_claims"):  # a lesson is run once for all its claims
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))  # one browser, one JupyterLab
            if chromium.state != "ok" and "CI" not in os.environ:
                reason = f"needs Chromium, which is not here; get it by: {chromium.remedy}"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, object]:
    """Leave no test of the sandbox out in CI: there, a missing sandbox is a failure."""
    report = yield
    if report.skipped and "CI" in os.environ and item.get_closest_marker("sandbox"):
        report.outcome = "failed"
        report.longrepr = f"left out, which CI does not allow: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how the exercises' tests were tested, and what was left out."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    if any("test_variants" in report.nodeid for report in reports):
        terminalreporter.section("answers that the exercises have been given")
        terminalreporter.write(VARIANTS.read_text(encoding="utf-8").partition("## ")[2])
    if left_out := len(terminalreporter.stats.get("skipped", [])):
        terminalreporter.section(f"{left_out} tests were left out, for the reasons in the summary")


@pytest.fixture(autouse=True)
def _reproducible(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JPY_SESSION_NAME", "NBGRADER_EXECUTION", "NBLIB_FAST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NBLIB_DEVICE", os.environ.get("NBLIB_DEVICE", "cpu"))
    torch.set_num_threads(1)
    seed_everything(SEED)


@pytest.fixture
def rng() -> np.random.Generator:
    """The one source of random test inputs."""
    return np.random.default_rng(SEED)


@pytest.fixture
def run_cell(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], nbformat.NotebookNode]:
    """Run a cell in a real kernel as under a front end; return the cell with its outputs."""

    def run(source: str) -> nbformat.NotebookNode:
        monkeypatch.setenv("JPY_SESSION_NAME", "lesson.ipynb")
        cell = nbformat.v4.new_code_cell(source)
        NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3").execute()
        return cell

    return run
