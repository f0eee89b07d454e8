"""How good are the checks at answers that nobody prepared for?

    python tests/support/fresh.py [NN ...] [--show] [--judge]

`tests/lessons/fresh/NN_topic.py` holds answers written from the lesson's text alone, by somebody
who saw neither solution nor tests: `right="..."`, or `wrong="..."`, some of them `kind="sneaky"`.
They measure, and nothing else: no check is ever fitted to one of them.

What a wrong answer is told at home is read by a person, who notes in `NN_topic.json` whether it is
true of that answer; `--judge` adds to that file what nobody has judged yet, `--show` prints what
was told.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jupytext
from variant_runner import ROOT, Outcome, Runner, Variant

FOLDER = ROOT / "tests/lessons/fresh"
AIMS = {
    "right answers with all points": 1.0,
    "right at home and in the grader alike": 1.0,
    "wrong answers that lose points": 0.98,
    "  of these, sneaky ones": 0.90,
    "of those that fail at home, told something specific": 0.80,
    "of what is told, untrue": 0.01,
}
_CPU_SECONDS = 20  # for one answer, which may never end
_TOLD = re.compile(r"^  → (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Fresh:
    """One answer, what came of it, and what was said of it."""

    answer: Variant
    is_sneaky: bool
    outcome: Outcome

    @property
    def fails_at_home(self) -> bool:
        """Whether a check that students run themselves turns it down."""
        return "✗" in self.outcome.shown

    @property
    def told(self) -> str:
        """What its author is told at home, beyond what was expected and what came."""
        said = [
            line for line in _TOLD.findall(self.outcome.shown) if "Write your answer" not in line
        ]
        return said[0] if said else ""


def load(path: Path) -> Iterator[tuple[Variant, bool]]:
    """Yield the answers of one lesson, and whether each is a sneaky one."""
    for cell in jupytext.read(path, fmt="py:percent").cells:
        words = cell.metadata
        if "title" in words:
            is_right = "right" in words
            text = words["right"] if is_right else words["wrong"]
            answer = Variant(words["title"], is_right, text, "", cell.source)
            yield answer, words.get("kind") == "sneaky"


def score(path: Path) -> Iterator[Fresh]:
    """Grade the answers of one lesson."""
    runner = Runner(ROOT / f"solutions/{path.name}")
    for answer, is_sneaky in load(path):
        yield Fresh(answer, is_sneaky, _graded(runner, answer))


def _graded(runner: Runner, answer: Variant) -> Outcome:
    signal.setitimer(
        signal.ITIMER_VIRTUAL, _CPU_SECONDS
    )  # its own time: a busy machine is no fault
    try:
        return runner.grade(answer)
    except Exception as error:  # an answer may fail before any check sees it
        return Outcome(0.0, 1.0, f"✗ {type(error).__name__}: {error}")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def table(found: list[Fresh], judged: dict[str, bool | None]) -> dict[str, tuple[int, int]]:
    """Return, for each line of AIMS, how many of how many."""
    right = [one for one in found if one.answer.is_correct]
    wrong = [one for one in found if not one.answer.is_correct]
    lost = [one for one in wrong if one.outcome.earned < one.outcome.possible]
    sneaky = [one for one in wrong if one.is_sneaky]
    at_home = [one for one in wrong if one.fails_at_home]
    told = [one for one in at_home if one.told]
    untrue = [one for one in told if judged.get(key(one)) is False]
    counts = [
        (sum(one.outcome.earned == one.outcome.possible for one in right), len(right)),
        (sum(one.outcome.is_fair for one in found), len(found)),
        (len(lost), len(wrong)),
        (sum(one.is_sneaky for one in lost), len(sneaky)),
        (len(told), len(at_home)),
        (len(untrue), len(told)),
    ]
    return dict(zip(AIMS, counts, strict=True))


def key(one: Fresh) -> str:
    """Return by what a judgement is found again: the answer, and what was said of it."""
    return f"{one.answer.exercise} | {one.answer.description} | {one.told}"


def judgements(path: Path) -> dict[str, bool | None]:
    """Return what is noted beside the answers of a lesson; None where nobody has judged yet."""
    beside = path.with_suffix(".json")
    return json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}


def main() -> None:
    """Print the table of each lesson and of all together."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="NN")
    parser.add_argument("--show", action="store_true", help="print what each wrong answer is told")
    parser.add_argument("--judge", action="store_true", help="list what is to be judged")
    options = parser.parse_args()
    signal.signal(signal.SIGVTALRM, _give_up)
    total = Counter[tuple[str, int]]()
    for path in sorted(FOLDER.glob("[0-9]*.py")):
        if options.lessons and path.stem[:2] not in options.lessons:
            continue
        found, judged = list(score(path)), judgements(path)
        if options.show:
            _show(found)
        if options.judge:
            told = {key(one): judged.get(key(one)) for one in found if _is_told(one)}
            text = json.dumps(told, ensure_ascii=False, indent=1)
            path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
        lines = table(
            found, {name: bool(is_true) for name, is_true in judged.items() if is_true is not None}
        )
        _tell(path.stem, lines)
        for line, counts in lines.items():
            total.update({(line, place): count for place, count in enumerate(counts)})
    _tell("all", {line: (total[line, 0], total[line, 1]) for line in AIMS})


def _is_told(one: Fresh) -> bool:
    return not one.answer.is_correct and one.fails_at_home and bool(one.told)


def _tell(name: str, lines: dict[str, tuple[int, int]]) -> None:
    print(f"\n{name}")
    for line, (some, of) in lines.items():
        print(f"  {line:54} {some:5} of {of:5}  {some / max(of, 1):6.1%}  (aim {AIMS[line]:.0%})")
    sys.stdout.flush()


def _show(found: list[Fresh]) -> None:
    for one in found:
        keeps = one.outcome.earned == one.outcome.possible
        if one.answer.is_correct:
            if not keeps:
                print(f"REFUSED  {one.answer}\n{one.outcome.shown}")
        else:
            sign = "KEEPS" if keeps else "lost" if one.fails_at_home else "lost (graded)"
            print(f"{sign}  {one.answer}\n     → {one.told}")


def _give_up(*_: object) -> None:
    raise TimeoutError(f"more than {_CPU_SECONDS} s of processor time")


if __name__ == "__main__":
    main()
