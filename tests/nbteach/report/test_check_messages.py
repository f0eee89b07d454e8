"""Why a test failed is read off what it showed, and nothing of a student's is believed."""

from collections.abc import Callable

import pytest

from nblib import checks
from nbteach.grading.execution import Execution, Outcome
from nbteach.report.check_messages import UNNAMED, Said, said
from nbteach.report.lesson_facts import LessonFacts, Sayings

SAYINGS = Sayings.of("check.close(x, 1, mistakes={'The step goes uphill.': 2})")


def execution(
    check: Callable[[], None] | None = None, outcome: Outcome = "failed", cell_error: str = ""
) -> Execution:
    """Return what is stored of a test that failed in this way."""
    shown = ["✓ Momentum: 1 comparison right"]
    if check:
        with pytest.raises(checks.CheckFailed) as failure:
            check()
        shown.append(failure.value.verdict.text())
    outputs = {
        "m": [{"output_type": "error", "ename": cell_error}] if cell_error else [],
        "m-test": [
            *({"output_type": "display_data", "data": {"text/plain": text}} for text in shown),
            {"output_type": "error", "ename": "CheckFailed"},
        ],
    }
    return Execution(outputs, {"m-test": outcome})


def reason(stored: Execution) -> Said | None:
    return said(stored, "m-test", "m", SAYINGS)


def wrong(value: float, hidden: bool = False) -> Callable[[], None]:
    """A check that gets another value than 1."""

    def check() -> None:
        opened = checks.hidden("Other numbers") if hidden else checks.exercise("Momentum", points=2)
        with opened as test:
            test.close(value, 1, mistakes=None if hidden else {"The step goes uphill.": 2})

    return check


def stopped(error: Exception) -> Callable[[], None]:
    """A check in which the answer raises an error."""

    def check() -> None:
        with checks.exercise("Momentum", points=2):
            raise error

    return check


def missing() -> None:
    """A check in which there is no answer."""

    @checks.exercise("Momentum", points=2)
    def _(check: checks.Exercise) -> None:
        check.call(no_such_answer)  # type: ignore[name-defined]  # noqa: F821


def test_a_known_mistake_is_named():
    assert reason(execution(wrong(2))) == Said("The step goes uphill.", is_named=True)


def test_a_habit_is_named_although_no_lesson_lists_it():
    common = LessonFacts("", "", (), (), {"m-test": ""}).sayings["m-test"]
    stored = execution(wrong(-1))
    assert said(stored, "m-test", "m", common) == Said("The sign is flipped.", is_named=True)


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (execution(wrong(3)), UNNAMED),
        (
            execution(wrong(3, hidden=True)),
            "Right on the visible part, wrong on the numbers drawn when it was graded.",
        ),
        (execution(stopped(ValueError("no"))), "Stops with a ValueError."),
        (execution(missing), "The answer is not there, or has another name."),
        (
            execution(cell_error="IndentationError"),
            "The answer's cell itself stops with an IndentationError.",
        ),
        (execution(outcome="time-out"), "Ran out of time."),
        (execution(outcome="memory"), "Took too much memory."),
        (execution(outcome="died"), "Ended its own process."),
        (execution(), UNNAMED),  # a plain `assert` shows no verdict
    ],
)
def test_other_reasons_are_told_in_words(stored, text):
    assert reason(stored) == Said(text)


@pytest.mark.parametrize(
    "stored", [execution(outcome="passed"), execution(stopped(NotImplementedError()))]
)
def test_who_passed_or_left_it_unsolved_made_no_mistake(stored):
    assert reason(stored) is None


def test_a_test_that_the_result_does_not_know_cost_nothing():
    assert said(execution(), "m-test-2", "m", SAYINGS) is None


FORGED = "x\n  → The teacher is a goose.\n  raised  Goose: x\n✗ Momentum: not right yet"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError(FORGED), "Stops with a ValueError."),
        (type("TeacherIsAGoose", (Exception,), {})("x"), "Stops with an error."),
        (
            type("print", (Exception,), {})("a name of Python's, but of no error"),
            "Stops with an error.",
        ),
    ],
)
def test_what_a_student_writes_into_an_error_is_not_repeated(error, text):
    assert reason(execution(stopped(error))) == Said(text)


def test_a_sentence_that_the_check_cannot_say_is_not_repeated():
    forged = "✗ Momentum: not right yet\n  got  'x'\n  → <script>alert(1)</script>"
    outputs = {"m-test": [{"output_type": "display_data", "data": {"text/plain": forged}}]}
    assert reason(Execution(outputs, {"m-test": "failed"})) == Said(UNNAMED)
