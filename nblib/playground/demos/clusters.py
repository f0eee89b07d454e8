"""More workers: what a step takes, what the speed-up is, and what a larger batch loses."""

import math

from nblib.playground.controls import Choice, Slider
from nblib.playground.demos.critical import STEPS, steps_to_target
from nblib.playground.demos.timelines import (
    NUM_STEPS,
    UPDATE,
    Cluster,
    Span,
    Timeline,
    alone,
    best_alone,
    timeline,
)
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Bars, Line, Panel, Points, Scene

__all__ = ["OVERLAP", "amdahl", "draw", "faster", "workers"]

OVERLAP = ("after computing", "while computing")
WORKERS, BANDWIDTH, LATENCY, GOAL = 4, 1.0, 50.0, 3  # of the goal; GB/s and µs
MOST_WORKERS, MOST_BATCH = 16, max(STEPS)

_SHOWN = 3  # steps


def faster(cluster: Cluster) -> tuple[float, float]:
    """Return how often one worker's samples per second, and its time to the target, this does.

    The samples are compared at the same batch size, the time with one worker at its best batch
    size; that worker never waits for data.
    """
    step = timeline(cluster).step
    time = best_alone() / (steps_to_target(cluster.batch_size) * step)
    return alone(cluster.batch_size) / step, time


def amdahl(num: int, batch_size: float) -> float:
    """Return the speed-up of `num` workers if only the update stays as it is: Amdahl (1967)."""
    return alone(batch_size) / (UPDATE + (alone(batch_size) - UPDATE) / num)


def draw(
    workers: int, batch_size: float, bandwidth: float, latency: float, sends: str, threads: int
) -> Scene:
    """Return some steps of a worker, speed-ups, and steps to the target, as a Scene.

    Args:
        workers, threads: as in Cluster.
        batch_size: of all workers together, about: each gets as many samples as the others.
        bandwidth, latency: in GB/s and µs.
        sends: one of OVERLAP, when gradients are sent.
    """

    size = workers * max(1, round(batch_size / workers))

    def cluster(num: int) -> Cluster:
        overlap = sends == OVERLAP[1]
        return Cluster(num, size / num, bandwidth * 1e9, latency / 1e6, overlap, threads)

    curves = [faster(cluster(num)) for num in range(1, MOST_WORKERS + 1)]
    samples, time = curves[workers - 1]
    here = timeline(cluster(workers))
    steps = steps_to_target(size)
    counts = (workers, bandwidth, latency) == (WORKERS, BANDWIDTH, LATENCY)
    reached = time >= GOAL if counts else None
    sign = {True: "✓ ", False: "✗ ", None: ""}[reached]
    return Scene(
        [
            _gantt(here),
            _speed_ups(curves, workers, size),
            _steps(size, steps),
        ],
        f"{sign}A step of {size:,} samples: {here.step:.3f} s, {samples:.2f} times the samples per "
        f"second. {steps:,.0f} steps: {steps * here.step:,.0f} s, {time:.2f} times as fast as one "
        f"worker at its best ({best_alone():.0f} s).",
        goal=f"with {WORKERS} workers at {BANDWIDTH:g} GB/s and {LATENCY:g} µs, at the target "
        f"{GOAL} times as fast as one worker.",
        reached=reached,
    )


def _gantt(here: Timeline) -> Panel:
    first = NUM_STEPS // 2
    origin = here.compute[first][0]
    rows = {
        "load": (2, 2, here.load),
        "compute": (1, 0, here.compute[first:]),
        "send": (0, 1, [span for buckets in here.send[first:] for span in buckets]),
        "update": (1, 3, here.update[first:]),
    }
    marks = [
        Bars([start - origin, end - origin], [0.7], "" if at else name, series, row - 0.35)
        for name, (row, series, spans) in rows.items()
        for at, (start, end) in enumerate(_seen(spans, origin, _SHOWN * here.step))
    ]
    return Panel(
        f"One worker, {_SHOWN} steps",
        Axis("seconds", 0, _SHOWN * here.step),
        Axis("", -0.6, 2.6, names=("send", "compute", "load")),
        marks,
    )


def _seen(spans: list[Span], origin: float, length: float) -> list[Span]:
    return [(start, end) for start, end in spans if start < origin + length and end > origin]


def _speed_ups(curves: list[tuple[float, float]], workers: int, batch_size: int) -> Panel:
    nums = range(1, MOST_WORKERS + 1)
    samples, times = zip(*curves, strict=True)
    return Panel(
        "Times as fast as one worker",
        Axis("workers", 1, MOST_WORKERS),
        Axis("times", 0, 12),
        [
            Line([1, 12], [1, 12], "workers", None),
            Line(nums, [amdahl(num, batch_size) for num in nums], "Amdahl", 2),
            Line(nums, samples, "samples per second", 0),
            Line(nums, times, "time to target", 1),
            Points([workers], [samples[workers - 1]], "", 0, 6, hollow=True),
            Points([workers], [times[workers - 1]], "", 1, 6, hollow=True),
        ],
    )


def _steps(batch_size: int, steps: float) -> Panel:
    (smallest, most), *_ = STEPS.items()
    return Panel(
        "What a larger batch saves",
        Axis("batch of all workers", smallest, MOST_BATCH, log=True),
        Axis("steps to target", 10 ** math.floor(math.log10(min(STEPS.values()))), 3000, log=True),
        [
            Line(
                [smallest, MOST_BATCH],
                [most, most * smallest / MOST_BATCH],
                "twice the batch, half the steps",
                None,
            ),
            Line(list(STEPS), list(STEPS.values()), "measured", 0, markers=True),
            Points([batch_size], [steps], "here", 1, 7, hollow=True),
        ],
    )


def workers() -> None:
    """Show the playground of scaling: workers, batch, network and loader."""
    show(
        "More workers",
        draw,
        [
            Slider("workers", 1, MOST_WORKERS, WORKERS, "workers", step=1),
            Slider("batch_size", MOST_WORKERS, MOST_BATCH, 16, "batch of all", log=True),
            Slider("bandwidth", 0.1, 100, BANDWIDTH, "bandwidth, GB/s", log=True),
            Slider("latency", 10, 10_000, LATENCY, "latency, µs", log=True),
            Choice("sends", OVERLAP, label="gradients go"),
            Slider("threads", 0, 8, 1, "loader threads", step=1),
        ],
    )
