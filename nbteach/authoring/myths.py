"""The course's last page: `notebooks/myths.md`, what became of every myth, in one table.

A lesson says its myths in its first cell, and ends with the section "The verdict", one item each:

    - **"The myth."** What was measured. **It flips** where it is true after all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nbteach.authoring.index import card
from nbteach.authoring.lesson import Lesson

__all__ = ["page", "verdicts"]

_SECTION = re.compile(r"^## The verdict\n+((?:(?!^#).*\n?)+)", re.MULTILINE)
_ITEM = re.compile(r"^- \*\*[\"“](?P<myth>.+?)[\"”]\*\* (?P<verdict>.+(?:\n  .+)*)", re.MULTILINE)
_HEADING = """# What became of every myth

Made from the lessons by `nblib build`; never edited. It gives the results away, so read it
last. Each figure was measured in its lesson, on small networks and small data; there it also
says over how many seeds, and what larger studies found. **It flips** marks the conditions under
which the myth is true after all.

| lesson | the myth | what was measured |
|---|---|---|"""
_FROM_HERE = """
## Where to go from here

- **Your own data.** Take a task that you care about, a majority guess and a simple model first,
  and a test set that nobody looks at. When it does not train, go through the clinic of
  *Diagnosis*; Andrej Karpathy's *A Recipe for Training Neural Networks* (2019) is the same advice
  from long practice.
- **A myth of your own.** "Everybody knows that …": say beforehand what would prove it wrong,
  choose a small task, train over ten seeds with `nblib.sweep`, and look at the spread before you
  look at the mean.
- **A paper.** Choose one figure of a paper that you like, and make it again, smaller. What does
  not reproduce teaches most.
- **Books.** Ian Goodfellow, Yoshua Bengio and Aaron Courville, *Deep Learning* (2016), and Simon
  Prince, *Understanding Deep Learning* (2023), for the mathematics; Aston Zhang, Zachary Lipton,
  Mu Li and Alexander Smola, *Dive into Deep Learning* (2023), with code for each page. All three
  can be read for nothing on their authors' sites.
- **A lesson.** You know something that people get wrong? `CONTRIBUTING.md` says how a lesson is
  made.
"""


def verdicts(lesson: Lesson) -> dict[str, str]:
    """Return what a lesson says of each of its myths, each in one line of Markdown."""
    text = "\n\n".join(cell.node.source for cell in lesson.cells if not cell.is_code)
    section = _SECTION.search(text)
    items = _ITEM.finditer(section[1]) if section else ()
    return {_line(item["myth"]): _line(item["verdict"]) for item in items}


def page(lessons: Iterable[Lesson]) -> str:
    """Return the page, in Markdown."""
    rows = []
    for lesson in lessons:
        link = f"[{card(lesson).title}]({lesson.name}/{lesson.name}.ipynb)"
        for myth, verdict in verdicts(lesson).items():
            rows.append(f"| {link} | *{myth}* | {verdict} |")
            link = ""
    return "\n".join([_HEADING, *rows, _FROM_HERE])


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
