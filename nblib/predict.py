"""Predict before you measure: a guess is noted before an experiment and compared after it.

And questions: `first` asks at a lesson's beginning, `last` at its end, and answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nblib import questions
from nblib.checks.verdict import Verdict, show
from nblib.progress import notes

__all__ = ["first", "last", "note", "reveal"]


def note(prediction: Any, options: Sequence[str]) -> None:
    """Note a guess among `options`; the literal `...` means that there is none yet.

    Nothing is graded. A guess that is not an option is met with the list of options.
    """
    notes.guessed(prediction, options)
    if prediction is ...:
        said = f"No prediction yet. Replace ... by one of {_listed(options)}; a guess is free."
        show(Verdict(None, said))
    elif prediction in options:
        show(Verdict(None, f"Noted: {prediction!r}. You will see how it turns out."))
    else:
        show(Verdict(None, f"{prediction!r} is not one of the options: {_listed(options)}."))


def reveal(prediction: Any, measured: str) -> None:
    """Set a noted guess against what was `measured`."""
    notes.measured(prediction, measured)
    if prediction is ...:
        show(Verdict(None, f"Measured: {measured!r}. You made no prediction this time."))
    elif prediction == measured:
        show(Verdict(True, f"You predicted {prediction!r}, and so it is."))
    else:
        words = f"You guessed {prediction!r}; measured: {measured!r}. Worth a thought!"
        show(Verdict(None, words))


def first(topic: str, answers: Mapping[str, Any]) -> None:
    """Take answers at a lesson's beginning, each an option or the literal `...`, by question.

    Those to questions of earlier lessons are answered at once. Those of the lesson `topic` are
    noted: they are asked again at its end, by `last`. Nothing is graded.
    """
    own = questions.OF_LESSON[topic]
    earlier = {name: answer for name, answer in answers.items() if name not in own}
    _answer(earlier)
    given = [name for name in answers if name in own and _is_option(name, answers[name])]
    _insist({name: answer for name, answer in answers.items() if name in own})
    if given:
        show(Verdict(None, f"Noted: {', '.join(given)}. You are asked again at the end."))


def last(topic: str, answers: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Answer what the lesson `topic` asked at its beginning; compare with the answers `before`."""
    _answer(answers)
    own = questions.OF_LESSON[topic]
    if any(_is_option(name, answer) for name, answer in answers.items()):
        then, now = (
            sum(each.get(name) == question.right for name, question in own.items())
            for each in (before, answers)
        )
        show(Verdict(None, f"Right at first: {then} of {len(own)}. Right now: {now}."))


def _answer(answers: Mapping[str, Any]) -> None:
    """Say to each answer what there is to say."""
    _insist(answers)
    for name, answer in answers.items():
        if _is_option(name, answer):
            question = questions.find(name)
            is_right = answer == question.right
            judged = "is right" if is_right else "is not so"
            words = f"{name}: {answer!r} {judged}"
            show(Verdict(is_right or None, words, footer=question.says[answer]))


def _insist(answers: Mapping[str, Any]) -> None:
    """Tell which answers are missing, or none of the options."""
    if missing := [name for name, answer in answers.items() if answer is ...]:
        said = f"Not answered yet: {', '.join(missing)}. Replace ... by one of the texts in quotes."
        show(Verdict(None, said))
    for name, answer in answers.items():
        if answer is not ... and not _is_option(name, answer):
            options = _listed(questions.find(name).says)
            show(Verdict(None, f"{name}: {answer!r} is not one of the options: {options}."))


def _is_option(name: str, answer: Any) -> bool:
    return isinstance(answer, str) and answer in questions.find(name).says


def _listed(options: Sequence[str] | Mapping[str, str]) -> str:
    return ", ".join(map(repr, options))
