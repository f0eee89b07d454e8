"""What a machine can see of a lesson's text: absolutes, citations, new words, what to take away."""

import re
from collections.abc import Iterator

import absolutes
import pytest

from nbteach.authoring import glossary, myths
from nbteach.authoring.index import card
from nbteach.authoring.lesson import Lesson, parse

_NAME = r"(?:(?:van|de|der|den|von) )*[A-ZÀ-ÞŠ][\w’'-]+(?: de [A-ZÀ-ÞŠ]\w+)?"
_CITED = re.compile(
    rf"(?!(?:In|Since|Until|By|Of) )({_NAME})(?:(?:, {_NAME})*,? and {_NAME}| et al\.)?"
    r"(?:'s|’s)?,? \(?(\d{4})\b"
)
_ENTRY = re.compile(rf"- ({_NAME}(?: {_NAME})?)(?:, \S| et al\.).*?\((\d{{4}})\)\. .+")
_IDS = {  # what begins like an id must have the form of one
    "arXiv:": r"arXiv:(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?![\w.]*\d)",
    "doi:": r"doi:10\.\d{4,9}/[^\s]*[\w)]",
}


@pytest.fixture(scope="module", params=absolutes.LESSONS, ids=lambda path: path.stem)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return parse(request.param)


def literature(lesson: Lesson) -> list[str]:
    """Return the entries of the list at the lesson's end."""
    texts = [cell.node.source for cell in lesson.cells if not cell.is_code]
    section = "\n".join(texts).partition("\n## Going further\n")[2].partition("\n## ")[0]
    return [" ".join(entry.split()) for entry in re.split(r"\n(?=- )", section.strip()) if entry]


def cited(text: str) -> Iterator[tuple[str, str]]:
    """Yield (first author, year) of each citation in a text."""
    yield from _CITED.findall(" ".join(text.split()))


def test_citations_are_seen_in_all_their_forms():
    text = "Kingma and Ba (2015); (He et al. 2015); van Laarhoven 2017; Liu, Wu and Zhou's (2009)"
    text += "; Bailey and López de Prado 2014"
    assert [*cited(text)] == [
        ("Kingma", "2015"),
        ("He", "2015"),
        ("van Laarhoven", "2017"),
        ("Liu", "2009"),
        ("Bailey", "2014"),
    ]
    assert not [*cited("In 2015 a network of 1000 units")]


def test_what_is_cited_is_listed_and_what_is_listed_is_cited(lesson):
    listed = set()
    for entry in literature(lesson):
        found = _ENTRY.match(entry)
        assert found, f"no entry of the form `- Author, A. (year). Title. Where`: {entry}"
        listed.add((found[1].split()[-1], found[2]))  # of a double name, the second part
    text = "\n".join(cell.node.source for cell in lesson.cells).partition("\n## Going further\n")[0]
    used = {(author.split()[-1], year) for author, year in cited(text)}
    assert listed - used == set(), "listed and not cited"
    assert used - listed == set(), "cited and not listed"


def test_ids_have_the_right_form(lesson):
    for entry in literature(lesson):
        for mark, form in _IDS.items():
            ids = re.findall(rf"{mark}\S*", entry, re.IGNORECASE)
            assert all(re.fullmatch(form, found.rstrip(".")) for found in ids), entry


def test_each_absolute_was_weighed(lesson):
    kept = absolutes.weighed(lesson.path)
    known = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    number = lesson.name[:2]
    unweighed = [sentence for sentence in absolutes.absolutes(lesson) if sentence not in known]
    assert not unweighed, f"weigh them: python tests/support/absolutes.py {number}"
    stale = [sentence for sentence in known if sentence not in absolutes.absolutes(lesson)]
    assert not stale, f"no longer there: python tests/support/absolutes.py {number} --write"


def test_it_explains_its_words(lesson):
    assert [*glossary.terms(lesson)], "explain new words in lines of the form `> **term**: ...`"


def test_each_of_its_myths_gets_a_verdict(lesson):
    said = myths.verdicts(lesson)
    if lesson.name != "00_start_here":
        assert len(said) == len(re.findall(r"[.!?](?= |$)", card(lesson).belief.strip("*")))


def test_it_ends_with_five_sentences_and_their_numbers(lesson):
    page = glossary.take_away([lesson])
    section = page.rpartition("\n\n")[2] if page.count("\n\n") else page
    sentences = re.split(r"^- ", section, flags=re.MULTILINE)[1:]
    assert len(sentences) == 5, page
    assert all(re.search(r"\d", sentence) for sentence in sentences), page
