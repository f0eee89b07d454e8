"""Grade classes while the disk is full, or gets full, and say what came of each.

    bwrap --dev-bind / / --size BYTES --tmpfs FOLDER python full_disk.py FOLDER

Prints a line of JSON for each class: how many bytes were free, what the command said, and what the
same command said when there was room again.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import fake_runner
import graded_course
from graded_course import NAME, answer

from nbteach.grading import grade
from nbteach.grading.processes import runner

_KIBIBYTES = [0, 128, 192, 256, 320, 448, 1024]


def main(disk: Path) -> None:
    runner.supervisor = fake_runner.supervisor
    root = graded_course.make(disk / "course")
    for number in range(3):
        graded_course.hand_in(root, f"s{number}", answer("one", f"return x + {number}"))
    for kibibytes in _KIBIBYTES:
        os.environ["NBLIB_CLASSROOM"] = name = f"class-{kibibytes}"
        classroom = root / "classroom" / name
        shutil.copytree(graded_course.classroom(root) / "submitted", classroom / "submitted")
        filler = _fill(disk, 1024 * kibibytes)
        full = _said_by_command(root)
        filler.unlink()
        sys.stdout.write(json.dumps([kibibytes, full, _said_by_command(root)]) + "\n")
        shutil.rmtree(classroom)


def _fill(disk: Path, free: int) -> Path:
    """Write a file that leaves so many bytes free."""
    filler, now = disk / "filler", os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, now.f_bavail * now.f_frsize - free)
    return filler


def _said_by_command(root: Path) -> Any:
    """Grade in a process of its own; return the scores and the differences, or the error."""
    receive, send = os.pipe()
    if os.fork() == 0:
        try:
            said: object = _grade(root)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        os.write(send, json.dumps(said).encode())
        os._exit(0)
    os.close(send)
    os.wait()
    with os.fdopen(receive) as answers:
        return json.load(answers)


def _grade(root: Path) -> object:
    grades = grade.grade_class(root, NAME, jobs=1, required="none", say=lambda text: None)
    return [{result.student: result.score for result in grades.results}, grades.differences]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
