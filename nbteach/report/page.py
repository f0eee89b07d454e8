"""The page for the teacher: one HTML file that needs nothing else, for the screen and for paper.

Every text goes through Jinja's escaping, and the page may neither run nor load anything: its
content security policy says so to the browser.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from nbteach.report import item_analysis
from nbteach.report.advice import advice
from nbteach.report.classwork import WHEN, Classwork
from nbteach.report.few import FEW, Counts
from nbteach.report.lesson_facts import LessonFacts

__all__ = ["page"]

_BINS = 10
_KINDS = ("solved", "partly", "wrong", "untried")
_OTHERWISE: Mapping[str | None, str] = {"": "another answer", None: "no prediction"}


def page(
    facts: LessonFacts, work: Classwork, *, group: str, today: date, names: bool = False
) -> str:
    """Return the page.

    Args:
        facts, work: the lesson, and what the class did in it.
        group: the name of the class.
        today: the date that stands on the page.
        names: say who is stuck; without it nobody is named, and no count is told that would do so
            in a small class (see `few`).
    """
    own, counts = files(__package__), Counts(exact=names)
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(own.joinpath("page.html.j2").read_text(encoding="utf-8"))
    return template.render(
        css=Markup(own.joinpath("page.css").read_text(encoding="utf-8")),
        title=facts.title,
        lesson=facts.name,
        group=f"Class {group}",
        date=f"{today.day} {today:%B %Y}",
        names=names,
        graded=len(work.points),
        ungraded=[_name(work, one) for one in work.ungraded],
        absent=[_name(work, one) for one in work.absent],
        not_counted=facts.not_counted,
        few=FEW,
        too_few=0 < len(work.points) < FEW and not names,
        told=counts.told,
        drawn=counts.drawn,
        share=counts.share,
        **(_content(facts, work, counts) if len(work.points) else {}),
    )


def _content(facts: LessonFacts, work: Classwork, counts: Counts) -> dict[str, Any]:
    titles = {each.name: each.title for each in facts.exercises}
    most = pd.Series({each.name: each.points for each in facts.exercises}, dtype=float)
    table = item_analysis.item_table(work.points, work.tried, most)
    counted = item_analysis.mistakes(work.reasons)
    needy = item_analysis.strugglers(work.points, work.tried, most)
    rows = table.to_dict("index")
    hardly = [
        one.title for one in facts.exercises if rows[one.name]["untried"] > len(work.points) / 2
    ]
    return {
        **_scores(work.points.sum(axis=1), most.sum(), counts),
        "advice": [vars(one) | {"title": titles[one.exercise]} for one in advice(table, counted)],
        "hardly_tried": hardly,
        "exercises": [_stack(one.title, rows[one.name], counts) for one in facts.exercises],
        "fewest": item_analysis.FEWEST,
        "error": 1 / math.sqrt(max(len(work.points) - 1, 1)),
        "mistakes": [
            *_mistakes(counted, titles, 2 if len(work.points) >= item_analysis.FEWEST else 1)
        ],
        "most_hit": counted["hit"].max() if len(counted) else 1,
        "questions": [*_questions(facts, work, counts)],
        "asked": [*_asked(facts, work, counts)],
        "stuck": needy.index[needy["is_stuck"]],
        "stopped": needy.index[needy["stopped"]],
        "strugglers": [*_people(work, needy, most, titles)],
    }


def _stack(title: str, row: Mapping[Any, Any], counts: Counts) -> dict[str, Any]:
    """Return how an exercise went, and the parts of its bar: kind, count in words, length."""
    numbers = [int(row[kind]) for kind in _KINDS]
    words = counts.column(numbers)
    lengths = map(counts.drawn, numbers)
    parts = [part for part in zip(_KINDS, words, lengths, strict=True) if part[2]]
    return {"title": title, **row, "parts": parts, "words": dict(zip(_KINDS, words, strict=True))}


def _scores(scores: pd.Series, most: float, counts: Counts) -> dict[str, Any]:
    shares = (scores / most * _BINS).round(9).astype(int).clip(upper=_BINS - 1)
    found = [int(n) for n in shares.value_counts().reindex(range(_BINS), fill_value=0)]
    step = 100 // _BINS
    histogram = [
        {"label": f"{step * at}–{step * (at + 1)}", "words": words, "length": counts.drawn(number)}
        for at, (number, words) in enumerate(zip(found, counts.column(found), strict=True))
    ]
    told = ", ".join(f"{bin['label']}: {bin['words']}" for bin in histogram if bin["length"])
    quarter, median, three_quarters = (
        f"{scores.quantile(q, interpolation='nearest'):g}" for q in (0.25, 0.5, 0.75)
    )
    return {
        "most": f"{most:g}",
        "quarter": quarter,
        "median": median,
        "three_quarters": three_quarters,
        "perfect": int((scores >= most - 1e-9).sum()),
        "histogram": histogram,
        "highest": max(map(counts.drawn, found)),
        "histogram_alt": f"Number of students by percentage of the points. {told}.",
    }


def _mistakes(
    counted: pd.DataFrame, titles: Mapping[str, str], fewest: int
) -> Iterator[dict[str, Any]]:
    """Yield, for each exercise, the reasons that cost at least `fewest` students points."""
    for name, title in titles.items():
        mine = counted[counted["exercise"] == name]
        often = mine[mine["hit"] >= fewest]
        if len(mine):
            rows = often.to_dict("records")
            yield {"title": title, "rows": rows, "others": len(mine) - len(often)}


def _questions(facts: LessonFacts, work: Classwork, counts: Counts) -> Iterator[dict[str, Any]]:
    for question in facts.questions:
        chosen = item_analysis.tally(work.guesses[question.cell], question.options)
        words = counts.column([*chosen.values()])
        rows = [
            {
                "text": _OTHERWISE.get(guess, guess),
                "words": word,
                "length": counts.drawn(count),
                "is_other": guess in _OTHERWISE,
                "is_true": guess == question.measured and bool(guess),
            }
            for (guess, count), word in zip(chosen.items(), words, strict=True)
            if count or guess not in _OTHERWISE
        ]
        yield {
            "text": question.text,
            "rows": rows,
            "guessed": len(work.guesses) - chosen[None],
            "right": chosen.get(question.measured, 0) if question.measured else 0,
            "measured": question.measured,
        }


def _asked(facts: LessonFacts, work: Classwork, counts: Counts) -> Iterator[dict[str, Any]]:
    """Yield, for each question that is asked twice, how many knew it at first and at last."""
    for one in facts.asked:
        right = [(when, int(work.asked[(one.name, when)].sum())) for when in WHEN]
        rows = [
            {"when": when, "words": counts.told(n, len(work.asked)), "length": counts.drawn(n)}
            for when, n in right
        ]
        yield {"text": one.text, "right": one.right, "rows": rows}


def _people(
    work: Classwork, needy: pd.DataFrame, most: pd.Series, titles: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    failed = work.tried & work.points.lt(most - 1e-9)
    for row in needy.itertuples():
        wrong = [title for name, title in titles.items() if failed.at[row.Index, name]]
        yield {
            "name": _name(work, str(row.Index)),
            "points": f"{row.points:g}",
            "tried": row.tried,
            "solved": row.solved,
            "stopped": row.stopped,
            "failed": [title.partition(" · ")[0] for title in wrong],  # numbers will do
        }


def _name(work: Classwork, student: str) -> str:
    known = work.names.get(student, "")
    return f"{known} ({student})" if known else student
