"""What shows when a wrong answer is called again: on the same input, or on one that was changed."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from functools import partial
from typing import Any

from nblib.checks.compare import mismatch
from nblib.checks.endless import call_with_end
from nblib.checks.evidence import Evidence, differ, equal
from nblib.checks.form import NO_RETURN, form
from nblib.checks.inputs import enlarged, levelled, perturbed, reversed_order, twins
from nblib.checks.relations import infinite, pairs
from nblib.checks.trial import Input, Trial, parameters, trial

__all__ = ["ignored", "other_kind", "two_results", "wrong_form"]

_TRIED = 5  # inputs on which every argument is changed in turn


def wrong_form(evidence: Evidence) -> str:
    """None, a text, one of two, exchanged: seen at the first call whose result has another form."""
    for on, wanted, came in evidence.wrong():
        for right, call in zip(wanted.calls, came.calls, strict=False):
            said = form(right.result, call.result)
            if said == NO_RETURN and _prints(evidence.answer, on):
                return "Your function prints its result and returns None: `return` it."
            if said:
                return said
    return ""


def _prints(answer: Callable[..., Any], on: Input) -> bool:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        trial(answer, on)
    return bool(printed.getvalue().strip())


def two_results(evidence: Evidence) -> str:
    """The same call, twice: what differs was kept from before, or drawn from elsewhere."""
    for on, wanted, came in evidence.wrong():
        if differ(wanted, trial(evidence.reference, on)):
            continue
        if not came.error and differ(came, trial(evidence.answer, on)):
            return "The same call, made twice, gave two results: what is kept, or drawn anew?"
    return ""


def ignored(evidence: Evidence) -> str:
    """An argument that makes no difference to the answer, though it does to the reference."""
    names = parameters(evidence.answer)
    every = zip(evidence.is_wrong, evidence.inputs, evidence.wanted, evidence.came, strict=True)
    sound = [each for each in every if not each[2].error and not each[3].error]
    sound = [each for each in sound if not infinite([*pairs(each[2].outcome, each[3].outcome)])]
    sound.sort(key=lambda each: not each[0])  # those that are wrong come first
    tried = [each[1:] for each in sound[:_TRIED]]
    count = max((len(call.args) for _, wanted, _ in tried for call in wanted.calls), default=0)
    for position in range(count):
        matters = [
            (on, came)
            for on, wanted, came in tried
            if _depends(evidence.reference, on, position, wanted, if_error=False)
        ]
        if matters and not any(
            _depends(evidence.answer, on, position, came, if_error=True) for on, came in matters
        ):
            name = f"`{names[position]}`" if position < len(names) else f"argument {position + 1}"
            return f"Your result does not depend on {name}, though it should."
    return ""


def _depends(
    function: Callable[..., Any], on: Input, position: int, before: Trial, *, if_error: bool
) -> bool:
    """Whether another value of one argument, in every call, changes what comes."""
    args = on if isinstance(on, tuple) else before.calls[0].args if before.calls else ()
    for change in (perturbed, reversed_order, enlarged, levelled):
        if position < len(args) and change(args[position]) is args[position]:
            continue  # a function, a text: nobody knows another one

        def other(*args: Any, change: Callable[[Any], Any] = change) -> Any:
            new = [change(arg) if i == position else arg for i, arg in enumerate(args)]
            return call_with_end(function, *new)  # which may never end on what no card promises

        after = trial(other, on)
        if after.error:
            if if_error:
                return True
        elif if_error:
            if differ(before, after) or _results_differ(before, after):
                return True
        elif differ(before, after) and not equal(after.outcome, before.outcome):
            return True  # by more than rounding
    return False


def _results_differ(one: Trial, other: Trial) -> bool:
    """Whether any call gave something else, also where a play makes nothing of it."""
    results = [[call.result for call in tried.calls] for tried in (one, other)]
    return mismatch(*results, rtol=1e-9, atol=0) is not None


def other_kind(evidence: Evidence) -> str:
    """Right once one thing about an input is changed: its dtype, its shape, its signs."""
    found: set[str] | None = None
    for on, _, _ in evidence.wrong():
        if not isinstance(on, tuple):
            return ""
        here = {said for said, other in twins(on) if _is_right(evidence, other)}
        found = here if found is None else found & here
        if not found:
            return ""
    return found.pop() if found and len(found) == 1 else ""


def _is_right(evidence: Evidence, on: Input) -> bool:
    wanted = trial(evidence.reference, on)
    if wanted.error:
        return False
    came = trial(partial(call_with_end, evidence.answer), on)
    return not came.error and equal(came.outcome, wanted.outcome)
