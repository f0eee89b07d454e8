"""Three hidden models, one picture: which of them has learned it, by their attribution maps?"""

import functools

import numpy as np
import torch
from torch import Tensor

from nblib.playground.controls import Choice, Spot
from nblib.playground.demos.attributions import METHODS, SIGNS, attribution
from nblib.playground.demos.cues import KINDS, NUM_CLASSES, SIDE, lit, models, pictures
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Heat, Panel, Points, Scene

__all__ = ["NAMES", "NUM_ROUNDS", "UNNAMED", "draw", "maps", "trained_name"]

UNNAMED = "?"
NAMES = ("A", "B", "C")
NUM_ROUNDS = 3
_LEVELS, _LARGEST = 8, 12  # sizes of dots, and the radius of the largest

Place = tuple[float, float]


def order(seed: int) -> list[str]:
    """Return the kind of the models A, B and C."""
    return [KINDS[at] for at in np.random.default_rng([seed, 3]).permutation(3)]


def trained_name(seed: int) -> str:
    """Return which of A, B and C is the trained one."""
    return NAMES[order(seed).index("trained")]


def draw(
    seed: int,
    round: str,
    digit: str,
    method: str,
    sign: str,
    place: Place | None = None,
    **trained: str,
) -> Scene:
    """Return a picture and the maps of three models for it, as a Scene.

    Args:
        seed: of all rounds.
        round: "1" to "3"; each has models and names of its own.
        digit: "0" to "9", the digit shown, whose logit is explained.
        method: one of METHODS.
        sign: one of SIGNS.
        place: column and height of the cue in the picture, from 0; None is no cue.
        trained: trained_1, trained_2 and trained_3: A, B or C, or UNNAMED.
    """
    seeds = [NUM_ROUNDS * seed + at for at in range(NUM_ROUNDS)]
    here = seeds[int(round) - 1]
    x, cue = pictures()[int(digit)], _pixel(place)
    if cue:
        x = lit(x[None], torch.tensor([cue[0]]), torch.tensor([cue[1]]))[0]
    shown = [attribution(method, models(here)[kind], x, int(digit), sign) for kind in order(here)]
    given = [trained.get(f"trained_{at + 1}", UNNAMED) for at in range(NUM_ROUNDS)]
    reached = given == [trained_name(each) for each in seeds]
    return Scene(
        [
            _picture(x, cue),
            *(_map(name, values, x) for name, values in zip(NAMES, shown, strict=True)),
        ],
        f"{'✓' if reached else '✗'} Round {round}: a {digit} with {_cue_text(cue)}; {method}, "
        f"{sign}. {_strongest(shown)} {_verdict(given, reached)}",
        goal="tell from the maps which model is the trained one, in three rounds.",
        reached=None if UNNAMED in given else reached,
    )


def _pixel(place: Place | None) -> tuple[int, int] | None:
    if place is None:
        return None
    column, up = (int(np.clip(round(value), 0, SIDE - 1)) for value in place)
    return SIDE - 1 - up, column


def _cue_text(cue: tuple[int, int] | None) -> str:
    return f"a cue at row {cue[0] + 1}, column {cue[1] + 1}" if cue else "no cue"


def _strongest(shown: list[np.ndarray]) -> str:
    tops = [np.unravel_index(np.abs(values).argmax(), values.shape) for values in shown]
    places = [
        f"{name} ({row + 1}, {column + 1})" for name, (row, column) in zip(NAMES, tops, strict=True)
    ]
    return f"Strongest at (row, column): {', '.join(places)}."


def _verdict(given: list[str], reached: bool) -> str:
    if UNNAMED in given:
        return f"{NUM_ROUNDS - given.count(UNNAMED)} of {NUM_ROUNDS} rounds answered."
    return "All three are right." if reached else "Not all three are right."


def _panel(title: str, marks: list[Heat | Points]) -> Panel:
    names = [str(number) for number in range(1, SIDE + 1)]
    across = Axis("column", -0.5, SIDE - 0.5, names=names)
    return Panel(title, across, Axis("row", -0.5, SIDE - 0.5, names=names[::-1]), marks)


def _blocks(x: Tensor) -> Heat:
    """Return the picture as a background of square pixels, dark where there is ink."""
    rows = x.view(SIDE, SIDE).flip(0).numpy()
    return Heat(np.kron(rows, np.ones((12, 12))), levels=0)


def _dots(values: np.ndarray, series: int, hollow: bool = False) -> list[Points]:
    """Return a dot for each value above 0, (8, 8), its area in proportion."""
    levels = np.ceil(values * _LEVELS - 0.3)  # tiny ones are left out
    dots = []
    for level in range(1, _LEVELS + 1):
        rows, columns = np.nonzero(levels == level)
        size = _LARGEST * (level / _LEVELS) ** 0.5
        dots.append(Points(columns, SIDE - 1 - rows, "", series, size, hollow))
    return dots


def _picture(x: Tensor, cue: tuple[int, int] | None) -> Panel:
    # The arrow keys begin at the first ring: without a cue, at one of no size.
    row, column = cue or (SIDE // 2, SIDE // 2)
    size = _LARGEST + 2 if cue else 0
    return _panel(
        "The picture",
        [
            *_dots(x.view(SIDE, SIDE).numpy(), 4),
            Points([column], [SIDE - 1 - row], "", 3, size, hollow=True),
            Points([], [], "cue", 3, 5, hollow=True),
            Points([], [], "for the digit", 0, 5),
            Points([], [], "against it", 1, 5, hollow=True),
        ],
    )


def _map(name: str, values: np.ndarray, x: Tensor) -> Panel:
    """Return dots over the picture, larger where a pixel counts more; rings where it is below 0."""
    dots = _dots(values, 0) + _dots(-values, 1, hollow=True)
    return _panel(f"Model {name}", [_blocks(x), *dots])


def maps(seed: int = 0) -> None:
    """Show the playground of interpretability: maps of three models whose names are hidden.

    Args:
        seed: draws the models and which is which; 0 or more.
    """
    rounds = [str(at + 1) for at in range(NUM_ROUNDS)]
    show(
        "One picture, three models",
        functools.partial(draw, seed),
        [
            Choice("digit", [str(digit) for digit in range(NUM_CLASSES)], "3", label="digit"),
            Choice("method", [*METHODS], label="method"),
            Choice("sign", SIGNS, label="shown"),
            Choice("round", rounds, label="round"),
            *(Choice(f"trained_{at}", [UNNAMED, *NAMES], label=f"answer {at}") for at in rounds),
            Spot("place", panel=0, label="the cue", cleared_by=["digit"]),
        ],
    )
