"""What the benchmarks share: rivals take turns in one run, and a ratio is held against a goal."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

__all__ = ["conclude", "ratios", "take_turns"]


def take_turns(
    rivals: Sequence[Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> list[list[float]]:
    """Return the seconds of each rival in each round, after one round to warm up.

    The order is reversed every other round, so that a machine that gets slower favours nobody.
    """
    seconds: list[list[float]] = [[] for _ in rivals]
    for turn in range(-1, rounds):
        for i in range(len(rivals))[:: 1 if turn % 2 else -1]:
            began = clock()
            rivals[i]()
            if turn >= 0:
                seconds[i].append(clock() - began)
    return seconds


def ratios(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """Return the median over the rounds of the ratio of two rivals' seconds."""
    return statistics.median(a / b for a, b in zip(numerators, denominators, strict=True))


def conclude(
    name: str, ratio: float, *, at_least: float | None = None, at_most: float | None = None
) -> NoReturn:
    """Print the last line of a benchmark; exit with 0 if its goal is met, else with 1."""
    if at_least is not None:
        print(f"{name} ratio={ratio:.3f} goal>={at_least:g}")
        sys.exit(ratio < at_least)
    print(f"{name} ratio={ratio:.3f} goal<={at_most:g}")
    sys.exit(ratio > at_most)
