"""Workers as threads of one process, of which one runs at a time."""

from __future__ import annotations

import copy
import ctypes
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any

import torch
from torch import Tensor

from nblib.workers.comm import Comm, check_shares

__all__ = ["DeadlockError", "parallel", "run"]


class DeadlockError(RuntimeError):
    """Workers wait for each other, and nobody is left who could send what they wait for."""


def run(function: Callable[..., Any], n: int, *shares: Sequence[Any]) -> list[Any]:
    """Call `function(comm, ...)` once for each of n workers, and return what they return.

    Args:
        function: is given a `Comm` and one item of each of `shares`.
        n: number of workers.
        shares: sequences of n items; worker r gets copies of the items r.

    Raises:
        DeadlockError: workers wait for each other; it says who waits for whom.
        Exception: what a worker raises ends all of them, and is raised here.
        ValueError: there are not n items.

    >>> def passed_on(comm, x):
    ...     comm.send(x, to=(comm.rank + 1) % comm.size)
    ...     return comm.recv(source=(comm.rank - 1) % comm.size)
    >>> run(passed_on, 3, torch.tensor([0, 10, 20]))
    [tensor(20), tensor(0), tensor(10)]
    """
    return _Group(function, n, shares).results()


def parallel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let `f(comm, x)`, the part of one worker, be called as `f(xs)`: with as many workers as x.

    A worker calls it with its `Comm`, as before. `f.counted(xs)` returns the results and how many
    numbers each worker has sent.

    >>> @parallel
    ... def difference(comm, x):
    ...     comm.send(x, to=1 - comm.rank)
    ...     return x - comm.recv(source=1 - comm.rank)
    >>> difference(torch.tensor([2, 5]))
    [tensor(-3), tensor(3)]
    >>> difference.counted(torch.tensor([2, 5]))
    ([tensor(-3), tensor(3)], [1, 1])
    """

    @wraps(function)
    def called(first: Any, *others: Any) -> Any:
        if isinstance(first, Comm):
            return function(first, *others)
        return run(function, len(first), first, *others)

    @wraps(function)
    def counted(first: Sequence[Any], *others: Sequence[Any]) -> tuple[list[Any], list[int]]:
        group = _Group(function, len(first), (first, *others))
        return group.results(), [comm.numbers_sent for comm in group.comms]

    called.counted = counted  # type: ignore[attr-defined]
    return called


class _Ended(BaseException):
    """Ends a worker when another has failed: no `except Exception` of its function holds it up."""


class _Group:
    """Threads that take turns: one runs until it has to wait, or ends."""

    def __init__(self, function: Callable[..., Any], n: int, shares: Sequence[Any]) -> None:
        check_shares(n, shares)
        post, take = self._post, self._take
        self.comms = [Comm(r, n, partial(post, r), partial(take, r)) for r in range(n)]
        self._function = function
        self._shares = [copy.deepcopy(tuple(items[r] for items in shares)) for r in range(n)]
        self._mail: dict[tuple[int, int], deque[Tensor]] = defaultdict(deque)  # by source, to
        self._waits_for: dict[int, int] = {}
        self._working = list(range(n))
        self._turn, self._turns = 0, threading.Condition()  # whoever has the turn holds the lock
        self._results: list[Any] = [None] * n
        self._error: BaseException | None = None

    def results(self) -> list[Any]:
        """Let all of them work, and return their results or raise their error."""
        grad = torch.is_grad_enabled()  # in this thread; a new one would have its own
        threads = [
            threading.Thread(target=self._work, args=(rank, grad), daemon=True)
            for rank in range(len(self.comms))
        ]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        except BaseException as interrupt:
            self._error = interrupt  # ends those who wait; who has the turn may loop for ever
            busy = ctypes.c_ulong(threads[self._turn].ident or 0)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(busy, ctypes.py_object(_Ended))
            raise
        if self._error:
            raise self._error
        return self._results

    def _work(self, rank: int, grad: bool) -> None:
        with self._turns:
            try:
                self._wait_for_turn(rank)
                with torch.set_grad_enabled(grad):
                    self._results[rank] = self._function(self.comms[rank], *self._shares[rank])
            except _Ended:
                pass
            except BaseException as error:
                error.add_note(f"raised by worker {rank} of {len(self.comms)}")
                self._error = self._error or error
            finally:
                self._working.remove(rank)
                self._give_turn()

    def _post(self, rank: int, tensor: Tensor, to: int) -> None:
        self._mail[rank, to].append(tensor)

    def _take(self, rank: int, source: int) -> Tensor:
        mail = self._mail[source, rank]
        self._waits_for[rank] = source
        try:
            if not mail:
                self._give_turn()
                self._wait_for_turn(rank)
            if not mail:
                raise DeadlockError(self._deadlock())
        finally:
            del self._waits_for[rank]
        return mail.popleft()

    def _give_turn(self) -> None:
        """Choose the first who can go on; if nobody can, somebody who will say so."""
        can = [rank for rank in self._working if self._error or self._can_go_on(rank)]
        self._turn = next(iter(can or self._working), -1)
        self._turns.notify_all()

    def _can_go_on(self, rank: int) -> bool:
        return rank not in self._waits_for or bool(self._mail[self._waits_for[rank], rank])

    def _wait_for_turn(self, rank: int) -> None:
        self._turns.wait_for(lambda: self._turn == rank)
        if self._error:
            raise _Ended

    def _deadlock(self) -> str:
        waits = [
            f"worker {rank} waits for worker {source}"
            + ("" if source in self._working else ", which has returned")
            for rank, source in sorted(self._waits_for.items())
        ]
        return f"nobody sends any more: {'; '.join(waits)}"
