"""The front page, with every myth and its verdict, and the pages of the playgrounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from nbteach.authoring.index import card
from nbteach.authoring.lesson import Lesson
from nbteach.authoring.myths import verdicts
from nbteach.authoring.site.lesson_page import Picture, picture

__all__ = ["DESCENT", "front", "playgrounds"]

_MYTHS = """\
Try one piece of it here, without installing anything: [walk down a surface](descent.md). Or read
[the lessons](notebooks/README.md).

## The myths, and what became of them

Do you believe them? Decide before you unfold what was measured; each lesson says over how many
seeds, and what larger studies found.
"""
_PLAYGROUNDS = """# Playgrounds

Most lessons have one: a piece of the lesson with knobs to turn, and a goal. In the notebook
it answers at once; here are its first positions, and [one that works in this page](descent.md).
"""
DESCENT = """# Walk down a surface

The playground of [Gradient descent](notebooks/02_gradient_descent/02_gradient_descent.ipynb). It
works here without Python: the lesson's own code drew every position beforehand. Where the knobs
stand is in the address of this page, so a link to it shares what you found.

```{raw} html
<div id="descent"><noscript>It needs JavaScript.</noscript></div>
<script src="_static/playground.js"></script>
```

The knobs stop at the nearest position that was recorded: eleven learning rates to a factor of ten,
nine momenta. In the notebook every number between them can be had, and a click chooses a start.
"""


def front(root: Path, lessons: Sequence[Lesson]) -> str:
    """Return the front page, in MyST's Markdown; it begins as the README of the course does."""
    parts = [(root / "README.md").read_text(encoding="utf-8").partition("\n```")[0], _MYTHS]
    for lesson in lessons:
        if said := verdicts(lesson):
            parts.append(f"### [{card(lesson).title}](notebooks/{lesson.name}/{lesson.name}.md)\n")
            parts += [
                f"<details>\n<summary>{escape(myth)}</summary>\n\n{verdict}\n\n</details>\n"
                for myth, verdict in said.items()
            ]
    return "\n".join(parts)


def playgrounds(lessons: Sequence[Lesson], pictures: Mapping[str, Sequence[Picture]]) -> str:
    """Return the page of the playgrounds' stills, in MyST's Markdown.

    Args:
        lessons: in their order.
        pictures: those of each lesson, by its name.
    """
    parts = [_PLAYGROUNDS]
    for lesson in lessons:
        here = f"notebooks/{lesson.name}"
        for still in pictures[lesson.name]:
            if still.playground:
                parts.append(f"## [{card(lesson).title}]({here}/{lesson.name}.md)\n")
                parts.append(f"`playground.{still.playground}()`\n\n{picture(still, f'{here}/')}\n")
    return "\n".join(parts)
