"""Two models on one test set: what a paired test sees of a small gap, and what an unpaired one."""

import functools
from dataclasses import dataclass

import numpy as np

from nblib.playground.controls import Slider
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Line, Panel, Points, Scene

__all__ = ["NUM_DRAWS", "Disagreement", "disagreement", "draw", "p_values", "power", "versus"]

NUM_DRAWS, LEVEL, WANTED = 200, 0.05, 160  # 8 of 10
ACCURACY, GAP, OVERLAP, NUM_TEST = 0.91, 1.0, 0.5, 1000
GOAL_TEST = 1800  # a quarter of what it takes at the overlap of the beginning
_SIZES = np.unique(np.geomspace(100, 20_000, 25).round().astype(int))
_LEAST = 1e-6  # smaller p values are drawn here


@dataclass(frozen=True)
class Disagreement:
    """How often, of all examples, A alone is right, B alone, and neither."""

    only_a: float
    only_b: float
    neither: float


def disagreement(accuracy: float, gap: float, overlap: float) -> Disagreement:
    """Return how two models err together; A is right with `accuracy`, B by `gap` points less.

    With `overlap` 0 their errors are independent; with 1 B errs wherever A does.
    """
    error_a = 1 - accuracy
    error_b = min(error_a + gap / 100, 1.0)
    neither = error_a * (error_b + overlap * (1 - error_b))
    return Disagreement(error_b - neither, error_a - neither, neither)


def p_values(
    only_a: np.ndarray, only_b: np.ndarray, neither: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the p values of a paired and an unpaired test for these counts of n examples.

    The paired one is McNemar's, exact; the unpaired one compares two proportions by the normal
    distribution, as if each model had had a test set of its own.
    """
    from scipy import stats  # it takes as long to import as half of PyTorch

    fewer, both = np.minimum(only_a, only_b), only_a + only_b
    paired = np.minimum(1, 2 * stats.binom.cdf(fewer, both, 0.5))
    error = (only_a + only_b + 2 * neither) / (2 * n)  # of both models together
    deviation = np.sqrt(2 * error * (1 - error) / n)
    gap = (only_a - only_b) / n
    z = np.divide(gap, deviation, out=np.zeros(gap.shape), where=deviation > 0)
    return paired, 2 * stats.norm.sf(np.abs(z))


def _draws(how: Disagreement, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return NUM_DRAWS test sets, always by the same luck, as three counts each."""
    from scipy import stats

    luck = np.random.default_rng(0).random((3, NUM_DRAWS))
    left, rest, counts = np.full(NUM_DRAWS, n), 1.0, []
    for share, quantile in zip((how.only_a, how.only_b, how.neither), luck, strict=True):
        part = min(max(share / rest, 0.0), 1.0) if rest > 0 else 0.0
        counts.append(stats.binom.ppf(quantile, left, part).clip(0).astype(int))
        left, rest = left - counts[-1], rest - share
    return counts[0], counts[1], counts[2]


@functools.lru_cache(maxsize=64)
def power(accuracy: float, gap: float, overlap: float) -> tuple[np.ndarray, np.ndarray]:
    """Return, for test sets of several sizes, in how many of 200 draws each test finds the gap."""
    how = disagreement(accuracy, gap, overlap)
    found = [
        [int((p < LEVEL).sum()) for p in p_values(*_draws(how, int(n)), int(n))] for n in _SIZES
    ]
    paired, unpaired = np.array(found).T
    return paired, unpaired


def draw(num_test: float, accuracy: float, gap: float, overlap: float) -> Scene:
    """Return 200 test sets of this size with their p values, and the power at all sizes."""
    n = round(num_test)
    counts = _draws(disagreement(accuracy, gap, overlap), n)
    paired, unpaired = p_values(*counts, n)
    measured = 100 * (counts[0] - counts[1]) / n
    seen, missed = (int((p < LEVEL).sum()) for p in (paired, unpaired))
    counts_here = (accuracy, gap) == (ACCURACY, GAP)
    reached = seen >= WANTED and n <= GOAL_TEST if counts_here else None
    sign = {True: "✓ ", False: "✗ ", None: ""}[reached]
    wrong_way = int((measured < 0).sum())
    by_paired, by_unpaired = power(accuracy, gap, overlap)
    return Scene(
        [
            Panel(
                f"{NUM_DRAWS} test sets of {n:,}",
                Axis("measured: A better by, in points", -6, 10),
                Axis("p value", _LEAST, 1, log=True),
                [
                    Line([-6, 10], [LEVEL] * 2, "0.05: below, the gap is seen", series=None),
                    Points(measured.clip(-6, 10), unpaired.clip(_LEAST), "unpaired", 1, 2.5, True),
                    Points(measured.clip(-6, 10), paired.clip(_LEAST), "paired", 0, 2.5),
                ],
            ),
            Panel(
                "How often the gap is seen",
                Axis("examples in the test set", 100, 20_000, log=True),
                Axis(f"of {NUM_DRAWS} test sets", 0, NUM_DRAWS),
                [
                    Band(WANTED, NUM_DRAWS, "8 of 10 or more"),
                    Line(_SIZES, by_paired, "paired"),
                    Line(_SIZES, by_unpaired, "unpaired", 1),
                    Points([n, n], [seen, missed], "here", 2, 6),
                ],
            ),
        ],
        f"{n:,} examples: {sign}the paired test sees the gap in {seen} of {NUM_DRAWS} draws, the "
        f"unpaired one in {missed}. In {wrong_way} the worse model is ahead.",
        goal=f"with accuracy {ACCURACY} and a gap of {GAP:g} point, the paired test sees it in "
        f"{WANTED} of {NUM_DRAWS} draws or more, on {GOAL_TEST:,} examples or fewer.",
        reached=reached,
    )


def versus() -> None:
    """Show the playground of two models: a gap, a test set, and two tests that look for it."""
    show(
        "A against B",
        draw,
        [
            Slider("num_test", 100, 20_000, NUM_TEST, "examples in the test set", log=True),
            Slider("accuracy", 0.6, 0.99, ACCURACY, "accuracy of A", step=0.01),
            Slider("gap", 0, 5, GAP, "B worse by, in points", step=0.1),
            Slider("overlap", 0, 1, OVERLAP, "overlap of their errors", step=0.01),
        ],
    )
