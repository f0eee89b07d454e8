"""Tuning in fog: twelve trials of learning rate and momentum, beside those of three methods."""

import functools
from collections.abc import Callable, Sequence

import numpy as np

from nblib.data.tuning import LRS, MOMENTA, surface
from nblib.playground.controls import Choice, Keep, Spot
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Heat, Line, Panel, Points, Scene, Text

__all__ = ["BUDGET", "GOAL_TRIALS", "METHODS", "best_so_far", "cell", "draw", "fog"]

BUDGET, GOAL_TRIALS, POINT = 12, 8, 0.01
START = (1e-3, 0.1)  # learning rate and 1 − momentum
NUM_RUNS = 20

_SHAPE = (len(MOMENTA), len(LRS))
_GRID = (3, 4)
_YOURS = "yours"

Place = tuple[float, float]  # learning rate, 1 − momentum
Cell = tuple[int, int]  # row and column of the surface


def cell(place: Place | None) -> Cell:
    """Return the measured setting that is nearest to a place; None is the start."""
    lr, rest = place or START
    row = np.abs(np.log(1 - np.array(MOMENTA)) - np.log(rest)).argmin()
    column = np.abs(np.log(LRS) - np.log(lr)).argmin()
    return int(row), int(column)


def best_so_far(cells: Sequence[Cell]) -> np.ndarray:
    """Return the highest accuracy up to each trial, (len(cells),)."""
    rows, columns = np.reshape(np.array(cells, int), (-1, 2)).T
    return np.maximum.accumulate(surface()[rows, columns])


def random_search(generator: np.random.Generator) -> list[Cell]:
    """Return settings drawn uniformly, on the scales of the map."""
    return [(int(row), int(column)) for row, column in generator.integers(_SHAPE, size=(BUDGET, 2))]


def grid(generator: np.random.Generator) -> list[Cell]:
    """Return a grid of 3 momenta × 4 learning rates that lies anywhere, tried in any order."""
    axes = [
        np.arange(num) * (size // num) + generator.integers(size - (num - 1) * (size // num))
        for size, num in zip(_SHAPE, _GRID, strict=True)
    ]
    cells = [(int(row), int(column)) for row in axes[0] for column in axes[1]]
    return [cells[at] for at in generator.permutation(BUDGET)]


def bayesian(generator: np.random.Generator, num_starts: int = 4) -> list[Cell]:
    """Return trials chosen by a Gaussian process and expected improvement, after random ones.

    Source: Jones, Schonlau & Welch (1998), Efficient global optimization, eq. 15. The kernel is
    Matérn 5/2 with a fixed length, a quarter of the map.
    """
    from scipy.stats import norm  # a third of what all playgrounds would take to import
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import Matern

    places = np.indices(_SHAPE).reshape(2, -1).T  # (num_settings, 2)
    X, y = places / (np.array(_SHAPE) - 1), surface().ravel()
    chosen = list(generator.choice(len(y), num_starts, replace=False))
    while len(chosen) < BUDGET:
        model = GaussianProcessRegressor(Matern(0.25, nu=2.5), alpha=1e-3, optimizer=None)
        spread = y[chosen].std() or 1.0
        model.fit(X[chosen], (y[chosen] - y[chosen].mean()) / spread)
        mean, sd = model.predict(X, return_std=True)  # (num_settings,) each
        above = mean - (y[chosen].max() - y[chosen].mean()) / spread
        gain = above * norm.cdf(above / sd) + sd * norm.pdf(above / sd)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
    return [(int(row), int(column)) for row, column in places[chosen]]


METHODS: dict[str, Callable[[np.random.Generator], list[Cell]]] = {
    "random search": random_search,
    "grid": grid,
    "GP + expected improvement": bayesian,
}


@functools.cache
def runs(method: str) -> list[list[Cell]]:
    """Return the trials of NUM_RUNS searches by one of METHODS."""
    return [METHODS[method](np.random.default_rng(seed)) for seed in range(NUM_RUNS)]


def draw(trials: Sequence[Place | None], place: Place | None = None, shown: str = _YOURS) -> Scene:
    """Return the map with the trials made so far, and the best so far of all methods, as a Scene.

    Args:
        trials: learning rate and 1 − momentum of each, of which the nearest measured one counts.
        place: the same of the next one.
        shown: whose trials the map shows once it lies open: "yours", or one of METHODS.
    """
    cells = [cell(trial) for trial in trials]
    best = best_so_far(cells)
    goal = surface().max() - POINT
    is_open = len(cells) >= BUDGET
    hit = bool((best[:GOAL_TRIALS] >= goal).any())
    # A miss counts once: after the eighth trial, while the ring is still there.
    missed = len(cells) == GOAL_TRIALS and cells[-1] == cell(place)
    return Scene(
        [_map(cells, place or START, is_open, shown), _race(best, goal)],
        f"{_next(cells, place)} {_so_far(cells, hit)}",
        goal=f"within one point of the best there is, after {GOAL_TRIALS} trials at most.",
        reached=True if hit else False if missed else None,
    )


def _next(cells: Sequence[Cell], place: Place | None) -> str:
    if len(cells) >= BUDGET:
        return f"The fog has gone; ★ is the best there is: {_top(_summit())}."
    return f"Next: {_name(cell(place))}."


def _so_far(cells: Sequence[Cell], hit: bool) -> str:
    if not cells:
        return f"✗ No trial yet, of {BUDGET}."
    winner = max(cells, key=lambda at: surface()[at])
    return (
        f"{'✓' if hit else '✗'} Trial {len(cells)} of {BUDGET} has {surface()[cells[-1]]:.1%}, "
        f"the best so far {_top(winner)}."
    )


def _summit() -> Cell:
    row, column = np.unravel_index(surface().argmax(), _SHAPE)
    return int(row), int(column)


def _top(at: Cell) -> str:
    return f"{surface()[at]:.1%} with {_name(at)}"


def _name(at: Cell) -> str:
    return f"learning rate {LRS[at[1]]:g}, momentum {MOMENTA[at[0]]:.3g}"


def _map(cells: Sequence[Cell], place: Place, is_open: bool, shown: str) -> Panel:
    marks: list[Heat | Points | Text]
    if is_open:
        row, column = _summit()
        marks = [Heat(_heights()), Text(LRS[column], 1 - MOMENTA[row], "★", 16)]
        if shown != _YOURS:
            cells = runs(shown)[0]
    else:
        ring = Points([place[0]], [place[1]], "the next trial", 1, 8, hollow=True)
        marks, shown = [Heat(_fog(cells), levels=0), ring], _YOURS
    lrs = [LRS[column] for _, column in cells]
    rests = [1 - MOMENTA[row] for row, _ in cells]
    marks.append(Points(lrs, rests, f"trials: {shown}", size=2.5))
    for at, lr, rest in zip(cells, lrs, rests, strict=True):
        marks.append(Text(lr, 1.16 * rest, f"{100 * surface()[at]:.1f}", 11))
    return Panel(
        "Validation accuracy, in %",
        Axis("learning rate", LRS[0], LRS[-1], log=True),
        Axis("1 − momentum", 1 - MOMENTA[0], 1, log=True),
        marks,
    )


def _race(best: np.ndarray, goal: float) -> Panel:
    steps = np.arange(1, BUDGET + 1)
    return Panel(
        f"Best so far (others: median of {NUM_RUNS} searches)",
        Axis("trial", 0.5, BUDGET + 0.5),
        Axis("validation accuracy", 0.5, 0.85),
        [
            Band(goal, surface().max(), "within one point of the best"),
            Line([GOAL_TRIALS] * 2, [0, 1], series=None),
            *(
                Line(
                    steps, np.median([best_so_far(cells) for cells in runs(name)], axis=0), name, n
                )
                for n, name in enumerate(METHODS, start=1)
            ),
            Line(steps[: len(best)], best, "you", markers=True),
        ],
    )


def _heights() -> np.ndarray:
    """Return the accuracies from 0 to 1, the top well divided."""
    return (surface() / surface().max()) ** 6


def _fog(cells: Sequence[Cell]) -> np.ndarray:
    """Return fog with a hole around each trial."""
    clear = np.zeros(_SHAPE)
    for at in cells:
        away = np.indices(_SHAPE) - np.reshape(at, (2, 1, 1))  # (2, rows, columns)
        clear = np.maximum(clear, np.exp(-(away**2).sum(axis=0) / 6))
    return 0.9 * (1 - clear)


def fog() -> None:
    """Show the playground of tuning: a map under fog, and twelve trials."""
    show(
        "Twelve trials in the fog",
        draw,
        [
            Spot("place", panel=0, label="the next trial"),
            Keep("trials", "Train with these", spot="place", most=BUDGET),
            Choice("shown", [_YOURS, *METHODS], label="open map shows"),
        ],
    )
