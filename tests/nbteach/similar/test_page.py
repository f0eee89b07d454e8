"""The page shows what is alike, judges nobody, names nobody unless asked, and trusts no text."""

from datetime import date
from pathlib import Path

import pytest
from html_reader import Reader

from nbteach.similar.answers import Place, Work
from nbteach.similar.fingerprints import fingerprints
from nbteach.similar.likeness import compare
from nbteach.similar.page import Findings, page
from nbteach.similar.ranking import ranking
from nbteach.similar.tokens import statements

TODAY = date(2026, 3, 1)
BAD = "<script>alert(1)</script>"
COPIED = "def f(x):\n    # by Ada\n    y = x.exp() * 2 - 1  # grows\n    return y.sum() / 7 + 3\n"
OTHERS = [f"def f(x):\n    return x.a{at} + {at} * x.b{at}(x) - {at}\n" for at in range(12)]


def findings(answers: list[str], num_exercises: int = 4, num_own: int | None = None) -> Findings:
    """A class in which everybody gives the same answer to each exercise."""
    num_own = len(answers) if num_own is None else num_own
    names = [f"e{at}" for at in range(num_exercises)]
    works = [
        Work(
            Place(f"s{at}", Path(), "spring" * (at >= num_own)),
            {name: text for name in names if text},
            ("torn",) * (not text),
        )
        for at, text in enumerate(answers)
    ]
    prints = [fingerprints(statements(text)).keys() for text in answers]
    found = {name: compare(prints, num_own) for name in names}
    return Findings(
        title="1 · A lesson",
        lesson="01_lesson",
        titles={name: f"{at} · Exercise" for at, name in enumerate(names, 1)},
        works=works,
        num_own=num_own,
        given=frozenset(),
        found=found,
        ranking=ranking(found, num_own, 40),
    )


def read(found: Findings, names: bool = False) -> tuple[str, list[str]]:
    """Return the words of a page, which must be well formed and load nothing, and its marks."""
    text = page(found, group="autumn", today=TODAY, names=names)
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    assert reader.tags.isdisjoint({"script", "img", "link", "iframe", "a", "form"})
    assert "default-src 'none'" in text
    return " ".join(reader.words), reader.marks


CLASS = [COPIED, *OTHERS, COPIED.replace("y", "why")]


def test_pairs_beyond_chance_come_first_side_by_side():
    said, marks = read(findings(CLASS))
    assert "14 submissions of this class 4 exercises, compared one by one 1 pair beyond" in said
    assert "No. 1 and No. 2 Alike in 4 of the 4 exercises that both answered." in said
    assert "1 · Exercise 100 % alike no other of 91 pairs is" in said
    assert marks[1:3] == ["y = x.exp() * 2 - 1", "return y.sum() / 7 + 3"]
    assert marks[3:5] == ["why = x.exp() * 2 - 1", "return why.sum() / 7 + 3"]


def test_nobody_is_named_or_judged_unless_asked():
    found = findings([*CLASS, ""], num_own=13)
    hidden, shown = read(found)[0], read(found, names=True)[0]
    for name in ("s0", "s13", "spring", "Ada", "grows", "torn"):
        assert name not in hidden
        assert name in shown
    assert "No. 1 and No. 2, of an earlier class" in hidden
    assert "s0 and s13 (spring)" in shown
    assert "4 notebooks or answers" not in hidden
    assert "1 notebook or answer could not be read" in hidden
    assert "s14 (spring) : torn" in shown
    for said in (hidden, shown):
        assert "Alike is not copied." in said
        for word in ("plagiar", "cheat", "suspicious", "fraud"):
            assert word not in said.lower()


def test_what_was_given_is_not_marked():
    found = findings(CLASS)
    given = frozenset(fingerprints(statements("y = x.exp() * 2 - 1"), window=1))
    given |= frozenset(fingerprints(statements("def f(x): y = x.exp() * 2 - 1"), window=1))
    found = Findings(**{**vars(found), "given": given})
    assert read(found)[1][1:3] == ["return y.sum() / 7 + 3", "return why.sum() / 7 + 3"]


@pytest.mark.parametrize("names", [False, True])
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([], "There is nothing to compare yet: it takes two submissions."),
        ([COPIED], "There is nothing to compare yet: it takes two submissions."),
        (["", ""], "None: no two students share more than they would"),
        ([COPIED] * 30, "says nothing"),
        (OTHERS, "None: no two students share more than they would"),
    ],
)
def test_every_class_has_a_sensible_page(answers, said, names):
    text, marks = read(findings(answers), names)
    assert said in text
    assert marks in ([], ["Marked"])
    assert "nan" not in text


def test_of_many_pairs_the_first_are_shown():
    rings = [text for text in OTHERS for _ in range(5)]
    said, _ = read(findings(rings, num_exercises=8))
    assert "120 pairs beyond chance" in said
    assert "The first 40 of 120 are shown." in said


def test_a_single_exercise_says_how_little_it_can_tell():
    said, _ = read(findings(CLASS, num_exercises=1))
    assert "A lesson with so few exercises can hardly tell; look at the pairs below." in said
    assert "Next in order, as chance would have it" in said


def test_everything_that_students_wrote_is_escaped():
    bad = [f"def f(x):\n    y = '{BAD}' + x.exp() - 2  # {BAD}\n    return y", *OTHERS]
    found = findings([*bad, bad[0]])
    works = [Work(Place(BAD, Path(), BAD), work.answers, (BAD,)) for work in found.works]
    found = Findings(**{**vars(found), "works": works, "title": BAD, "lesson": BAD})
    assert read(found, names=True)[0].count(BAD) > 10
    read(found)
