"""The control room: streams that drift in a way that is not told, and a rule that copes with it."""

import functools

import numpy as np

from nblib.playground.controls import Choice, Slider
from nblib.playground.demos.monitors import CORRECTIONS
from nblib.playground.demos.streams import (
    KINDS,
    MONITORS,
    NUM_BATCHES,
    RETRAININGS,
    Log,
    Rule,
    run,
)
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Line, Panel, Points, Scene

__all__ = ["STREAMS", "control_room", "draw", "kind_of"]

QUIET, *DRIFTS = KINDS
STREAMS = ("A", "B", "C")
GOAL, MOST_TRAININGS, MOST_FALSE = 0.85, 4, 1

_SMALLEST = 1e-6  # p that is shown
_NEVER = Rule("errors", 1, 0.01, CORRECTIONS[0], RETRAININGS[0])
_TOLD = {
    "sensors": "Six inputs were measured wrong from batch 24 on",
    "concept": "From batch 24 on the same inputs had other labels",
    "gradual": "The same inputs got other labels, little by little",
}


def kind_of(seed: int, name: str) -> str:
    """Return how one of STREAMS drifts, as one of streams.KINDS."""
    return str(np.random.default_rng([seed, 3]).permutation(DRIFTS)[STREAMS.index(name)])


def draw(
    seed: int,
    stream: str,
    monitor: str,
    window: int,
    level: float,
    correction: str,
    retraining: str,
) -> Scene:
    """Return what a rule makes of a stream that drifts and of a quiet one, as a Scene.

    Args:
        seed: of all streams.
        stream: one of STREAMS.
        monitor, window, level, correction, retraining: as in Rule.
    """
    kind = kind_of(seed, stream)
    rule = Rule(monitor, window, level, correction, retraining)
    here, quiet = run(kind, seed, rule), run(QUIET, seed, rule)
    alone = run(kind, seed, _NEVER)
    mean, num_trainings, num_false = here.accuracy.mean(), len(here.trainings), len(quiet.alarms)
    reached = bool(mean >= GOAL and num_trainings <= MOST_TRAININGS and num_false <= MOST_FALSE)
    return Scene(
        [
            _accuracy(stream, here, alone),
            _alarms(f"Stream {stream}", here, level),
            _alarms("The quiet stream", quiet, level),
        ],
        f"{'✓' if reached else '✗'} Stream {stream}: mean accuracy {mean:.1%} (never retrained "
        f"{alone.accuracy.mean():.1%}), {_count(num_trainings, 'retraining')}. Quiet stream: "
        f"{quiet.accuracy.mean():.1%}, {_count(num_false, 'false alarm')}."
        + f" {_TOLD[kind]}."
        * reached,
        goal=f"in stream {stream}, mean accuracy {GOAL:.0%} or more with {MOST_TRAININGS} "
        f"retrainings at most; {MOST_FALSE} false alarm at most in the quiet stream.",
        reached=reached,
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _accuracy(stream: str, here: Log, alone: Log) -> Panel:
    batches = range(NUM_BATCHES)
    low = np.full(len(here.trainings), 0.32)
    return Panel(
        f"Accuracy: stream {stream}",
        _batches(),
        Axis("accuracy of the batch", 0.3, 1),
        [
            Band(GOAL, 1, "goal for the mean"),
            Line(batches, alone.accuracy, "never retrained", 2),
            Line(batches, here.accuracy, "with your rule", 0),
            Points(here.trainings, low, "retrained", 1, 5),
        ],
    )


def _alarms(title: str, log: Log, level: float) -> Panel:
    p = log.p.clip(_SMALLEST)
    alarms = list(log.alarms)
    return Panel(
        f"Monitor: {title[0].lower()}{title[1:]}",
        _batches(),
        Axis("p", _SMALLEST / 2, 2, log=True),
        [
            Line([0, NUM_BATCHES], [level, level], "level", None),
            Line(range(NUM_BATCHES), p, "p", 0),
            Points(alarms, p[alarms], "alarm", 1, 5),
        ],
    )


def _batches() -> Axis:
    return Axis("batch", 0, NUM_BATCHES)


def control_room(seed: int = 2) -> None:
    """Show the playground of drift: what to watch, how strictly, and when to retrain.

    Args:
        seed: draws the streams and which of them drifts how; 0 or more.
    """
    show(
        "Control room",
        functools.partial(draw, seed),
        [
            Choice("stream", STREAMS, label="stream"),
            Choice("monitor", MONITORS, label="monitor"),
            Slider("window", 1, 12, 2, "window, batches", step=1),
            Slider("level", 0.01, 0.2, 0.05, "level", log=True),
            Choice("correction", CORRECTIONS, label="for 30 inputs"),
            Choice("retraining", RETRAININGS, label="retrain"),
        ],
    )
