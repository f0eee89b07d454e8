"""What a worker has of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

__all__ = ["Comm", "check_shares"]


class Comm:
    """A worker's communicator: which worker it is, how many there are, and a way to reach them."""

    def __init__(
        self,
        rank: int,
        size: int,
        post: Callable[[Tensor, int], None],
        take: Callable[[int], Tensor],
    ) -> None:
        self.rank, self.size = rank, size  # the workers are 0, 1, ..., size - 1
        self.numbers_sent = self.bytes_sent = 0
        self._post, self._take = post, take

    def send(self, tensor: Tensor, to: int) -> None:
        """Send a copy of the tensor, of any shape and dtype, to another worker, without waiting.

        Raises:
            TypeError: it is no tensor.
            ValueError: there is no other worker of that rank.
        """
        if not isinstance(tensor, Tensor):
            raise TypeError(f"workers send tensors; got {type(tensor).__name__}")
        self._post(tensor.detach().clone(), self._other(to))
        self.numbers_sent += tensor.numel()
        self.bytes_sent += tensor.numel() * tensor.element_size()

    def recv(self, source: int) -> Tensor:
        """Wait for a tensor from another worker; they come in the order in which they were sent.

        Raises:
            DeadlockError: nobody is left who could send it.
            ValueError: there is no other worker of that rank.
        """
        return self._take(self._other(source))

    def _other(self, rank: int) -> int:
        if rank == self.rank or rank not in range(self.size):
            others = [other for other in range(self.size) if other != self.rank]
            raise ValueError(f"worker {self.rank} can reach the workers {others}; got {rank}")
        return rank


def check_shares(n: int, shares: Sequence[Sequence[Any]]) -> None:
    """Raise ValueError unless there are workers, and an item of each share for each of them."""
    if n < 1 or any(len(items) != n for items in shares):
        raise ValueError(f"{n} workers need {n} items; got {[len(items) for items in shares]}")
