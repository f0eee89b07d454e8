"""Predict before you measure: a guess is noted before an experiment and compared after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nblib.checks.verdict import Verdict, show
from nblib.progress import notes

__all__ = ["note", "reveal"]


def note(prediction: Any, options: Sequence[str]) -> None:
    """Note a guess among `options`; the literal `...` means that there is none yet.

    Nothing is graded. A guess that is not an option is met with the list of options.
    """
    notes.guessed(prediction, options)
    listed = ", ".join(repr(option) for option in options)
    if prediction is ...:
        show(Verdict(None, f"No prediction yet. Replace ... by one of {listed}; a guess is free."))
    elif prediction in options:
        show(Verdict(None, f"Noted: {prediction!r}. You will see how it turns out."))
    else:
        show(Verdict(None, f"{prediction!r} is not one of the options: {listed}."))


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
