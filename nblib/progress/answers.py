"""Worked solutions: where they lie, and how they are read.

A clone of the course has them in `solutions/NN_topic.py`. What students download has none, unless
their teacher gives them `worked/NN_topic.json` (`nblib class worked`), perhaps with a deadline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["Given", "answers", "given"]

_ANSWER = re.compile(r'(?=.*"solution": *true).*"grade_id": *"([^"]+)"')  # a cell's header
_MARKER = re.compile(r"^ *### (?:BEGIN|END) SOLUTION\n", re.MULTILINE)


@dataclass(frozen=True)
class Given:
    """The worked solutions of a lesson by grade_id, and when those of open exercises may be seen.

    `deadline` has a time zone; without one, what is open stays closed.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    deadline: datetime | None = None

    @property
    def is_for_all(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline <= datetime.now(UTC)


def answers(text: str) -> dict[str, str]:
    """Return the worked solutions in the text of a lesson, whole and by grade_id."""
    found = {}
    for cell in re.split(r"^# %%", text, flags=re.MULTILINE):
        header, _, body = cell.partition("\n")
        if named := _ANSWER.match(header):
            found[named[1]] = _MARKER.sub("", body).strip()
    return found


def given(lesson: str, here: Path) -> Given:
    """Return the worked solutions of a lesson in the nearest folder upwards that has any.

    Raises ValueError for a file that cannot be read.
    """
    for folder in (here, *here.parents):
        path = folder / "worked" / f"{lesson}.json"
        if path.is_file():
            try:
                return _read(json.loads(path.read_bytes()))
            except (ValueError, AttributeError, KeyError, TypeError) as error:
                raise ValueError(f"{path} cannot be read; unpack it again.") from error
        source = folder / "solutions" / f"{lesson}.py"
        if source.is_file():
            return Given(answers(source.read_text(encoding="utf-8")))
    return Given()


def _read(content: dict[str, Any]) -> Given:
    known = {str(name): str(code) for name, code in content["answers"].items()}
    deadline = content.get("deadline")
    return Given(known, datetime.fromisoformat(deadline).astimezone() if deadline else None)
