"""Other versions of ipykernel than the installed one, for what must work on several."""

import os
import subprocess
import sys

import pytest

# The oldest allowed; the last that hands widget messages to subshells; the newest.
VERSIONS = ["7.1.0", "7.3.0", "installed"]


def variables(version: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment variables that make a kernel run on this version.

    Where the version cannot be installed the test is skipped, but fails in CI.
    """
    if version == "installed":
        return {}
    folder = tmp_path_factory.getbasetemp() / f"ipykernel-{version}"
    if not folder.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        wanted = [f"--target={folder}", f"ipykernel=={version}"]
        done = subprocess.run([*command, *wanted], capture_output=True, text=True, check=False)
        if done.returncode:
            say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            say(f"ipykernel {version} cannot be installed here: {done.stderr.strip()[-300:]}")
    already = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(folder), *([already] if already else [])])}
