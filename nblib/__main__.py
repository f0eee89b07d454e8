"""The command `nblib`. Here it is what students need; `nbteach` registers what teachers run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points

import nblib
from nblib.progress import command as progress

__all__ = ["COMMANDS", "add_to", "main", "run"]

COMMANDS = ("lab", "progress", "doctor")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, of the teacher's side where it is installed; return its exit code."""
    for teacher in entry_points(group="nblib.commands"):
        return int(teacher.load()(argv))
    return _student(argv)


def _student(argv: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(
        prog="nblib", description="Open the course, see how far you are."
    )
    parser.add_argument("--version", action="version", version=f"nblib {nblib.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    add_to(commands)
    options, extra = parser.parse_known_args(argv)
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    return run(parser, options, extra)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of students, which teachers have, too."""
    lab = commands.add_parser("lab", help="open the course, or LESSON, in JupyterLab")
    lab.add_argument("lesson", nargs="?", default="", help="such as 4, or activations")
    progress.add_to(commands)
    commands.add_parser("doctor", help="say what is missing on this machine, and how to get it")


def run(parser: argparse.ArgumentParser, options: argparse.Namespace, extra: Sequence[str]) -> int:
    """Run a student's command; what is `extra` is for JupyterLab, such as "--no-browser"."""
    from nblib import doctor, lab

    if extra and options.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(extra)}")
    if options.command == "progress":
        return progress.run(options)
    try:
        return lab.main(options.lesson, extra) if options.command == "lab" else doctor.main()
    except lab.LabError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    sys.exit(main())
