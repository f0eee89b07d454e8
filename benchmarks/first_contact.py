"""How long it takes from `git clone` to the first cells of the first lesson.

Two clones of this repository are set up, with empty caches: one by what `make lab` does before it
opens JupyterLab, the other by venv and a plain `pip install` of the same versions. Then each runs
the first cells of *Start here* in a new kernel, twice: the first time much is compiled. The network
is part of it, so the ratio says more than the seconds.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _ratio import conclude

ROOT = Path(__file__).resolve().parents[1]
LESSON = "notebooks/00_start_here/00_start_here.ipynb"
NUM_CELLS = 2  # with code: the imports, and what looks at the machine

OURS = {"install": ["make", "--silent", ".venv/.lab"]}
PIP = [".venv/bin/python", "-m", "pip", "install", "--quiet", "--constraint", "requirements.txt"]
PLAIN = {"venv": ["python3", "-m", "venv", ".venv"], "install": [*PIP, "--editable", "."]}
CELLS = """
import json, sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(extra_arguments=["--log-level=ERROR"])
for cell in json.loads(sys.argv[1]):
    reply = client.execute_interactive(cell, output_hook=lambda message: None, timeout=600)
    assert reply["content"]["status"] == "ok", reply["content"]
client.stop_channels()
manager.shutdown_kernel(now=True)
"""


def main() -> None:
    """Print the seconds of each phase, and the ratio of the sums."""
    print("seconds:")
    ours, plain = contact("make", OURS), contact("pip", PLAIN)
    conclude("first_contact", ours / plain, at_most=0.7)


def contact(name: str, commands: dict[str, list[str]]) -> float:
    """Clone, install and run; return the seconds until the first cells are done."""
    source = json.loads((ROOT / LESSON).read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in source["cells"] if cell["cell_type"] == "code"]
    run = [".venv/bin/python", "-c", CELLS, json.dumps(cells[:NUM_CELLS])]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        clone = ["git", "clone", "--quiet", str(ROOT), folder]
        phases = {"git clone": clone, **commands, "first cells": run, "again": run}
        seconds = {phase: _timed(command, folder) for phase, command in phases.items()}
    print(f"  {name:4}", *(f"{phase} {value:.1f}" for phase, value in seconds.items()), sep="  ")
    return sum(seconds.values()) - seconds["again"]


def _timed(command: list[str], folder: str) -> float:
    own = Path(sys.prefix, "bin").as_posix()  # the environment of this script is not for the clones
    path = os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if p != own)
    environment = os.environ | {"PATH": path, "PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):
        environment.pop(name, None)
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
