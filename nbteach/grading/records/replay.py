"""nbgrader's two steps for a submission, with our rebuilding and our results in them.

`nbgrader_config.py` names these classes, so `nbgrader autograde`, formgrader's button and
`nblib grade` all obey the same rules: `Rebuild` makes the notebook to grade, `Replay` writes into
it what running it gave. What follows is nbgrader's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Dict, Unicode

from nbteach.grading.course import results_folder
from nbteach.grading.execution import Execution, Outcome
from nbteach.grading.limits import Limits
from nbteach.grading.notebooks.cells import is_test
from nbteach.grading.notebooks.reader import rebuild
from nbteach.grading.policy.class_bundle import class_bundle
from nbteach.grading.policy.facts import facts
from nbteach.grading.processes import runner
from nbteach.grading.records.result_store import Store, key
from nbteach.grading.records.submissions import insist_on_files

__all__ = ["Rebuild", "Replay", "facts_of", "shown_by_test"]

_TOLD = (
    "**How this was graded.** Your notebook differed from the one that was released ({}). "
    "Nothing is lost by that: the lesson's own cells were put back around your answers."
)


class Rebuild(NbGraderPreprocessor):
    """Takes the place of nbgrader's ClearOutput, DeduplicateIds, OverwriteCells and the like."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the rebuilt notebook; `nb`, which nbformat made of the file, is not used."""
        file = resources["metadata"]
        path = Path(file["path"]) / f"{file['name']}.ipynb"
        insist_on_files(path.parent)
        rebuilt = rebuild(class_bundle(_course(self), resources["nbgrader"]["assignment"]), path)
        rebuilt.notebook.metadata["nblib"] = {"told": list(rebuilt.told)}
        return rebuilt.notebook, resources


class Replay(Execute):
    """Takes the place of nbgrader's Execute: what ran in the sandbox is written into the cells."""

    require = Unicode("strong", help="the least sandbox: strong, container or none").tag(
        config=True
    )
    limits = Dict(help="what a submission may use: see nbteach.grading.limits.Limits").tag(
        config=True
    )

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: object = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook with its outputs; run it if there is no result of it yet."""
        course, limits = _course(self), Limits(**self.limits)
        lesson, student = (resources["nbgrader"][name] for name in ("assignment", "student"))
        bundle = class_bundle(course, lesson)
        name, store = key(nb, bundle.digest, limits), Store(results_folder(course))
        execution = store.get(name) or store.put(name, self._run(nb, limits))
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.execution_count = None
                outputs = execution.outputs.get(cell.id, [])
                if is_test(cell):
                    outcome = execution.tests[cell.metadata.nbgrader.grade_id]
                    outputs = shown_by_test(outcome, outputs)
                cell.outputs = [nbformat.from_dict(output) for output in outputs]
        to_tell = facts(None, course, lesson, student)
        told = nb.metadata["nblib"].pop("told")
        paragraphs = [_TOLD.format("; ".join(told))] * bool(told) + to_tell
        if paragraphs:
            nb.cells.insert(0, new_markdown_cell("\n\n".join(paragraphs), id="told"))
        nb.metadata["nblib"] |= {"key": name, "facts": to_tell}
        return nb, resources

    def _run(self, notebook: NotebookNode, limits: Limits) -> Execution:
        with runner.supervisor(self.require, limits) as supervisor:
            execution = supervisor.execute(notebook)
            return supervisor.execute(notebook) if execution.is_doubtful else execution


def shown_by_test(outcome: Outcome, outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the outputs of a test cell such that nbgrader reads the outcome off them.

    It takes a result, and any text on stderr, for a score; so neither is kept.

    >>> shown_by_test("passed", [new_output("stream", name="stderr", text="a warning")])
    []
    >>> [shown["ename"] for shown in shown_by_test("failed", [])]
    ['TestFailed']
    """
    shown = [
        output
        for output in outputs
        if output["output_type"] == "display_data"
        or (output["output_type"] == "stream" and output["name"] == "stdout")
    ]
    if outcome == "passed":
        return shown
    errors = [output for output in outputs if output["output_type"] == "error"]
    plain = new_output("error", ename="TestFailed", evalue=outcome, traceback=[outcome])
    return [*shown, *(errors or [plain])]


def facts_of(notebook: dict[str, Any]) -> list[str]:
    """Return the sentences of `facts` that an autograded notebook tells."""
    return notebook.get("metadata", {}).get("nblib", {}).get("facts", [])


def _course(step: NbGraderPreprocessor) -> CourseDirectory:
    """Return the class that a step of nbgrader's Autograde works for."""
    return step.parent.parent.coursedir
