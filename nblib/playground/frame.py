"""Show a playground: live where there is a front end, as a picture where there is none."""

import os
from collections.abc import Sequence

from nblib import plots
from nblib.playground.controls import Control
from nblib.playground.play import Draw, Play
from nblib.playground.still import still

__all__ = ["show"]


def show(title: str, draw: Draw, controls: Sequence[Control]) -> None:
    """Show a playground; without a front end, the picture of its first position.

    The notebook keeps that picture too, for GitHub and for reading without a kernel.

    Args:
        title: what it is about.
        draw: takes the values of all controls as arguments and returns a Scene; without side
            effects, and fast: 50 ms feel immediate.
        controls: in the order in which they are shown.

    >>> from nblib.playground import Axis, Line, Panel, Scene, Slider
    >>> def parabola(a):
    ...     x = [i / 10 for i in range(-20, 21)]
    ...     line = Line(x, [a * value**2 for value in x])
    ...     return Scene([Panel("a x²", Axis("x", -2, 2), Axis("y", -4, 4), [line])], f"a is {a}.")
    >>> show("A parabola", parabola, [Slider("a", -1, 1, 0.5)])  # doctest: +SKIP
    """
    play = Play(title, draw, controls)
    if "JPY_SESSION_NAME" in os.environ:  # set by Jupyter where a front end is attached
        from IPython.display import display

        from nblib.playground.widget import Widget

        display(Widget(play))
    goal = f"Goal: {play.scene.goal}" if play.scene.goal else ""
    sentences = [f"{title}.", play.scene.says, goal, "Run the cell to turn the knobs."]
    plots.show(still(play.scene), " ".join(sentences))
