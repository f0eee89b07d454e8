"""What checks and predictions leave in the store, and in which lesson this kernel is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nblib.progress import store
from nblib.progress.course import Lesson, exercise_of_check, lesson_of_options

__all__ = ["checked", "guessed", "here", "measured"]

_here: list[Lesson] = []  # the lesson whose check or prediction was the last in this process


def here() -> Lesson | None:
    """Return the lesson that is worked in, as far as its cells have told."""
    return _here[-1] if _here else None


def checked(title: str, passed: bool | None) -> None:
    """Note how the visible part of a check ended; `passed` is None where nothing was written yet.

    A check that the course does not know, such as a hidden part, is nobody's progress.
    """
    if found := exercise_of_check(title):
        lesson, exercise = found
        _here[:] = [lesson]
        if passed is not None:
            part = exercise.checks.index(title)
            store.add({"exercise": exercise.key, "part": part, "passed": passed})


def guessed(guess: Any, options: Sequence[str]) -> None:
    """Note a guess among the options of a lesson's prediction."""
    if lesson := lesson_of_options(options):
        _here[:] = [lesson]
        if isinstance(guess, str) and guess in options:
            store.add({"lesson": lesson.topic, "guess": guess})


def measured(guess: Any, measured: str) -> None:
    """Note what became of a guess of the lesson that is worked in."""
    lesson = here()
    if lesson and isinstance(guess, str) and {guess, measured} <= {*lesson.options}:
        store.add({"lesson": lesson.topic, "guess": guess, "measured": measured})
