"""Rebuild the notebook to be graded: the lesson's own cells, with the student's answers in them.

Instructor cells are the lesson's, verbatim and in its order. From the student come the texts of the
answers, and the cells of their own, where they stood. So a test that was changed, moved or deleted
is whole again, and whatever else a file may claim (points, tags, outputs) has gone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from nbteach.grading.notebooks.lesson_bundle import Bundle
from nbteach.grading.notebooks.plan import Plan
from nbteach.grading.notebooks.reading import Unreadable, parse, read
from nbteach.grading.notebooks.told import told

__all__ = ["Rebuilt", "Unreadable", "rebuild", "rebuild_bytes"]


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to grade, and what to know about the one that was handed in."""

    notebook: NotebookNode
    told: tuple[str, ...]  # how it differed from the release, a phrase each
    digest: str  # SHA-256 of the file as it was read


def rebuild(bundle: Bundle, path: Path) -> Rebuilt:
    """Rebuild the submission at `path`; raises Unreadable where there is nothing to grade."""
    return rebuild_bytes(bundle, read(path))


def rebuild_bytes(bundle: Bundle, content: bytes) -> Rebuilt:
    """Rebuild a submission from the content of its file; raises Unreadable as `rebuild` does."""
    plan = Plan(bundle, parse(content))
    return Rebuilt(plan.notebook(), tuple(told(plan)), hashlib.sha256(content).hexdigest())
