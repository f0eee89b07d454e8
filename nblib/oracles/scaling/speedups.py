"""How many times as fast several workers are, by a model of what a step costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nblib.checks.mistakes import Mistakes

__all__ = ["SPEEDUP", "speedup"]

Case = tuple[int, float, float, float, float, float]


def speedup(
    n: int,
    compute: float,
    serial: float,
    num_bytes: float,
    gigabits: float,
    latency: float,
    *,
    bytes_per_second: Callable[[float], float] = lambda gigabits: gigabits * 1e9 / 8,
    share: Callable[[int], float] = lambda n: 2 * (n - 1) / n,
    messages: Callable[[int], float] = lambda n: 2 * (n - 1),
    alone: Callable[[float, float], float] = lambda compute, serial: compute + serial,
    divided: Callable[[float, float, int], float] = lambda compute, serial, n: compute / n + serial,
    result: Callable[[float, float], float] = lambda one, many: one / many,
) -> float:
    """Return the time of a step on one worker over that on n, of which each has 1/n of the batch.

    Times are in seconds, `gigabits` in 10⁹ bits a second; a ring passes 2(n − 1) messages of 1/n.
    """
    sending = messages(n) * latency + share(n) * num_bytes / bytes_per_second(gigabits)
    return result(alone(compute, serial), divided(compute, serial, n) + sending)


def _with(**how: Any) -> Callable[..., float]:
    return lambda *case: speedup(*case, **how)


SPEEDUP: Mistakes = {
    "Bits are taken for bytes: a byte has 8 bits, so a gigabit a second is 125 million bytes.": (
        _with(bytes_per_second=lambda gigabits: gigabits * 1e9)
    ),
    "8 is on the wrong side: a byte has 8 bits, so fewer bytes than bits pass in a second.": _with(
        bytes_per_second=lambda gigabits: gigabits * 8e9
    ),
    "The bandwidth is in units of 10⁹ bits, and the gradient in bytes: 10⁹ is missing.": _with(
        bytes_per_second=lambda gigabits: gigabits / 8
    ),
    "A gigabit is 10⁹ bits, not 2³⁰.": _with(
        bytes_per_second=lambda gigabits: gigabits * 2**30 / 8
    ),
    "There are 2(n − 1) messages, and each has the latency. Here it counts once.": _with(
        messages=lambda n: min(n - 1, 1)
    ),
    "There are 2(n − 1) messages, not 2n, and one worker alone sends nothing.": _with(
        messages=lambda n: 2 * n, share=lambda n: 2
    ),
    "2(n − 1)/n is cut to a whole number: `/`, not `//`.": _with(share=lambda n: 2 * (n - 1) // n),
    "The latency counts once. Each of the 2(n − 1) messages has it.": _with(messages=lambda n: 1),
    "The latency is forgotten, or counts next to nothing. It is in seconds, and each of the "
    "2(n − 1) messages has it.": _with(messages=lambda n: 0),
    "The latency counts n − 1 times. There are two rounds, so 2(n − 1) messages.": _with(
        messages=lambda n: n - 1
    ),
    "The bytes are those of one round. A ring makes two.": _with(share=lambda n: (n - 1) / n),
    "Half of the rounds are forgotten, in the latency and in the bytes.": _with(
        share=lambda n: (n - 1) / n, messages=lambda n: n - 1
    ),
    "The whole gradient counts once. Each worker sends 2(n − 1) pieces of a size of 1/n of it.": (
        _with(share=lambda n: 1)
    ),
    "Each message counts as the whole gradient. It is a piece of it, of a size of 1/n.": _with(
        share=lambda n: 2 * (n - 1)
    ),
    "Nothing is sent here: that is Amdahl's law, for workers that need not talk.": _with(
        share=lambda n: 0, messages=lambda n: 0
    ),
    "The serial part is divided by n, too. Nobody can share it.": _with(
        divided=lambda compute, serial, n: (compute + serial) / n
    ),
    "The serial part is missing on n workers.": _with(
        divided=lambda compute, serial, n: compute / n
    ),
    "One worker alone has the serial part to do, too.": _with(
        alone=lambda compute, serial: compute
    ),
    "The serial part is left out on both sides.": _with(
        alone=lambda compute, serial: compute, divided=lambda compute, serial, n: compute / n
    ),
    "The computation is not divided: each worker has 1/n of the batch.": _with(
        divided=lambda compute, serial, n: compute + serial
    ),
    "Each worker computes a whole batch, and the batches are counted. The batch stays the same: "
    "each worker has 1/n of it.": lambda n, *case: (
        n * speedup(n, *case, divided=lambda compute, serial, n: compute + serial)
    ),
    "A speed-up may be below 1: more workers can be slower than one.": _with(
        result=lambda one, many: max(1.0, one / many)
    ),
    "The result is rounded.": _with(result=lambda one, many: round(one / many, 2)),
    "The quotient is upside down: the time alone belongs above.": _with(
        result=lambda one, many: many / one
    ),
    "That is the time of a step on n workers. How many times as fast is it?": _with(
        result=lambda one, many: many
    ),
}
