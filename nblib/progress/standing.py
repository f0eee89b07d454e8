"""What follows from all that was noted: what is solved, how guesses did, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from nblib.progress.course import Exercise, Lesson

__all__ = ["MINUTES", "Guess", "Standing", "next_up", "standing"]

MINUTES = 15  # for what comes next


class Guess(NamedTuple):
    """A prediction and what was measured; an empty text where nothing was yet."""

    guess: str
    measured: str = ""


@dataclass
class Standing:
    """Where a student stands. What was solved once stays solved: its check says if it still is."""

    solved: dict[str, datetime | None] = field(default_factory=dict)  # since when, by exercise
    guesses: dict[str, Guess] = field(default_factory=dict)  # by topic of the lesson
    last: str = ""  # the topic that was worked on last

    def open(self, lesson: Lesson) -> list[Exercise]:
        """Return the exercises of a lesson that are not solved."""
        return [each for each in lesson.exercises if each.key not in self.solved]

    def has_begun(self, lesson: Lesson) -> bool:
        """Whether anything of a lesson is solved or guessed."""
        return len(self.open(lesson)) < len(lesson.exercises) or lesson.topic in self.guesses


def standing(lessons: Iterable[Lesson], facts: Iterable[Mapping[str, Any]]) -> Standing:
    """Read facts, from the first to the last; those of exercises that are gone are passed over.

    An exercise is solved once each of its checks has passed. A guess counts as it stood when it was
    first measured.
    """
    now = Standing()
    parts = {each.key: {*range(len(each.checks))} for it in lessons for each in it.exercises}
    for fact in facts:
        match fact:
            case {"exercise": str(key), "part": int(part), "passed": bool(passed)} if key in parts:
                now.last = key.partition("#")[0]
                if passed:
                    parts[key].discard(part)
                    if not parts[key]:
                        now.solved.setdefault(key, fact.get("at"))
            case {"lesson": str(topic), "guess": str(guess)}:
                now.last = topic
                if not now.guesses.get(topic, Guess("")).measured:
                    now.guesses[topic] = Guess(guess, str(fact.get("measured", "")))
    return now


def next_up(
    lessons: Iterable[Lesson], now: Standing, here: Lesson | None = None, minutes: int = MINUTES
) -> list[tuple[Lesson, Exercise]]:
    """Return what is open and fits into some minutes: of this lesson, or of the next that has any.

    Where nothing is so short it is the first exercise that is open. Nothing if all is solved.
    """
    order = [*lessons]
    at = order.index(here) if here in order else 0
    lesson = next((each for each in order[at:] + order[:at] if now.open(each)), None)
    if lesson is None:
        return []
    chosen: list[tuple[Lesson, Exercise]] = []
    for exercise in now.open(lesson):
        if exercise.minutes <= minutes:
            chosen.append((lesson, exercise))
            minutes -= exercise.minutes
    return chosen or [(lesson, now.open(lesson)[0])]
