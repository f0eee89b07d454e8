"""When workers load, compute and send: steps of data-parallel training, event by event."""

import functools
from dataclasses import dataclass

from nblib.playground.demos.critical import STEPS, steps_to_target

__all__ = ["NUM_STEPS", "UPDATE", "Cluster", "Span", "Timeline", "alone", "best_alone", "timeline"]

COMPUTE, LOAD = 0.05, 0.07  # seconds for a sample: forward and backward; one loader thread
UPDATE = 0.02  # seconds for a step of the optimizer, which every worker makes
GRADIENTS = 100e6  # bytes
BACKWARD = 2 / 3  # the part of COMPUTE at whose end gradients come out
NUM_BUCKETS = 20  # of gradients, if they are sent as soon as they are there
AHEAD = 2  # batches that a loader keeps ready
NUM_STEPS = 24  # that are simulated; the first half fills what is to be filled

Span = tuple[float, float]  # start and end, in seconds


@dataclass(frozen=True)
class Cluster:
    """What trains.

    Args:
        workers: all alike.
        share: the samples of a batch that each worker gets, on average.
        bandwidth: from each worker to the next, in bytes per second.
        latency: of a message, in seconds.
        overlap: whether gradients are sent while the rest of them is still computed.
        threads: that load samples, in each worker; 0 loads in the training loop itself.
    """

    workers: int
    share: float
    bandwidth: float = 1e9
    latency: float = 50e-6
    overlap: bool = False
    threads: int = 1

    @property
    def batch_size(self) -> float:
        """The samples of all workers together."""
        return self.workers * self.share

    @property
    def computing(self) -> float:
        """Seconds for forward and backward of a worker's share."""
        return self.share * COMPUTE

    @property
    def loading(self) -> float:
        """Seconds until a worker's share is loaded."""
        return self.share * LOAD / max(1, self.threads)

    def sending(self, num_bytes: float) -> float:
        """Return the seconds of a ring all-reduce: Patarasuk & Yuan (2009).

        In 2 (n − 1) rounds each worker passes an n-th of the bytes on.
        """
        rounds = 2 * (self.workers - 1)
        return rounds * (self.latency + num_bytes / self.workers / self.bandwidth)


@dataclass(frozen=True)
class Timeline:
    """The spans of each of NUM_STEPS steps of a worker; all workers do the same."""

    load: list[Span]
    compute: list[Span]
    send: list[list[Span]]  # one for each bucket
    update: list[Span]

    @property
    def step(self) -> float:
        """Seconds from step to step, once it runs."""
        half = NUM_STEPS // 2
        return (self.update[-1][1] - self.update[half - 1][1]) / (NUM_STEPS - half)


def timeline(cluster: Cluster) -> Timeline:
    """Simulate a worker: each thing starts when what it needs, and who does it, is there."""
    done = Timeline([], [], [], [])
    for step in range(NUM_STEPS):
        updated = done.update[-1][1] if step else 0
        done.load.append(_load(cluster, done, step, updated))
        start = max(updated, done.load[-1][1])
        end = start + cluster.computing
        done.compute.append((start, end))
        done.send.append(_send(cluster, start, end))
        sent = done.send[-1][-1][1]
        done.update.append((sent, sent + UPDATE))
    return done


def _load(cluster: Cluster, done: Timeline, step: int, updated: float) -> Span:
    """The loader waits for a free place; without threads, it waits for the loop."""
    free = done.load[-1][1] if step else 0
    if cluster.threads == 0:
        free = updated
    elif step > AHEAD:  # a place gets free when computing begins
        free = max(free, done.compute[step - 1 - AHEAD][0])
    return free, free + cluster.loading


def _send(cluster: Cluster, start: float, end: float) -> list[Span]:
    num_buckets = NUM_BUCKETS if cluster.overlap else 1
    backward, spans, free = BACKWARD * (end - start), [], 0.0
    for bucket in range(1, num_buckets + 1):
        ready = end - backward * (1 - bucket / num_buckets)
        begin = max(ready, free)
        free = begin + cluster.sending(GRADIENTS / num_buckets)
        spans.append((begin, free))
    return spans


def alone(batch_size: float) -> float:
    """Return the seconds of a step of one worker that need not wait for data."""
    return batch_size * COMPUTE + UPDATE


@functools.cache
def best_alone() -> float:
    """Return the seconds that such a worker needs to the target with its best batch size."""
    return min(steps_to_target(size) * alone(size) for size in range(min(STEPS), 129))
