"""Ring all-reduce, in lockstep: what each worker holds in the end, and what it has sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.oracles.explaining import explaining, first_fact
from nblib.workers import Comm, DeadlockError, parallel

__all__ = [
    "SENDING",
    "SUMS",
    "counted_sums",
    "facts_of_sending",
    "ring_all_reduce",
    "ring_sums",
    "say_of_sending",
]

Index = Callable[[int, int, int], int]  # rank, round, number of workers
Counted = tuple[list[Tensor], list[int]]
Ring = Callable[[Sequence[Tensor]], Counted]


def _simulated(
    tensors: Sequence[Tensor],
    *,
    rounds: Callable[[int], tuple[int, int]] = lambda n: (n - 1, n - 1),
    first: Callable[[Tensor, Tensor], Tensor] = lambda mine, came: mine + came,
    second: Callable[[Tensor, Tensor], Tensor] = lambda mine, came: came,
    sends: tuple[Index, Index] = (lambda r, k, n: r - k, lambda r, k, n: r + 1 - k),
    finish: Callable[[Tensor, int], Tensor] = lambda total, n: total,
) -> Counted:
    n = len(tensors)
    pieces = [list(t.clone().tensor_split(n)) for t in tensors]
    sent = [0] * n
    if n == 1 and max(rounds(n)) > 0:
        raise ValueError("one worker alone has nobody to send to")
    for phase, combine in enumerate((first, second)):
        for k in range(rounds(n)[phase]):
            under_way = []
            for r in range(n):
                piece = pieces[r][sends[phase](r, k, n) % n]
                sent[r] += piece.numel()
                under_way.append(piece)
            for r in range(n):
                place = sends[phase]((r - 1) % n, k, n) % n
                pieces[r][place] = combine(pieces[r][place], under_way[(r - 1) % n])
    return [finish(torch.cat(p), n) for p in pieces], sent


@parallel
def ring_all_reduce(comm: Comm, x: Tensor) -> Tensor:
    """Return the sum of the x (d,) of all workers: the same by real workers, for demonstrations.

    Source: Patarasuk and Yuan (2009).
    """
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    for phase in (0, 1):
        for k in range(n - 1):
            comm.send(pieces[(r + phase - k) % n], to=(r + 1) % n)
            came = comm.recv(source=(r - 1) % n)
            place = (r - 1 + phase - k) % n
            pieces[place] = came if phase else pieces[place] + came
    return torch.cat(pieces)


def ring_sums(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Return the sum of all tensors (d,), for each worker."""
    return _simulated(tensors)[0]


def counted_sums(tensors: Sequence[Tensor]) -> Counted:
    """Return the sums, and how many numbers each worker sends for them round a ring."""
    return _simulated(tensors)


def facts_of_sending(tensors: Sequence[Tensor]) -> Callable[[Ring], dict[str, str]]:
    """Return a play: are the sums right, alike on all workers, and how much was sent for them?"""
    n, size = len(tensors), tensors[0].numel()

    def facts(ring: Ring) -> dict[str, str]:
        found, sent = ring(tensors)
        total = torch.stack(list(tensors)).double().sum(dim=0)
        is_right = all(
            t.shape == total.shape and torch.allclose(t.double(), total, rtol=1e-4, atol=1e-5)
            for t in map(torch.as_tensor, found)
        )
        is_short = max(sent) <= 2 * (n - 1) * -(-size // n)
        return {
            "the sums are right": "yes" if is_right else "no",
            "sent by a worker": "as little as in a ring" if is_short else "more than in a ring",
            "the same on all workers, to the last bit": "yes"
            if all(torch.equal(found[0], t) for t in found)
            else "no",
        }

    return facts


_SAID = {
    "the sums are right": "The sums are wrong.",
    "sent by a worker": "A worker sends more than 2(n − 1) pieces. Cut the tensor into n pieces, "
    "and send one piece in each of 2(n − 1) rounds.",
    "the same on all workers, to the last bit": "The workers have different sums, in the last bit: "
    "each adds in another order. In a ring one worker completes a piece, and the others copy it.",
}


def say_of_sending(check: Exercise, answer: Ring, *plays: Any) -> None:
    """Say which of the facts is not so, the first one."""
    explaining(first_fact(_SAID))(check, answer, counted_sums, SENDING, *plays)


def _whole(tensors: Sequence[Tensor], order: Callable[[int, int], list[int]]) -> Counted:
    n, found = len(tensors), []
    for rank in range(n):
        total = tensors[rank].clone()
        for other in order(rank, n):
            total = total + tensors[other]
        found.append(total)
    return found, [(n - 1) * tensors[0].numel()] * n


SENDING: Mistakes = {
    "The tensors are passed on whole, n − 1 times, and each worker adds in another order, so that "
    "they differ in the last bit. Cut them into n pieces.": lambda tensors: _whole(
        tensors, lambda rank, n: [(rank - k) % n for k in range(1, n)]
    ),
    "Some worker sends more than 2(n − 1) pieces: it passes whole tensors on, or serves all "
    "others. "
    "Cut the tensor into n pieces, and send one to the right in each round.": (
        lambda tensors: (
            ring_sums(tensors),
            [(len(tensors) - 1) * tensors[0].numel()] * len(tensors),
        )
    ),
}


def _waiting(alright: int) -> Callable[[Sequence[Tensor]], list[Tensor]]:
    """Return what `alright` workers do, and nobody else: more of them wait for each other."""

    def wait(tensors: Sequence[Tensor]) -> list[Tensor]:
        if len(tensors) > alright:
            raise DeadlockError("nobody sends any more")
        return ring_sums(tensors)

    return wait


def _no_neighbour(tensors: Sequence[Tensor]) -> list[Tensor]:
    if len(tensors) > 1:
        raise ValueError("there is no such worker")
    return ring_sums(tensors)


def _sums(**how: Any) -> Callable[[Sequence[Tensor]], list[Tensor]]:
    return lambda tensors: _simulated(tensors, **how)[0]


SUMS: Mistakes = {
    "Only one piece of each result is complete, and another one on each worker: the second phase, "
    "which passes the complete pieces round, is missing.": _sums(rounds=lambda n: (n - 1, 0)),
    "Each phase stops a round too early: n − 1 rounds are wanted.": _sums(
        rounds=lambda n: (n - 2, n - 2)
    ),
    "The first phase stops a round too early: n − 1 rounds are wanted.": _sums(
        rounds=lambda n: (n - 2, n - 1)
    ),
    "The second phase stops a round too early: n − 1 rounds are wanted.": _sums(
        rounds=lambda n: (n - 1, n - 2)
    ),
    "The first phase makes a round too many: after n − 1 rounds the sums are complete.": _sums(
        rounds=lambda n: (n, n - 1)
    ),
    "Each piece is that of one worker alone. In the first phase add what comes to the worker's "
    "own; "
    "and begin the second with piece r + 1, the one that is complete.": _sums(
        first=lambda mine, came: came
    ),
    "In the second phase the pieces are complete, and are added once more. Put them in place.": (
        _sums(second=lambda mine, came: mine + came)
    ),
    "That is the mean. The sum is wanted.": _sums(finish=lambda total, n: total / n),
    "All wait: each worker waits for a piece before it has sent its own, or for one that nobody "
    "sends.": _waiting(1),
    "Two workers get on, more of them wait for each other: send to the right, r + 1, and receive "
    "from the left, r − 1.": _waiting(2),
    "A worker sends to itself, or to one that is not there: the neighbours are (r + 1) % n and "
    "(r − 1) % n.": _no_neighbour,
    "Nothing has been added: each worker has what it began with.": _sums(rounds=lambda n: (0, 0)),
}
