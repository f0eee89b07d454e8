"""Scenes on their way to the front end: a little JSON, and all numbers in one binary buffer."""

import hashlib
from dataclasses import fields
from typing import Any

import numpy as np

from nblib.playground.scene import Heat, Scene, floats

__all__ = ["encode"]


def encode(scene: Scene, known: set[str]) -> tuple[dict[str, Any], bytes]:
    """Return the message of a scene and its buffer of float32.

    In the message, an array is `{"at": index of its first number, "shape": [...]}`. A background is
    `{"key": ...}`, with its numbers only if the key is not yet `known`; the key is added to them.
    """
    chunks: list[np.ndarray] = []
    size = 0

    def put(values: Any) -> dict[str, Any]:
        nonlocal size
        numbers = floats(values)
        place = {"at": size, "shape": list(numbers.shape)}
        chunks.append(numbers.ravel())
        size += numbers.size
        return place

    def pack(mark: Any) -> dict[str, Any]:
        packed: dict[str, Any] = {"kind": type(mark).__name__.lower()}
        for field in fields(mark):
            value = getattr(mark, field.name)
            if isinstance(mark, Heat) and field.name == "z":
                packed["key"] = hashlib.sha1(
                    floats(value).tobytes(), usedforsecurity=False
                ).hexdigest()
                if packed["key"] in known:
                    continue
                known.add(packed["key"])
            is_single = value is None or isinstance(value, (str, int, float))
            packed[field.name] = value if is_single else put(value)
        return packed

    panels = [
        {
            "title": panel.title,
            "x": vars(panel.x),
            "y": vars(panel.y),
            "marks": [pack(mark) for mark in panel.marks],
        }
        for panel in scene.panels
    ]
    return {"panels": panels}, np.concatenate([np.empty(0, np.float32), *chunks]).tobytes()
