"""The command `nblib progress`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from nblib.progress import saved, store, words
from nblib.progress.course import lessons
from nblib.progress.sheet import sheet
from nblib.progress.standing import next_up, standing

__all__ = ["add_to", "run"]


def add_to(commands: Any) -> None:
    """Add the command to a parser's commands."""
    progress = commands.add_parser("progress", help="what you have solved, and what comes next")
    progress.add_argument(
        "notebooks",
        type=Path,
        nargs="*",
        help="notebooks, or folders of them: what is solved by their saved outputs counts, too",
    )
    progress.add_argument("--page", type=Path, metavar="FILE", help="write a page to print")


def run(options: argparse.Namespace, *, say: Callable[[str], None] = print) -> int:
    """Print how far the student is; return 1 if a notebook could not be read, else 0."""
    kept = store.read()
    facts, failed = list(kept.facts), 0
    for notebook in saved.notebooks(options.notebooks):
        try:
            facts += saved.facts(notebook)
        except (OSError, ValueError) as error:
            say(f"{notebook} was passed over: {error}")
            failed = 1
    now = standing(lessons(), facts)
    here = words.begun(lessons(), now)
    said = [
        *words.table(lessons(), now),
        "",
        words.solved(lessons(), now),
        words.guessed(now),
        words.next_line(next_up(lessons(), now, here)),
        _where(kept.unread),
    ]
    for line in said[: len(lessons()) + 1] + [line for line in said[len(lessons()) + 1 :] if line]:
        say(line)
    if options.page:
        options.page.write_text(sheet(lessons(), now, date.today()), encoding="utf-8")
        say(f"{options.page}: a page to print.")
    return failed


def _where(unread: int) -> str:
    file = store.path()
    if file is None:
        return f"Nothing is kept: {store.FILE} is empty."
    if not file.exists():
        return f"{file}: nothing is kept yet."
    more = f"; {unread} of its lines cannot be read, and stay as they are" if unread else ""
    return f"Kept in {file}, on this machine alone{more}."
