"""Measured diagnoses: facts about an answer that were seen, and so cannot be untrue.

An answer that fails is looked at, and called again on changed inputs. One sentence is shown, the
first that holds, in the order of `MEASURES`: from what is certain at a glance to what had to be
tried. Where nothing holds, nothing is claimed.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nblib.checks.compare import mismatch
from nblib.checks.form import NO_RETURN, form
from nblib.checks.inputs import kinds, perturbed, places, reversed_order, sizes, twins
from nblib.checks.relations import Pair, infinite, pairs, relation
from nblib.checks.trial import Input, Trial, parameters, trial

__all__ = ["MEASURES", "Evidence", "measured"]

_NTH = ("first", "second", "third", "fourth")
_TRIED = 5  # inputs on which every argument is changed in turn


@dataclass(frozen=True)
class Evidence:
    """An answer beside the reference: what both made of the same inputs."""

    answer: Callable[..., Any]
    reference: Callable[..., Any]
    inputs: Sequence[Input]
    wanted: Sequence[Trial]
    came: Sequence[Trial]
    is_wrong: Sequence[bool]  # for each input

    def wrong(self) -> Iterator[tuple[Input, Trial, Trial]]:
        """Yield the inputs at which the answer is wrong, with what was wanted and what came."""
        for on, wanted, came, is_wrong in zip(
            self.inputs, self.wanted, self.came, self.is_wrong, strict=True
        ):
            if is_wrong:
                yield on, wanted, came


def measured(evidence: Evidence) -> str:
    """Return the first measured fact, as a sentence to the student, or ""."""
    return next((said for measure in MEASURES if (said := measure(evidence))), "")


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


def two_results(evidence: Evidence) -> str:
    """The same call, twice: what differs was kept from before, or drawn from elsewhere."""
    for on, wanted, came in evidence.wrong():
        if _differ(wanted, trial(evidence.reference, on)):
            continue
        if not came.error and _differ(came, trial(evidence.answer, on)):
            return "The same call, made twice, gave two results: what is kept, or drawn anew?"
    return ""


def numbers(evidence: Evidence) -> str:
    """A sign, a factor, a transposition: one relation at all inputs, of the whole or of a part."""
    if said := _relation(evidence, lambda outcome: outcome):
        return said
    wrong = _wrong_parts(evidence)
    if len(wrong) == 1 and (said := _relation(evidence, lambda outcome: outcome[wrong[0]])):
        return f"Of the results, the {_NTH[wrong[0]]} is wrong. {said}"
    return ""


def _relation(evidence: Evidence, part: Callable[[Any], Any]) -> str:
    found: list[Pair] = []
    factors: dict[str, list[float]] = {}
    for on, wanted, came in zip(evidence.inputs, evidence.wanted, evidence.came, strict=True):
        if came.error or wanted.error:
            return ""
        here = list(pairs(part(wanted.outcome), part(came.outcome)))
        found += here
        for name, value in sizes(evidence.answer, on):
            factors.setdefault(name, []).extend([value] * len(here))
    return relation(found, {name: v for name, v in factors.items() if len(v) == len(found)})


def first_step(evidence: Evidence) -> str:
    """Right at the first step and wrong later on: something is not handed on."""
    found = False
    for on, wanted, came in evidence.wrong():
        steps = wanted.outcome
        if isinstance(on, tuple) or came.error or not isinstance(steps, list) or len(steps) < 2:
            return ""
        if len(steps) != len(wanted.calls) or len(came.outcome) != len(steps):
            return ""
        if not _equal(came.outcome[0], steps[0]) or _equal(came.outcome[1], steps[1]):
            return ""
        found = True
    return "The first step is right, the second is not: what must be handed on?" if found else ""


def ignored(evidence: Evidence) -> str:
    """An argument that makes no difference to the answer, though it does to the reference."""
    names = parameters(evidence.answer)
    every = zip(evidence.is_wrong, evidence.inputs, evidence.wanted, evidence.came, strict=True)
    sound = [each for each in every if not each[2].error and not each[3].error]
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


def dtypes(evidence: Evidence) -> str:
    """Right numbers in the wrong dtype, and nothing else wrong."""
    for _, wanted, came in evidence.wrong():
        if wanted.error or came.error or not _equal(came.outcome, wanted.outcome):
            return ""
    return "The numbers are right, the dtype is not: keep that of what you are given."


def parts(evidence: Evidence) -> str:
    """Of several results some are right at every input."""
    if not (wrong := _wrong_parts(evidence)):
        return ""
    names = " and ".join(f"the {_NTH[i]}" for i in wrong)
    return f"Of the results, {names} {'is' if len(wrong) == 1 else 'are'} wrong, the rest right."


def _wrong_parts(evidence: Evidence) -> list[int]:
    """Return which of several results are wrong somewhere; none where all are, or none is."""
    wrong: set[int] = set()
    counts = set()
    for wanted, came in zip(evidence.wanted, evidence.came, strict=True):
        results, got = wanted.outcome, came.outcome
        if wanted.error or came.error or not isinstance(results, tuple):
            return []
        if not isinstance(got, list | tuple) or len(got) != len(results):
            return []
        counts.add(len(results))
        wrong |= {i for i, result in enumerate(results) if not _equal(got[i], result)}
    if len(counts) != 1 or not 0 < len(wrong) < min(counts) <= len(_NTH):
        return []
    return sorted(wrong)


def where(evidence: Evidence) -> str:
    """Wrong at certain entries only, which have something in common."""
    common: dict[str, None] | None = None
    for on, wanted, came in evidence.wrong():
        if came.error or not isinstance(on, tuple):
            return ""
        here: dict[str, None] = {}
        for w, c in pairs(wanted.outcome, came.outcome):
            if w.shape != c.shape or w.size < 3:
                continue
            bad = ~np.isclose(c, w, rtol=1e-4, atol=1e-6, equal_nan=True)
            if bad.any() and not bad.all():
                fits = (said for said, mask in places(on, w) if np.array_equal(mask, bad))
                here |= dict.fromkeys(fits)
        common = here if common is None else {said: None for said in common if said in here}
    if not common or len({said.split()[0] for said in common}) > 1:
        return ""  # a sign and a place would both explain it: nobody knows which does
    return f"It is wrong {next(iter(common))} only."


def only_for(evidence: Evidence) -> str:
    """Right for one kind of input and wrong for the other."""
    if not any(evidence.is_wrong) or all(evidence.is_wrong):
        return ""
    each = [dict(kinds(on)) for on in evidence.inputs]
    found = [
        name
        for name in set.intersection(*map(set, each))
        if all(kind[name] == wrong for kind, wrong in zip(each, evidence.is_wrong, strict=True))
    ]
    # Where two kinds would explain it, nobody knows which does.
    return f"It is right for other inputs, and wrong {found[0]}." if len(found) == 1 else ""


def not_finite(evidence: Evidence) -> str:
    """A NaN or an infinity where a number is wanted."""
    both = ((wanted.outcome, came.outcome) for _, wanted, came in evidence.wrong())
    return infinite([pair for each in both for pair in pairs(*each)])


MEASURES: Sequence[Callable[[Evidence], str]] = (
    wrong_form,
    two_results,
    numbers,
    first_step,
    ignored,
    dtypes,
    not_finite,
    where,
    only_for,
    other_kind,
    parts,
)


def _is_right(evidence: Evidence, on: Input) -> bool:
    wanted = trial(evidence.reference, on)
    if wanted.error:
        return False
    came = trial(evidence.answer, on)
    return not came.error and _equal(came.outcome, wanted.outcome)


def _equal(came: Any, wanted: Any) -> bool:
    return mismatch(came, wanted, rtol=1e-4, atol=1e-6) is None


def _differ(one: Trial, other: Trial) -> bool:
    if one.error or other.error:
        return type(one.error) is not type(other.error)
    return mismatch(one.outcome, other.outcome, rtol=1e-9, atol=0) is not None


def _prints(answer: Callable[..., Any], on: Input) -> bool:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        trial(answer, on)
    return bool(printed.getvalue().strip())


def _depends(
    function: Callable[..., Any], on: Input, position: int, before: Trial, *, if_error: bool
) -> bool:
    """Whether another value of one argument, in every call, changes what comes."""
    for change in (perturbed, reversed_order):

        def other(*args: Any, change: Callable[[Any], Any] = change) -> Any:
            new = [change(arg) if i == position else arg for i, arg in enumerate(args)]
            return function(*new)

        after = trial(other, on)
        if if_error if after.error else _differ(before, after):
            return True
    return False
