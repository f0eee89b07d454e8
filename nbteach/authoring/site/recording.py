"""Scenes of a playground, drawn beforehand, for a page that has no Python.

A page cannot run the lesson's code, and a second implementation could differ from it. So the
playground's own drawing function draws every scene that the page can show, and the page plays them
with the playground's own JavaScript.

A file holds all scenes of one combination of the choices, a script that calls `nblibRecorded(name,
base64)`, so that it can be loaded from a disk as well. Unpacked by gzip, it is the length of a JSON
text (4 bytes), that text, and numbers: float32, the first bytes of all of them, then the second
bytes, and so on. In this order they take half the space.
"""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from nblib.playground.controls import Choice, Control, Spot
from nblib.playground.play import Draw
from nblib.playground.wire import encode

__all__ = ["RecordingError", "about", "record", "rounded"]

_KEPT_BITS = 12  # of the 23 after the point: a relative error of 1/8000, less than a pixel


class RecordingError(ValueError):
    """The scenes of one file differ in more than numbers and words."""


def record(
    name: str, draw: Draw, controls: Sequence[Control], stops: Mapping[str, Sequence[float]]
) -> Iterator[tuple[str, str]]:
    """Yield the files of a recording, each as its name and its text.

    Args:
        name: what their names begin with.
        draw: the drawing function of the playground.
        controls: its controls; a Spot is left out, and stays where it starts.
        stops: for each other control that is no Choice, the values at which it is drawn.
    """
    choices = [control for control in controls if isinstance(control, Choice)]
    for picked in itertools.product(*(choice.options for choice in choices)):
        given = dict(zip((choice.name for choice in choices), picked, strict=True))
        key = "-".join([name, *(word.replace(" ", "_") for word in picked)])
        yield f"{key}.js", f'nblibRecorded("{key}", "{_packed(draw, given, stops)}");\n'


def about(
    name: str, title: str, controls: Sequence[Control], stops: Mapping[str, Sequence[float]]
) -> dict[str, Any]:
    """Return what the page has to know of a recording, for JSON."""
    specs = [
        {"kind": type(control).__name__.lower(), **asdict(control)}
        for control in controls
        if not isinstance(control, Spot)
    ]
    return {"name": name, "title": title, "controls": specs, "stops": stops}


def rounded(numbers: np.ndarray) -> np.ndarray:
    """Return float32 numbers with the last bits 0, to the nearest; what is not finite stays."""
    bits = np.ascontiguousarray(numbers, dtype=np.float32).view(np.uint32)
    drop = 23 - _KEPT_BITS
    half = np.uint32(1 << (drop - 1))
    kept = ((bits + half) >> np.uint32(drop) << np.uint32(drop)).view(np.float32)
    return np.where(np.isfinite(numbers), kept, numbers).astype(np.float32)


def _packed(draw: Draw, given: dict[str, Any], stops: Mapping[str, Sequence[float]]) -> str:
    """Draw each scene and return all of them, packed; equal scenes are kept once."""
    known: set[str] = set()  # backgrounds: they come with the first scene, before its own numbers
    places: dict[tuple[str, bool | None, bytes], int] = {}
    where: list[int] = []  # of each combination of stops, the last control turning fastest
    head: dict[str, Any] = {}
    for values in itertools.product(*stops.values()):
        scene = draw(**given, **dict(zip(stops, values, strict=True)))
        if not head:
            heats, background = _backgrounds(*encode(scene, known))
        drawing, numbers = encode(scene, known)
        shared = {**drawing, "goal": scene.goal, "heats": heats, "size": len(numbers) // 4}
        if head not in ({}, shared):
            raise RecordingError(
                f"{given}: the scene at {values} has other marks than the one before"
            )
        head = shared
        place = (scene.says, scene.reached, rounded(np.frombuffer(numbers, np.float32)).tobytes())
        where.append(places.setdefault(place, len(places)))
    said = {"says": [says for says, _, _ in places], "reached": [done for _, done, _ in places]}
    text = json.dumps(head | {"where": where} | said, ensure_ascii=False).encode()
    everything = b"".join([background, *(raw for _, _, raw in places)])
    planes = np.frombuffer(everything, np.uint8).reshape(-1, 4).T.tobytes()
    packed = gzip.compress(struct.pack("<I", len(text)) + text + planes, 9, mtime=0)
    return base64.b64encode(packed).decode()


def _backgrounds(drawing: dict[str, Any], buffer: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the backgrounds of a drawing: key → place in the second value, and their numbers."""
    numbers = np.frombuffer(buffer, np.float32)
    heats: dict[str, Any] = {}
    chunks: list[np.ndarray] = []
    for mark in itertools.chain.from_iterable(panel["marks"] for panel in drawing["panels"]):
        if "z" in mark:
            (rows, columns), start = mark["z"]["shape"], mark["z"]["at"]
            at = sum(chunk.size for chunk in chunks)
            heats[mark["key"]] = {"at": at, "shape": [rows, columns]}
            chunks.append(rounded(numbers[start : start + rows * columns]))
    return heats, b"".join(chunk.tobytes() for chunk in chunks)
