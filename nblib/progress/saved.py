"""What notebooks tell by the outputs that were saved in them, where no file of progress does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nblib.progress.course import Lesson, exercise_of_check

__all__ = ["facts", "notebooks"]

_CHECK = re.compile(r"""checks\.exercise\(\s*"([^"]+)\"""")
_GUESSED = re.compile(
    r"✓ You predicted '(?P<held>[^']+)'"
    r"|○ You guessed '(?P<guess>[^']+)'; measured: '(?P<came>[^']+)'"
)


def notebooks(places: Iterable[Path]) -> list[Path]:
    """Return the notebooks among some paths, and in those that are folders."""
    found = [
        path for at in places for path in (sorted(at.rglob("*.ipynb")) if at.is_dir() else [at])
    ]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def facts(notebook: Path) -> Iterator[dict[str, Any]]:
    """Yield facts as `standing` reads them, without a moment.

    Raises OSError or ValueError for a file that cannot be read, or is no notebook.
    """
    content = json.loads(notebook.read_text(encoding="utf-8"))
    lesson: Lesson | None = None
    guesses: list[re.Match[str]] = []
    try:
        for cell in content["cells"]:
            shown = _shown(cell)
            if found := _CHECK.search("".join(cell["source"])):
                known = exercise_of_check(found[1])
                if known and shown.startswith("✓ "):
                    part = known[1].checks.index(found[1])
                    yield {"exercise": known[1].key, "part": part, "passed": True}
                lesson = known[0] if known else lesson
            guesses += _GUESSED.finditer(shown)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("no notebook") from error
    if lesson:
        for one in guesses:
            guess = {"guess": one["held"] or one["guess"], "measured": one["held"] or one["came"]}
            if {*guess.values()} <= {*lesson.options}:
                yield {"lesson": lesson.topic, **guess}


def _shown(cell: dict[str, Any]) -> str:
    """Return the plain text that a cell shows."""
    texts = (output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", []))
    return "\n".join("".join(text) for text in texts)
