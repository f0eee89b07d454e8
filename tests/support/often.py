"""How often does a right answer fail? Hidden tests draw their inputs anew each time.

    python tests/support/often.py SECONDS [NN ...]

Each right answer of `tests/lessons/variants/` is graded again and again for so many seconds, in all
lessons or in those named. Prints every failure, and how many times each exercise was graded; exits
with 1 if anything failed.
"""

import sys
import time
from collections import Counter

from variant_runner import ROOT, Runner, load


def main(seconds: float, lessons: list[str]) -> int:
    """Return the exit status: 1 if a right answer failed, else 0."""
    failed = 0
    for path in sorted((ROOT / "solutions").glob("[0-9]*.py")):
        if lessons and path.stem[:2] not in lessons:
            continue
        runner, graded = Runner(path), Counter[str]()
        for answer in load(ROOT / f"tests/lessons/variants/{path.stem}.py"):
            until, lost = time.monotonic() + seconds, 0
            while answer.is_correct and time.monotonic() < until:
                graded[answer.exercise] += 1
                outcome = runner.grade(answer)
                lost += outcome.earned < outcome.possible
            if lost:
                failed = 1
                print(f"{path.stem}: {answer}: failed {lost} times", flush=True)
        times = ", ".join(f"{exercise} {number}" for exercise, number in graded.items())
        print(f"{path.stem}: graded {times}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
