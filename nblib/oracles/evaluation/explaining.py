"""What is said of a split that is wrong in a way that no list knows."""

from __future__ import annotations

from typing import Any

from nblib.oracles.chance import SAID_OF_CHANCE
from nblib.oracles.explaining import explaining, first_fact

__all__ = ["say_of_facts", "say_of_windows"]

_SENTENCES = {  # of facts that a play tells, in words
    "int64 tensors": "Some fold is no int64 tensor.",
    "k parts": "There are not k folds.",
    "sizes differ by one at most": "The folds differ in size by more than one.",
    "no place is missing": "Some places are in no fold.",
    "no place comes twice": "Some places come more than once.",
    "all are places": "Some numbers are no places: 0 … n − 1.",
    **SAID_OF_CHANCE,
    "neighbours are parted": "Neighbours are in one fold too often: shuffle all places, then cut.",
    "neighbours may be together": "Neighbours are hardly ever in one fold: that is not by lot.",
    "a fold for each example": "One fold for each example is wanted, (n,).",
    "numbers, not True or False": "Numbers of folds are wanted, not True or False.",
    "int64": "The folds are no int64 tensor.",
    "folds 0 … k − 1": "Some folds are other numbers than 0 … k − 1.",
    "each class is even": "In some class one fold has at least two more than another.",
    "the folds are even": "Each class is even, and the folds as a whole are not.",
    "neighbours in a class are parted": "Within a class, neighbours are in one fold too often.",
    "neighbours in a class may be together": (
        "Within a class, neighbours are hardly ever in one fold: that is not by lot."
    ),
    "groups are whole": "Some group is in two folds.",
    "examples in the folds": "The folds have {came} examples. The rule gives {wanted}.",
}

say_of_facts = explaining(first_fact(_SENTENCES))


def _say_of_pairs(wanted: list[Any], came: list[Any]) -> str:
    """Say which part of which pair is wrong, and how."""
    if len(came) != len(wanted):
        return f"{len(wanted)} pairs are wanted, {len(came)} came."
    number = next(i for i, pair in enumerate(wanted) if pair != came[i])
    if len(came[number]) != len(wanted[number]):
        return f"A pair (train, test) is wanted, pair {number + 1} is none."
    train, test, dtypes = wanted[number]
    their_train, their_test, their_dtypes = came[number]
    which = f"in pair {number + 1} of {len(wanted)}"
    if their_test != test:
        if len(their_test) != len(test):
            return f"The test part has {len(their_test)} examples, not {len(test)}, {which}."
        return f"The test part has other examples than it should, {which}."
    if their_train == train:
        return f"The places are right, and their dtype is not: {their_dtypes}, not {dtypes}."
    if later := [*{*their_train} - {*train}]:
        some = f"{len(later)} in number, {which}"
        return f"The training part has examples that it must not have, {some}."
    some = f"{len({*train} - {*their_train})} in number, {which}"
    return f"The training part lacks examples that it should have, {some}."


say_of_windows = explaining(_say_of_pairs)
