"""Workers as processes that talk over the loopback interface, by torch.distributed and gloo."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import socket
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from datetime import timedelta
from multiprocessing import connection
from typing import Any

import torch
from torch import Tensor, distributed

from nblib.workers.comm import Comm, check_shares

__all__ = ["ProcessesError", "run_processes"]

_PATIENCE = timedelta(seconds=20)


class ProcessesError(RuntimeError):
    """Processes cannot talk to each other on this system, or in this sandbox."""


def run_processes(function: Callable[..., Any], n: int, *shares: Sequence[Any]) -> list[Any]:
    """Do what `run` does, with a process for each worker: forks of this one, on one thread each.

    Args:
        function, n, shares: as for `run`; results and errors must allow to be pickled.

    Raises:
        ProcessesError: there are no forks here, or no sockets.
        Exception: what a worker raises ends all of them, and is raised here. Who waits for what
            nobody sends gets gloo's RuntimeError after 20 seconds.
        ValueError: there are not n items.
    """
    check_shares(n, shares)
    _check_system()
    fork = multiprocessing.get_context("fork")
    processes, answers = [], []
    with tempfile.TemporaryDirectory() as folder:
        for rank in range(n):
            answer, sender = fork.Pipe(duplex=False)
            share = tuple(items[rank] for items in shares)
            task = (f"file://{folder}/store", rank, n, sender, function, share)
            processes.append(fork.Process(target=_work, args=task, daemon=True))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # it needs no other thread
                processes[-1].start()
            sender.close()
            answers.append(answer)
        try:
            return _results(answers)
        finally:
            for process in processes:
                process.terminate()
                process.join()


def _check_system() -> None:
    if sys.platform != "linux":
        raise ProcessesError(f"workers are forks, which {sys.platform} does not do well; take run")
    try:
        socket.create_server(("127.0.0.1", 0)).close()
    except OSError as error:
        raise ProcessesError(f"no sockets are allowed here ({error}); take run") from error


def _results(answers: list[connection.Connection]) -> list[Any]:
    """Return what comes from each worker, or raise the first error that comes from one."""
    results: dict[int, Any] = {}
    while waited_for := [answer for r, answer in enumerate(answers) if r not in results]:
        for answer in connection.wait(waited_for):
            rank = answers.index(answer)  # type: ignore[arg-type]
            try:
                error, result = pickle.loads(answers[rank].recv_bytes())
            except EOFError:
                raise ProcessesError(f"the process of worker {rank} has died") from None
            if error:
                error.add_note(f"raised by worker {rank} of {len(answers)}")
                raise error
            results[rank] = result
    return [results[rank] for rank in range(len(answers))]


def _work(
    store: str, rank: int, n: int, sender: connection.Connection, function: Any, share: Any
) -> None:
    torch.set_num_threads(1)  # those of the parent are not there
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    posted: list[tuple[Any, Tensor]] = []
    try:
        distributed.init_process_group("gloo", store, _PATIENCE, n, rank)
        result = function(_comm(rank, n, posted), *share)
        for work, _ in posted:
            work.wait()
        sender.send_bytes(pickle.dumps((None, result)))
    except Exception as error:
        sender.send_bytes(pickle.dumps((error, None)))
        signal.pause()  # were it gone, the others would fail, too, and might be heard first


def _comm(rank: int, n: int, posted: list[tuple[Any, Tensor]]) -> Comm:
    def post(tensor: Tensor, to: int) -> None:
        content = torch.frombuffer(bytearray(pickle.dumps(tensor)), dtype=torch.uint8)
        for part in (torch.tensor(len(content)), content):  # kept until it has been received
            posted.append((distributed.isend(part, to), part))

    def take(source: int) -> Tensor:
        size = torch.tensor(0)
        distributed.recv(size, source)
        content = torch.empty(int(size), dtype=torch.uint8)
        distributed.recv(content, source)
        return pickle.loads(content.numpy().tobytes())

    return Comm(rank, n, post, take)
