import errno
import os
import socket
import sys
import time

import pytest
import torch

from nblib import workers
from nblib.workers import processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forks")


def passed_on(comm, x):
    comm.send(x, (comm.rank + 1) % comm.size)
    return comm.recv((comm.rank - 1) % comm.size), comm.numbers_sent, comm.bytes_sent, os.getpid()


@pytest.mark.parametrize("n", [2, 3])
def test_processes_do_what_threads_do(n):
    X = [torch.randn(5 + r, 2).to(torch.bfloat16) for r in range(n)]
    theirs, ours = workers.run_processes(passed_on, n, X), workers.run(passed_on, n, X)
    assert all(torch.equal(one[0], other[0]) for one, other in zip(theirs, ours, strict=True))
    assert [one[1:3] for one in theirs] == [one[1:3] for one in ours]
    assert len({os.getpid(), *(one[3] for one in theirs)}) == n + 1


def test_all_may_send_before_any_receives():
    big = torch.ones(2_000_000)  # more than a socket holds
    results = workers.run_processes(passed_on, 2, [big, 2 * big])
    assert [result[0][-1].item() for result in results] == [2, 1]


@pytest.mark.parametrize("failing", [0, 1])
def test_what_one_raises_ends_all(failing):
    def work(comm):
        if comm.rank == failing:
            raise KeyError("a")
        comm.recv(failing)

    with pytest.raises(KeyError, match="a") as caught:
        workers.run_processes(work, 2)
    assert caught.value.__notes__ == [f"raised by worker {failing} of 2"]


def test_a_process_that_dies_is_missed():
    with pytest.raises(workers.ProcessesError, match="worker 1 has died"):
        workers.run_processes(lambda comm: os._exit(1) if comm.rank else time.sleep(60), 2)


def test_who_waits_in_vain_waits_no_longer_than_was_said(monkeypatch):
    monkeypatch.setattr(processes, "_PATIENCE", processes.timedelta(seconds=1))
    # Both give up at once: either its own time has passed, or it hears that the other has gone.
    with pytest.raises(RuntimeError, match=r"[Tt]imed out|Connection closed by peer"):
        workers.run_processes(lambda comm: comm.recv(1 - comm.rank), 2)


def test_a_sandbox_without_sockets_is_told_apart(monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(workers.ProcessesError, match=r"no sockets .*not permitted\); take run"):
        workers.run_processes(passed_on, 2, [torch.ones(1)] * 2)


def test_a_system_without_forks_is_told_apart(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(workers.ProcessesError, match="win32"):
        workers.run_processes(passed_on, 2, [torch.ones(1)] * 2)


def test_each_worker_needs_an_item():
    with pytest.raises(ValueError, match="3 workers need 3 items"):
        workers.run_processes(passed_on, 3, [1])
