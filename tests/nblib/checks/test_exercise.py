"""What a check tells the student, and when it fails."""

import math

import pytest
import torch
from checked import failing

from nblib import checks


def double(x):
    return 2 * x


def test_a_right_answer_is_told_its_worth_and_what_is_hidden(capsys):
    with checks.exercise("Doubling", points=2, hidden=3) as check:
        check.close(check.call(double, 3.0), 6.0)
        check.equal(double(2), 4)
    assert capsys.readouterr().out == (
        "✓ Doubling: solved, but for 3 hidden parts\n"
        "  Right on the visible call. Worth 2 points, decided with 3 more hidden parts when your "
        "work is graded.\n"
    )


def test_a_wrong_answer_is_told_call_expected_and_got(capsys):
    verdict = failing(lambda check: check.close(check.call(double, 3.0), 7.0))
    assert verdict.facts["called"] == "double(x=3)"
    assert (verdict.facts["expected"], verdict.facts["got"]) == ("7", "6")
    assert "✗ Doubling: not right yet" in capsys.readouterr().out
    assert (
        verdict.footer
        == "Worth 2 points; nothing hidden. Stuck? The hints above unfold one by one."
    )


def test_the_known_mistake_is_named_and_no_other():
    mistakes = {"You added.": 5.0, "You doubled.": 6.0, "You squared.": 9.0}
    verdict = failing(lambda check: check.close(double(3.0), 8.0, mistakes=mistakes))
    assert verdict.diagnosis == "You doubled."
    verdict = failing(lambda check: check.close(double(3.3), 8.0, mistakes=mistakes))
    assert verdict.diagnosis == ""


def test_a_mistake_that_gives_the_right_answer_is_an_error_of_the_author():
    # It reaches the author as such, with the sentence, and does not pass for the student's fault.
    verdict = failing(lambda check: check.close(6.0, 6.0, mistakes={"You doubled.": 6.0}))
    assert "this mistake gives the right answer: 'You doubled.'" in verdict.facts["raised"]


@pytest.mark.parametrize(
    ("came", "diagnosis"),
    [
        (None, "is the `return` missing?"),
        ([torch.tensor([-1.0]), torch.tensor([-2.0])], "The sign is flipped."),
        ([torch.tensor([math.nan]), torch.tensor([2.0])], "NaN"),
    ],
)
def test_slips_known_from_any_exercise(came, diagnosis):
    wanted = [torch.tensor([1.0]), torch.tensor([2.0])]
    assert diagnosis in failing(lambda check: check.close(came, wanted)).diagnosis


def test_a_sparse_tensor_may_be_given_and_returned():
    with checks.exercise("Sparse", points=1) as check:
        check.agree(lambda x: x.to_sparse().to_dense(), lambda x: x, (torch.ones(2),))
        check.call(lambda x: x.to_dense(), torch.ones(2).to_sparse())


def test_changing_an_argument_is_noticed_unless_it_is_allowed():
    def greedy(params, state):
        state["t"] = 1
        params[0] += 1
        return params

    def modest(params, state):
        state["t"] = 1
        return params

    params = [torch.zeros(2)]
    verdict = failing(lambda check: check.call(greedy, params, {}, may_change=(1,)))
    assert verdict.headline == "Doubling: an argument was changed"
    assert torch.equal(params[0], torch.zeros(2))  # the test's own inputs are safe
    with checks.exercise("Doubling", points=1) as check:
        check.call(modest, params, {}, may_change=(1,))
    failing(lambda check: check.call(modest, params, {}))


def test_an_argument_that_autograd_watches_afterwards_was_changed():
    def slope(x, watched):
        (watched**2).sum().backward()
        return watched.grad

    x = torch.tensor([1.0, 2.0])
    verdict = failing(lambda check: check.call(lambda x: slope(x, x.requires_grad_()), x))
    assert verdict.headline == "Doubling: an argument was changed"
    assert "Autograd now watches" in verdict.diagnosis
    for own in (lambda x: slope(x, x.clone().requires_grad_()), lambda x: 2 * x):
        for given in (x, x.clone().requires_grad_()):
            with checks.exercise("Doubling", points=1) as check:
                check.call(lambda x, own=own: own(x.detach()), given)


def test_dtype_is_asked_for_on_demand():
    narrow, wide = torch.ones(2), torch.ones(2, dtype=torch.float64)
    with checks.exercise("Doubling", points=1) as check:
        check.close([narrow], [wide])
    verdict = failing(lambda check: check.close([narrow], [wide], same_dtype=True))
    assert verdict.facts["expected [0]"] == "torch.float64"
    assert verdict.facts["got [0]"] == "torch.float32"
    assert "the dtype is not" in verdict.facts["where"]


def test_that_shows_its_evidence():
    verdict = failing(lambda check: check.that(False, "Too many.", number_of_calls=21))
    assert (verdict.diagnosis, verdict.facts) == ("Too many.", {"number of calls": "21"})


def test_grad_of_is_the_gradient_and_leaves_its_argument_alone():
    x = torch.tensor([1.0, -2.0])
    assert torch.equal(checks.grad_of(lambda x: (x**3).sum(), x), 3 * x**2)
    assert not x.requires_grad


def test_call_inplace_returns_the_arguments_as_they_are_afterwards():
    result, (after,) = checks.call_inplace(lambda values: values.append(2), given := [1])
    assert (result, after, given) == (None, [1, 2], [1])
