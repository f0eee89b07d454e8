import base64
import io
import math

import matplotlib.colors
import nbconvert
import nbformat
import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from nblib import plots
from nblib.history import History


@pytest.fixture
def ax():
    return plots.figure()[1]


def drawn(ax):
    """Render, so that whatever would warn does; return the pixels."""
    buffer = io.BytesIO()
    ax.figure.savefig(buffer, format="png")
    return np.asarray(Image.open(buffer).convert("RGBA"))


def labelled(ax):
    return dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))


def test_a_figure_has_one_axes_or_an_array_of_them():
    fig, ax = plots.figure()
    assert isinstance(fig, Figure)
    assert isinstance(ax, Axes)
    assert plots.figure(ncols=2)[1].shape == (2,)
    assert plots.figure(ncols=2, nrows=3)[1].shape == (3, 2)
    assert plots.figure(size=(5, 2))[0].get_size_inches().tolist() == [5, 2]


def test_a_notebook_gets_picture_and_caption_and_keeps_its_own_style(run_cell):
    cell = run_cell(
        "import sys, matplotlib\n"
        "before = dict(matplotlib.rcParams)\n"
        "from nblib import plots\n"
        "fig, ax = plots.figure()\n"
        "plots.curves(ax, {'a': [1, 2]})\n"
        "plots.show(fig, 'A line\\n  rises by 50 % of $x_1$.')\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert dict(matplotlib.rcParams) == before"
    )
    picture, caption = cell.outputs  # and nothing on stderr
    assert picture.data["text/plain"] == "A line rises by 50 % of $x_1$."
    assert caption.data["text/markdown"] == r"*A line rises by 50 % of \$x\_1\$.*"

    about = picture.metadata["image/png"]
    assert about["alt"] == "A line rises by 50 % of $x_1$."
    image = Image.open(io.BytesIO(base64.b64decode(picture.data["image/png"])))
    assert image.size == (2 * about["width"], 2 * about["height"])
    assert image.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)

    notebook = nbformat.v4.new_notebook(cells=[cell])
    exporter = nbconvert.HTMLExporter(template_name="classic")  # as nbgrader's feedback
    html, _ = exporter.from_notebook_node(notebook)
    assert 'alt="A line rises by 50 % of $x_1$."' in html


def test_a_figure_needs_a_description():
    with pytest.raises(ValueError, match="tell in one sentence"):
        plots.show(plots.figure()[0], " \n")


def test_the_background_is_opaque_white(ax):
    pixels = drawn(plots.curves(ax, {"a": [1, 2, 3]}))
    assert (pixels[..., 3] == 255).all()
    assert (pixels[0, 0] == 255).all()


def test_curves_differ_by_colour_dashes_and_marker(ax):
    plots.curves(ax, {str(i): [i, i + 1] for i in range(7)})
    lines = labelled(ax).values()
    for looks in ("get_color", "get_marker"):
        assert len({getattr(line, looks)() for line in lines}) == 7
    assert len({line._dash_pattern[1] and tuple(line._dash_pattern[1]) for line in lines}) == 7


def luminance(color):
    """Relative luminance as WCAG 2.2 defines it."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in matplotlib.colors.to_rgb(color)
    ]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


def test_the_first_colours_stand_out_from_white(ax):
    plots.curves(ax, {str(i): [i] for i in range(3)})
    for line in labelled(ax).values():
        assert 1.05 / (luminance(line.get_color()) + 0.05) >= 3  # WCAG 2.2, graphical objects


def test_curves_take_sequences_arrays_tensors_and_histories(ax):
    history = History()
    for step, loss in [(10, 3.0), (20, 2.0)]:
        history.record(step, loss=loss, accuracy=1 - loss / 4)
    weights = torch.tensor([1.0, 2.0], requires_grad=True)
    result = plots.curves(
        ax, {"list": [1, 2], "array": np.ones(3), "tensor": weights * 2, "run": history}
    )
    assert result is ax
    assert {label: line.get_xydata().tolist() for label, line in labelled(ax).items()} == {
        "list": [[1, 1], [2, 2]],
        "array": [[1, 1], [2, 1], [3, 1]],
        "tensor": [[1, 2], [2, 4]],
        "run": [[10, 3], [20, 2]],
    }
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "loss")

    plots.curves(ax, history, metric="accuracy")
    assert labelled(ax)["accuracy"].get_ydata().tolist() == [0.25, 0.5]
    assert ax.get_ylabel() == "loss"  # a label that is there stays


def test_curves_take_common_positions(ax):
    plots.curves(ax, {"a": [5, 6], "b": [7, 8]}, x=[0.1, 0.2])
    assert [line.get_xdata().tolist() for line in labelled(ax).values()] == [[0.1, 0.2]] * 2


def test_smoothing_takes_the_mean_of_the_values_before_and_keeps_them_in_sight(ax, rng):
    y = rng.standard_normal(50)
    plots.curves(ax, {"loss": y}, smooth=5)
    (line,) = labelled(ax).values()
    assert line.get_xdata().tolist() == list(range(5, 51))
    np.testing.assert_allclose(line.get_ydata(), [y[i - 5 : i].mean() for i in range(5, 51)])
    faint = next(other for other in ax.lines if other is not line)
    assert faint.get_ydata().tolist() == y.tolist()
    assert faint.get_color() == line.get_color()
    assert "5 values" in ax.get_legend().get_title().get_text()


def test_a_series_too_short_to_smooth_is_drawn_as_it_is(ax):
    plots.curves(ax, {"loss": [1, 2]}, smooth=5)
    assert labelled(ax)["loss"].get_ydata().tolist() == [1, 2]


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_diverging_curves_are_drawn_without_a_warning(ax, scale, capfd):
    huge = [1.0, 1e50, 1e300, math.inf, math.nan]
    plots.curves(ax, {"diverges": huge, "never there": [math.nan] * 3, "fine": [3, 2, 1]})
    ax.set_yscale(scale)
    drawn(ax)
    assert capfd.readouterr().err == ""


def test_the_legend_of_many_curves_covers_none_of_them(ax):
    plots.curves(ax, {f"lr = {i}": [i, i] for i in range(7)})
    drawn(ax)
    assert ax.get_legend().get_window_extent().x0 >= ax.get_window_extent().x1


def test_a_band_shows_median_and_quartiles(ax, rng):
    x, runs = np.arange(5) * 2.0, rng.standard_normal((20, 5))
    assert plots.band(ax, x, torch.tensor(runs), "SGD") is ax
    ((label, line),) = labelled(ax).items()
    assert label == "SGD (20 runs)"
    assert line.get_xdata().tolist() == x.tolist()
    np.testing.assert_allclose(line.get_ydata(), np.median(runs, axis=0))
    assert ax.get_legend().get_title().get_text() == "line: median, band: quartiles"

    (area,) = ax.collections
    outline = area.get_paths()[0].vertices
    for i, position in enumerate(x):
        at = outline[outline[:, 0] == position, 1]
        lower, upper = np.percentile(runs[:, i], [25, 75])
        assert at.min() == pytest.approx(lower)
        assert at.max() == pytest.approx(upper)
    assert matplotlib.colors.same_color(area.get_facecolor()[0][:3], line.get_color())


def test_runs_that_diverged_break_the_band_quietly(ax, capfd):
    runs = np.array([[1, 2, math.inf], [1, 3, math.inf], [2, math.nan, -math.inf]])
    plots.band(ax, [1, 2, 3], runs, "wild")
    drawn(ax)
    assert labelled(ax)["wild (3 runs)"].get_ydata()[0] == 1
    assert np.isnan(labelled(ax)["wild (3 runs)"].get_ydata()[1:]).all()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("runs", [[1, 2, 3], [[1, 2], [1, 2]], [[[1, 2, 3]]]])
def test_runs_of_another_shape_are_refused(ax, runs):
    with pytest.raises(ValueError, match=r"runs must be \(num_runs, 3\)"):
        plots.band(ax, [1, 2, 3], runs, "x")


def bowl(x, y):
    return (x - 1) ** 2 + 10 * (y + 0.5) ** 2 + 3


def stars(ax):
    return [line.get_xydata()[0].tolist() for line in ax.lines if line.get_marker() == "*"]


def test_a_surface_is_marked_at_its_minimum(ax):
    assert plots.contour(ax, bowl, (-3, 3), (-2, 2)) is ax
    assert stars(ax) == [pytest.approx([1, -0.5], abs=0.02)]
    assert ax.get_xlim() == (-3, 3)
    assert ax.get_ylim() == (-2, 2)
    drawn(ax)


def test_the_minimum_may_be_given_and_is_not_sought_at_the_edge(ax):
    plots.contour(ax, bowl, (-3, 3), (-2, 2), minimum=(1, -0.5))
    assert stars(ax) == [[1, -0.5]]
    other = plots.figure()[1]
    plots.contour(other, lambda x, y: x**2 - y**2, (-1, 1), (-1, 1))  # falls beyond the edge
    assert stars(other) == []


def test_level_lines_are_evenly_spaced_in_the_logarithm_of_height(ax):
    plots.contour(ax, lambda x, y: x**2 + y**2, (-1, 1), (-1, 1))
    radii = []
    for level in ax.collections[-1].get_paths():  # circles: height = radius²
        if len(level.vertices):
            distance = np.hypot(*level.vertices.T)
            if distance.max() < 0.99:
                radii.append(np.median(distance))
    ratios = np.diff(np.log10(np.square(radii)))
    np.testing.assert_allclose(ratios, 1 / 3, atol=0.02)


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: torch.zeros_like(x),
        lambda x, y: torch.log(x) + y,  # nan for negative x
        lambda x, y: torch.exp(1000 * x * y),  # overflows
        lambda x, y: -bowl(x, y),
    ],
)
def test_awkward_surfaces_are_drawn_quietly(ax, f, capfd):
    plots.contour(ax, f, (-1, 1), (-1, 1))
    drawn(ax)
    assert capfd.readouterr().err == ""


def test_a_path_is_drawn_point_by_point_and_does_not_rescale(ax):
    plots.contour(ax, bowl, (-3, 3), (-2, 2))
    points = [torch.tensor([2.0, 1.0], requires_grad=True), torch.tensor([9.0, -9.0])]
    assert plots.path(ax, points, "GD") is ax
    assert labelled(ax)["GD"].get_xydata().tolist() == [[2, 1], [9, -9]]
    assert ax.get_xlim() == (-3, 3)
    plots.path(ax, np.cumsum(np.ones((500, 2)), axis=0), "far")
    plots.path(ax, [[0, 0], [1e200, math.inf], [math.nan, 0]], "diverging")
    drawn(ax)
    assert len({line.get_color() for line in labelled(ax).values()}) == 3


def test_a_short_path_has_a_marker_at_each_step(ax):
    plots.path(ax, np.zeros((40, 2)), "short")
    assert labelled(ax)["short"].get_markevery() == 1


@pytest.mark.parametrize("points", [[1, 2], [[1, 2, 3]]])
def test_points_of_another_shape_are_refused(ax, points):
    with pytest.raises(ValueError, match=r"points must be \(num_steps \+ 1, 2\)"):
        plots.path(ax, points, "x")
