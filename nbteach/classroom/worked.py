"""Worked solutions for students: `nblib class worked LESSON` makes a small zip of them.

Unpacked over the students' folder, `nblib.progress.worked` shows one beside each answer that is
solved. What is in it is plain text: before the deadline it trusts students not to look.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from nblib.progress.answers import answers
from nbteach.classroom.bundle import lesson_names, pack

__all__ = ["worked"]


def worked(
    root: Path, lesson: str, *, to: Path | None = None, say: Callable[[str], None] = print
) -> int:
    """Write the zip with `worked/LESSON.json`, to `build/` if not told where; return 0.

    Raises ClassroomError for an unknown lesson.
    """
    lesson_names(root, [lesson])
    text = (root / "solutions" / f"{lesson}.py").read_text(encoding="utf-8")
    found = answers(text)
    content = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    path = to or root / "build" / f"worked-{lesson}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    pack(path, {f"worked/{lesson}.json": content.encode()})
    say(f"{path}: its worked solutions ({len(found)}), to unpack beside notebooks/.")
    return 0
