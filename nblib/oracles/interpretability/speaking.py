"""What is said of a random answer that is wrong: the first fact that is not so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nblib.checks import Exercise
from nblib.oracles.explaining import explaining, first_fact

__all__ = ["say_of_facts"]

Play = Callable[[Callable[..., Any]], Any]

_SENTENCES = {  # of facts that a play tells, in words
    "num_draws maps are averaged": "That is not the mean of `num_draws` gradients.",
    "the draws differ": (
        "Each result is that of a single gradient: draw new noise, take a gradient for each draw, "
        "and average these."
    ),
    "each example has its own noise": "All examples get the same noise: draw it in the shape of X.",
    "one number for each player": "One number for each player is wanted, n of them.",
    "they add up to v(all) − v(nobody)": (
        "In a single order, what the players add must come to v(all) − v(nobody). It does not."
    ),
    "one order gives what each player adds in it": (
        "With one order, each player gets what it adds to those before it, and the numbers stand "
        "in the order of the players. This is not so."
    ),
    "two orders give the mean of two": "With two orders, the result is not the mean over two.",
    "the two orders may differ": "Two orders are always the same: shuffle anew for each.",
    "more than n orders come": (
        "Hardly any orders come. Each of the n! must be possible, not only the rotations of one."
    ),
    "the score sees tables of the shape of X": "The score gets tables of another shape than X.",
    "one number for each group": "One number for each group is wanted.",
    "only the columns of one group are moved at a time": (
        "A table comes to the score in which other columns are moved than those of one group: "
        "move these alone, and begin each time with X as it was."
    ),
    "each column keeps its numbers": (
        "A column has other numbers than before: shuffle it, without replacement."
    ),
    "the columns of a group move together": (
        "The columns of a group are shuffled apart. Move them by the same order."
    ),
    "each group is shuffled num_repeats times": (
        "The score does not see `num_repeats` shuffled tables for each group."
    ),
    "each time anew": "The same shuffled table comes again: shuffle anew for each repeat.",
    "a fall is above 0": "The sign is turned: where the score falls, the importance is above 0.",
    "the fall, not the score": "That is the score after shuffling. How much it *falls* is wanted.",
    "the mean, not the sum": "The falls are added up. Take their mean over the repeats.",
    "the mean fall is returned": "That is not the mean fall of the score that came of your tables.",
    "another generator, another draw": "Other generators give the same result.",
    "the same generator, the same draw": (
        "From the same generator something else comes: all randomness must come from `generator`."
    ),
    "moved on, another draw": (
        "The generator has moved on, and the same comes: do not seed, let `generator` go on."
    ),
}

_explain = explaining(first_fact(_SENTENCES))


def say_of_facts(
    check: Exercise, answer: Callable[..., Any], reference: Callable[..., Any], *plays: Play
) -> None:
    """Say which fact is not so, the first of those that the plays tell, and demand all of them."""
    _explain(check, answer, reference, {}, *plays)
    check.agree(answer, reference, *plays)
