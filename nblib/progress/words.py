"""How a standing is said: in sentences, and as the lines of a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nblib.progress.course import Exercise, Lesson
from nblib.progress.standing import MINUTES, Standing

__all__ = ["begun", "day", "guessed", "next_line", "solved", "table"]

_WIDTH = 12  # of a bar, in characters


def solved(lessons: Sequence[Lesson], now: Standing) -> str:
    """Return how much of the course is solved."""
    count = sum(len(each.exercises) for each in lessons)
    done = count - sum(len(now.open(each)) for each in lessons)
    if done == count:
        return f"All {count} exercises of the course are solved."
    if not done:
        return f"None of the {count} exercises of the course is solved yet."
    begun_in = sum(len(now.open(each)) < len(each.exercises) for each in lessons)
    place = "one of its lessons" if begun_in == 1 else f"{begun_in} of its lessons"
    verb = "is" if done == 1 else "are"
    return f"{done} of {count} exercises of the course {verb} solved, in {place}."


def guessed(now: Standing) -> str:
    """Return how predictions compare with measurements; nothing where none was made."""
    tried = [guess for guess in now.guesses.values() if guess.measured]
    held = sum(guess.guess == guess.measured for guess in tried)
    waiting = len(now.guesses) - len(tried)
    said = []
    if tried:
        times = "guess met its" if len(tried) == 1 else "guesses met their"
        said.append(f"{len(tried)} {times} measurement: {held} held, {len(tried) - held} fell.")
    if waiting:
        said.append(
            f"{waiting} {'guess waits' if waiting == 1 else 'guesses wait'} for a measurement."
        )
    return " ".join(said)


def next_line(chosen: Sequence[tuple[Lesson, Exercise]], here: Lesson | None = None) -> str:
    """Return what comes next; `here` is the lesson that need not be named."""
    if not chosen:
        return "Nothing is open: `nblib progress --page FILE` makes a page to print."
    lesson = chosen[0][0]
    listed = ", ".join(f"{each.title} ({each.minutes} minutes)" for _, each in chosen)
    place = "" if lesson == here else f", in {lesson.title}"
    is_short = chosen[0][1].minutes <= MINUTES
    return f"{f'In {MINUTES} minutes' if is_short else 'For a longer sitting'}{place}: {listed}."


def table(lessons: Sequence[Lesson], now: Standing) -> list[str]:
    """Return a line for each lesson."""
    width = max(len(lesson.title) for lesson in lessons)
    lines = []
    for lesson in lessons:
        count = len(lesson.exercises)
        done = count - len(now.open(lesson))
        full = _WIDTH * done // count if count else 0
        bar = "█" * full + "░" * (_WIDTH - full)
        lines.append(f"{lesson.title:<{width}}  {bar}  {done:>2} of {count:>2}")
    return lines


def begun(lessons: Sequence[Lesson], now: Standing) -> Lesson | None:
    """Return the lesson that was worked in last, if any."""
    return next((each for each in lessons if each.topic == now.last), None)


def day(when: date) -> str:
    """Write a date.

    >>> day(date(2026, 11, 3))
    '3 November 2026'
    """
    return f"{when.day} {when:%B %Y}"
