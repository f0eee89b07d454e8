"""Each file here measures the figures of one lesson, by its topic."""

import contextlib
import io
import runpy
from typing import Any

import pytest
from variant_runner import ROOT


@pytest.fixture(scope="module")
def lesson(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What is left when the lesson has run at full size, once for all its claims."""
    topic = request.path.stem.removeprefix("test_")
    (path,) = (ROOT / "solutions").glob(f"[0-9]*_{topic}.py")
    with contextlib.redirect_stdout(io.StringIO()):
        return runpy.run_path(str(path))
