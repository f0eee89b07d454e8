"""The command `nblib`, for teachers and authors; modules are imported as they are used."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import nblib
from nblib import __main__ as students
from nbteach.classroom import commands as class_commands

__all__ = ["RootError", "main"]


_NO_EXTRA = """\
`nblib {command}` needs {package}, which comes with what teachers install. In the course folder:

    python -m pip install -c requirements.txt -e '.[{extra}]'
"""

_EXTRAS = {"canvasapi": "canvas", "myst_parser": "site", "sphinx": "site"}


class RootError(FileNotFoundError):
    """No folder of the course was found."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code, 0 for success."""
    parser = _parser()
    options, others = parser.parse_known_args(argv)
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    if others or options.command in students.COMMANDS:
        return students.run(parser, options, others)
    _spare_grammar()
    try:
        return _COMMANDS[options.command](options)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("nblib", "nbteach"):
            raise
        extra = _EXTRAS.get(package, "teach")
        said = _NO_EXTRA.format(command=options.command, package=package, extra=extra)
        print(said, file=sys.stderr)
        return 1
    except Exception as error:
        # Our own errors were written for the person who reads them; others are faults of ours.
        if not type(error).__module__.startswith(("nblib.", "nbteach.")):
            raise
        print(error, file=sys.stderr)
        return 1


def _spare_grammar() -> None:
    """Keep jsonschema, which checks notebooks, from making a parser of web addresses: 0.8 s."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nblib", description="Build, grade and check the course.")
    parser.add_argument("--version", action="version", version=f"nblib {nblib.__version__}")
    parser.add_argument("--root", type=Path, help="the course folder (default: found from here)")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    build = commands.add_parser("build", help="solutions/ → notebooks/")
    build.add_argument("--check", action="store_true", help="only say whether notebooks/ is stale")

    solutions = commands.add_parser("solutions", help="execute the lessons with their answers")
    solutions.add_argument("--lesson", default="", metavar="NN", help="only this one, such as 01")
    solutions.add_argument("--fast", action="store_true", help="run the experiments small")

    slides = commands.add_parser("slides", help="slides of the lessons, in build/slides/")
    slides.add_argument("--lesson", default="", metavar="NN", help="only this one, such as 01")

    commands.add_parser("site", help="the course as a website, in build/site/")

    grade = commands.add_parser("grade", help="grade what the class has handed in")
    grade.add_argument("--student", nargs="+", default=[], metavar="ID", help="only these students")
    _add_running(grade)

    regrade = commands.add_parser("regrade", help="whose points a lesson that changed would change")
    regrade.add_argument("--apply", action="store_true", help="let it count")
    _add_running(regrade)

    report = commands.add_parser("report", help="a page: what the class did not understand")
    report.add_argument("lesson", help="such as 02_gradient_descent")
    report.add_argument("--names", action="store_true", help="say who is stuck")

    similar = commands.add_parser("similar", help="a page: which answers are unusually alike")
    similar.add_argument("lesson", help="such as 02_gradient_descent")
    similar.add_argument(
        "--earlier", type=Path, nargs="+", default=[], metavar="FOLDER", help="of earlier classes"
    )
    similar.add_argument("--names", action="store_true", help="say whose the answers are")
    similar.add_argument("--output", type=Path, metavar="FILE", help="the page")

    leaderboard = commands.add_parser("leaderboard", help="a page: the ranks of a contest")
    leaderboard.add_argument("lesson", help="such as 17_case_studies")

    class_commands.add_to(commands)
    commands.add_parser("demo", help="grade a sample class")
    students.add_to(commands)
    return parser


def _add_running(command: argparse.ArgumentParser) -> None:
    """Add what a command needs that runs submissions."""
    command.add_argument("lesson", help="such as 02_gradient_descent")
    command.add_argument(
        "--jobs", type=int, metavar="N", help="how many at once (default: cores + 1)"
    )
    command.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a dask scheduler, for a cluster"
    )
    least = command.add_mutually_exclusive_group()
    tiers = ["strong", "container", "none"]
    least.add_argument("--require", choices=tiers, help="the least sandbox (default: strong)")
    least.add_argument(
        "--unsafe", dest="require", action="store_const", const="none", help="even without one"
    )


def _build(options: argparse.Namespace) -> int:
    from nbteach.authoring import build

    root = _root(options.root)
    if options.check:
        stale = build.check(root)
        print("\n".join(stale) or "notebooks/ is up to date")
        if stale:
            print("Run `nblib build` and commit what it writes.", file=sys.stderr)
        return int(bool(stale))
    print("\n".join(build.build(root)) or "notebooks/ was up to date")
    return 0


def _solutions(options: argparse.Namespace) -> int:
    from nbteach.authoring.solutions import solutions

    failed = 0
    for run in solutions(_root(options.root), options.lesson, fast=options.fast):
        cell, seconds = run.slowest
        print(f'{run.name}: {run.seconds:.1f} s, slowest cell "{cell}" {seconds:.1f} s', flush=True)
        if run.failure:
            failed = 1
            print(f"{run.name}: {run.failure}", file=sys.stderr, flush=True)
    print("See build/solutions/.")
    return failed


def _slides(options: argparse.Namespace) -> int:
    from nbteach.authoring.slides.slides import slides

    for path in slides(_root(options.root), options.lesson):
        print(path, flush=True)
    return 0


def _site(options: argparse.Namespace) -> int:
    from nbteach.authoring.site.site import site

    print(site(_root(options.root)) / "index.html")
    return 0


def _grade(options: argparse.Namespace) -> int:
    with _early_nursery(options):
        from nbteach.grading.grade import grade

        return grade(
            _root(options.root),
            options.lesson,
            jobs=options.jobs,
            only=options.student,
            scheduler=options.scheduler,
            required=options.require or "strong",
        )


def _regrade(options: argparse.Namespace) -> int:
    with _early_nursery(options):
        from nbteach.classroom.regrade import regrade

        return regrade(
            _root(options.root),
            options.lesson,
            apply=options.apply,
            jobs=options.jobs,
            scheduler=options.scheduler,
            required=options.require or "strong",
        )


def _early_nursery(options: argparse.Namespace) -> AbstractContextManager[None]:
    """Let PyTorch be imported in its sandbox while nbgrader and dask are imported here."""
    from nbteach.grading.processes import nursery

    return nursery.shared(wanted=not options.scheduler, early=True)


def _report(options: argparse.Namespace) -> int:
    from nbteach.report.report import report

    print(report(_root(options.root), options.lesson, names=options.names))
    return 0


def _similar(options: argparse.Namespace) -> int:
    from nbteach.similar.similar import similar

    path = similar(
        _root(options.root),
        options.lesson,
        earlier=options.earlier,
        names=options.names,
        output=options.output,
    )
    print(path)
    return 0


def _leaderboard(options: argparse.Namespace) -> int:
    from nbteach.leaderboard.leaderboard import leaderboard

    print(leaderboard(_root(options.root), options.lesson))
    return 0


def _demo(options: argparse.Namespace) -> int:
    from nbteach.classroom.demo import demo

    return demo(_root(options.root))


def _class(options: argparse.Namespace) -> int:
    return class_commands.run(_root(options.root), options)


_COMMANDS = {
    "build": _build,
    "solutions": _solutions,
    "slides": _slides,
    "site": _site,
    "grade": _grade,
    "regrade": _regrade,
    "class": _class,
    "report": _report,
    "similar": _similar,
    "leaderboard": _leaderboard,
    "demo": _demo,
}


def _root(given: Path | None) -> Path:
    """Return the course folder: the one given, or the nearest one from here upwards."""
    start = (given or Path.cwd()).resolve()
    for folder in [start] if given else [start, *start.parents]:
        if (folder / "solutions").is_dir() and (folder / "pyproject.toml").is_file():
            return folder
    raise RootError(
        f"{start} is not in the course folder, the one with solutions/ and pyproject.toml; "
        "go there first, or name it with --root"
    )
