"""The commands `nblib class ...`. Each module is imported only when its command is used."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

__all__ = ["add_to", "run"]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        said = f"{text!r} is no moment such as 2026-12-01T18:00"
        raise argparse.ArgumentTypeError(said) from None


def add_to(commands: Any) -> None:
    """Add `class` to the commands of a parser."""
    group = commands.add_parser("class", help="start a class, hand out, collect, export grades")
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)

    new = actions.add_parser("new", help="start a class, in classroom/NAME")
    new.add_argument("name", help="such as autumn-2026")
    new.add_argument("--roster", type=Path, metavar="CSV", help="who is in it")

    roster = actions.add_parser("roster", help="add or update students, or list them")
    roster.add_argument(
        "csv", type=Path, nargs="?", help="with the column id, or exported from Canvas or Moodle"
    )

    bundle = actions.add_parser("bundle", help="make the zip that students download")
    bundle.add_argument("lessons", nargs="*", metavar="LESSON", help="only these (default: all)")
    bundle.add_argument("--to", type=Path, metavar="ZIP", help="where (default: in build/)")

    worked = actions.add_parser("worked", help="make the zip with a lesson's worked solutions")
    worked.add_argument("lesson", help="such as 02_gradient_descent")
    worked.add_argument("--to", type=Path, metavar="FILE", help="where (default: in build/)")
    worked.add_argument(
        "--deadline",
        type=_moment,
        metavar="WHEN",
        help="such as 2026-12-01T18:00: from then on also of what a student has not solved",
    )

    collect = actions.add_parser("collect", help="take in what students sent back")
    collect.add_argument("lesson", help="such as 02_gradient_descent")
    collect.add_argument(
        "sources", type=Path, nargs="+", metavar="FILE", help="zip, folder or notebook"
    )
    collect.add_argument(
        "--worksheet", type=Path, metavar="CSV", help="Moodle's grading worksheet, for equal names"
    )

    feedback = actions.add_parser("feedback", help="pack the pages that students get back")
    feedback.add_argument("lesson", help="such as 02_gradient_descent")
    feedback.add_argument("source", type=Path, metavar="FILE", help="what was collected")
    feedback.add_argument("--worksheet", type=Path, metavar="CSV", help="as for collect")

    export = actions.add_parser("export", help="write the grades for Canvas or Moodle")
    export.add_argument("form", choices=["canvas", "moodle"])
    export.add_argument("lessons", nargs="*", metavar="LESSON", help="only these (default: all)")

    canvas = actions.add_parser("canvas", help="bring the grades of a lesson into Canvas")
    canvas.add_argument("lesson", help="such as 02_gradient_descent")
    canvas.add_argument("--url", required=True, help="such as https://canvas.example.org")
    canvas.add_argument("--course", type=int, required=True, metavar="N", help="its number there")
    canvas.add_argument("--apply", action="store_true", help="send them, not only say what changes")


def run(root: Path, options: argparse.Namespace) -> int:
    """Run an action; return its exit code. What hinders everybody comes out as a GradingError."""
    from nbteach.grading.errors import explained

    with explained():
        return _run(root, options)


def _run(root: Path, options: argparse.Namespace) -> int:
    match options.action:
        case "new":
            from nbteach.classroom.create import new

            return new(root, options.name, options.roster)
        case "roster":
            from nbteach.classroom.roster import roster

            return roster(root, options.csv)
        case "bundle":
            from nbteach.classroom.bundle import bundle

            return bundle(root, options.lessons, to=options.to)
        case "worked":
            from nbteach.classroom.worked import worked

            return worked(root, options.lesson, to=options.to, deadline=options.deadline)
        case "collect":
            from nbteach.classroom.collect import collect

            return collect(root, options.lesson, options.sources, worksheet=options.worksheet)
        case "feedback":
            from nbteach.classroom.feedback import feedback

            return feedback(root, options.lesson, options.source, worksheet=options.worksheet)
        case "canvas":
            from nbteach.classroom.canvas import send

            return send(root, options.url, options.course, options.lesson, apply=options.apply)
        case _:
            from nbteach.classroom.export import export

            return export(root, options.form, options.lessons)
