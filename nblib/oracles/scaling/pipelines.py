"""A pipeline of stages, each of which works on one micro-batch at a time: when is all done?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from nblib.checks.mistakes import Mistakes

__all__ = ["PIPELINE", "pipeline", "scheduled", "some_stages"]

Times = Sequence[float]


def pipeline(
    forward: Times,
    backward: Times,
    num_micro: int,
    *,
    waits: tuple[bool, bool] = (True, True),
    follows: bool = True,
    busy: Callable[[float, int, int], float] = lambda work, num_stages, m: work,
    stages: Callable[[int], int] = lambda num_stages: num_stages,
) -> tuple[float, float]:
    """Return (time, idle share): all micro-batches forward, then all of them back."""
    p = len(forward)
    done = [[0.0] * num_micro for _ in range(p)]
    for s in range(p):
        for j in range(num_micro):
            before = done[s][j - 1] if j and waits[0] else 0.0
            done[s][j] = max(done[s - 1][j] if s and follows else 0.0, before) + forward[s]
    free = [done[s][-1] for s in range(p)]
    end = [[0.0] * num_micro for _ in range(p)]
    for s in reversed(range(p)):
        for j in range(num_micro):
            arrives = end[s + 1][j] if s < p - 1 else free[s]
            before = end[s][j - 1] if j and waits[1] else free[s]
            end[s][j] = max(arrives, before) + backward[s]
    total = max(max(row) for row in end)
    work = busy(num_micro * (sum(forward) + sum(backward)), p, num_micro)
    return total, 1 - work / (stages(p) * total)


def scheduled(forward: Times, backward: Times, num_micro: int) -> tuple[float, float]:
    """Return the same, from a list of tasks: each starts when what it needs is done."""
    p = len(forward)
    ready: dict[tuple[str, int, int], float] = {}
    for s in range(p):  # a stage takes its tasks in the order in which they arrive
        clock = 0.0
        for j in range(num_micro):
            clock = max(clock, ready.get(("f", s - 1, j), 0.0)) + forward[s]
            ready["f", s, j] = clock
    for s in range(p - 1, -1, -1):
        clock = ready["f", s, num_micro - 1]
        for j in range(num_micro):
            clock = max(clock, ready.get(("b", s + 1, j), 0.0)) + backward[s]
            ready["b", s, j] = clock
    total = max(ready.values())
    return total, 1 - num_micro * (sum(forward) + sum(backward)) / (p * total)


def some_stages(num_stages: int, generator: torch.Generator) -> tuple[list[float], list[float]]:
    """Return times forward and back, one of each for each stage, unequal."""
    times = 0.5 + torch.rand(2, num_stages, generator=generator, dtype=torch.float64)
    return times[0].tolist(), (2 * times[1]).tolist()


def _with(**how: Any) -> Callable[..., tuple[float, float]]:
    return lambda *case: pipeline(*case, **how)


def _one_by_one(forward: Times, backward: Times, num_micro: int) -> tuple[float, float]:
    return num_micro * (sum(forward) + sum(backward)), 1 - 1 / len(forward)


def _forward_only(forward: Times, backward: Times, num_micro: int) -> tuple[float, float]:
    return pipeline(forward, [0.0] * len(forward), num_micro)


def _slowest(forward: Times, backward: Times, num_micro: int) -> tuple[float, float]:
    """Take all stages to be as slow as the slowest one."""
    p = len(forward)
    total = (num_micro + p - 1) * (max(forward) + max(backward))
    return total, 1 - num_micro * (sum(forward) + sum(backward)) / (p * total)


def _by_formula(forward: Times, backward: Times, num_micro: int) -> tuple[float, float]:
    p = len(forward)
    return pipeline(forward, backward, num_micro)[0], (p - 1) / (num_micro + p - 1)


def _timed(total: float, forward: Times, backward: Times, m: int) -> tuple[float, float]:
    """Return the time and the idle share that go with it."""
    return total, 1 - m * (sum(forward) + sum(backward)) / (len(forward) * total)


def _back_from_the_first(forward: Times, backward: Times, num_micro: int) -> float:
    free = [0.0] * len(forward)
    for times in (forward, backward):
        for _ in range(num_micro):
            clock = 0.0
            for s, time in enumerate(times):
                clock = free[s] = max(clock, free[s]) + time
    return max(free)


PIPELINE: Mistakes = {
    "One micro-batch goes all the way before the next one starts: then nobody works beside "
    "another. "
    "The next one may enter as soon as the first stage is free.": _one_by_one,
    "A stage works on several micro-batches at once. It takes one after another.": _with(
        waits=(False, False)
    ),
    "On the way forward a stage works on several micro-batches at once. It takes one after "
    "another.": _with(waits=(False, True)),
    "A stage begins before the one in front of it is done with the micro-batch.": _with(
        follows=False
    ),
    "The way back begins at the first stage. It begins at the last one.": lambda f, b, m: _timed(
        _back_from_the_first(f, b, m), f, b, m
    ),
    "On the way back, the stages have the times of the way forward.": lambda f, b, m: _timed(
        pipeline(f, f, m)[0], f, b, m
    ),
    "The whole time ends where the first stage to be done ends. The last stage is done first: look "
    "for the latest.": lambda f, b, m: _timed(
        pipeline(f, [0.0] * len(f), m)[0] + m * b[-1], f, b, m
    ),
    "That is the formula of equal stages, in the time as well. Here they differ: follow each "
    "micro-batch from stage to stage.": lambda f, b, m: (
        (m + len(f) - 1) * (f[0] + b[0]),
        (len(f) - 1) / (m + len(f) - 1),
    ),
    "The way back is left out.": _forward_only,
    "All stages are taken to be as slow as the slowest. Follow each micro-batch from stage to "
    "stage.": (_slowest),
    "The idle share is that of equal stages, (p − 1)/(m + p − 1). Here they differ: it is what "
    "is left "
    "of p times the whole time when all work is taken away.": _by_formula,
    "The second is the busy share. The idle one is 1 minus that.": lambda *case: (
        pipeline(*case)[0],
        1 - pipeline(*case)[1],
    ),
    "The idle share counts one stage only: p stages have p times the time.": _with(
        stages=lambda p: 1
    ),
    "The idle share counts the work of one micro-batch only.": _with(
        busy=lambda work, p, m: work / m
    ),
    "The second is the idle time of all stages together. Divide by p times the whole time.": (
        lambda forward, backward, m: (
            pipeline(forward, backward, m)[0],
            pipeline(forward, backward, m)[1] * pipeline(forward, backward, m)[0] * len(forward),
        )
    ),
    "The two are exchanged: the time first.": lambda *case: pipeline(*case)[::-1],
}
