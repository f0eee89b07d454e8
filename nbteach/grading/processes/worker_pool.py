"""Run many submissions at once, on this machine or on a cluster, with `dask.distributed`.

Workers only supervise: what students do, hangs and crashes included, comes back as a value and is
never repeated, except that a time-out or a death is tried once more, alone, before it counts. What
is the grader's own fault is tried again, elsewhere where there is an elsewhere, and then named a
Fault.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import islice
from typing import cast

import dask
import nbformat
from distributed import (
    Client,
    Future,
    Scheduler,
    SpecCluster,
    Worker,
    as_completed,
    get_worker,
)
from distributed.comm import CommClosedError
from distributed.diagnostics.plugin import WorkerPlugin
from nbformat import NotebookNode

from nbteach.grading.execution import Execution, Fault
from nbteach.grading.processes.runner import Runner, Start

__all__ = ["executions"]

Job = tuple[str, NotebookNode]
Outcome = tuple[str, Execution | Fault]

_NAME = "nblib-grading"
_RETRIES = 2
_AHEAD = 2  # jobs given out for each thread: the next one waits while the answer travels


def executions(
    jobs: Iterable[Job], start: Start, *, threads: int, scheduler: str | None = None
) -> Generator[Outcome, None, None]:
    """Run named notebooks; yield each name with what came of it, in the order they end.

    Args:
        jobs: taken only as fast as they are run, so memory does not grow with their number.
        start: makes a Runner. Each thread of a worker keeps one, until it fails or all is done.
        threads: how many run at once on this machine; a cluster decides by itself.
        scheduler: the address of a dask scheduler, if not on this machine.
    """
    with _client(threads, scheduler) as client:
        _register(client, _Grader(start))
        try:
            late: list[Job] = []
            for job, outcome in _all_at_once(client, jobs):
                if isinstance(outcome, Execution) and outcome.is_doubtful:
                    late.append(job)
                else:
                    yield job[0], outcome
            if late:
                yield from _one_by_one(client, late)
        finally:
            with suppress(CommClosedError):  # for the same reason; a later command replaces it
                client.unregister_worker_plugin(_NAME)


def _register(client: Client, grader: _Grader) -> None:
    """Tell all workers how to grade; a worker that dies just then breaks off the whole message."""
    for left in reversed(range(_RETRIES + 1)):
        try:
            client.register_plugin(grader, name=_NAME)
            return
        except CommClosedError:
            if not left:
                raise
            time.sleep(0.2)  # for the scheduler to notice


@contextmanager
def _client(threads: int, scheduler: str | None) -> Iterator[Client]:
    # dask would keep the last thousand messages, with a notebook in each.
    with dask.config.set({"distributed.admin.low-level-log-length": 10}):
        if scheduler:
            with Client(scheduler) as client:
                yield client
            return
        with _own_cluster(threads) as cluster, Client(cluster) as client:
            yield client


@contextmanager
def _own_cluster(threads: int) -> Iterator[SpecCluster]:
    """Start a cluster in threads of this process: what is risky runs in a sandbox of its own."""
    # dask opens its pages to the network, unless they are told to stay here, and to show nothing.
    private = {"protocol": "inproc://", "dashboard": False, "dashboard_address": "127.0.0.1:0"}
    no_pages: dict[str, list[str]] = {
        f"distributed.{part}.http.routes": [] for part in ("scheduler", "worker")
    }
    worker = {"nthreads": threads, "memory_limit": 0}
    with (
        dask.config.set(no_pages),
        SpecCluster(
            scheduler={"cls": Scheduler, "options": private},
            workers={0: {"cls": Worker, "options": private | worker}},
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster


def _all_at_once(client: Client, jobs: Iterable[Job]) -> Iterator[tuple[Job, Execution | Fault]]:
    waiting, running = iter(jobs), dict[Future, Job]()
    ended = as_completed()
    while True:
        room = max(1, _AHEAD * sum(client.nthreads().values())) - len(running)
        for job in islice(waiting, max(0, room)):
            future = client.submit(_execute, _text(job), retries=_RETRIES, pure=False)
            running[future] = job
            ended.add(future)
        if not running:
            return
        future = next(ended)
        yield running.pop(future), _outcome(future)


def _one_by_one(client: Client, jobs: Iterable[Job]) -> Iterator[Outcome]:
    """Run jobs so that none shares its machine with another: one at a time on each."""
    waiting = iter(jobs)
    client.wait_for_workers(1)
    while batch := list(islice(waiting, len(machines := _machines(client)))):
        futures = {
            client.submit(
                _execute,
                _text(job),
                workers=[address],
                allow_other_workers=True,
                retries=_RETRIES,
                pure=False,
            ): job
            for job, address in zip(batch, machines, strict=False)
        }
        for future in as_completed(futures):
            yield futures[future][0], _outcome(future)


def _machines(client: Client) -> list[str]:
    """Return the address of one worker on each machine."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    return [*{info["host"]: address for address, info in workers.items()}.values()]


def _text(job: Job) -> str:
    return json.dumps(job[1])


def _outcome(future: Future) -> Execution | Fault:
    try:
        return future.result()
    except Exception as error:  # no exception is a student's doing
        return Fault(f"{type(error).__name__}: {error}")
    finally:
        future.release()


def _execute(text: str) -> Execution:
    """Run a notebook; this is what travels to a worker."""
    grader = cast(_Grader, get_worker().plugins[_NAME])
    return grader.execute(nbformat.from_dict(json.loads(text)))


class _Grader(WorkerPlugin):
    """Keeps a warm Runner for each thread of a worker."""

    def __init__(self, start: Start) -> None:
        self._start = start

    def setup(self, worker: Worker) -> None:
        self._mine = threading.local()
        self._open: set[AbstractContextManager[Runner]] = set()

    def teardown(self, worker: Worker) -> None:
        while self._open:
            self._open.pop().__exit__(None, None, None)

    def execute(self, notebook: NotebookNode) -> Execution:
        if getattr(self._mine, "runner", None) is None:
            self._mine.context = self._start()
            self._mine.runner = self._mine.context.__enter__()
            self._open.add(self._mine.context)
        try:
            return self._mine.runner.execute(notebook)
        except BaseException:
            # What failed once is not trusted again: the next submission gets a new one.
            self._mine.runner = None
            self._open.remove(self._mine.context)
            self._mine.context.__exit__(None, None, None)
            raise
