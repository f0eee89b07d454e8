"""What test cells call: compare an answer with the right one, and name the mistake.

    @checks.exercise("Momentum", points=2, hidden=1)
    def _(check):
        check.agree(
            momentum_step, oracle.momentum, three_steps,
            mistakes={"The step goes uphill: subtract the velocity.": uphill},
        )

The body of a test is a function, so that no name of the test is within reach of the answer. A check
that fails shows what was called, what was expected and what came, and what is known of the mistake.
Then it raises one short exception, so the same cell grades.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from typing import Any

from nblib import front_end
from nblib.checks.cell import Cell
from nblib.checks.compare import Mismatch, describe, mismatch
from nblib.checks.diagnosis import measured
from nblib.checks.differences import difference, first_wrong, other_dtype
from nblib.checks.evidence import Evidence
from nblib.checks.form import form
from nblib.checks.mistakes import Mistakes, named, not_separated
from nblib.checks.page import outdated
from nblib.checks.relations import infinite, pairs, relation
from nblib.checks.trial import (
    Input,
    Trial,
    call_text,
    called,
    changed,
    is_stub,
    trial,
)

__all__ = ["AUTHOR", "Exercise", "exercise", "hidden"]

_HINTS = "Stuck? The hints above unfold one by one."
AUTHOR = "NBLIB_AUTHOR"  # set where lessons are tested: mistakes must be told apart


def exercise(title: str, *, points: float, hidden: int = 0) -> Exercise:
    """Return the check of one test cell.

    `points` is what the cell is worth and `hidden` the number of hidden parts in it, both told to
    the student; the build refuses a lesson in which they are not true.
    """
    worth = f"Worth {points:g} point{'s' * (points != 1)}"
    if hidden:
        parts = f"hidden part{'s' * (hidden != 1)}"
        footer = f"{worth}, decided with {hidden} more {parts} when your work is graded."
        return Exercise(title, footer, _HINTS, f"solved, but for {hidden} {parts}")
    return Exercise(title, f"{worth}; nothing hidden.", _HINTS, "solved")


def hidden(title: str) -> Exercise:
    """Return the check of one hidden part, which runs only when work is graded."""
    return Exercise(title, "This part runs only when work is graded.")


class Exercise(Cell):
    """A cell that compares: each comparison that fails ends it."""

    def call(
        self, function: Callable[..., Any], *args: Any, may_change: Collection[int] = ()
    ) -> Any:
        """Call `function` and return its result; it must leave its arguments as they were.

        `may_change` holds the positions of arguments that it is free to change. What was called is
        told to the student if the next comparison fails.
        """
        self._insist_on_page(function)
        self._call = lambda: {"called": call_text(function, args)}
        self._num_calls += 1
        call = called(function, *args)
        if found := changed(call, may_change):
            self._changed(found, self._call())
        before = self._call
        self._call = lambda: before() | {"returned": describe(call.result)}
        return call.result

    def agree(
        self,
        answer: Callable[..., Any],
        reference: Callable[..., Any],
        *inputs: Input,
        mistakes: Mistakes | None = None,
        rtol: float = 1e-4,
        atol: float = 1e-6,
        same_dtype: bool = False,
        may_change: Collection[int] = (),
        new: bool = False,
    ) -> None:
        """Demand that an answer gives what a reference gives, on every input.

        Args:
            answer, reference: functions of the same arguments.
            inputs: each a tuple of arguments; or a function that is handed the answer, or the
                reference, calls it as often as it likes and returns what is to be compared.
            mistakes: maps a sentence to the function that makes this mistake. A sentence is said
                only if its function gives what the answer gives on all inputs.
            rtol, atol: the tolerance; as it stands, it forgives a float32 in between.
            same_dtype: tensors must have the dtype of the reference's.
            may_change: positions of arguments that the answer is free to change.
            new: the result must hold none of the tensors that were given.
        """
        self._insist_on_page(answer)
        known = mistakes or {}
        if os.environ.get(AUTHOR) and (alike := not_separated(reference, known, inputs)):
            raise ValueError("; ".join(alike))
        wanted = [trial(reference, on) for on in inputs]
        came = [trial(answer, on) for on in inputs]
        self._num_calls += sum(len(tried.calls) for tried in came)
        found = [
            difference(w, c, rtol, atol, same_dtype) for w, c in zip(wanted, came, strict=True)
        ]
        is_wrong = [one is not None for one in found]
        for tried in came:
            if tried.error and is_stub(tried.error):
                raise tried.error
            for call in tried.calls:
                if pair := changed(call, may_change):
                    self._changed(pair, {"called": call_text(answer, call.args)})
                if new and {*call.kept} - {*may_change} and not any(is_wrong):
                    self._fail(
                        "right, but not its own",
                        {"called": call_text(answer, call.args)},
                        "The result holds a tensor that you were given, which may change later: "
                        "clone it.",
                    )
        if not any(is_wrong):
            return
        first = is_wrong.index(True)
        evidence = Evidence(answer, reference, inputs, wanted, came, is_wrong)
        said = named(known, inputs, wanted, came) or measured(evidence)
        self._disagree(answer, wanted[first], came[first], found[first], said)

    def close(
        self,
        actual: Any,
        expected: Any,
        *,
        mistakes: Mapping[str, Any] | None = None,
        rtol: float | None = None,
        atol: float | None = None,
        same_dtype: bool = False,
    ) -> None:
        """Compare numbers, arrays, tensors or nested lists of them (see `compare.mismatch`).

        `mistakes` maps a sentence to the value that this mistake produces; the student is told the
        sentence whose value came. With `same_dtype`, tensors must have the dtype of `expected`.
        """
        self._num_comparisons += 1
        tolerance = {"rtol": rtol, "atol": atol}
        known = mistakes or {}
        for sentence, wrong in known.items():
            if mismatch(wrong, expected, **tolerance) is None:
                raise ValueError(f"this mistake gives the right answer: {sentence!r}")
        found = mismatch(actual, expected, **tolerance)
        found = found or (other_dtype(actual, expected) if same_dtype else None)
        if found is None:
            return
        said = (text for text, wrong in known.items() if not mismatch(actual, wrong, **tolerance))
        both = list(pairs(expected, actual))
        facts = {key: value for key, value in self._call().items() if key != "returned"}
        plain = form(expected, actual) or relation(both, {}) or infinite(both)
        self._differ(facts, found, next(said, plain))

    def equal(self, actual: Any, expected: Any, mistakes: Mapping[str, Any] | None = None) -> None:
        """Compare exactly: names, counts, sets. `mistakes` as in `close`."""
        self.close(actual, expected, mistakes=mistakes, rtol=0, atol=0)

    def that(self, condition: bool, otherwise: str, **facts: Any) -> None:
        """Demand a condition; `otherwise` is the sentence to the student, `facts` the evidence."""
        self._num_comparisons += 1
        if not condition:
            shown = {name.replace("_", " "): describe(value) for name, value in facts.items()}
            self._fail("not right yet", self._call() | shown, diagnosis=otherwise)

    def _insist_on_page(self, answer: Callable[..., Any]) -> None:
        if why := outdated(getattr(answer, "__name__", ""), front_end.executed()):
            self._fail("your last version was not defined", diagnosis=why)

    def _disagree(
        self,
        answer: Callable[..., Any],
        wanted: Trial,
        came: Trial,
        found: Mismatch | None,
        said: str,
    ) -> None:
        if came.error and not wanted.error:
            shown = {"called": call_text(answer, came.current)} if came.current else {}
            self._stopped(came.error, shown, said)
        assert found is not None
        facts = {}
        if count := len(came.calls):
            step = first_wrong(wanted, came)
            facts["called"] = call_text(answer, came.calls[step].args)
            facts["called"] += f"  (call {step + 1} of {count})" * (count > 1)
        self._differ(facts, found, said)

    def _differ(self, facts: dict[str, str], found: Mismatch, said: str) -> None:
        place = f" {found.path}" if found.path else ""
        facts = facts | {f"expected{place}": found.expected, f"got{place}": found.got}
        if found.detail:
            facts["where"] = found.detail
        self._fail("not right yet", facts, said, found.picture)

    def _changed(self, found: tuple[Any, Any], shown: dict[str, str]) -> None:
        before, after = found
        said = (
            "Return something new and leave what you are given as it is: "
            "`a += b`, `a[0] = b`, `a.add_(b)`, and a list's `a.sort()` and `a.pop()` change `a`."
        )
        if mismatch(after, before, rtol=0, atol=0) is None:  # so what differs is a mark
            said = (
                "Autograd now watches a tensor that you were given. Let it watch one of your own: "
                "`x.clone().requires_grad_()`."
            )
        self._fail(
            "an argument was changed",
            shown | {"before": describe(before), "after": describe(after)},
            said,
        )
