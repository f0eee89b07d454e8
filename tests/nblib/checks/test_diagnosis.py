"""What is said of a wrong answer was measured, and is said only where it is so."""

import math

import pytest
import torch
import torch.nn.functional as F
from checked import said, told

from nblib import checks

X = torch.tensor([[1.0, -2.0, 3.0], [4.0, 5.0, 0.5]])
Y = torch.tensor([[0.3, 2.0], [-1.0, 7.0], [2.5, -4.0]])


def shares(x):
    return x / x.sum(0), x.mean(0)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x: None, "Your function returned None: is the `return` missing?"),
        (lambda x: print(x), "Your function prints its result and returns None: `return` it."),  # noqa: T201
        (lambda x: (x / x.sum(0), None), "The part with index 1 of what you return is None."),
        (lambda x: shares(x)[::-1], "The two results are exchanged."),
        (lambda x: x / x.sum(0), "2 results are wanted, one came, the one with index 0."),
        (lambda x: (part for part in shares(x)), "A generator came: make a list of it, `[...]`."),
        (lambda x: (*shares(x), 1), "2 results are wanted, 3 came."),
        (lambda x: [x, x, x], "2 results are wanted, one came, a list of 3."),
        (lambda x: str(shares(x)), "A text came"),
        (lambda x: shares, "A function came"),
    ],
)
def test_a_wrong_form(answer, sentence):
    assert sentence in said(answer, shares, (X,), (Y,))


def test_a_list_with_none_in_it_has_as_many_values_as_are_wanted():
    found = said(lambda x: [1.0, None], lambda x: [1.0, 2.0], (X,))
    assert "The part with index 1 of what you return is None." in found


def test_the_shape_that_is_told_is_that_of_a_call_that_is_wrong():
    found = said(torch.ravel, lambda x: x, (torch.ones(1, 1),), (X,))
    assert "The numbers are right, in the shape (6,); (2, 3) is wanted." in found


def scaled(x, lr):
    return lr * x


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x, lr: -lr * x, "The sign is flipped."),
        (lambda x, lr: 2 * lr * x, "What came is 2 times what is wanted, everywhere."),
        (lambda x, rate: x, "right up to a factor: it is divided by `rate`"),
        (lambda x, lr: lr * x * len(x), "it is the number of rows of `x` times too large"),
        (lambda x, lr: (lr * x).T, "right but transposed"),
        (lambda x, lr: (lr * x).ravel(), "The numbers are right, in the shape (6,)"),
        (lambda x, lr: 1 - lr * x, "1 minus what is wanted"),
        (lambda x, lr: lr * x.relu(), "It is wrong where the input is negative only."),
        (lambda x, lr: lr * x / (x > 0), "There is an infinity where a number is wanted."),
        (lambda x, step: torch.full_like(x, 7.0), "does not depend on `x`"),
        (lambda x, step: x * x.mean(), "does not depend on `step`"),
        (lambda x, lr: lr * x + torch.rand(()), "The same call, made twice, gave two results"),
    ],
)
def test_a_relation_that_was_seen(answer, sentence):
    assert sentence in said(answer, scaled, (X, 0.1), (Y, 0.3))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x: (x.min().item(), x.max().item()), "The two results are exchanged."),
        (lambda x: x.max().item(), "2 results are wanted, one came, the one with index 0."),
        (lambda x: (x.max().item(), None), "The part with index 1 of what you return is None."),
    ],
)
def test_a_pair_of_plain_numbers_has_a_form_too(answer, sentence):
    assert said(answer, lambda x: (x.max().item(), x.min().item()), (X,), (Y,)) == sentence


def test_one_number_is_not_many():
    assert said(lambda x: x.mean(0), lambda x: x.mean(), (X,)) == (
        "One number is wanted, and 3 came."
    )


def test_a_state_and_a_result_are_exchanged():
    answer = lambda grad, state: momentum(grad, state)[::-1]  # noqa: E731
    assert said(answer, momentum, (1.0, {})) == "The two results are exchanged."


def test_nothing_is_handed_on_where_no_call_gets_what_another_gave():
    def three_calls(function):
        return [function(x) for x in (1.0, 2.0, 3.0)]

    assert "handed on" not in said(lambda x: 1.0, lambda x: x * x, three_calls)


def test_results_of_autograd_may_be_handed_on():
    weight = torch.ones(2, requires_grad=True)

    def twice(step):
        x = step(torch.ones(2))
        return step(x)

    with checks.exercise("It", points=1) as check:
        check.agree(lambda x: x * weight, lambda x: x.clone(), twice)


def test_a_state_that_may_change_may_come_back():
    def step(x, state):
        state["n"] = state.get("n", 0) + 1
        return x + 1, state

    with checks.exercise("It", points=1) as check:
        check.agree(step, lambda x, state: (x + 1, {"n": 1}), (X, {}), may_change=(1,), new=True)


def test_a_list_is_no_tensor():
    assert "in a list: a tensor is wanted" in said(lambda x: x.tolist(), lambda x: x, (X,))
    assert "in a list" in said(lambda x: (x, x[0].tolist()), lambda x: (x, x[0]), (X,))


def test_a_single_number_has_no_factor():
    assert said(lambda x: 5 * x, lambda x: x, (2.0,)) == ""


def test_the_kind_is_told_that_was_tried_alone():
    one_row_of_doubles = X[:1].double()
    answer = lambda x: x if x.dtype == torch.float32 else x**3 + 1  # noqa: E731
    assert said(answer, lambda x: x, (X,), (one_row_of_doubles,)).startswith(
        "For the same numbers in float32 it is right"
    )


def count_down(n, x):
    """Endless for odd n."""
    rounds = 0
    while n != 0:
        n, rounds = n - 2, rounds + 1
        if rounds > 10_000_000:
            pytest.fail("nobody stopped it")
    return x


def test_an_answer_that_never_ends_on_changed_inputs_is_stopped():
    def endless_in_float64(x):
        return count_down(int(x.dtype == torch.float64), x)

    assert said(count_down, lambda n, x: n * x.cumsum(1) + x.exp(), (4, X)) == ""
    assert said(endless_in_float64, lambda x: x.cumsum(1) + x.exp(), (X,), (-X,)) == ""


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x: (x, x.mean(1)[:1].expand(3)), "the second is wrong here, the rest right"),
        (lambda x: (x, -x.mean(0)), "the second is wrong. The sign is flipped."),
        (lambda x: (x.float(), x.mean(0).float()), "The numbers are right, the dtype is not"),
        (lambda x: (x, x.mean(0) if x.ndim == 1 else 0), "as a vector, it is right"),
    ],
)
def test_what_is_right_of_it(answer, sentence):
    reference = lambda x: (x, x.mean(0))  # noqa: E731
    assert sentence in said(answer, reference, (X.double(),), same_dtype=True)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x: max(x, 0), "ask for one truth, and a tensor has many"),
        (lambda x: math.exp(x), "One number is wanted there"),
        (lambda x: x @ x, "The inner sizes of a matrix product differ"),
        (lambda x: x + x[:, :2], "where one has 3, the other has 2"),
        (lambda x: x.value, "has no `value`"),
        (lambda: 1, "keep their number and order"),
        (lambda x: {}["v"], "There is no 'v' in the dictionary"),
        (lambda x: [1] - x.tolist(), "A list is no tensor"),
        (lambda x: F.one_hot(torch.arange(4), 3), "`one_hot` is told of too few classes"),
        (lambda x: F.one_hot(x, 3), "`one_hot` wants whole numbers"),
    ],
)
def test_an_error_in_plain_words(answer, sentence):
    assert sentence in said(answer, lambda x: x, (X,))


def momentum(grad, state):
    state = {"v": 0.5 * state.get("v", 0.0) + grad}
    return state["v"], state


def three_steps(step):
    state, seen = {}, []
    for grad in (1.0, 2.0, 4.0):
        value, state = step(grad, state)
        seen.append(value)
    return seen


def test_what_is_lost_between_steps():
    verdict = told(lambda grad, state: (grad, {}), momentum, three_steps)
    assert "The first step is right, the second is not" in verdict.diagnosis
    assert verdict.facts["called"].endswith("(call 2 of 3)")
    assert "2" in verdict.facts["called"]


def test_the_call_that_differs_is_shown():
    answer = lambda x: x if len(x) == 2 else 3 * x + 1  # noqa: E731
    assert "shape (3, 2)" in told(answer, lambda x: x, (X,), (Y,)).facts["called"] or (
        "2.5" in told(answer, lambda x: x, (X,), (Y,)).facts["called"]
    )


def test_an_argument_that_is_changed():
    def answer(x):
        x += 1
        return x

    assert told(answer, lambda x: x + 1, (X,)).headline == "It: an argument was changed"


def test_a_result_that_is_the_callers_own():
    verdict = told(lambda x: x, lambda x: x.clone(), (X,), new=True)
    assert "clone it" in verdict.diagnosis


def test_a_name_that_only_the_test_knows():
    verdict = told(lambda rate: hessian * rate, lambda lr: lr, (0.1,))  # noqa: F821
    assert "`hessian`, which it is neither given nor defines" in verdict.diagnosis


def test_an_error_that_is_wanted():
    def strict(x):
        raise ValueError("no")

    assert "ValueError" in told(lambda x: x, strict, (X,)).facts["expected"]

    @checks.exercise("It", points=1)
    def _(check):
        check.agree(strict, strict, (X,))


def test_not_solved_yet():
    def stub(x):
        raise NotImplementedError

    assert told(stub, lambda x: x, (X,)).headline == "It: not solved yet"


def test_a_right_answer_passes_and_no_name_is_left(capsys):
    @checks.exercise("It", points=1, hidden=1)
    def _(check):
        check.agree(lambda x: x.double(), lambda x: x, (X,), (Y,))

    assert _ is None
    assert capsys.readouterr().out.startswith(
        "✓ It: solved, but for 1 hidden part\n  Right on all 2 visible calls."
    )
