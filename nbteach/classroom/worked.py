"""Worked solutions for students: `nblib class worked LESSON` makes a small zip of them.

Unpacked over the students' folder, `nblib.progress.worked` shows one beside each answer that is
solved, and after a deadline all of them. What is in it is plain text: until then it trusts students
not to look.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from nblib.progress.answers import answers
from nbteach.classroom.bundle import lesson_names, pack

__all__ = ["worked"]


def worked(
    root: Path,
    lesson: str,
    *,
    to: Path | None = None,
    deadline: datetime | None = None,
    say: Callable[[str], None] = print,
) -> int:
    """Write the zip with `worked/LESSON.json`, to `build/` if not told where; return 0.

    After the deadline, which is local time if it has no time zone, the worked solutions open of
    what a student has not solved as well.

    Raises ClassroomError for an unknown lesson.
    """
    lesson_names(root, [lesson])
    text = (root / "solutions" / f"{lesson}.py").read_text(encoding="utf-8")
    found = answers(text)
    when = deadline.astimezone().isoformat(timespec="minutes") if deadline else None
    content = json.dumps({"deadline": when, "answers": found}, ensure_ascii=False, indent=1)
    path = to or root / "build" / f"worked-{lesson}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    pack(path, {f"worked/{lesson}.json": f"{content}\n".encode()})
    opens = f"; all of them open at {when}" if when else ""
    say(f"{path}: its worked solutions ({len(found)}), to unpack beside notebooks/{opens}.")
    return 0
