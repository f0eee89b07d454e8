"""Worked solutions: where they lie, and how they are read.

A clone of the course has them in `solutions/NN_topic.py`. What students download has none, unless
their teacher gives them `worked/NN_topic.json` (`nblib class worked`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

__all__ = ["answers", "given"]

_ANSWER = re.compile(r'(?=.*"solution": *true).*"grade_id": *"([^"]+)"')  # a cell's header
_MARKER = re.compile(r"^ *### (?:BEGIN|END) SOLUTION\n", re.MULTILINE)


def answers(text: str) -> dict[str, str]:
    """Return the worked solutions in the text of a lesson, whole and by grade_id."""
    found = {}
    for cell in re.split(r"^# %%", text, flags=re.MULTILINE):
        header, _, body = cell.partition("\n")
        if named := _ANSWER.match(header):
            found[named[1]] = _MARKER.sub("", body).strip()
    return found


def given(lesson: str, here: Path) -> dict[str, str]:
    """Return the worked solutions of a lesson in the nearest folder upwards that has any.

    None are given: an empty dictionary. Raises ValueError for a file that cannot be read.
    """
    for folder in (here, *here.parents):
        path = folder / "worked" / f"{lesson}.json"
        if path.is_file():
            try:
                return {
                    str(name): str(code) for name, code in json.loads(path.read_bytes()).items()
                }
            except (ValueError, AttributeError) as error:
                raise ValueError(f"{path} cannot be read; unpack it again.") from error
        source = folder / "solutions" / f"{lesson}.py"
        if source.is_file():
            return answers(source.read_text(encoding="utf-8"))
    return {}
