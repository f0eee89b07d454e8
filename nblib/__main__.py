"""The command `nblib`. Here it is what students need; `nbteach` registers what teachers run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points

import nblib
from nblib.progress import command as progress

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, of the teacher's side where it is installed; return its exit code."""
    for teacher in entry_points(group="nblib.commands"):
        return int(teacher.load()(argv))
    return _student(argv)


def _student(argv: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(prog="nblib", description="Work through the course.")
    parser.add_argument("--version", action="version", version=f"nblib {nblib.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("doctor", help="say what is missing on this machine, and how to get it")
    progress.add_to(commands)
    options = parser.parse_args(argv)
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    if options.command == "progress":
        return progress.run(options)
    from nblib import doctor

    return doctor.main()


if __name__ == "__main__":
    sys.exit(main())
