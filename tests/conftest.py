"""What all tests share: one source of randomness, one thread, an environment without surprises."""

import os
import random
import signal
from collections.abc import Callable, Generator
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient
from shown import own_outputs

from nblib import doctor
from nblib.progress import store
from nblib.runtime import seed_everything

SEED = 20240607
HERE = Path(__file__).parent
VARIANTS = HERE.parent / "docs/variants.md"
LESSONS = sorted(path.stem for path in (HERE.parent / "solutions").glob("[0-9]*.py"))
# Where each file takes more than a few seconds, longest first: so no worker has a long one at last.
SLOW = [
    "attacks",
    "browser",
    "lessons/claims",
    "nbteach/grading/test_faults",
    "nbteach/grading/test_equality",
    "nbteach/grading/test_variants_graded",
    "fairness",
    "nbteach/classroom/test_guide",
    "nbteach/test_nbgrader_config",
    "nbteach/classroom/test_regrade",
    "nbteach/grading/policy/test_lateness",
    "nbteach/grading/records/test_attention",
    "nbteach/authoring/test_proof",
    "nblib/live/test_pump",
]
QUICK = "not slow"  # what `make test` asks for


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let one lesson be tested by its number."""
    numbers = [name[:2] for name in LESSONS]
    parser.addoption("--lesson", choices=numbers, help="only what belongs to this lesson")


def pytest_configure() -> None:
    """Let tests interrupt themselves: a shell makes what runs in the background ignore it.

    And keep no progress, in the kernels that they start either.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ[store.FILE] = ""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups, and pytest the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by where they lie, keep one lesson's if asked to, and put the longest first."""
    if wanted := config.getoption("--lesson"):
        others = {item for item in items if lesson_of(item)[:2] != wanted}
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            # What is made once for a file, or for a lesson in it, is made by one worker.
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} {lesson_of(item)}".strip()))
        if place(item) < len(SLOW) and not item.get_closest_marker("smoke"):
            item.add_marker("slow")
        if place(item) == SLOW.index("browser"):
            need_chromium(item)
    items.sort(key=lambda item: (place(item), not lesson_of(item)))


def place(item: pytest.Item) -> int:
    """Where a test stands in `SLOW`, or the end."""
    path = item.path.relative_to(HERE).as_posix()
    return next((at for at, start in enumerate(SLOW) if path.startswith(start)), len(SLOW))


def lesson_of(item: pytest.Item) -> str:
    """The lesson that a test belongs to, by its parameter or its file; "" if to none or to all."""
    if item.path.parent.name == "claims":
        topic = item.path.stem.removeprefix("test_")
        return next(name for name in LESSONS if name[3:] == topic)
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    name = Path(str(parameters.get("lesson", ""))).stem
    return name if name in LESSONS else ""


def need_chromium(item: pytest.Item) -> None:
    """Leave a test out where there is no browser, except in CI, which leaves nothing out."""
    item.add_marker("browser")
    chromium = doctor.chromium()
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
    if terminalreporter.config.option.markexpr == QUICK:
        names = ", ".join(start.rpartition("/")[2].removeprefix("test_") for start in SLOW)
        terminalreporter.section(f"left out: {names} ...: `make test-all` runs them")


@pytest.fixture(autouse=True)
def _reproducible(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JPY_SESSION_NAME", "NBGRADER_EXECUTION", "NBLIB_FAST"):
        monkeypatch.delenv(name, raising=False)
    device = os.environ.get("NBLIB_DEVICE", "cpu")
    monkeypatch.setenv("NBLIB_DEVICE", device)
    torch.set_num_threads(1)
    if device == "cpu":  # to seed GPUs that are not in use takes longer than many a test
        random.seed(SEED)
        np.random.seed(SEED)  # noqa: NPY002 - scikit-learn draws from it
        torch.default_generator.manual_seed(SEED)
    else:
        seed_everything(SEED)


@pytest.fixture
def rng() -> np.random.Generator:
    """The one source of random test inputs."""
    return np.random.default_rng(SEED)


@pytest.fixture
def run_cell(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], nbformat.NotebookNode]:
    """Run a cell in a real kernel as under a front end; return it with what it shows by itself."""

    def run(source: str) -> nbformat.NotebookNode:
        monkeypatch.setenv("JPY_SESSION_NAME", "lesson.ipynb")
        cell = nbformat.v4.new_code_cell(source)
        NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3").execute()
        cell.outputs = [*own_outputs(cell.outputs)]
        return cell

    return run
