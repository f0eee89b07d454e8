"""Luck decides nothing: hidden tests draw anew each time, and the verdict stays.

A random sample, as time allows; `python tests/support/often.py` tries every answer, for hours.
"""

import random
import time

import pytest
from variant_runner import ROOT, Runner, Variant, load

LESSONS = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9]*.py"))
NUM_DRAWS, CPU_SECONDS = 20, 0.3  # for one answer, whichever comes first, though never under 2


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_verdict_is_the_same_at_each_draw(lesson):
    runner, seed = Runner(ROOT / f"solutions/{lesson}.py"), random.randrange(10**6)
    chance, variants = random.Random(seed), load(ROOT / f"tests/lessons/variants/{lesson}.py")
    for exercise in runner.exercises:
        mine = [answer for answer in variants if answer.exercise == exercise]
        own = Variant(exercise, True, "the lesson's own", "", runner.own_answer(exercise))
        for answer in (own, chance.choice(mine)):
            until = time.process_time() + CPU_SECONDS
            for draw in range(NUM_DRAWS):
                outcome = runner.grade(answer)
                is_right = outcome.earned == outcome.possible
                assert is_right is answer.is_correct, (seed, str(answer), draw, outcome.shown)
                if draw and time.process_time() > until:
                    break
