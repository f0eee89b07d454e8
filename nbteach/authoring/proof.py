"""The lesson's own answers pass its tests, and its inputs tell the listed mistakes apart.

`python -m nbteach.authoring.proof solutions/NN_topic.py` runs the tests of a lesson on its own
answers and prints what is wrong. `nblib build` asks for it where a lesson changed.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbteach.authoring.lesson import Lesson, parse

__all__ = ["faults", "prove"]


def prove(lesson: Lesson) -> list[str]:
    """Return what is wrong with the tests of a lesson, in a process of its own."""
    if "check.agree(" not in "".join(cell.text for cell in lesson.cells):
        return []  # it lists no mistakes
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(lesson.path)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return []
    return done.stdout.splitlines() or [done.stderr.strip().rpartition("\n")[2]]


def faults(lesson: Lesson) -> Iterator[str]:
    """Run every test on the lesson's own answers; yield a line for each that fails."""
    from nblib.checks import CheckFailed  # and torch, which those who only ask do not need

    marked = [cell for cell in lesson.cells if cell.is_code and "grade_id" in cell.nbgrader]
    names: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in marked:
            if not cell.nbgrader.get("grade"):
                exec(compile(cell.text, cell.nbgrader["grade_id"], "exec"), names)
    for cell in marked:
        if cell.nbgrader.get("grade"):
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(cell.text, cell.nbgrader["grade_id"], "exec"), dict(names))
            except CheckFailed as failed:
                verdict = failed.verdict
                why = verdict.diagnosis or verdict.facts.get("raised") or str(verdict.facts)
                yield f"{cell.nbgrader['grade_id']}: {verdict.headline}; {why}"


if __name__ == "__main__":
    from nblib.checks import AUTHOR

    os.environ[AUTHOR] = "1"
    found = [*faults(parse(Path(sys.argv[1])))]
    print("\n".join(found))  # noqa: T201 - for whoever started this process
    sys.exit(bool(found))
