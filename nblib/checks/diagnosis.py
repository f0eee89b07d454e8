"""Measured diagnoses: facts about an answer that were seen, and so cannot be untrue.

An answer that fails is looked at, and called again on changed inputs. One sentence is shown, the
first that holds, in the order of `MEASURES`: from what is certain at a glance to what had to be
tried. Where nothing holds, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nblib.checks.evidence import Evidence
from nblib.checks.seen import dtypes, first_step, not_finite, numbers, parts, where
from nblib.checks.tried import ignored, other_kind, two_results, wrong_form

__all__ = ["MEASURES", "measured"]

MEASURES: Sequence[Callable[[Evidence], str]] = (
    wrong_form,
    two_results,
    numbers,
    first_step,
    dtypes,
    not_finite,
    ignored,
    where,
    other_kind,
    parts,
)


def measured(evidence: Evidence) -> str:
    """Return the first measured fact, as a sentence to the student, or ""."""
    return next((said for measure in MEASURES if (said := measure(evidence))), "")
