"""The last cell of a lesson: what is solved, what is open, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from nblib import front_end
from nblib.progress import notes, store, words
from nblib.progress.course import Lesson, lessons
from nblib.progress.standing import Standing, next_up, standing

__all__ = ["box", "show"]

_NOBODY = (
    "Where somebody works in this notebook, this cell shows what is solved, how predictions did "
    "and what comes next."
)
_FOOTER = (
    "Solved: right on all that a check shows. Kept on this machine alone; type nblib progress in a "
    "terminal to see the whole course."
)


def show() -> None:
    """Show how far the student is in this lesson, and in the course.

    The lesson is the one whose check or prediction ran last. Nothing is graded.
    """
    if not store.is_kept():
        front_end.show(_NOBODY, f"<p>{_NOBODY}</p>")
        return
    kept = store.read()
    now = standing(lessons(), kept.facts)
    here = notes.here() or words.begun(lessons(), now)
    said = _sentences(now, here)
    if kept.unread:
        lines, stay = ("line", "stays") if kept.unread == 1 else ("lines", "stay")
        said.append(f"{kept.unread} {lines} of {store.path()} cannot be read, and {stay} there.")
    front_end.show("\n".join([*said, _FOOTER]), _html(said, now, here))


def _sentences(now: Standing, here: Lesson | None) -> list[str]:
    every = lessons()
    said = [*_lesson(now, here)] if here else []
    said.append(words.next_line(next_up(every, now, here), here))
    said += [words.solved(every, now), words.guessed(now)]
    return [sentence for sentence in said if sentence]


def _lesson(now: Standing, here: Lesson) -> Iterator[str]:
    left, count = now.open(here), len(here.exercises)
    if not left:
        yield f"{here.title}: all {count} exercises solved"
        return
    yield f"{here.title}: {count - len(left)} of {count} exercises solved"
    if len(left) < count:
        yield "Open: " + " · ".join(each.title.partition(" · ")[2] for each in left)


def _html(said: Sequence[str], now: Standing, here: Lesson | None) -> str:
    parts = [f"<strong>{escape(said[0])}</strong>"]
    if here:
        parts.append(_bar(len(here.exercises) - len(now.open(here)), len(here.exercises)))
    parts += [f"<p style='margin:.4em 0'>{escape(sentence)}</p>" for sentence in said[1:]]
    parts.append(f"<p style='margin:.4em 0;opacity:.75'>{escape(_FOOTER)}</p>")
    return box(parts)


def box(parts: Sequence[str]) -> str:
    """Return parts of HTML in a box like those of checks."""
    style = (
        "border-left:4px solid var(--jp-info-color1, currentColor);padding:.3em .9em;margin:.2em 0"
    )
    return f"<div role='status' style='{style}'>{''.join(parts)}</div>"


def _bar(done: int, count: int) -> str:
    """Return a bar of one box for each exercise; the sentence above says the same."""
    boxes = "".join(
        "<span style='display:inline-block;width:1.1em;height:.6em;margin-right:3px;"
        f"border:1px solid;{'background:currentColor' if at < done else 'opacity:.5'}'></span>"
        for at in range(count)
    )
    return f"<div aria-hidden='true' style='margin:.5em 0'>{boxes}</div>"
