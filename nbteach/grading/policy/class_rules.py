"""`class.toml`: what a teacher has settled for a class, a line each; without it, nothing is.

due.02_gradient_descent = 2026-10-16T18:00:00   # in this machine's time, or with an offset
grace_minutes = 15
late_days = 3                                   # each student's own, for all lessons together
late = "10% a day"                              # or "refused", or "accepted"
extra_time.ada = "2 days"                       # for each lesson
file_dates = true                               # believe them where there is no timestamp.txt
not_counted.02_gradient_descent = ["adam"]      # exercises
leaderboard = "names"                           # or "pseudonyms", as without this line
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import classroom
from nbteach.grading.errors import GradingError
from nbteach.grading.records.misplaced import nearest

__all__ = ["FILE", "Rules", "RulesError", "load_rules", "read_rules"]

FILE = "class.toml"


class RulesError(GradingError):
    """`class.toml` says something that cannot be followed; the message says what, and where."""


@dataclass(frozen=True)
class Rules:
    """What the file says. Times are in UTC without saying so, as nbgrader keeps them."""

    due: Mapping[str, datetime] = field(default_factory=dict)  # by lesson
    grace: timedelta = timedelta(0)
    late_days: int = 0
    per_day: float = 0.0  # the share of the points that a late day costs; 1 refuses them all
    extra_time: Mapping[str, timedelta] = field(default_factory=dict)  # by student
    file_dates: bool = False
    not_counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by lesson
    leaderboard_names: bool = False  # or pseudonyms


def load_rules(course: CourseDirectory) -> Rules:
    """Read the file of a class, if it has one; raises RulesError as `read_rules` does."""
    path = classroom(course) / FILE
    if not path.exists():
        return Rules()
    lessons = sorted(p.stem for p in (Path(course.root) / "solutions").glob("[0-9]*.py"))
    return read_rules(path.read_bytes(), lessons)


def read_rules(content: bytes, lessons: list[str]) -> Rules:
    """Read what stands in the file; `lessons` are those that there are.

    Raises RulesError, with the key, for what is not to be understood: a rule that is misspelt must
    not go unnoticed.
    """
    try:
        said = tomllib.loads(content.decode())
    except ValueError as error:  # no TOML, or no UTF-8
        raise RulesError(f"{FILE} cannot be read: {error}") from error
    for key in said.keys() - _READ.keys():
        raise RulesError(f"{FILE}: there is no rule {key!r}{nearest(key, [*_READ])}")
    for key in ("due", "not_counted"):
        for lesson in _table(said.get(key, {}), key):
            if lesson not in lessons:
                like = nearest(lesson, lessons)
                raise RulesError(f"{FILE}: {key}: there is no lesson {lesson!r}{like}")
    found: dict[str, Any] = {}
    for key, value in said.items():
        name, convert = _READ[key]
        found[name] = convert(value, key)
    return Rules(**found)


def _table(value: object, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(key, value, f"a line for each, such as {key}.NAME = ...")
    return value


def _wrong(key: str, value: object, wanted: str) -> RulesError:
    return RulesError(f"{FILE}: {key} = {value!r} is not understood; write {wanted}")


def _due(value: object, key: str) -> datetime:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(23, 59, 59))
    if not isinstance(value, datetime):
        raise _wrong(key, value, "a time such as 2026-10-16T18:00:00, without quotation marks")
    return value.astimezone(UTC).replace(tzinfo=None)


def _number(value: object, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(key, value, "a whole number, 0 or more")
    return value


def _share(value: object, key: str) -> float:
    if value in ("accepted", "refused"):
        return float(value == "refused")
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?% a day", str(value))
    if not found or not 0 <= float(found[1]) <= 100:
        raise _wrong(key, value, '"accepted", "refused", or such as "10% a day"')
    return float(found[1]) / 100


def _span(value: object, key: str) -> timedelta:
    found = re.fullmatch(r"(\d+(?:\.\d+)?) (minute|hour|day|week)s?", str(value))
    if not found:
        raise _wrong(key, value, 'such as "2 days", "36 hours" or "1 week"')
    return timedelta(**{f"{found[2]}s": float(found[1])})


def _names(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _wrong(key, value, 'a list of exercises, such as ["adam"]')
    return tuple(value)


def _yes(value: object, key: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, value, "true or false")
    return value


def _are_names(value: object, key: str) -> bool:
    if value not in ("names", "pseudonyms"):
        raise _wrong(key, value, '"names" or "pseudonyms"')
    return value == "names"


def _each(convert: Callable[[object, str], Any]) -> Callable[[object, str], dict[str, Any]]:
    def converted(value: object, key: str) -> dict[str, Any]:
        return {name: convert(it, f"{key}.{name}") for name, it in _table(value, key).items()}

    return converted


_READ: Mapping[str, tuple[str, Callable[[object, str], Any]]] = {
    "due": ("due", _each(_due)),
    "grace_minutes": ("grace", lambda value, key: timedelta(minutes=_number(value, key))),
    "late_days": ("late_days", _number),
    "late": ("per_day", _share),
    "extra_time": ("extra_time", _each(_span)),
    "file_dates": ("file_dates", _yes),
    "not_counted": ("not_counted", _each(_names)),
    "leaderboard": ("leaderboard_names", _are_names),
}
