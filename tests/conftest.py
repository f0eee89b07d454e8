"""What all tests share: one source of randomness, one thread, an environment without surprises."""

import os
from collections.abc import Callable

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient

from nblib.runtime import seed_everything

SEED = 20240607


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
