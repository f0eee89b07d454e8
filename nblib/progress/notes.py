"""What checks and predictions leave in the store, and in which lesson this kernel is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nblib.progress import store
from nblib.progress.course import Exercise, Lesson, exercise_of_check, lesson_of_options

__all__ = ["checked", "guessed", "here", "is_right", "measured"]

_tries: dict[str, int] = {}  # since it passed last, by the title of the check
_ended: dict[str, bool | None] = {}  # how each check ended last, in this process
_here: list[Lesson] = []  # the lesson whose check or prediction was the last in this process


def here() -> Lesson | None:
    """Return the lesson that is worked in, as far as its cells have told."""
    return _here[-1] if _here else None


def checked(title: str, passed: bool | None) -> int:
    """Note how the visible part of a check ended; `passed` is None where nothing was written yet.

    Return how often it has failed since it passed last, where that is kept. A check that the course
    does not know, such as a hidden part, is nobody's progress.
    """
    found = exercise_of_check(title)
    if not found:
        return 0
    lesson, exercise = found
    _here[:] = [lesson]
    _ended[title] = passed
    if passed is None or not store.is_kept():
        return 0
    fact = {"exercise": exercise.key, "part": exercise.checks.index(title)}
    if title not in _tries:
        _tries[title] = _failed(fact)
    _tries[title] = 0 if passed else _tries[title] + 1
    store.add(fact | {"passed": passed})
    return _tries[title]


def is_right(exercise: Exercise) -> bool:
    """Whether each check of an exercise passed when it was run last, in this process."""
    return all(_ended.get(title) for title in exercise.checks)


def _failed(check: dict[str, Any]) -> int:
    """Return how often a check has failed since it passed last, by what was kept."""
    ends = [fact.get("passed") for fact in store.read().facts if check.items() <= fact.items()]
    return len(ends) - 1 - max((at for at, end in enumerate(ends) if end), default=-1)


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
