"""A network squeezed into a file: what zeros, bits, width and the way of writing save, and cost."""

import itertools

import numpy as np

from nblib.playground.controls import Choice, Slider
from nblib.playground.demos import compact
from nblib.playground.demos.compact import FLOAT, FORMATS, NUM_SEEDS
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Bars, Line, Panel, Points, Scene

__all__ = ["AFTER", "BITS", "draw", "squeeze"]

AFTER = ("nothing", f"train {compact.NUM_STEPS} steps more")
BITS = (str(FLOAT), "8", "7", "6", "5", "4", "3", "2")
MOST_BYTES, MOST_LOST = 2500, 0.015
FULL_WIDTH = 100

_LEAST_SHOWN = 400  # bytes


def _multiply_adds(width: int) -> int:
    """Return those of one picture, as dense matrices: one for each weight, whatever its value."""
    units = compact.sizes(width)
    return sum(m * n for m, n in itertools.pairwise(units))


def draw(width: int, zeros: int, after: str, bits: str, form: str) -> Scene:
    """Return errors, bytes and multiply-adds of squeezed networks, as a Scene.

    Args:
        width: of the hidden layers, in % of the full network.
        zeros: the share of the weights that is pruned, in %.
        after: one of AFTER, what follows the pruning.
        bits: one of BITS, of each weight.
        form: one of FORMATS, how the file is written.
    """
    layers = compact.rounded(compact.pruned(width, zeros, after == AFTER[1]), int(bits))
    full = compact.accuracies(compact.dense(FULL_WIDTH))
    here = compact.accuracies(layers)
    num_bytes = {
        each: int(np.median([len(file) for file in compact.files(layers, int(bits), each)]))
        for each in FORMATS
    }
    least = np.median(full) - MOST_LOST
    cost, most = _multiply_adds(width), _multiply_adds(FULL_WIDTH) // 2
    enough = np.median(here) >= least - 1e-9
    reached = bool(enough and num_bytes[form] < MOST_BYTES and cost <= most)
    return Scene(
        [
            _errors(full, here, 1 - least),
            _bytes(num_bytes, form),
            _weights(sum(int((w[0] != 0).sum()) for w in layers.levels), cost, most),
        ],
        f"{'✓' if reached else '✗'} Accuracy {np.median(here):.1%}, from {here.min():.1%} to "
        f"{here.max():.1%}; {np.median(full):.1%} as it was. {num_bytes[form]:,} bytes. {cost:,} "
        "multiply-adds.",
        goal=f"a file below {MOST_BYTES:,} bytes and half the multiply-adds at most, without "
        "losing more than a point and a half of accuracy (medians).",
        reached=reached,
    )


def _errors(full: np.ndarray, here: np.ndarray, most: float) -> Panel:
    marks: list[Band | Line | Points] = [Band(0.005, most, "within 1.5 points")]
    for at, (values, series) in enumerate([(full, 0), (here, 1)]):
        errors = np.maximum(1 - values, 0.006)
        marks.append(Points(np.full(NUM_SEEDS, at), errors, "", series, 4, hollow=True))
        middle = [np.median(errors)] * 2
        marks.append(Line([at - 0.2, at + 0.2], middle, "" if at else "median", None))
    return Panel(
        f"Held-out error of {NUM_SEEDS} networks",
        Axis("", -0.6, 1.6, names=("full, float32", "squeezed")),
        Axis("share that is wrong", 0.005, 1, log=True),
        marks,
    )


def _bytes(num_bytes: dict[str, int], form: str) -> Panel:
    bars = [
        Bars(
            [at - 0.35, at + 0.35],
            [count - _LEAST_SHOWN],
            "saved so" if form == name else "",
            1 if form == name else 0,
            _LEAST_SHOWN,
        )
        for at, (name, count) in enumerate(num_bytes.items())
    ]
    return Panel(
        "The same weights as a file",
        Axis("", -0.6, len(FORMATS) - 0.4, names=FORMATS),
        Axis("bytes", _LEAST_SHOWN, 100_000, log=True),
        [Band(_LEAST_SHOWN, MOST_BYTES, f"below {MOST_BYTES:,}"), *bars],
    )


def _weights(num_not_0: int, cost: int, most: int) -> Panel:
    return Panel(
        "Work for one picture",
        Axis("", -0.6, 1.6, names=("weights that are not 0", "multiply-adds")),
        Axis("thousands", 0, 12),
        [
            Band(0, most / 1000, "half of the full network's"),
            Bars([-0.35, 0.35], [num_not_0 / 1000], series=0),
            Bars([0.65, 1.35], [cost / 1000], series=1),
        ],
    )


def squeeze() -> None:
    """Show the playground of compression: width, zeros, tuning, bits and the way of writing."""
    show(
        "Squeeze a network",
        draw,
        [
            Slider("width", 25, FULL_WIDTH, FULL_WIDTH, "width, in %", step=25),
            Slider("zeros", 0, 95, 0, "zeros, in %", step=5),
            Choice("after", AFTER, label="after pruning"),
            Choice("bits", BITS, label="bits of a weight"),
            Choice("form", FORMATS, label="the file is"),
        ],
    )
