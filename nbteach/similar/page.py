"""The page for the teacher: one HTML file that needs nothing else, for the screen and for paper.

Whatever students wrote goes through Jinja's escaping, and the page may neither run nor load
anything: its content security policy says so to the browser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import groupby
from typing import Any

import numpy as np
from jinja2 import Environment
from markupsafe import Markup

from nbteach.similar.answers import Work
from nbteach.similar.fingerprints import fingerprints
from nbteach.similar.likeness import ALIKE, COMMON, Likenesses
from nbteach.similar.ranking import DEALS, Pair, Ranking
from nbteach.similar.tokens import comments, statements

__all__ = ["MOST_PAIRS", "Findings", "page"]

MOST_PAIRS = 40
_MOST_BELOW = 5  # of the pairs that chance explains, for comparison
_BINS = 10


@dataclass(frozen=True)
class Findings:
    """A lesson, what was handed in for it, and what came of comparing."""

    title: str
    lesson: str
    titles: Mapping[str, str]  # of the exercises, by name
    works: Sequence[Work]  # those of this class first
    num_own: int
    given: frozenset[int]
    found: Mapping[str, Likenesses]
    ranking: Ranking


def page(findings: Findings, *, group: str, today: date, names: bool = False) -> str:
    """Return the page; without `names` it shows numbers for students, and no comments of theirs."""
    own = files(__package__)
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(own.joinpath("page.html.j2").read_text(encoding="utf-8"))
    beyond = findings.ranking.num_beyond
    shown = findings.ranking.pairs[: beyond + _MOST_BELOW]
    labels = _labels(findings, shown, names)
    pairs = [_pair(findings, pair, labels, names) for pair in shown]
    told = [(work.place.name, one) for work in findings.works for one in work.told]
    return template.render(
        css=Markup(own.joinpath("page.css").read_text(encoding="utf-8")),
        title=findings.title,
        lesson=findings.lesson,
        group=f"Class {group}",
        date=f"{today.day} {today:%B %Y}",
        names=names,
        num_own=findings.num_own,
        num_earlier=len(findings.works) - findings.num_own,
        beyond=pairs[:beyond],
        below=pairs[beyond:],
        num_beyond=beyond,
        longest=max((pair["weight"] for pair in pairs), default=1.0),
        chance=findings.ranking.chance,
        deals=DEALS,
        exercises=[*_exercises(findings)],
        alike=ALIKE,
        common=COMMON,
        told=told,
    )


def _labels(findings: Findings, pairs: Sequence[Pair], names: bool) -> dict[int, str]:
    """Return what to call each student, in the order in which they appear."""
    seen = dict.fromkeys(at for pair in pairs for at in (pair.first, pair.second))
    if names:
        return {at: findings.works[at].place.name for at in seen}
    return {
        at: f"No. {number}{', of an earlier class' * (at >= findings.num_own)}"
        for number, at in enumerate(seen, 1)
    }


def _pair(findings: Findings, pair: Pair, labels: Mapping[int, str], names: bool) -> dict[str, Any]:
    both = (pair.first, pair.second)
    by_rarity = sorted(pair.exercises.items(), key=lambda item: item[1][1])
    return {
        "labels": [labels[at] for at in both],
        "weight": pair.weight,
        "answered": sum(bool(each.answered[[*both]].all()) for each in findings.found.values()),
        "exercises": [
            {
                "title": findings.titles[name],
                "percent": percent,
                "rank": rank,
                "pairs": findings.found[name].num_pairs,
                "sides": _sides(findings, [findings.works[at].answers[name] for at in both], names),
            }
            for name, (percent, rank) in by_rarity
        ],
    }


def _sides(findings: Findings, texts: Sequence[str], names: bool) -> list[list[tuple[str, str]]]:
    """Return two answers as pieces of text, each with its kind: shared, given, comment or none."""
    read = [[(each, fingerprints([each], window=1)) for each in statements(t)] for t in texts]
    prints = [{one for _, found in answer for one in found} for answer in read]
    shared = (prints[0] & prints[1]) - findings.given
    sides = []
    for text, answer in zip(texts, read, strict=True):
        kinds = [""] * len(text)
        for statement, found in answer:
            if found.keys() <= findings.given:
                _paint(kinds, text, statement[0].start, statement[-1].end, "given")
            for place in (place for each in found.keys() & shared for place in found[each]):
                _paint(kinds, text, *place, "shared")
        for start, end in [] if names else comments(text):
            kinds[start:end] = ["comment"] * (end - start)
        sides.append([*_pieces(text, kinds)])
    return sides


def _paint(kinds: list[str], text: str, start: int, end: int, kind: str) -> None:
    """Give a stretch of text its kind, and the brackets right behind it."""
    while text[end : end + 1] in ("(", ")", "]", "}", ":"):
        end += 1
    kinds[start:end] = [kind] * (end - start)


def _pieces(text: str, kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield runs of one kind; a comment, which might name somebody, is left out."""
    for kind, run in groupby(range(len(text)), key=kinds.__getitem__):
        places = [*run]
        yield "# …" if kind == "comment" else text[places[0] : places[-1] + 1], kind


def _exercises(findings: Findings) -> Iterator[dict[str, Any]]:
    """Yield how alike the answers to each exercise are, over all pairs."""
    for name, title in findings.titles.items():
        found = findings.found[name]
        bins = [int(part.sum()) for part in np.array_split(found.spread[:100], _BINS)]
        bins[-1] += int(found.spread[100])
        alike = int(found.spread[ALIKE:].sum())
        yield {
            "title": title,
            "answers": int(found.answered.sum()),
            "pairs": found.num_pairs,
            "alike": alike,
            "same": int(found.spread[100]),
            "bins": bins,
            "highest": max(bins) or 1,
            "is_natural": alike > COMMON * found.num_pairs,
        }
