"""What follows from what was noted, by hand on a small course."""

from datetime import UTC, datetime

import pytest

from nblib.progress import words
from nblib.progress.course import Exercise, Lesson
from nblib.progress.standing import Guess, next_up, standing

ONE = Lesson(
    "00_one",
    "0 · One",
    (
        Exercise("one#a", "1 · A", 10, (), ("A",)),
        Exercise("one#b", "2 · B", 20, (), ("B", "B, again")),
        Exercise("one#c", "3 · C", 5, (), ("C",)),
    ),
    ("yes", "no"),
)
TWO = Lesson("01_two", "1 · Two", (Exercise("two#a", "1 · Z", 30, (), ("Z",)),), ())
COURSE = [ONE, TWO]
DAYS = [datetime(2026, 11, day, tzinfo=UTC) for day in range(1, 5)]


def passed(key, part=0, at=None, passed=True):
    return {"exercise": key, "part": part, "passed": passed, "at": at}


def test_an_exercise_is_solved_once_all_its_checks_have_passed_and_stays_so():
    facts = [
        passed("one#a", at=DAYS[0]),
        passed("one#a", at=DAYS[1], passed=False),
        passed("one#b", at=DAYS[1]),
        passed("one#b", at=DAYS[2], passed=False),
        passed("one#a", at=DAYS[2]),
    ]
    assert standing(COURSE, facts).solved == {"one#a": DAYS[0]}
    now = standing(COURSE, [*facts, passed("one#b", 1, DAYS[3])])
    assert now.solved == {"one#a": DAYS[0], "one#b": DAYS[3]}
    assert [each.key for each in now.open(ONE)] == ["one#c"]
    assert now.last == "one"


@pytest.mark.parametrize(
    "fact",
    [
        {},
        {"exercise": "gone#a", "part": 0, "passed": True},
        {"exercise": ["one#a"], "part": 0, "passed": True},
        {"exercise": "one#a", "part": [], "passed": True},
        {"exercise": "one#a", "part": 0, "passed": "yes"},
        {"lesson": "one", "guess": 3},
    ],
)
def test_what_is_none_of_the_courses_is_passed_over(fact):
    now = standing(COURSE, [fact])
    assert (now.solved, now.guesses) == ({}, {})


def test_a_guess_counts_as_it_stood_when_it_was_first_measured():
    facts = [
        {"lesson": "one", "guess": "no"},
        {"lesson": "one", "guess": "yes"},
        {"lesson": "one", "guess": "yes", "measured": "no"},
        {"lesson": "one", "guess": "no"},
        {"lesson": "one", "guess": "no", "measured": "no"},
    ]
    now = standing(COURSE, facts[:2])
    assert now.guesses == {"one": Guess("yes")}
    assert words.guessed(now) == "1 guess waits for a measurement."
    now = standing(COURSE, facts)
    assert now.guesses == {"one": Guess("yes", "no")}
    assert words.guessed(now) == "1 guess met its measurement: 0 held, 1 fell."


def keys(facts, here=None):
    return [each.key for _, each in next_up(COURSE, standing(COURSE, facts), here)]


def test_what_comes_next_fits_into_a_quarter_of_an_hour_or_is_the_first_open():
    every = [passed(each.key, part) for each in ONE.exercises for part in range(len(each.checks))]
    assert keys([]) == ["one#a", "one#c"]
    assert keys([passed("one#a"), passed("one#c")]) == ["one#b"]
    assert keys(every) == ["two#a"]
    assert keys([passed("two#a")], TWO) == ["one#a", "one#c"]  # round to what was left
    done = standing(COURSE, [*every, passed("two#a")])
    assert next_up(COURSE, done) == []
    assert words.solved(COURSE, done) == "All 4 exercises of the course are solved."
    assert "nblib progress --page" in words.next_line([])


def test_it_is_said_in_sentences():
    now = standing(COURSE, [passed("one#a")])
    assert words.table(COURSE, now) == [
        "0 · One  ████░░░░░░░░   1 of  3",
        "1 · Two  ░░░░░░░░░░░░   0 of  1",
    ]
    assert (
        words.solved(COURSE, now)
        == "1 of 4 exercises of the course is solved, in one of its lessons."
    )
    assert words.next_line(next_up(COURSE, now)) == "In 15 minutes, in 0 · One: 3 · C (5 minutes)."
    assert words.next_line([(TWO, TWO.exercises[0])], TWO) == (
        "For a longer sitting: 1 · Z (30 minutes)."
    )
    assert words.solved(COURSE, standing(COURSE, [])).startswith("None of the 4 exercises")
