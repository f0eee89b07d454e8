"""A recording holds what the drawing function draws, scene by scene."""

import base64
import gzip
import itertools
import json
import struct

import numpy as np
import pytest

from nblib.playground import Axis, Choice, Heat, Line, Panel, Scene, Slider, Spot
from nbteach.authoring.site import recording

STOPS = {"a": [0.0, 0.25, 1.0], "b": [1.0, 2.0]}
CONTROLS = [Choice("kind", ["one", "the other"]), Slider("a", 0, 1, 0.25), Spot("spot")]


def draw(kind: str, a: float, b: float, extra: bool = False) -> Scene:
    x = np.linspace(0, 1, 5)
    marks = [Heat(np.outer(x, x)), Line(x, x**b / 3 if a else np.full(5, np.inf), kind)]
    panel = Panel("P", Axis("x", 0, 1), Axis("y", 0, 1), marks[: 1 + (b > 1 or not extra)])
    return Scene([panel], f"{kind}, {a if a != 1 else 0.25}", "a goal", reached=a > 0)


def unpacked(text: str) -> tuple[dict, np.ndarray]:
    """Read a file as the page does."""
    raw = gzip.decompress(base64.b64decode(text.split('"')[3]))
    (length,) = struct.unpack_from("<I", raw)
    planes = np.frombuffer(raw[4 + length :], np.uint8).reshape(4, -1)
    return json.loads(raw[4 : 4 + length]), planes.T.copy().view(np.float32).ravel()


def test_every_scene_is_there_and_equal_ones_once():
    files = dict(recording.record("it", draw, CONTROLS, STOPS))
    assert [*files] == ["it-one.js", "it-the_other.js"]
    head, numbers = unpacked(files["it-the_other.js"])
    (heat,) = head["heats"].values()
    x = np.linspace(0, 1, 5)
    background = numbers[heat["at"] :][:25].reshape(heat["shape"])
    np.testing.assert_allclose(background, np.outer(x, x), rtol=2**-13)
    assert head["goal"] == "a goal"
    assert len(head["says"]) == len(head["reached"]) == 4 - 1  # b makes no difference where a is 0
    for place, (a, b) in enumerate(itertools.product(*STOPS.values())):
        scene = draw("the other", a, b)
        at = head["where"][place]
        assert head["says"][at] == scene.says
        assert head["reached"][at] == scene.reached
        line = head["panels"][0]["marks"][1]
        mine = numbers[25 + at * head["size"] :][line["y"]["at"] :][:5]
        np.testing.assert_allclose(mine, scene.panels[0].marks[1].y, rtol=2**-13)


def test_scenes_of_other_marks_are_refused():
    with pytest.raises(recording.RecordingError, match="other marks"):
        dict(recording.record("it", lambda **k: draw(**k, extra=True), CONTROLS, STOPS))


def test_the_page_knows_each_control_but_a_spot():
    about = recording.about("it", "Title", CONTROLS, STOPS)
    assert [spec["kind"] for spec in about["controls"]] == ["choice", "slider"]
    assert json.loads(json.dumps(about))["stops"] == STOPS


def test_rounding_is_to_the_nearest_and_keeps_what_is_not_finite():
    numbers = np.array([1 / 3, -1e-30, 1e30, 0, np.inf, -np.inf, np.nan], np.float32)
    rounded = recording.rounded(numbers)
    np.testing.assert_allclose(rounded, numbers, rtol=2**-13)
    assert not np.array_equal(rounded[:3], numbers[:3])
    assert (rounded[:4].view(np.uint32) % 2**11 == 0).all()
