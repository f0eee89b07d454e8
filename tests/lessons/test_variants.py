"""The exercises' tests, themselves tested: right answers earn every point, wrong ones are named.

What fails at home is not graded as well: `test_variants_graded` has the grader judge a third.
"""

import json
from functools import cache

import pytest
import variant_runner
from variant_runner import ROOT, Outcome, Runner, Variant

LONG = {  # exercises whose answers together take ten seconds or more
    *("draw", "xavier", "init-network", "gain", "train-softmax", "adamw", "probe-then-tune"),
    *("what-moves", "features", "smote", "back-translation"),
}
LESSONS = sorted(path.stem for path in (ROOT / "tests/lessons/variants").glob("[0-9]*.py"))


def takes_long(lesson: str) -> set[str]:
    """Return those, and the exercises of which not even all mutants are tried."""
    path = ROOT / f"tests/lessons/mutants/{lesson}.json"
    records = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return LONG | {name for name, it in records.items() if it["tried"] < it["mutants"]}


VARIANTS = [  # `make test` tries all, but every fourth where that takes long
    pytest.param(
        lesson,
        variant,
        id=f"{lesson[:2]} {variant}",
        marks=[pytest.mark.slow] * (number % 4 > 0 and variant.exercise in takes_long(lesson)),
    )
    for lesson in LESSONS
    for number, variant in enumerate(
        variant_runner.load(ROOT / f"tests/lessons/variants/{lesson}.py")
    )
]
TABLE = ROOT / "docs/variants.md"


@cache
def runner(lesson: str) -> Runner:
    return Runner(ROOT / f"solutions/{lesson}.py")


@cache
def graded(lesson: str, variant: Variant) -> Outcome:
    return runner(lesson).grade(variant, also_failures=False)


@pytest.mark.parametrize(("lesson", "variant"), VARIANTS)
def test_answer_earns_what_it_deserves(lesson, variant):
    outcome = graded(lesson, variant)
    assert outcome.is_fair, "another verdict at home than in grading"
    if variant.is_correct:
        assert outcome.earned == outcome.possible, outcome.shown
    else:
        assert outcome.earned < outcome.possible
        assert variant.says in outcome.shown


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_exercise_has_enough_answers_and_its_listed_mistakes_are_tried(lesson):
    answers = variant_runner.load(ROOT / f"tests/lessons/variants/{lesson}.py")
    for exercise in runner(lesson).exercises:
        mine = [answer for answer in answers if answer.exercise == exercise]
        assert sum(answer.is_correct for answer in mine) >= 3, exercise
        assert sum(not answer.is_correct for answer in mine) >= 8, exercise
        for sentence in runner(lesson).listed_mistakes(exercise):
            assert any(answer.says and answer.says in sentence for answer in mine), sentence


def test_table_in_the_docs_is_fresh():
    table = "".join(variant_runner.table(lesson, runner(lesson)) for lesson in LESSONS)
    assert TABLE.read_text(encoding="utf-8") == variant_runner.HEADING + table, (
        "stale: python tests/support/variant_runner.py"
    )
