"""Playgrounds: their numbers, their frame, and what is left of them where no front end is."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from nblib import playground, plots
from nblib.playground.demos import layers, paths, surfaces
from nblib.playground.play import Play
from nblib.playground.scene import Axis, Bars, Heat, Line, Panel, Points, Scene, SceneError, Text
from nblib.playground.still import still
from nblib.playground.widget import Widget
from nblib.playground.wire import encode

# Descent


def gradient(x, y):
    """Of the Rosenbrock function, by hand."""
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


def walk_by_hand(optimizer, w, lr, beta, num_steps):
    """The rules as they stand in textbooks, in NumPy."""
    w, v, s = np.array(w), np.zeros(2), np.zeros(2)
    path = [w]
    for t in range(1, num_steps + 1):
        g = gradient(*w)
        if optimizer == "gradient descent":
            step = g
        elif optimizer == "momentum":
            v = beta * v + g
            step = v
        elif optimizer == "Nesterov":
            v = beta * v + g
            step = g + beta * v
        elif optimizer == "RMSprop":
            s = 0.99 * s + 0.01 * g**2
            step = g / (np.sqrt(s) + 1e-8)
        elif optimizer == "Adam":
            v = beta * v + (1 - beta) * g
            s = 0.999 * s + 0.001 * g**2
            step = v / (1 - beta**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
        w = w - lr * step
        path.append(w)
    return np.array(path)


@pytest.mark.parametrize("optimizer", paths.OPTIMIZERS)
def test_each_optimizer_walks_as_its_rule_says(optimizer):
    start, lr, beta = (-1.3, 0.7), 1e-3, 0.7
    path, losses = paths.descend(
        paths.SURFACES["Rosenbrock valley"], optimizer, lr, beta, start, num_steps=30
    )
    expected = walk_by_hand(optimizer, start, lr, beta, 30)
    np.testing.assert_allclose(path.numpy(), expected, rtol=1e-6)
    x, y = expected.T
    np.testing.assert_allclose(losses, (1 - x) ** 2 + 100 * (y - x**2) ** 2, rtol=1e-5)


def reaches(surface, optimizer, lr, beta=0.9):
    return surfaces.draw(surface, optimizer, lr, beta).reached


def test_the_goal_of_lesson_1_is_beyond_gradient_descent():
    assert not any(
        reaches("ravine", "gradient descent", lr) for lr in np.geomspace(1e-4, 0.0202, 100)
    )
    # The curvatures are 1 and 100, so in theory every step shrinks the loss by (99/101)² at best.
    start_loss = 0.5 * (9**2 + 100 * 0.8**2)
    assert start_loss * (99 / 101) ** (2 * paths.NUM_STEPS) > paths.SURFACES["ravine"].goal


def test_the_goal_of_lesson_1_is_within_reach_of_momentum():
    root = math.sqrt(100)
    lr, beta = (2 / (root + 1)) ** 2, ((root - 1) / (root + 1)) ** 2  # Polyak's best
    assert reaches("ravine", "momentum", round(lr, 3), round(beta, 2))
    near = [(0.02, 0.75), (0.025, 0.8), (0.03, 0.7), (0.03, 0.8)]
    assert all(reaches("ravine", "momentum", lr, beta) for lr, beta in near)  # no needle's eye


@pytest.mark.parametrize(
    ("surface", "optimizer", "lr", "beta"),
    [
        ("bowl", "gradient descent", 0.5, 0),
        ("Rosenbrock valley", "Nesterov", 0.0014, 0.95),
        ("saddle", "gradient descent", 0.3, 0),
    ],
)
def test_every_other_goal_can_be_reached(surface, optimizer, lr, beta):
    assert reaches(surface, optimizer, lr, beta)
    assert not reaches(surface, "gradient descent", 1e-4)


@pytest.mark.parametrize("name", paths.SURFACES)
def test_the_stars_stand_at_the_minima(name):
    surface = paths.SURFACES[name]
    for place in surface.minima:
        w = torch.tensor(place, dtype=torch.float64, requires_grad=True)
        assert torch.allclose(torch.autograd.grad(surface.loss(*w), w)[0], torch.zeros_like(w))
    x = torch.linspace(*surface.xlim, 99, dtype=torch.float64)
    y = torch.linspace(*surface.ylim, 99, dtype=torch.float64)
    assert surface.above(x[:, None], y).min() >= -1e-12


def test_another_start_does_not_count_but_is_where_the_path_begins():
    scene = surfaces.draw("ravine", "momentum", 0.03, 0.67, (1.0, 0.0))
    assert scene.reached is None
    assert "does not count" in scene.says
    path = next(mark for mark in scene.panels[0].marks if isinstance(mark, Line))
    assert (path.x[0], path.y[0]) == (1, 0)


def test_divergence_is_said_and_drawn():
    scene = surfaces.draw("Rosenbrock valley", "gradient descent", 10, 0)
    assert "diverges" in scene.says
    encode(scene, set())
    plots.png(still(scene))


def test_an_unknown_optimizer_is_refused():
    with pytest.raises(ValueError, match="there are gradient descent, momentum"):
        paths.descend(paths.SURFACES["bowl"], "Adagrad", 0.1)


# Depth


def test_signals_pass_as_written_out_by_hand():
    signals = layers.propagate(1.3, 3, "tanh", seed=5)
    x, weights, gradient_3 = (part.detach().double().numpy() for part in layers._start(5))
    w1, w2, w3 = 1.3 * weights[:3]
    h1 = np.tanh(x @ w1)
    h2 = np.tanh(h1 @ w2)
    h3 = np.tanh(h2 @ w3)
    gradient_2 = (gradient_3 * (1 - h3**2)) @ w3.T
    gradient_1 = (gradient_2 * (1 - h2**2)) @ w2.T
    np.testing.assert_allclose(signals.activations, [h1, h2, h3], atol=1e-5)
    np.testing.assert_allclose(signals.gradients, [gradient_1, gradient_2, gradient_3], atol=1e-4)


@pytest.mark.parametrize(
    ("gain", "ratio"), [(1, 1 / math.sqrt(2)), (math.sqrt(2), 1), (2, math.sqrt(2))]
)
def test_relu_layers_scale_as_he_et_al_derived(gain, ratio):
    rms = layers.propagate(gain, 20, "ReLU").activations.square().mean((1, 2)).sqrt()
    assert (rms[-1] / rms[0]) ** (1 / 19) == pytest.approx(ratio, rel=0.03)


def test_a_deeper_network_begins_with_the_same_layers():
    shallow, deep = (layers.propagate(1.2, n, "GELU").activations for n in (5, 9))
    torch.testing.assert_close(shallow, deep[:5])


@pytest.mark.parametrize(
    ("activation", "gain", "num_layers", "reached"),
    [
        ("ReLU", 1.41, 30, True),
        ("ReLU", 1.41, 50, True),
        ("ReLU", 1, 30, False),
        ("ReLU", 2, 30, False),
        ("ReLU", 1.41, 29, False),  # too shallow to count
        ("tanh", 1.45, 30, True),
        ("tanh", 3, 30, False),  # the signal is well, the gradients explode
        ("none", 1, 30, True),
    ],
)
def test_the_goal_of_depth_is_reached_by_the_right_gain(activation, gain, num_layers, reached):
    assert layers.draw(activation, gain, num_layers).reached is reached


def test_no_gain_saves_the_sigmoid():
    assert not any(layers.draw("sigmoid", gain, 30).reached for gain in np.arange(0.5, 3.01, 0.25))


def test_histograms_count_the_layer_on_which_they_stand():
    scene = layers.draw("tanh", 1.5, 3)
    ridges = [mark for mark in scene.panels[0].marks if isinstance(mark, Bars)]
    assert sorted(ridge.base for ridge in ridges) == [1, 2, 3]
    lowest = min(ridges, key=lambda ridge: ridge.base)
    values = layers.propagate(1.5, 3, "tanh").activations[0].flatten().numpy()
    counts, _ = np.histogram(values, np.asarray(lowest.edges))
    heights = np.asarray(lowest.heights)
    np.testing.assert_allclose(heights / heights.max(), counts / counts.max(), atol=0.01)


# Frame

SLIDER = playground.Slider("a", 0.1, 10, 1.0, "factor", log=True)


def line(a=1.0, kind="up", at=None, again=0):
    y = [0, a if kind == "up" else -a]
    panel = Panel("A line", Axis("x", 0, 1), Axis("y", -9, 9), [Line([0, 1], y, kind)])
    return Scene([panel], f"It ends at {y[1]:g}.", goal="end above 5", reached=y[1] > 5)


def play():
    controls = [
        SLIDER,
        playground.Choice("kind", ["up", "down"]),
        playground.Spot("at", cleared_by=["kind"]),
        playground.Button("again", "Again"),
    ]
    return Play("Lines", line, controls)


def test_sliders_keep_to_their_range_and_steps():
    assert [SLIDER.read(x) for x in (0, 1e9, 0.123456, "2")] == [0.1, 10, 0.123, 2]
    fine = playground.Slider("b", 0, 0.99, 0.9, step=0.01)
    assert [fine.read(x) for x in (0.3, 0.666, -1, 2)] == [0.3, 0.67, 0, 0.99]
    whole = playground.Slider("n", 1, 9, 3, step=1)
    assert whole.read(4.4) == 4
    assert isinstance(whole.read(4.4), int)
    for nonsense in ("much", math.nan, None):
        with pytest.raises((ValueError, TypeError)):
            SLIDER.read(nonsense)


def test_controls_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="low <= start <= high"):
        playground.Slider("a", 0, 1, 2)
    with pytest.raises(ValueError, match="0 < low"):
        playground.Slider("a", 0, 1, 1, log=True)
    with pytest.raises(ValueError, match="there are x, y"):
        playground.Choice("c", ["x", "y"], "z")


def test_a_place_is_two_numbers_and_cleared_by_what_makes_it_void():
    game = play()
    game.move({"at": [0.123456, 2]})
    assert game.values["at"] == (0.1235, 2)
    game.move({"a": 3})
    assert game.values["at"] == (0.1235, 2)
    game.move({"kind": "down"})
    assert game.values["at"] is None
    for nonsense in ([1], [1, math.inf]):
        with pytest.raises(ValueError, match=r".*"):
            game.move({"at": nonsense})


def test_a_button_keeps_the_places_where_it_was_pressed():
    def draw(at, kept):
        return replace(line(), says=f"{len(kept)} kept")

    game = Play("Places", draw, [playground.Spot("at"), playground.Keep("kept", "Here", "at", 3)])
    assert game.values["kept"] == ()
    game.move({"kept": 1})
    game.move({"at": [1, 2], "kept": 2})  # it came together: the place is the new one
    game.move({"at": [3, 4]})
    assert game.values["kept"] == (None, (1, 2))
    game.move({"kept": 4})  # pressed twice while Python was busy
    assert game.values["kept"] == (None, (1, 2), (3, 4))
    assert game.move({"kept": 4}).says == "3 kept"  # no more than three
    game.move({"at": None, "kept": []})  # "Start again"
    assert game.values == {"at": None, "kept": ()}


def test_a_move_that_is_refused_changes_nothing():
    game = play()
    with pytest.raises(ValueError, match="there are up, down"):
        game.move({"a": 3, "kind": "sideways"})
    with pytest.raises(KeyError):
        game.move({"b": 1})
    assert game.values == {"a": 1, "kind": "up", "at": None, "again": 0}


def test_a_try_is_counted_when_the_controls_rest_elsewhere():
    game = play()
    assert game.score == "○ not yet reached · 0 tries"
    game.settle()  # nothing was moved
    for a in (2, 3, 4):  # one drag
        game.move({"a": a})
    game.settle()
    assert game.score == "○ not yet reached · 1 try"
    game.move({"a": 6})
    game.settle()
    assert game.score == "✓ reached on try 2"
    game.move({"kind": "down"})
    game.settle()
    assert game.score == "✓ reached on try 2"  # and stays so


def test_what_does_not_count_is_no_try():
    game = Play("Lines", lambda a: replace(line(a), reached=None), [SLIDER])
    game.move({"a": 9})
    game.settle()
    assert game.score == "○ not yet reached · 0 tries"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Line([0, 1], [0]),
        lambda: Points([[0, 1]], [[0, 1]]),
        lambda: Bars([0, 1], [1, 2]),
        lambda: Heat([0, 1]),
        lambda: Axis("x", 1, 1),
        lambda: Axis("x", 0, 1, log=True),
    ],
)
def test_marks_that_do_not_fit_are_refused(make):
    with pytest.raises(SceneError):
        make()


# To the page


def test_numbers_travel_as_float32_and_backgrounds_only_once():
    z = np.arange(6.0).reshape(2, 3) / 5
    x, y = torch.tensor([1.0, 2.0], dtype=torch.float64), [3, 1e300]
    marks = [Heat(z), Line(x, y, "L"), Line(range(3), range(3), series=None), Text(0, 1, "★")]
    scene = Scene([Panel("P", Axis("x", 0, 1), Axis("y", 0, 1), marks)], "words")
    known = set()
    message, buffer = encode(scene, known)
    numbers = np.frombuffer(buffer, np.float32)
    heat, first, second, text = message["panels"][0]["marks"]

    def read(place):
        size = math.prod(place["shape"])
        return numbers[place["at"] : place["at"] + size].reshape(place["shape"])

    np.testing.assert_allclose(read(heat["z"]), z)
    assert read(first["x"]).tolist() == [1, 2]
    assert read(first["y"]).tolist() == [3, math.inf]
    assert read(second["y"]).tolist() == [0, 1, 2]
    assert (first["kind"], first["label"], second["series"]) == ("line", "L", None)
    assert text == {"kind": "text", "x": 0, "y": 1, "text": "★", "size": 12}

    again, shorter = encode(scene, known)
    assert "z" not in again["panels"][0]["marks"][0]
    assert again["panels"][0]["marks"][0]["key"] == heat["key"]
    assert len(buffer) - len(shorter) == 4 * z.size


@pytest.fixture
def page(monkeypatch):
    """A widget, and the list of what it sends."""
    widget, sent = Widget(Play("Lines", line, [SLIDER])), []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append(content))
    return widget, sent


def test_the_widget_answers_every_message(page):
    widget, sent = page
    widget._receive(widget, {"kind": "hello", "tag": 1}, [])
    widget._receive(widget, {"kind": "move", "tag": 2, "values": {"a": 7}, "settled": True}, [])
    first, second = sent
    assert (first["tag"], first["values"], first["reached"]) == (1, {"a": 1.0}, False)
    assert (second["tag"], second["values"], second["reached"]) == (2, {"a": 7.0}, True)
    assert second["says"] == "It ends at 7."
    assert (second["goal"], second["score"]) == ("end above 5", "✓ reached on try 1")


def test_a_failure_is_told_to_the_page(page):
    widget, sent = page
    widget._receive(widget, {"kind": "move", "tag": 3, "values": {"a": "much"}}, [])
    assert sent[0]["kind"] == "error"
    assert sent[0]["tag"] == 3
    assert "could not convert" in sent[0]["text"]


def test_a_view_that_says_hello_gets_the_background_again(monkeypatch):
    widget, sent = Widget(Play("D", lambda: surfaces.draw("bowl", "Adam", 0.1, 0.9), [])), []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append(content))
    for kind in ("hello", "move", "hello"):
        widget._receive(widget, {"kind": kind}, [])
    assert ["z" in message["panels"][0]["marks"][0] for message in sent] == [True, False, True]


# Without a page


@pytest.mark.parametrize("ready", [playground.descent, playground.depth])
def test_without_a_front_end_there_is_a_picture(ready, capsys, monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "show", lambda fig, alt: shown.append((plots.png(fig), alt)))
    ready()
    ((picture, alt),) = shown
    assert picture.startswith(b"\x89PNG")
    assert "✗" in alt
    assert "Goal: " in alt
    assert capsys.readouterr() == ("", "")


def test_ready_playgrounds_begin_where_they_are_told():
    with pytest.raises(ValueError, match="there are ravine, bowl, Rosenbrock valley, saddle"):
        playground.descent("hill")
    with pytest.raises(ValueError, match="there are ReLU, tanh"):
        playground.depth("cosine")


def test_the_notebook_keeps_a_picture_under_the_widget(run_cell):
    cell = run_cell("from nblib import playground\nplayground.descent()")
    widget, place, picture, caption = cell.outputs
    assert "nblib-stead" in place.data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in widget.data
    assert widget.data["text/plain"].startswith("Playground: Descent on a surface. It has knobs")
    assert picture.metadata["image/png"]["alt"].startswith("Descent on a surface. Gradient descent")
    assert "text/markdown" in caption.data


def test_all_marks_are_drawn_in_pictures():
    marks = [
        Heat(np.eye(4), levels=0),
        playground.Band(1, 2, "goal"),
        Bars([0.5, 1, 2], [3, 4], "bars", series=1),
        Line([1, 2], [0, math.inf], "line", series=9, markers=True),
        Points([1], [1], hollow=True),
        Text(1, 1, "★"),
    ]
    scene = Scene([Panel("P", Axis("x", 0.5, 3, log=True), Axis("y", 0, 9), marks)], "words")
    figure = still(scene)
    (ax,) = figure.axes
    assert (ax.get_xscale(), ax.get_yscale(), ax.get_title()) == ("log", "linear", "P")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["goal", "bars", "line"]
    plots.png(figure)
