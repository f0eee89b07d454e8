"""Outputs that came from a process which is not trusted, made safe to store and to show."""

from __future__ import annotations

import base64
import io
import json
import warnings
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from PIL import Image

from nbteach.grading.notebooks.text import clean

__all__ = ["safe", "size"]

_MOST_OUTPUTS = 1000
_MOST_PIXELS = 25 * 10**6  # a browser takes four bytes for each
_CUT = "\n[there was more; it is cut here]\n"


def safe(outputs: Any, limit: int) -> list[NotebookNode]:
    """Return valid outputs of nbformat 4 that hold nothing but text and PNG pictures.

    What is no such output is left out. Together they take about `limit` bytes at most; where more
    came, a remark says so. Errors are the last to be cut, for they tell why a cell failed.
    """
    budget = _Budget(limit)
    given = list(_merged(outputs))
    made: dict[int, NotebookNode] = {}
    for position in sorted(range(len(given)), key=lambda i: given[i]["output_type"] != "error"):
        if not budget.left or len(made) == _MOST_OUTPUTS:
            budget.exceeded = True
            break
        if output := _MAKERS[given[position]["output_type"]](given[position], budget):
            made[position] = output
    remark = [new_output("stream", name="stdout", text=_CUT)] if budget.exceeded else []
    return [made[position] for position in sorted(made)] + remark


def size(outputs: list[Any]) -> int:
    """Return how many bytes outputs take in a result file."""
    return len(json.dumps(outputs))


class _Budget:
    """How many bytes may still be kept."""

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.exceeded = False

    def text(self, value: Any) -> str:
        """Return as much of a text as there is room for; anything else is an empty text."""
        encoded = clean(value).encode() if isinstance(value, str) else b""
        self.exceeded |= len(encoded) > self.left
        kept = encoded[: self.left]
        self.left -= len(kept)
        return kept.decode(errors="ignore")

    def picture(self, value: Any) -> str:
        """Return a valid PNG in base64 if there is room for it, or an empty text."""
        encoded = _png(value) if isinstance(value, str) else ""
        if len(encoded) > self.left:
            self.exceeded = True
            return ""
        self.left -= len(encoded)
        return encoded


def _merged(outputs: Any) -> Iterator[dict[Any, Any]]:
    """Yield what may be an output, with neighbouring pieces of one stream put together."""
    found = [out for out in outputs if _is_output(out)] if isinstance(outputs, list) else []
    for (kind, name), group in groupby(found, lambda out: (out["output_type"], out.get("name"))):
        if kind == "stream":
            pieces = [out["text"] for out in group if isinstance(out.get("text"), str)]
            yield {"output_type": "stream", "name": name, "text": "".join(pieces)}
        else:
            yield from group


def _is_output(output: Any) -> bool:
    kind = output.get("output_type") if isinstance(output, dict) else None
    if kind == "stream":
        return output.get("name") in ("stdout", "stderr")
    return isinstance(kind, str) and kind in _MAKERS


def _stream(output: dict[Any, Any], budget: _Budget) -> NotebookNode | None:
    text = budget.text(output["text"])
    return new_output("stream", name=output["name"], text=text) if text else None


def _display(output: dict[Any, Any], budget: _Budget) -> NotebookNode | None:
    given = output.get("data")
    if not isinstance(given, dict):
        return None
    data = {
        "text/plain": budget.text(given.get("text/plain")),
        "image/png": budget.picture(given.get("image/png")),
    }
    data = {kind: value for kind, value in data.items() if value}
    return new_output(output["output_type"], data=data) if data else None


def _error(output: dict[Any, Any], budget: _Budget) -> NotebookNode:
    lines = output.get("traceback")
    ename, evalue = budget.text(output.get("ename")), budget.text(output.get("evalue"))
    traceback = [budget.text(line) for line in lines] if isinstance(lines, list) else []
    return new_output(
        "error",
        ename=ename or "Error",
        evalue=evalue,
        traceback=[line for line in traceback if line],
    )


_MAKERS = {
    "stream": _stream,
    "display_data": _display,
    "execute_result": _display,
    "error": _error,
}


def _png(text: str) -> str:
    """Return a PNG of bearable size in plain base64, or an empty text for anything else."""
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
        with warnings.catch_warnings(action="error"):
            picture = Image.open(io.BytesIO(content), formats=["PNG"])
        picture.verify()  # the checksums; nothing is unpacked
    except Exception:  # whatever a hostile picture leads to
        return ""
    fits = picture.width * picture.height <= _MOST_PIXELS
    return base64.b64encode(content).decode() if fits else ""
