"""What can be seen of wrong results by looking at them: a sign, a place, a part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nblib.checks.evidence import Evidence, equal
from nblib.checks.inputs import places, sizes
from nblib.checks.relations import Pair, infinite, pairs, relation
from nblib.checks.trial import Trial

__all__ = ["dtypes", "first_step", "not_finite", "numbers", "parts", "where"]

_NTH = ("first", "second", "third", "fourth")


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
    found = False  # one play at least in which something is handed on
    for on, wanted, came in evidence.wrong():
        steps = wanted.outcome
        if isinstance(on, tuple) or came.error or not isinstance(steps, list) or len(steps) < 2:
            return ""
        if len(steps) != len(wanted.calls) or len(came.outcome) != len(steps):
            return ""
        if not equal(came.outcome[0], steps[0]) or equal(came.outcome[1], steps[1]):
            return ""
        found = found or _handed_on(wanted)
    return "The first step is right, the second is not: what must be handed on?" if found else ""


def _handed_on(wanted: Trial) -> bool:
    """Whether the second call is given something that the first one returned."""
    first, second = wanted.calls[0].result, wanted.calls[1].args
    parts = [*first] if isinstance(first, tuple) else [first]
    return any(equal(given, part) for given in second for part in parts if part is not None)


def dtypes(evidence: Evidence) -> str:
    """Right numbers in the wrong dtype, and nothing else wrong."""
    for _, wanted, came in evidence.wrong():
        if wanted.error or came.error or not equal(came.outcome, wanted.outcome):
            return ""
    return "The numbers are right, the dtype is not: keep that of what you are given."


def parts(evidence: Evidence) -> str:
    """Of several results some are right at every input."""
    if not (wrong := _wrong_parts(evidence)):
        return ""
    names = " and ".join(f"the {_NTH[i]}" for i in wrong)
    return (
        f"Of the results, {names} {'is' if len(wrong) == 1 else 'are'} wrong here, the rest right."
    )


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
        wrong |= {i for i, result in enumerate(results) if not equal(got[i], result)}
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


def not_finite(evidence: Evidence) -> str:
    """A NaN or an infinity where a number is wanted."""
    both = ((wanted.outcome, came.outcome) for _, wanted, came in evidence.wrong())
    return infinite([pair for each in both for pair in pairs(*each)])
