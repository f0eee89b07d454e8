"""One supervisor for many gradings, where a test is not about its start, which takes seconds."""

from collections.abc import Iterator
from contextlib import contextmanager

from nbteach.grading.limits import Limits
from nbteach.grading.processes.supervisor import Supervisor
from nbteach.grading.sandbox.sandbox import Tier, require

_kept: list[Supervisor] = []  # dask copies what starts a runner, so that cannot hold it


@contextmanager
def kept(limits: Limits) -> Iterator[None]:
    """Keep a supervisor, in a strong sandbox, for `supervisor` to lend."""
    with Supervisor(require(Tier.STRONG), limits) as running:
        _kept.append(running)
        yield
        _kept.pop()


@contextmanager
def supervisor(required: str, limits: Limits) -> Iterator[Supervisor]:
    """Take the place of `nbteach.grading.processes.runner.supervisor`, with `jobs=1`."""
    yield _kept[-1]
