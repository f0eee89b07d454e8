"""Make the page of a contest: `nblib leaderboard LESSON`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from nbteach.classroom.roster import people
from nbteach.grading.course import classroom, environment, load
from nbteach.grading.errors import GradingError
from nbteach.grading.policy.class_rules import load_rules
from nbteach.leaderboard.standings import Standing, ranked, standings

__all__ = ["leaderboard", "page"]


def leaderboard(root: Path, lesson: str) -> Path:
    """Write the leaderboard of the class that `NBLIB_CLASSROOM` names; return its path.

    It says pseudonyms, which students find in their feedback; or names, where the class's own file
    says `leaderboard = "names"`. Raises GradingError if there is no such lesson, and RulesError if
    the class's own file cannot be followed.
    """
    known = sorted(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    if lesson not in known:
        raise GradingError(f"there is no lesson {lesson!r}; the lessons are {', '.join(known)}")
    with environment():
        course = load(root)
        rules = load_rules(course)
        found = standings(course, lesson)
        names = {one.id: one.name or one.id for one in people(course)}
    place = classroom(course)
    path = place / "reports" / f"{lesson}-leaderboard.html"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    places = ranked(found)
    shown_names = names if rules.leaderboard_names else None
    text = page(places, lesson=lesson, group=place.name, today=date.today(), names=shown_names)
    path.write_text(text, encoding="utf-8")
    return path


def page(
    places: Sequence[tuple[int, Standing]],
    *,
    lesson: str,
    group: str,
    today: date,
    names: Mapping[str, str] | None = None,
) -> str:
    """Return the page: one HTML file that runs nothing and loads nothing.

    Args:
        places: from `ranked`.
        lesson, group, today: what stands above them.
        names: of the students, by id; None for a page of pseudonyms.
    """
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(
        files(__package__).joinpath("page.html.j2").read_text(encoding="utf-8")
    )
    css = files("nbteach.report").joinpath("page.css").read_text(encoding="utf-8")
    rows = [
        {
            "rank": rank,
            "who": names.get(one.student, one.student) if names is not None else one.pseudonym,
            "error": f"{one.error:.3f}",
            "deviation": f"{one.deviation:.3f}",
            "submissions": one.num_submissions,
        }
        for rank, one in places
    ]
    return template.render(
        css=Markup(css),
        title=f"{lesson}: leaderboard",
        group=f"Class {group}",
        date=f"{today.day} {today:%B %Y}",
        has_names=names is not None,
        rows=rows,
    )
