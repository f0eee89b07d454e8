"""The page says what the numbers are, in every kind of class, and trusts no text."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from html_reader import Reader

from nbteach.report.classwork import Classwork
from nbteach.report.few import FEW, Counts
from nbteach.report.lesson_facts import Asked, Exercise, LessonFacts, Question
from nbteach.report.page import page

NAMES = ["one", "two", "three", "four"]
FACTS = LessonFacts(
    "01_tiny",
    "1 · A tiny lesson",
    tuple(Exercise(name, f"{n} · Exercise {name}", n) for n, name in enumerate(NAMES, 1)),
    (Question("guess", "Which one?", ("this", "that"), "that"),),
    {},
)
TODAY = date(2026, 3, 1)


def work(rows: list[list[float | None]], **others: object) -> Classwork:
    """A class: for each student the points for each exercise, None where it was not tried."""
    students = [f"s{number}" for number in range(1, len(rows) + 1)]
    points = pd.DataFrame(rows, index=students, columns=NAMES, dtype=float)
    columns = ["student", "exercise", "text", "is_named"]
    reasons = others.pop("reasons", [])
    guesses = others.pop("guesses", [None] * len(rows))
    return Classwork(
        points=points.fillna(0.0),
        tried=points.notna(),
        reasons=pd.DataFrame(reasons, columns=columns),
        guesses=pd.DataFrame({"guess": guesses}, index=students, dtype=object),
        **others,
    )


def read(classwork: Classwork, facts: LessonFacts = FACTS, *, names: bool = False) -> str:
    """Return the text of a page; it is well-formed, and there is nothing in it that runs."""
    reader = Reader()
    reader.feed(page(facts, classwork, group="autumn", today=TODAY, names=names))
    assert reader.open == []
    assert reader.tags.isdisjoint({"script", "link", "iframe", "object", "form", "a", "img"})
    return " ".join(reader.words)


PERFECT = [1.0, 2.0, 3.0, 4.0]
MIXED = [PERFECT, [1, 2, 0, None], [0, None, None, None], [1, 2, 1, 0]]
REASONS = [
    ("s2", "three", "That is half.", True),
    ("s4", "three", "That is half.", True),
    ("s4", "four", "Ran out of time.", False),
    ("s3", "one", "Uphill.", True),
]


def test_it_tells_what_was_found():
    guesses = ["that", "this", None, "that"]
    said = read(work(MIXED, reasons=REASONS, guesses=guesses, absent=("x",)), names=True)
    assert "1 · A tiny lesson Class autumn · 1 March 2026 4 graded of 5" in said
    assert "4 points of 10, the median" in said
    assert "1 solved everything" in said
    assert (
        "3 · Exercise three 2 of the 3 who tried have not solved it. What they were told: "
        "That is half. 2 students" in said
    )
    assert "3 · Exercise three 1 25 % –" in said
    assert "It is left out for fewer than 10 students." in said
    assert "4 · Exercise four what the check said students Ran out of time. 1" in said
    assert "Which one? answer students this 1 that ✓ measured 2 no prediction 1" in said
    assert "2 of 3 predictions came true" in said
    assert "1 solved less than half of what they tried." in said
    assert "1 tried nothing in the second half of the lesson." in said
    assert "1 handed in nothing." in said


def test_discrimination_is_told_for_ten_students_and_low_ones_are_marked():
    rows = [[1, 2, 3, 0], [1, 2, 0, 4], [0, 0, 0, 4], [0, 2, 3, 0], [1, 0, 3, 4]] * 2
    said = read(work(rows))
    assert "With 10 students it is uncertain by about ±0.33." in said
    assert "low −0." in said


def test_rare_mistakes_are_summed_up_in_a_large_class():
    rows = [[0, 2, 3, 4]] * 12
    rare = [(f"s{n}", "one", f"Mistake {n}.", True) for n in range(1, 4)]
    often = [(f"s{n}", "one", "Uphill.", True) for n in range(4, 8)]
    said = read(work(rows, reasons=rare + often), names=True)
    assert "Uphill. 4 3 others, made by one student each." in said
    assert "Uphill. a few 3 others, rarer still." in read(work(rows, reasons=rare + often))
    faults = said[said.index("Mistakes, and") :]
    assert "Mistake 1." not in faults
    assert "Mistake 1." in read(work(rows[:9], reasons=rare + often))


def test_a_page_without_names_has_no_count_with_a_face():
    rows = [PERFECT] * 41 + [[1, 2, 0, 4]] * 12 + [[1, 2, 3, 0]] * 6 + [[1, 2, 3, None]]
    reasons = [(f"s{n}", "four", "Half.", True) for n in (54, 55, 56)]
    guesses = ["that"] * 50 + ["this"] * 8 + [None] * 2
    classwork = work(rows, reasons=reasons, guesses=guesses, absent=("x",), ungraded=("y",))
    said = read(classwork)
    assert "41 solved everything" in said
    assert "60 graded 10 points" in said  # of how many, would tell who is absent
    assert "a few submissions could not be graded" in said
    assert "3 · Exercise three 48 80 %" in said
    assert "4 · Exercise four 53 88 %" in said
    assert "1 · Exercise one 60 100 %" in said
    assert "Half. a few" in said
    assert "this some that ✓ measured 50 no prediction a few" in said
    assert "A few handed in nothing." in said
    exact = read(classwork, names=True)
    assert "this 8 that ✓ measured 50 no prediction 2" in exact
    assert "60 graded of 62" in exact


@pytest.mark.parametrize("size", [5, 6, 9, 12, 60])
def test_what_is_withheld_cannot_be_worked_out(size, rng):
    for _ in range(200):
        counts = rng.multinomial(size, rng.dirichlet([0.5] * 4)).tolist()
        words = Counts(exact=False).column(counts)
        withheld = [count for count, word in zip(counts, words, strict=True) if word != str(count)]
        assert 0 not in withheld
        assert all(word == "0" or int(word) >= FEW for word in words if word.isdigit())
        left = [count for count in counts if count and count not in withheld]
        assert not withheld or sum(withheld) > FEW or not left
        assert Counts(exact=True).column(counts) == [*map(str, counts)]


def test_bars_do_not_tell_few_from_fewer():
    assert len({Counts(exact=False).drawn(count) for count in range(1, FEW)}) == 1


@pytest.mark.parametrize("size", range(1, FEW))
def test_a_very_small_class_gets_no_numbers_without_names(size):
    said = read(work([[0, 2, 3, 4]] * size, reasons=[("s1", "one", "Uphill.", True)]))
    assert "Uphill" not in said
    assert f"In a class of {size} every number has a face" in said
    assert "--names" in said
    assert "Uphill" in read(work([[0, 2, 3, 4]] * 5, reasons=[("s1", "one", "Uphill.", True)]))


def test_nobody_is_named_unless_asked():
    others = {"absent": ("gone",), "ungraded": ("torn",)}
    classwork = work([*MIXED, PERFECT], names={"s3": "Ada Lovelace"}, **others)
    hidden, shown = read(classwork), read(classwork, names=True)
    for name in ("Ada", "s3", "s2", "gone", "torn"):
        assert name not in hidden
    assert "may be projected" in hidden
    assert "Ada Lovelace (s3) 0 0 of 1 1 stopped early" in shown
    assert "Handed in nothing: gone. Without a grade: torn." in shown
    assert "not for the wall" in shown


@pytest.mark.parametrize("names", [False, True])
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "Nothing has been graded in this lesson yet."),
        ([PERFECT] * 5, "5 graded"),
        ([[0.0, 0.0, 0.0, 0.0]] * 5, "0 points of 10, the median"),
        ([[None] * 4] * 5, "Hardly tried, by less than half of the class: 1 · Exercise one;"),
        ([PERFECT] * 30, "None: nobody who tried an exercise lost a point in it."),
        ([PERFECT] * 30, "Nothing: in no exercise did more than a few of those who tried fail."),
        ([[1, 2, 3, None]] * 12, "4 · Exercise four 0 0 % nobody tried"),
    ],
)
def test_every_class_has_a_sensible_page(rows, said, names):
    text = read(work(rows), names=names)
    assert said in text
    assert "nan" not in text


def test_without_a_measurement_it_says_how_to_get_one():
    unknown = LessonFacts(
        FACTS.name, FACTS.title, FACTS.exercises, (Question("guess", "", ("this", "that")),), {}
    )
    said = read(work([PERFECT] * 5, guesses=["this"] * 5), unknown)
    assert "run nblib solutions --lesson 01_tiny once" in said
    assert "measured" not in said.replace("Predicted, and measured", "")


def test_ungraded_submissions_are_told_without_a_name():
    said = read(work([PERFECT], ungraded=("torn",)))
    assert "a few submissions could not be graded and are left out here; nblib grade 01" in said


def test_names_and_everything_else_are_escaped():
    bad = "<script>alert(1)</script>"
    classwork = work(
        MIXED, reasons=[("s3", "one", bad, True)], names={"s3": bad}, absent=(bad,), ungraded=(bad,)
    )
    facts = LessonFacts(bad, bad, FACTS.exercises, (Question("guess", bad, (bad,)),), {})
    assert read(classwork, facts, names=True).count(bad) >= 6


@pytest.mark.parametrize(
    ("names", "told"), [(True, "first 2 last 7"), (False, "first a few last 7")]
)
def test_what_was_asked_twice_shows_how_many_knew_it_then_and_now(names, told):
    facts = replace(FACTS, asked=(Asked("way", "Which way?", "down", ("a", "b")),))
    columns = pd.MultiIndex.from_product([["way"], ["first", "last"]])
    rows = [[student < 2, student < 7] for student in range(14)]
    students = [f"s{number}" for number in range(1, 15)]
    asked = pd.DataFrame(rows, index=students, columns=columns)
    text = read(work([PERFECT] * 14, asked=asked), facts, names=names)
    assert f"Which way? ✓ down when students {told}" in text
    assert "Asked first, and last" not in read(work([PERFECT] * 14), names=names)
