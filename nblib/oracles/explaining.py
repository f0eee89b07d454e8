"""What is said of an answer that is wrong in a way that no list knows: a fact that fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes, named
from nblib.checks.trial import trial

__all__ = ["explaining", "first_fact"]

Play = Callable[[Callable[..., Any]], Any]


def explaining(say: Callable[[Any, Any], str]) -> Callable[..., None]:
    """Return a check that says what is wrong at the first play that goes wrong.

    It is called as `check.agree` is, with the plays last, and says nothing if a known mistake
    explains them all. `say` makes a sentence of what is wanted of a play and what came, or "".
    """

    def explain(
        check: Exercise,
        answer: Callable[..., Any],
        reference: Callable[..., Any],
        mistakes: Mistakes,
        *plays: Play,
    ) -> None:
        check.agree(answer, reference)  # on nothing: it is the definition on the page
        wanted, came = ([trial(f, play) for play in plays] for f in (reference, answer))
        wrong = [(w.outcome, c.outcome) for w, c in zip(wanted, came, strict=True)]
        wrong = [(right, theirs) for right, theirs in wrong if right != theirs]
        if not wrong or any(one.error for one in came) or named(mistakes, plays, wanted, came):
            return
        for right, theirs in wrong:
            said = say(right, theirs)
            check.that(not said, said)

    return explain


def first_fact(sentences: Mapping[str, str]) -> Callable[[Mapping[str, Any], Any], str]:
    """Return what says, of facts told by name, the first that is not as wanted.

    A sentence may have {came} and {wanted} in it. A fact without a sentence is passed over.
    """

    def say(wanted: Mapping[str, Any], came: Mapping[str, Any]) -> str:
        for fact, is_so in came.items():
            right = wanted.get(fact, is_so)
            if is_so != right and fact in sentences:
                return sentences[fact].format(came=is_so, wanted=right)
        return ""

    return say
