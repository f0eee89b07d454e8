"""A Runner without sandbox and processes: fast, and as trusting as the tests that use it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from nbteach.grading import grade
from nbteach.grading.execution import Execution, Outcome
from nbteach.grading.limits import Limits
from nbteach.grading.notebooks.cells import is_run, is_test
from nbteach.grading.processes import runner


class FakeRunner:
    """Runs cells in this process; a comment `# ends: time-out` ends a test so."""

    def __init__(self) -> None:
        self.executed = 0

    def execute(self, notebook: NotebookNode) -> Execution:
        self.executed += 1
        names: dict[str, Any] = {}
        outputs: dict[str, list[dict[str, Any]]] = {}
        tests: dict[str, Outcome] = {}
        everything = "\n".join(cell.source for cell in notebook.cells)
        if "# the grader fails" in everything:
            raise RuntimeError("the sandbox is broken")
        for cell in notebook.cells:
            if not (is_run(cell) or is_test(cell)):
                continue
            shown = outputs[cell.id] = []
            try:
                exec(cell.source, names)
                outcome: Outcome = "passed"
            except BaseException as error:
                kind = type(error).__name__
                shown.append(
                    {"output_type": "error", "ename": kind, "evalue": "", "traceback": [kind]}
                )
                outcome = "time-out" if str(error) == "time-out" else "failed"
            if is_test(cell):
                tests[cell.metadata.nbgrader.grade_id] = outcome
        return Execution(outputs, tests, is_doubtful="time-out" in tests.values())


@contextmanager
def supervisor(required: str, limits: Limits) -> Iterator[FakeRunner]:
    """Take the place of `nbteach.grading.processes.runner.supervisor`."""
    yield FakeRunner()


if __name__ == "__main__":
    runner.supervisor = supervisor
    sys.exit(grade.grade(Path(sys.argv[1]), sys.argv[2], required="none", jobs=2))
