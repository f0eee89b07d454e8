"""How good are the checks at answers that nobody prepared for?

    python tests/support/fresh.py [NN ...] [--show]

`tests/lessons/fresh/NN_topic.py` holds answers written from the lesson's text alone, by somebody
who saw neither solution nor tests: `right="..."`, or `wrong="..."`, some of them `kind="sneaky"`.
They measure, and nothing else: no check is ever fitted to one of them.

What became of each is kept in `NN_topic.json`: whether it earned all points, whether home and
grader agree, whether it failed at home and what was said there. A person reads what was said and
writes `true` or `false` beside it, for `null`; a judgement stays as long as the sentence does.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jupytext
from variant_runner import ROOT, Outcome, Runner, Variant

__all__ = ["AIMS", "FOLDER", "load", "score", "stored", "table"]

FOLDER = ROOT / "tests/lessons/fresh"
AIMS = {
    "right answers with all points": 1.0,
    "right at home and in the grader alike": 1.0,
    "wrong answers that lose points": 0.98,
    "  of these, sneaky ones": 0.90,
    "of those that fail at home, told something specific": 0.80,
    "of what is told, untrue": 0.01,
}
_CPU_SECONDS = 60  # for one answer, which may never end
_TOLD = re.compile(r"^  → (.*)$", re.MULTILINE)

Fate = dict[str, Any]  # of one answer, as it is kept


def load(path: Path) -> Iterator[tuple[Variant, str]]:
    """Yield the answers of one lesson, each with its kind: right, wrong or sneaky."""
    for cell in jupytext.read(path, fmt="py:percent").cells:
        words = cell.metadata
        if "title" in words:
            kind = "right" if "right" in words else words.get("kind", "wrong")
            text = words.get("right") or words["wrong"]
            yield Variant(words["title"], kind == "right", text, "", cell.source), kind


def score(path: Path, only: Iterable[str] | None = None) -> dict[str, Fate]:
    """Grade the answers of one lesson, or those named; return what became of each."""
    runner, found = Runner(ROOT / f"solutions/{path.name}"), dict[str, Fate]()
    signal.signal(signal.SIGVTALRM, _give_up)
    for answer, kind in load(path):
        name = f"{answer.exercise}: {answer.description}"
        if only is None or name in only:
            outcome = _graded(runner, answer)
            said = [line for line in _TOLD.findall(outcome.shown) if "Write your ans" not in line]
            found[name] = {
                "kind": kind,
                "earned": outcome.earned == outcome.possible,
                "fair": outcome.is_fair,
                "at_home": "✗" not in outcome.shown,
                "told": said[0] if said else "",
                "true": None,
            }
    return found


def _graded(runner: Runner, answer: Variant) -> Outcome:
    # Its own time: a busy machine is no fault. Again and again: a check may try it once more.
    signal.setitimer(signal.ITIMER_VIRTUAL, _CPU_SECONDS, 1)
    try:
        return runner.grade(answer)
    except Exception as error:  # an answer may fail before any check sees it
        return Outcome(0.0, 1.0, f"✗ {type(error).__name__}: {error}")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def stored(path: Path) -> dict[str, Fate]:
    """Return what is kept beside the answers of a lesson."""
    beside = path.with_suffix(".json")
    return json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}


def table(found: Iterable[Fate]) -> dict[str, tuple[int, int]]:
    """Return, for each line of AIMS, how many of how many."""
    found = list(found)
    right = [one for one in found if one["kind"] == "right"]
    wrong = [one for one in found if one["kind"] != "right"]
    sneaky = [one for one in wrong if one["kind"] == "sneaky"]
    at_home = [one for one in wrong if not one["at_home"]]
    told = [one for one in at_home if one["told"]]
    counts = [
        (sum(one["earned"] for one in right), len(right)),
        (sum(one["fair"] for one in found), len(found)),
        (sum(not one["earned"] for one in wrong), len(wrong)),
        (sum(not one["earned"] for one in sneaky), len(sneaky)),
        (len(told), len(at_home)),
        (sum(one["true"] is False for one in told), len(told)),
    ]
    return dict(zip(AIMS, counts, strict=True))


def main() -> None:
    """Grade the answers, keep what became of them, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="NN")
    parser.add_argument("--show", action="store_true", help="print what became of each answer")
    options = parser.parse_args()
    every: list[Fate] = []
    for path in sorted(FOLDER.glob("[0-9]*.py")):
        if options.lessons and path.stem[:2] not in options.lessons:
            continue
        found, before = score(path), stored(path)
        for name, fate in found.items():
            if before.get(name, {}).get("told") == fate["told"]:
                fate["true"] = before[name]["true"]
        lines = ",\n".join(
            f" {json.dumps(name, ensure_ascii=False)}: {json.dumps(fate, ensure_ascii=False)}"
            for name, fate in found.items()
        )
        path.with_suffix(".json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
        if options.show:
            for name, fate in found.items():
                print(_shown(name, fate))
        _tell(path.stem, found.values())
        every += found.values()
    _tell("all", every)


def _shown(name: str, fate: Fate) -> str:
    if fate["kind"] == "right":
        return f"{'ok     ' if fate['earned'] else 'REFUSED'} {name}"
    where = "KEEPS  " if fate["earned"] else "graded " if fate["at_home"] else "home   "
    return f"{where} {name}\n          → {fate['told']}"


def _tell(name: str, found: Iterable[Fate]) -> None:
    print(f"\n{name}")
    for line, (some, of) in table(found).items():
        print(f"  {line:54} {some:5} of {of:5}  {some / max(of, 1):6.1%}  (aim {AIMS[line]:.0%})")
    sys.stdout.flush()


def _give_up(*_: object) -> None:
    raise TimeoutError(f"more than {_CPU_SECONDS} s of processor time")


if __name__ == "__main__":
    main()
