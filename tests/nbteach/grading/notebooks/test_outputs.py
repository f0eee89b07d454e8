"""Of what an untrusted process sends as outputs, only valid text and pictures are kept."""

import base64
import io
import random
import zlib

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from nbteach.grading.notebooks.outputs import safe

KB = 1000


def png(width=3, height=2, kind="PNG"):
    file = io.BytesIO()
    Image.fromarray(np.zeros((height, width), np.uint8)).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(data, kind="display_data", **more):
    return {"output_type": kind, "data": data, **more}


def error(*traceback, ename="ValueError", evalue="no"):
    return {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": [*traceback]}


def check(outputs, limit=10 * KB):
    """Return what is kept of outputs, after checking what must hold for all."""
    kept = safe(outputs, limit)
    nbformat.validate(new_notebook(cells=[new_code_cell(outputs=kept)]))
    size = len(nbformat.writes(new_notebook(cells=[new_code_cell(outputs=kept)])).encode())
    assert size < 2 * limit + 400 * len(kept) + 1000  # newlines are written as two characters
    kinds = {kind for output in kept for kind in output.get("data", {})}
    assert kinds <= {"text/plain", "image/png"}
    assert all(output.get("metadata", {}) == {} for output in kept)
    return kept


def test_honest_outputs_are_kept():
    outputs = [
        stream("a\n"),
        stream("warning\n", "stderr"),
        shown({"text/plain": "<Figure>", "image/png": png() + "\n"}),
        shown({"text/plain": "7", "text/html": "<b>7</b>"}, "execute_result", execution_count=3),
        error("\x1b[31mTraceback\x1b[0m", "ValueError: no"),
    ]
    assert check(outputs) == [
        new_output("stream", name="stdout", text="a\n"),
        new_output("stream", name="stderr", text="warning\n"),
        new_output("display_data", data={"text/plain": "<Figure>", "image/png": png()}),
        new_output("execute_result", data={"text/plain": "7"}),
        new_output(
            "error",
            ename="ValueError",
            evalue="no",
            traceback=["\x1b[31mTraceback\x1b[0m", "ValueError: no"],
        ),
    ]


def test_what_a_browser_could_run_is_left_out():
    kinds = (
        *("text/html", "text/markdown", "text/latex", "image/svg+xml", "image/jpeg"),
        *("application/javascript", "application/vnd.jupyter.widget-view+json", "text/plain "),
    )
    data = dict.fromkeys(kinds, "<script>alert(1)</script>")
    assert check([shown(data), shown({"text/plain": "x"} | data)]) == check(
        [shown({"text/plain": "x"})]
    )
    assert check([shown({"text/plain": "x"}, metadata={"isolated": True}, transient={})])


@pytest.mark.parametrize(
    "picture",
    [
        *("", "no base64!", "AAAA", base64.b64encode(b"<svg onload=alert(1)>").decode()),
        png(kind="GIF"),
        png(kind="JPEG"),
        png()[:-20],
        png()[:40] + "AAAA" + png()[44:],
        png(10_000, 10_000),
        [png()],
        7,
    ],
)
def test_a_picture_must_be_a_whole_png_of_bearable_size(picture):
    assert check([shown({"image/png": picture})], limit=1000 * KB) == []


def test_a_picture_that_unpacks_without_end_is_not_unpacked():
    text = zlib.compress(b"\0" * 50_000_000)
    chunk = b"zTXt" + b"Comment\0\0" + text
    whole = base64.b64decode(png())
    bomb = (
        *(whole[:33], (len(chunk) - 4).to_bytes(4), chunk, zlib.crc32(chunk).to_bytes(4)),
        whole[33:],
    )
    assert check([shown({"image/png": base64.b64encode(b"".join(bomb)).decode()})], 1000 * KB) == []


def test_too_much_is_cut_and_the_error_is_kept():
    kept = check([stream("x" * 50 * KB), shown({"image/png": png()}), error("line")])
    assert [output.output_type for output in kept] == ["stream", "error", "stream"]
    assert kept[0].text == "x" * len(kept[0].text)
    assert kept[1].evalue == "no"
    assert "cut here" in kept[2].text


@pytest.mark.parametrize(
    "flood",
    [
        [stream("é" * 20 * KB)],
        [stream("x", name) for _ in range(20 * KB) for name in ("stdout", "stderr")],
        [shown({"text/plain": "x"})] * 20 * KB,
        [error(*["x" * 100] * KB)],
        [error(ename="x" * 50 * KB, evalue="y" * 50 * KB)],
        [shown({"image/png": png()})] * KB,
    ],
    ids=["one stream", "two streams", "results", "traceback", "name", "pictures"],
)
def test_a_flood_is_cut(flood):
    kept = check(flood)
    assert len(kept) <= 1001
    assert "cut here" in kept[-1].text


def test_many_small_pieces_of_a_stream_become_one():
    assert check([stream("x")] * 3000) == [new_output("stream", text="x" * 3000)]


def test_characters_that_cannot_be_written_are_mended():
    assert check([stream("a\0b\ud800")])[0].text == "ab\ufffd"


GARBAGE = [
    None,
    True,
    7,
    float("nan"),
    "x",
    "\ud800",
    b"x",
    [],
    {},
    [1],
    {"a": 1},
    {1: 2},
    object(),
]


@pytest.mark.parametrize("outputs", [*GARBAGE, GARBAGE])
def test_what_is_no_output_is_left_out(outputs):
    assert check(outputs) == []


@pytest.mark.parametrize("seed", range(5))
def test_outputs_changed_at_random_are_valid_or_left_out(seed):
    rng = random.Random(seed)
    for _ in range(100):
        outputs = [
            stream("a"),
            shown({"text/plain": "x", "image/png": png()}),
            error("line"),
            shown({"text/plain": "7"}, "execute_result"),
        ]
        for _ in range(rng.choice([1, 3, 9])):
            place = rng.choice(outputs)
            if isinstance(place, dict) and place:
                place[rng.choice(list(place))] = rng.choice(GARBAGE)
            outputs.insert(rng.randrange(len(outputs)), rng.choice(GARBAGE))
        check(outputs)
