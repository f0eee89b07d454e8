"""A page to print: all that was solved, and what was guessed before it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from html import escape

from nblib.progress import words
from nblib.progress.course import Exercise, Lesson
from nblib.progress.standing import Standing

__all__ = ["sheet"]

_STYLE = """\
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-weight: 600; margin-bottom: 0; }
h2 { font-size: 1.05rem; margin: 1.4rem 0 .2rem; display: flex; justify-content: space-between; }
ul { columns: 2; list-style: none; margin: 0; padding: 0; font-size: .9rem; }
li { break-inside: avoid; padding-left: 1.3rem; text-indent: -1.3rem; }
section { break-inside: avoid; }
section p { margin: .2rem 0 .4rem; font-size: .9rem; }
time, .quiet { opacity: .7; }
time { white-space: nowrap; }
@media (max-width: 600px) { ul { columns: 1; } }
@media print { :root { font-size: 10.5px; color-scheme: light; } body { margin: 0; } }
"""


def sheet(lessons: Sequence[Lesson], now: Standing, today: date) -> str:
    """Return the page, one HTML file that loads nothing."""
    begun = [lesson for lesson in lessons if now.has_begun(lesson)]
    moments = [when for when in now.solved.values() if when]
    since = f" First solved on {words.day(min(moments))}." if moments else ""
    parts = [
        "<h1>Training Neural Networks</h1>",
        f"<p>{escape(words.solved(lessons, now))}{since} {escape(words.guessed(now))}</p>",
        *(_section(lesson, now) for lesson in begun),
        f"<p class='quiet'>Made on {words.day(today)} on the learner's own machine, from what the "
        "checks showed there. A solved exercise is right on all that its check shows; nobody has "
        "graded it.</p>",
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f"<!doctype html>\n<html lang='en'><meta charset='utf-8'>\n"
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        "<meta name='viewport' content='width=device-width'>\n"
        f"<title>Training Neural Networks: progress</title>\n<style>{_STYLE}</style>\n"
        f"<body>\n{chr(10).join(parts)}\n</body></html>\n"
    )


def _section(lesson: Lesson, now: Standing) -> str:
    count = len(lesson.exercises)
    items = "\n".join(_item(each, now) for each in lesson.exercises)
    guess = now.guesses.get(lesson.topic)
    told = ""
    if guess and guess.measured:
        told = (
            f"<p>Predicted: {escape(guess.guess)}. Measured: {escape(guess.measured)}"
            f"{' as well' if guess.guess == guess.measured else ''}.</p>"
        )
    return (
        f"<section><h2><span>{escape(lesson.title)}</span>"
        f"<span>{count - len(now.open(lesson))} of {count}</span></h2>"
        f"{told}\n<ul>\n{items}\n</ul></section>"
    )


def _item(exercise: Exercise, now: Standing) -> str:
    title = escape(exercise.title.partition(" · ")[2] or exercise.title)
    if exercise.key not in now.solved:
        return f"<li class='quiet'>○ {title} (open)</li>"
    when = now.solved[exercise.key]
    return f"<li>✓ {title}{_when(when)}</li>"


def _when(moment: datetime | None) -> str:
    return f" <time>{words.day(moment)}</time>" if moment else ""
