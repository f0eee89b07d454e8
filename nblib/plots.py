"""Static figures in one style that is safe for the colour-blind and in the dark theme.

Curves differ by colour, dashes and marker at once. Each function takes and returns an Axes, so
that a lesson composes them; `show` puts the finished figure, with its description, into the
notebook. pyplot is not used: beside widgets it loses figures.
"""

import base64
import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from cycler import cycler
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from torch import Tensor

from nblib.history import History

if TYPE_CHECKING:
    from IPython.display import DisplayHandle

__all__ = ["band", "contour", "curves", "figure", "path", "png", "show", "style"]

_STYLE: Any = {  # Any: matplotlib types each key by its name
    # Okabe & Ito (2008), Color Universal Design, https://jfly.uni-koeln.de/color/, ordered by
    # contrast and without the yellow, which vanishes on white.
    "axes.prop_cycle": cycler(
        color=["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9"],
        linestyle=["-", "--", "-.", ":", (0, (8, 2)), (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2))],
        marker=["o", "s", "^", "D", "v", "P", "X"],
    ),
    "axes.axisbelow": True,
    "axes.edgecolor": "#595959",
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 12,
    "axes.labelsize": 11,
    "figure.facecolor": "white",  # opaque, so that the dark theme does not swallow the text
    "font.size": 10.5,
    "grid.color": "#e0e0e0",
    "grid.linewidth": 0.8,
    "legend.fontsize": 9.5,
    "legend.framealpha": 0.8,
    "legend.handlelength": 3.2,  # long enough to tell the dashes
    "legend.title_fontsize": 9,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
}

_HEIGHTS = LinearSegmentedColormap.from_list("heights", ["#ffffff", "#b4bfca"])


def style() -> AbstractContextManager[None]:
    """Return a context in which matplotlib itself draws in the style of the course."""
    return rc_context(_STYLE)


@rc_context(_STYLE)
def figure(
    ncols: int = 1, nrows: int = 1, size: tuple[float, float] | None = None
) -> tuple[Figure, Any]:
    """Return a new figure and its axes: one Axes, or a NumPy array of them if there are several.

    Args:
        ncols, nrows: panels side by side and below each other.
        size: width and height in inches; by default what a notebook shows without shrinking.
    """
    width = 6.4 if ncols == 1 else min(4.6 * ncols, 12)
    fig = Figure(size or (width, 3.8 * nrows), layout="constrained")
    return fig, fig.subplots(nrows, ncols)


@rc_context(_STYLE)
def curves(
    ax: Axes,
    series: Mapping[str, Any] | History,
    x: Any = None,
    metric: str = "loss",
    smooth: int = 1,
) -> Axes:
    """Draw one labelled line per series.

    Args:
        ax: where to draw.
        series: label to values (n,), a sequence, array or tensor, or to a History, whose `metric`
            is drawn over its steps. A single History may stand alone.
        x: (n,) positions common to all values; by default 1, 2, ..., n.
        metric: which metric of a History.
        smooth: draw the mean over so many values before each point, and faintly the values
            themselves: for the noisy loss of mini-batches.
    """
    if isinstance(series, History):
        series = {metric: series}
    for label, values in series.items():
        if isinstance(values, History):
            at, y = _finite(values.steps(metric)), _finite(values[metric])
            ax.set(xlabel=ax.get_xlabel() or "step", ylabel=ax.get_ylabel() or metric)
        else:
            y = _finite(values)
            at = np.arange(1, len(y) + 1) if x is None else _finite(x)
        if smooth == 1 or smooth > len(y):
            _line(ax, at, y, label)
        else:
            mean = np.convolve(y, np.full(smooth, 1 / smooth), "valid")
            line = _line(ax, at[smooth - 1 :], mean, label)
            ax.plot(at, y, "-", marker="", color=line.get_color(), alpha=0.25, lw=0.8, zorder=1)
    _legend(ax, f"mean over {smooth} values" if smooth > 1 else None)
    return ax


@rc_context(_STYLE)
def band(ax: Axes, x: Any, runs: Any, label: str) -> Axes:
    """Draw the median over several runs as a line, and the quartiles around it as a band.

    Args:
        ax: where to draw.
        x: (n,) positions.
        runs: (num_runs, n) one row per run, e.g. per seed. Where a run is nan, the line is broken.
        label: what was run; the number of runs is added to it.

    Raises:
        ValueError: runs has another shape.
    """
    x, runs = _finite(x), _array(runs)
    if runs.ndim != 2 or len(x) != runs.shape[1]:
        raise ValueError(f"runs must be (num_runs, {len(x)}), one row per run; got {runs.shape}")
    with np.errstate(invalid="ignore"):  # inf − inf, between runs that diverged
        lower, median, upper = np.quantile(runs, [0.25, 0.5, 0.75], axis=0)  # each (n,)
    line = _line(ax, x, _finite(median), f"{label} ({len(runs)} runs)")
    ax.fill_between(x, _finite(lower), _finite(upper), color=line.get_color(), alpha=0.2, lw=0)
    _legend(ax, title="line: median, band: quartiles")
    return ax


@rc_context(_STYLE)
def contour(
    ax: Axes,
    f: Callable[[Tensor, Tensor], Tensor],
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    minimum: tuple[float, float] | None = None,
) -> Axes:
    """Draw the level lines of a surface, dark where it is high, with a star at its minimum.

    Levels are evenly spaced in the logarithm of the height above the lowest point, so that a
    flat valley shows as well as its steep walls.

    Args:
        ax: where to draw; its limits are fixed, so that a path that leaves does not rescale it.
        f: height at x and y, (n, n) float64 each, elementwise.
        xlim, ylim: the range of x and of y.
        minimum: where the minimum is; by default the lowest point drawn, unless that lies on the
            edge, where the surface goes on falling.
    """
    x, y = torch.meshgrid(
        torch.linspace(*xlim, 301, dtype=torch.float64),
        torch.linspace(*ylim, 301, dtype=torch.float64),
        indexing="xy",
    )  # (301, 301) each
    z = _finite(f(x, y))
    row, column = np.unravel_index(np.nanargmin(z), z.shape)
    if minimum is None and 0 < row < 300 and 0 < column < 300:
        minimum = (float(x[row, column]), float(y[row, column]))
    height = z - z[row, column]
    top = np.nanmax(height) or 1.0  # a plane has height 0 everywhere
    height = np.log10(np.maximum(height / top, 1e-9))
    levels = np.linspace(-4, 0, 13)
    ax.contourf(x, y, height, levels, cmap=_HEIGHTS, extend="min")
    ax.contour(x, y, height, levels, colors="#8b95a0", linewidths=0.6, linestyles="solid")
    if minimum is not None:
        ax.plot(*minimum, "*", color="black", markersize=13, markeredgecolor="white", zorder=5)
    ax.grid(False)
    ax.set(xlim=xlim, ylim=ylim)
    return ax


@rc_context(_STYLE)
def path(ax: Axes, points: Any, label: str) -> Axes:
    """Draw the way of an optimizer in the plane: a ring at its start and a marker at each step.

    A path of more than 100 steps has markers at some of them only.

    Args:
        ax: where to draw, usually over `contour`.
        points: (num_steps + 1, 2) from the start on, a sequence, array or tensor.
        label: e.g. the name of the optimizer.

    Raises:
        ValueError: points has another shape.
    """
    points = _finite(points)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points must be (num_steps + 1, 2); got {points.shape}")
    line = _line(ax, points[:, 0], points[:, 1], label)
    spacing = 1 if len(points) <= 101 else len(points) // 20
    line.set(linewidth=1.2, markersize=4, markevery=spacing)
    ax.plot(*points[0], "o", color=line.get_color(), markersize=9, markerfacecolor="none")
    _legend(ax)
    return ax


def show(fig: Figure, alt: str, instead_of: "Sequence[DisplayHandle]" = ()) -> None:
    """Show the figure in the notebook, twice as sharp as the screen, and a caption below.

    Args:
        fig: from `figure`.
        alt: one sentence that tells what there is to see, for those who cannot see it as well.
        instead_of: outputs whose places the figure and the caption take; by default new ones.

    Raises:
        ValueError: the sentence is missing.
    """
    from IPython.display import Markdown, display

    alt = " ".join(alt.split())
    if not alt:
        raise ValueError("alt is empty: tell in one sentence what the figure shows")
    width, height = (round(side * fig.dpi) for side in fig.get_size_inches())
    puts = [*(output.update for output in instead_of), display, display]
    puts[0](
        {"image/png": base64.b64encode(png(fig)).decode(), "text/plain": alt},
        metadata={"image/png": {"alt": alt, "width": width, "height": height}},
        raw=True,
    )
    literal = re.sub(r"([\\`*_$<\[])", r"\\\1", alt)  # the sentence may hold signs of Markdown
    puts[1](Markdown(f"*{literal}*"))


def png(fig: Figure) -> bytes:
    """Return the figure as a PNG, twice as sharp as the screen."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():  # on stderr they would cost a test cell its points
        warnings.simplefilter("ignore")
        fig.savefig(buffer, format="png", dpi=2 * fig.dpi)
    return buffer.getvalue()


def _line(ax: Axes, x: np.ndarray, y: np.ndarray, label: str) -> Line2D:
    spacing = max(1, len(x) // 8)
    first = spacing * (len(ax.lines) % 4) // 4  # staggered, so that markers do not cover others
    (line,) = ax.plot(x, y, label=label, markevery=(first, spacing))
    return line


def _legend(ax: Axes, title: str | None = None) -> None:
    crowded = len(ax.get_legend_handles_labels()[0]) > 4
    place = {"loc": "upper left", "bbox_to_anchor": (1, 1)} if crowded else {"loc": "best"}
    ax.legend(title=title, **place)


def _array(values: Any) -> np.ndarray:
    if isinstance(values, list) and values and isinstance(values[0], Tensor):
        values = torch.stack(values)
    if isinstance(values, Tensor):
        values = values.detach().cpu()
    return np.asarray(values, dtype=np.float64)


def _finite(values: Any) -> np.ndarray:
    """Return the values as an array with nan, which leaves a gap, for all that cannot be drawn."""
    array = _array(values)
    return np.where(np.abs(array) < 1e100, array, np.nan)
