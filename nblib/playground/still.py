"""Scenes as static figures, for where no front end is."""

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nblib import plots
from nblib.playground.scene import Band, Bars, Heat, Line, Panel, Points, Scene, Text, floats

__all__ = ["still"]

_NEUTRAL = {"color": "#595959", "linestyle": ":"}


def still(scene: Scene) -> Figure:
    """Return a figure of a scene, its panels side by side; four stand two by two."""
    num_panels = len(scene.panels)
    ncols, nrows = (2, 2) if num_panels == 4 else (num_panels, 1)
    with plots.style(), np.errstate(all="ignore"):
        fig, axes = plots.figure(ncols, nrows, size=(min(4.8 * ncols, 12.6), 3.8 * nrows))
        for ax, panel in zip(np.ravel(axes), scene.panels, strict=True):
            _draw(ax, panel)
    return fig


def _draw(ax: Axes, panel: Panel) -> None:
    looks = list(matplotlib.rcParams["axes.prop_cycle"])
    ax.set(title=panel.title, xlabel=panel.x.label, ylabel=panel.y.label)
    ax.set(xscale="log" if panel.x.log else "linear", yscale="log" if panel.y.log else "linear")
    for number, mark in enumerate(panel.marks):
        series = getattr(mark, "series", None)
        look = _NEUTRAL if series is None else looks[series % len(looks)]
        _mark(ax, mark, look, label=getattr(mark, "label", ""), zorder=2 + number / 100)
    ax.set(xlim=(panel.x.low, panel.x.high), ylim=(panel.y.low, panel.y.high))
    for line, names in ((ax.xaxis, panel.x.names), (ax.yaxis, panel.y.names)):
        if names:
            line.set_ticks(range(len(names)), names)
            line.grid(False)
    if ax.get_legend_handles_labels()[0]:
        below: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.17), "ncols": 2}
        ax.legend(**below if panel.x.names or panel.y.names else {})  # a table is full of marks


def _mark(ax: Axes, mark: Any, look: dict[str, Any], **common: Any) -> None:
    color = look["color"]
    match mark:
        case Line():
            style: dict[str, Any] = {"color": color, "linestyle": look["linestyle"], "marker": ""}
            if mark.markers:
                every = max(1, len(mark.x) // 100)
                style |= {"marker": "o", "markersize": 4, "markevery": every, "linewidth": 1.2}
            ax.plot(_drawable(mark.x), _drawable(mark.y), **style, **common)
        case Points():
            face = "none" if mark.hollow else color
            style = {"markersize": 2 * mark.size, "markerfacecolor": face, "linestyle": ""}
            ax.plot(_drawable(mark.x), _drawable(mark.y), "o", color=color, **style, **common)
        case Bars():
            tops, edges = mark.base + floats(mark.heights), floats(mark.edges)
            ax.stairs(tops, edges, baseline=mark.base, fill=True, color=color, alpha=0.4, **common)
            ax.stairs(tops, edges, baseline=None, color=color, linewidth=1, zorder=common["zorder"])
        case Band():
            ax.axhspan(mark.low, mark.high, color="#009E73", alpha=0.15, linewidth=0, **common)
        case Text():
            place: dict[str, Any] = {"ha": "center", "va": "center", "clip_on": True}
            ax.text(mark.x, mark.y, mark.text, fontsize=0.8 * mark.size, **place, **common)
        case Heat():
            _heat(ax, floats(mark.z), mark.levels)


def _heat(ax: Axes, z: np.ndarray, levels: int) -> None:
    """Draw a background over the whole panel, whose limits are set later: in its fractions."""
    rows, columns = z.shape
    place: dict[str, Any] = {"transform": ax.transAxes, "zorder": 0}
    x, y = np.linspace(0, 1, columns), np.linspace(0, 1, rows)
    colors: dict[str, Any] = {"cmap": "Greys", "vmin": 0, "vmax": 3.5}  # pale, behind the marks
    if levels:
        steps = np.linspace(0, 1, levels + 1)
        ax.contourf(x, y, z, steps, extend="both", **colors, **place)
        ax.contour(x, y, z, steps, colors="#8b95a0", linewidths=0.6, **place)
    else:
        ax.pcolormesh(x, y, z, shading="gouraud", **colors, **place)
    ax.grid(False)


def _drawable(values: Any) -> np.ndarray:
    """Return the values with a gap where they are too large to draw."""
    numbers = floats(values)
    return np.where(np.abs(numbers) < 1e30, numbers, np.nan)
