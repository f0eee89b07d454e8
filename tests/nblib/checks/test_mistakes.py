"""A known mistake is named only where its function explains all that came."""

import pytest
import torch
from checked import said

from nblib import checks
from nblib.checks.mistakes import not_separated

HALF, THIRD = ((torch.tensor([1.0, 2.0, 5.0]), beta) for beta in (0.5, 0.3))


def mix(x, beta):
    return beta * x + (1 - beta)


MISTAKES = {
    "β and 1 − β are exchanged.": lambda x, beta: (1 - beta) * x + beta,
    "The mean is lost.": lambda x, beta: beta * x,
}


def test_it_is_named_where_it_agrees_everywhere():
    answer = lambda x, beta: x - beta * x + beta  # noqa: E731
    assert said(answer, mix, HALF, THIRD, mistakes=MISTAKES) == "β and 1 − β are exchanged."


def test_it_is_not_named_where_another_input_speaks_against_it():
    answer = lambda x, beta: beta * x if beta == 0.5 else beta * x + 7  # noqa: E731
    assert said(answer, mix, HALF, THIRD, mistakes=MISTAKES) != "The mean is lost."


def test_another_epsilon_is_the_same_mistake():
    known = {"ε inside the root.": lambda x: x / (x * x + 1e-2).sqrt()}
    answer = lambda x: x / (x * x + 1.0001e-2).sqrt()  # noqa: E731
    assert said(answer, torch.sign, (torch.tensor([0.1, -0.3]),), mistakes=known) == (
        "ε inside the root."
    )


def test_another_way_of_not_being_finite_is_the_same_mistake():
    known = {"It overflows.": lambda x: torch.log(torch.exp(x).sum())}
    answer = lambda x: torch.log(torch.exp(x) / torch.exp(x).sum()).sum() * 0  # noqa: E731
    assert said(answer, lambda x: x.logsumexp(0), (torch.tensor([1e4, 0.0]),), mistakes=known) == (
        "It overflows."
    )


def test_an_error_is_explained_by_the_same_error():
    known = {"Empty lists have no mean.": lambda x: 1 / len(x)}
    assert said(lambda x: sum(x) / len(x), lambda x: 0.0, ([],), mistakes=known) == (
        "Empty lists have no mean."
    )


def test_inputs_that_do_not_separate_are_found():
    assert not_separated(mix, MISTAKES, [HALF, THIRD]) == []
    (alike,) = not_separated(mix, {"Exchanged.": MISTAKES["β and 1 − β are exchanged."]}, [HALF])
    assert alike == "no input tells this mistake from the right answer: Exchanged."
    twice = {"One.": lambda x, beta: x, "Two.": lambda x, beta: x + 0}
    assert not_separated(mix, twice, [THIRD]) == [
        "no input tells these mistakes apart: One. | Two."
    ]


def test_where_lessons_are_tested_they_are_refused(monkeypatch):
    monkeypatch.setenv("NBLIB_AUTHOR", "1")
    with pytest.raises(checks.CheckFailed, match="error"):

        @checks.exercise("It", points=1)
        def _(check):
            check.agree(mix, mix, HALF, mistakes=MISTAKES)
