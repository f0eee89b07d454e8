"""What there is to do: `course.json`, which `nblib build` makes from the lessons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = [
    "Exercise",
    "Lesson",
    "exercise_of_check",
    "exercises_named",
    "lesson_of_options",
    "lessons",
]


@dataclass(frozen=True)
class Exercise:
    """One exercise: `key` is such as "gradient_descent#adam", whatever its lesson's number."""

    key: str
    title: str  # such as "4 · Momentum"
    minutes: int
    hints: tuple[str, ...]  # their names, such as "Hint 2"
    checks: tuple[str, ...]  # the title of each of its checks, which no other check has

    @property
    def names(self) -> tuple[str, str, str]:
        """What it may be called: its grade_id, its title without the number, its key."""
        return self.key.partition("#")[2], self.title.partition(" · ")[2], self.key


@dataclass(frozen=True)
class Lesson:
    """One lesson, named by its file, such as "02_gradient_descent"."""

    name: str
    title: str
    exercises: tuple[Exercise, ...]
    options: tuple[str, ...]  # of its prediction

    @property
    def topic(self) -> str:
        """The name without the number, which may change."""
        return self.name[3:]


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return the lessons, in the course's order."""
    text = files(__package__).joinpath("course.json").read_text(encoding="utf-8")
    return tuple(
        Lesson(
            said["name"],
            said["title"],
            tuple(
                Exercise(**(each | {name: tuple(each[name]) for name in ("hints", "checks")}))
                for each in said["exercises"]
            ),
            tuple(said["options"]),
        )
        for said in json.loads(text)
    )


def exercise_of_check(title: str) -> tuple[Lesson, Exercise] | None:
    """Return the exercise that has a check of this title, and its lesson; None for a stranger."""
    return _by_check().get(title)


@cache
def _by_check() -> dict[str, tuple[Lesson, Exercise]]:
    return {
        title: (lesson, exercise)
        for lesson in lessons()
        for exercise in lesson.exercises
        for title in exercise.checks
    }


def exercises_named(name: str) -> list[tuple[Lesson, Exercise]]:
    """Return the exercises of this name; another lesson may use the same grade_id."""
    wanted = name.strip().casefold()
    return [
        (lesson, exercise)
        for lesson in lessons()
        for exercise in lesson.exercises
        if wanted in (known.casefold() for known in exercise.names)
    ]


def lesson_of_options(options: Sequence[str]) -> Lesson | None:
    """Return the lesson whose prediction has these options, if there is one."""
    return next((lesson for lesson in lessons() if lesson.options == tuple(options)), None)
