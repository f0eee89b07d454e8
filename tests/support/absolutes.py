"""The sentences of a lesson that say "always", "never", "best" and the like: each was weighed.

    python tests/support/absolutes.py NN [--write]

prints those that nobody has weighed yet. A sentence is weighed by asking whether it is true without
exception, as measured, cited or defined; if it is not, it is reworded. `--write` says that all were
weighed, and keeps them in `tests/lessons/weighed/NN_topic.txt`; a sentence that is written or
changed later is found by the test.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from nbteach.authoring.lesson import Lesson, parse

__all__ = ["LESSONS", "absolutes", "prose", "weighed"]

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "solutions").glob("[0-9]*.py"))
_ABSOLUTE = re.compile(
    r"\b(always|never|every\w*|best|worst|nothing|nobody|impossible|guarante\w+)\b", re.I
)
_END_OF_SENTENCE = re.compile(r"(?<=[.!?:])(?:\*\*)?\s+(?=[A-Z*\"$`(])")
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*] |\d+\. |\||#))")


def prose(lesson: Lesson) -> Iterator[str]:
    """Yield the paragraphs, list items and table rows of a lesson, but for its literature."""
    for cell in lesson.cells:
        if not cell.is_code:
            text = re.split(r"^## Going further$", cell.node.source, flags=re.MULTILINE)[0]
            for block in _BLOCK.split(re.sub(r"^> ?", "", text, flags=re.MULTILINE)):
                if words := " ".join(block.split()):
                    yield words


def absolutes(lesson: Lesson) -> list[str]:
    """Return the sentences with a word that allows no exception, in the order of the lesson."""
    sentences = (part for block in prose(lesson) for part in _END_OF_SENTENCE.split(block))
    return [sentence for sentence in sentences if _ABSOLUTE.search(sentence)]


def weighed(path: Path) -> Path:
    """Return where the weighed sentences of the lesson at `path` are kept, one a line."""
    return ROOT / "tests/lessons/weighed" / f"{path.stem}.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("number", help="of the lesson, as in 04")
    parser.add_argument("--write", action="store_true", help="all of them were weighed")
    options = parser.parse_args()
    [path] = [path for path in LESSONS if path.stem.startswith(options.number)]
    found, file = absolutes(parse(path)), weighed(path)
    if options.write:
        file.write_text("".join(f"{sentence}\n" for sentence in found), encoding="utf-8")
    known = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    print("\n".join(sentence for sentence in found if sentence not in known) or "all weighed")


if __name__ == "__main__":
    main()
