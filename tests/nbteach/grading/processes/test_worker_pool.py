"""Many submissions at once: students' doings are values, faults are tried again, all else stays."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

import nbformat
import psutil
import pytest
from distributed import Client, LocalCluster, Worker
from distributed.comm import CommClosedError
from nbformat import NotebookNode

from nbteach.grading.execution import Execution, Fault
from nbteach.grading.processes.worker_pool import executions

Log = list[tuple[str, object]]
LOG: Log = []  # of what runners did; they share this process
BUSY: set[int] = set()


def job(name: str, *words: str) -> tuple[str, NotebookNode]:
    cells = [nbformat.v4.new_code_cell(word) for word in words]
    return name, nbformat.v4.new_notebook(cells=cells, metadata={"name": name})


class ScriptedRunner:
    """Does what the cells of a notebook say, a word each."""

    def execute(self, notebook: NotebookNode) -> Execution:
        words = [cell.source for cell in notebook.cells]
        thread = threading.get_ident()
        BUSY.add(thread)
        LOG.append(("runs", (notebook.metadata.name, len(BUSY))))
        try:
            time.sleep(0.05)
            tried = sum(entry == ("tried", notebook.metadata.name) for entry in LOG)
            LOG.append(("tried", notebook.metadata.name))
            if "fault" in words or ("fault once" in words and not tried):
                raise OSError("the sandbox is broken")
            late = "late" in words or ("late once" in words and not tried)
            return Execution({}, {"test": "time-out" if late else "passed"}, is_doubtful=late)
        finally:
            BUSY.discard(thread)


@contextmanager
def start() -> Iterator[ScriptedRunner]:
    LOG.append(("started", threading.get_ident()))
    yield ScriptedRunner()
    LOG.append(("ended", None))


@pytest.fixture(autouse=True)
def _empty_log() -> None:
    LOG.clear()
    BUSY.clear()


def run(jobs: Iterable[tuple[str, NotebookNode]], threads: int = 2) -> dict[str, Execution | Fault]:
    return dict(executions(jobs, start, threads=threads))


def seen(kind: str) -> list[object]:
    return [what for said, what in LOG if said == kind]


def test_everybody_gets_an_answer_from_few_warm_runners():
    done = run([job(f"s{number}") for number in range(20)])
    assert done == {f"s{number}": Execution({}, {"test": "passed"}) for number in range(20)}
    assert 1 <= len(seen("started")) <= 2
    assert len(seen("started")) == len(set(seen("started"))) == len(seen("ended"))


def test_fault_is_tried_again_with_a_new_runner():
    done = run([job("s1", "fault once"), job("s2")], threads=1)
    assert isinstance(done["s1"], Execution)
    assert len(seen("started")) == len(seen("ended")) == 2


def test_lasting_fault_is_named_and_harms_nobody():
    done = run([job("s1", "fault"), *(job(f"t{number}") for number in range(6))])
    assert done.pop("s1") == Fault("OSError: the sandbox is broken")
    assert [type(outcome) for outcome in done.values()] == [Execution] * 6
    assert seen("tried").count("s1") == 3


def test_time_out_counts_only_when_it_happens_again_alone():
    jobs = [job("late", "late"), job("unlucky", "late once"), *(job(f"s{n}") for n in range(8))]
    done = run(jobs, threads=3)
    assert done["unlucky"].tests == {"test": "passed"}
    assert done["late"].tests == {"test": "time-out"}
    last = seen("runs")[-2:]
    assert {name for name, _ in last} == {"late", "unlucky"}
    assert [busy for _, busy in last] == [1, 1]


def test_jobs_are_taken_only_as_fast_as_they_are_run():
    taken = 0

    def jobs() -> Iterator[tuple[str, NotebookNode]]:
        nonlocal taken
        for number in range(30):
            taken += 1
            yield job(f"s{number}")

    ahead = [taken - answered for answered, _ in enumerate(executions(jobs(), start, threads=2), 1)]
    assert max(ahead) <= 4


def test_nothing_to_do_starts_no_runner():
    assert run([]) == {}
    assert seen("started") == []


def test_cluster_is_reached_by_its_address():
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        dashboard_address=":0",
        silence_logs=50,
    ) as cluster:
        jobs = [job(f"s{number}") for number in range(6)] + [job("late", "late")]
        done = dict(executions(jobs, start, threads=0, scheduler=cluster.scheduler_address))
        assert len(done) == 7
        assert len(seen("started")) == len(seen("ended")) == 2
        workers: list[Worker] = list(cluster.workers.values())
        assert not any("nblib-grading" in worker.plugins for worker in workers)


def test_nothing_of_it_listens_to_the_network():
    with closing(executions([job("s1")], start, threads=1)) as outcomes:
        next(outcomes)
        mine = [entry for entry in psutil.Process().net_connections() if entry.status == "LISTEN"]
    assert {entry.laddr.ip for entry in mine} <= {"127.0.0.1"}


def test_worker_that_dies_while_it_is_told_how_to_grade_stops_nobody(monkeypatch):
    register, tries = Client.register_plugin, []

    def broken_once(*args: object, **options: object) -> object:
        tries.append(args)
        if len(tries) == 1:
            raise CommClosedError("Stream is closed")
        return register(*args, **options)

    monkeypatch.setattr(Client, "register_plugin", broken_once)
    assert [*run([job("s1")])] == ["s1"]
    assert len(tries) == 2
