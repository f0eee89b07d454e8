"""What runs submissions, and how it is started; tests put something simpler in its place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from nbformat import NotebookNode

from nbteach.grading.execution import Execution
from nbteach.grading.limits import Limits

__all__ = ["Runner", "Start", "supervisor"]


class Runner(Protocol):
    """Runs one submission after the other."""

    def execute(self, notebook: NotebookNode) -> Execution:
        """Run a notebook as `rebuild` returns it."""


Start = Callable[[], AbstractContextManager[Runner]]


def supervisor(required: str, limits: Limits) -> AbstractContextManager[Runner]:
    """Start the real runner, in the best sandbox there is.

    Raises SandboxError if this machine has none of the tier `required`, such as "strong".
    """
    from nbteach.grading.processes.supervisor import Supervisor
    from nbteach.grading.sandbox import sandbox

    tier = sandbox.require(sandbox.Tier(required))
    return Supervisor(tier, limits)
