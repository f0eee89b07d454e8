"""Show a playground: live where the front end shows widgets, elsewhere as a picture."""

import base64
from collections.abc import Sequence
from typing import Any

from IPython.display import display
from matplotlib.figure import Figure

from nblib import front_end, plots, stead
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
    goal = f"Goal: {play.scene.goal}" if play.scene.goal else ""
    alt = " ".join(filter(None, [f"{title}.", play.scene.says, goal, _knobs()]))
    if front_end.shows_widgets():
        from nblib.playground.widget import Widget

        widget = Widget(play)
        if front_end.name() != "Jupyter":
            _show_over_picture(widget, still(play.scene), alt)
            return
        display(widget)
        display(stead.bundle(widget.place), raw=True)
    plots.show(still(play.scene), alt)


def _knobs() -> str:
    """Say where the knobs are, to whoever sees the picture alone."""
    if front_end.name() == "PyCharm":
        return "PyCharm shows this picture only; JupyterLab, VS Code and Colab show knobs to turn."
    return "Run in JupyterLab, VS Code or Colab, this cell has knobs to turn."


def _show_over_picture(widget: Any, fig: Figure, alt: str) -> None:
    """Show a widget in an output that keeps the picture too, for reading without a kernel.

    JupyterLab gets an output for each: where the kernel is gone, it would show an error in place of
    such a picture (`nblib/stead.py`). It alone can hide the picture while the widget lives, by
    `playground.css`.
    """
    data, metadata = widget._repr_mimebundle_()
    picture = {"image/png": base64.b64encode(plots.png(fig)).decode(), "text/plain": alt}
    width, height = (round(side * fig.dpi) for side in fig.get_size_inches())
    size = {"image/png": {"alt": alt, "width": width, "height": height}}
    display(data | picture, metadata=metadata | size, raw=True)
