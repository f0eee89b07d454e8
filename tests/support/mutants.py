"""Change each worked answer in one place after another: the exercise's tests must notice.

    python tests/support/mutants.py [NN ...] [--exercise ID] [--again] [--check N]
                                     [--seconds-per-exercise S]

Runs the mutants of all lessons, or of those named, where an answer or its tests changed since the
last time, and keeps what became of them in `tests/lessons/mutants/`. A mutant that survives needs a
reason there, written by hand: "equivalent: …", or "also right: …" where an exercise sets a goal and
leaves the way open. With `--check`, nothing is written, N mutants of each lesson that did not
change are run again, and the exit status is 1 if one survives without a reason.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import random
import resource
import select
import signal
import sys
from functools import cache
from pathlib import Path
from typing import Any

import torch
from mutating import Mutant, mutants_of, short_hash
from oracle_use import oracles_used
from variant_runner import ROOT, Runner

ENOUGH = 40  # mutants are run of an exercise that takes too long for all
TIMES = 3  # a survivor passes in a row: hidden inputs are drawn anew each time
MEMORY = 4 << 30  # bytes
WALL_SECONDS = 600  # for one that waits; one that works is stopped by the clock of the processor


def digest(runner: Runner, exercise: str) -> str:
    """Return a hash of what makes an exercise: its mutants, its tests and the oracles they use.

    `nblib.checks` is no part of it: a sample tells whether a change there lets mutants live.
    """
    tests = runner.tests_text(exercise)
    lesson = runner.path.read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in oracles_used(tests, lesson)]
    names = [mutant.name for mutant in mutants_of(runner.own_answer(exercise))]
    return short_hash(tests, *names, *sources)


def survives(runner: Runner, exercise: str, source: str, seconds: int = 600) -> tuple[bool, float]:
    """Grade an answer in a process of its own; return whether it passed, and the CPU seconds.

    An answer that dies, takes too long or waits for ever did not pass.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _confine(seconds)
            passed = runner.graded(exercise, source)
        except BaseException:
            passed = False
        os.write(writer, b"+" if passed else b"-")
        os._exit(0)
    os.close(writer)
    is_done, _, _ = select.select([reader], [], [], WALL_SECONDS)
    passed = bool(is_done) and os.read(reader, 1) == b"+"  # nothing is there if the child died
    os.close(reader)
    os.kill(child, signal.SIGKILL)
    _, _, usage = os.wait4(child, 0)
    return passed, usage.ru_utime + usage.ru_stime


def _confine(seconds: int) -> None:
    limits = {"CPU": seconds, "DATA": MEMORY, "CORE": 0}
    for name, limit in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)


class Lesson:
    """A lesson, what is on record of its mutants, and what is found now."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.runner = Runner(path)
        self.record_path = path.parents[1] / f"tests/lessons/mutants/{path.stem}.json"
        text = self.record_path.read_text(encoding="utf-8") if self.record_path.exists() else "{}"
        self.records: dict[str, dict[str, Any]] = json.loads(text)

    def is_current(self, exercise: str) -> bool:
        """Whether neither the answer nor its tests changed since the record was made."""
        return self.records.get(exercise, {}).get("digest") == digest(self.runner, exercise)

    @cache  # noqa: B019 - there are few lessons
    def seconds(self, exercise: str) -> float:
        """Return the CPU seconds that the lesson's own answer takes."""
        answer = self.runner.own_answer(exercise)
        with contextlib.suppress(Exception):
            self.runner.graded(exercise, answer)  # what it imports need not be by each child
        passed, seconds = survives(self.runner, exercise, answer)
        if not passed:
            raise ValueError(f"{self.name}, {exercise}: the lesson's own answer fails")
        return seconds

    def survives(self, exercise: str, mutant: Mutant) -> bool:
        """Whether the tests of an exercise do not notice a mutant, whatever inputs they draw."""
        limit = int(5 + 20 * self.seconds(exercise))
        return all(survives(self.runner, exercise, mutant.source, limit)[0] for _ in range(TIMES))

    def run(self, exercise: str, seconds: float) -> None:
        """Run the mutants of an exercise: all if they fit in these CPU seconds, else a sample.

        What was written down as the reason of a survivor stays.
        """
        mutants = mutants_of(self.runner.own_answer(exercise))
        fits = len(mutants) * self.seconds(exercise) <= seconds
        tried = mutants if fits else mutants[:ENOUGH]
        old = self.records.get(exercise, {}).get("survivors", [])
        reasons = {survivor["hash"]: survivor["reason"] for survivor in old}
        survivors = [
            {
                "hash": mutant.name,
                "description": mutant.description,
                "diff": mutant.diff,
                "reason": reasons.get(mutant.name, ""),
            }
            for mutant in tried
            if self.survives(exercise, mutant)
        ]
        self.records[exercise] = {
            "digest": digest(self.runner, exercise),
            "mutants": len(mutants),
            "tried": len(tried),
            "killed": len(tried) - len(survivors),
            "survivors": survivors,
        }

    def sample(self, exercises: list[str], number: int, seed: str) -> list[tuple[str, Mutant]]:
        """Return a few mutants that were killed, drawn from these exercises.

        An exercise that sets a goal is left out: by luck, one that just missed it reaches it today.
        """
        killed = []
        for exercise in exercises:
            record = self.records[exercise]
            if _sets_a_goal(record):
                continue
            survivors = {survivor["hash"] for survivor in record["survivors"]}
            tried = mutants_of(self.runner.own_answer(exercise))[: record["tried"]]
            killed += [(exercise, mutant) for mutant in tried if mutant.name not in survivors]
        return random.Random(seed + self.name).sample(killed, min(number, len(killed)))

    def write(self) -> None:
        """Keep the records, in the order of the lesson."""
        records = {
            name: self.records[name] for name in self.runner.exercises if name in self.records
        }
        self.record_path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(records, indent=1, ensure_ascii=False)
        self.record_path.write_text(f"{text}\n", encoding="utf-8")


def _sets_a_goal(record: dict[str, Any]) -> bool:
    """Whether so many changed answers are right as well that it leaves the way open."""
    also_right = [survivor["reason"].startswith("also right") for survivor in record["survivors"]]
    return sum(also_right) > record["tried"] / 10


def check(taught: Lesson, exercises: list[str], number: int, seconds: float) -> list[str]:
    """Run what changed, and a few of the others; return what is wrong, a line each."""
    same = [exercise for exercise in exercises if taught.is_current(exercise)]
    solutions = sorted((ROOT / "solutions").glob("*.py"))
    seed = short_hash(*(path.read_text(encoding="utf-8") for path in solutions))
    wrong = [
        f"{exercise} {mutant.name} was killed and survives now: {' '.join(mutant.diff)}"
        for exercise, mutant in taught.sample(same, number, seed)
        if taught.survives(exercise, mutant)
    ]
    for exercise in exercises:
        if exercise not in same:
            taught.run(exercise, seconds)
        wrong += [
            f"{exercise} {survivor['hash']} survives: {' '.join(survivor['diff'])}"
            for survivor in taught.records[exercise]["survivors"]
            if not survivor["reason"].strip()
        ]
    return wrong


def make(taught: Lesson, exercises: list[str], seconds: float, *, again: bool) -> None:
    """Run what changed, or all; print what became of it, and keep it."""
    print(f"\n{taught.name}\nexercise              mutants  tried  killed  survive  CPU s")
    for exercise in exercises:
        before = _children_seconds()
        if again or not taught.is_current(exercise):
            try:
                taught.run(exercise, seconds)
            except ValueError as error:
                print(error)
                continue
            taught.write()
        spent, record = _children_seconds() - before, taught.records[exercise]
        counts = (record["mutants"], record["tried"], record["killed"], len(record["survivors"]))
        print("{:21} {:7} {:6} {:7} {:8}".format(exercise, *counts), f"{spent:6.0f}", flush=True)
        for survivor in record["survivors"]:
            print(f"    {survivor['hash']} {survivor['description']}: {survivor['reason']}")
            print("".join(f"        {line}\n" for line in survivor["diff"]), end="")


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(words: list[str] | None = None) -> int:
    """Return the exit status: 1 if a check found something, else 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="all if none is named")
    parser.add_argument("--exercise", help="only this one")
    parser.add_argument("--again", action="store_true", help="also what did not change")
    parser.add_argument("--check", type=int, metavar="N", help="write nothing")
    parser.add_argument("--seconds-per-exercise", type=float, default=20, metavar="S")
    parser.add_argument("--root", type=Path, default=ROOT, help="where solutions/ is")
    given = parser.parse_args(words)
    torch.set_num_threads(1)  # a process that computes in several threads cannot be forked
    wrong: list[str] = []
    for path in sorted((given.root / "solutions").glob("[0-9]*.py")):
        if given.lessons and path.stem[:2] not in given.lessons:
            continue
        taught = Lesson(path)
        gc.freeze()  # so that the children share this memory
        exercises = [name for name in taught.runner.exercises if given.exercise in (None, name)]
        try:
            if given.check is None:
                make(taught, exercises, given.seconds_per_exercise, again=given.again)
            else:
                wrong += check(taught, exercises, given.check, given.seconds_per_exercise)
        except ValueError as error:
            wrong.append(str(error))
    print("".join(f"{line}\n" for line in wrong), end="")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
