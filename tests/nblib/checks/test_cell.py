"""How the body of a test may end, and what is told of each."""

import pytest
import torch
from checked import failing

from nblib import checks


def test_an_unsolved_exercise_is_told_so_gently():
    def unsolved(x):
        raise NotImplementedError

    verdict = failing(lambda check: check.call(unsolved, 1.0))
    assert verdict.headline == "Doubling: not solved yet"


def test_what_torch_cannot_do_is_an_error_and_not_an_answer_that_is_missing():
    def sparse(x):
        return torch.tensor([x]).to_sparse().data_ptr()

    assert "Doubling" in failing(lambda check: check.call(sparse, 1.0)).headline
    assert "not solved yet" not in failing(lambda check: check.call(sparse, 1.0)).headline


def test_an_error_is_told_with_the_call_and_not_as_a_traceback():
    def broken(x):
        return x.no_such_thing

    verdict = failing(lambda check: check.call(broken, 1.0))
    assert verdict.facts["called"] == "broken(x=1)"
    assert verdict.facts["raised"].startswith("AttributeError: 'float' object has no attribute")


def test_an_answer_that_is_not_there_is_no_fault_in_it():
    def body(check):
        check.call(no_such_answer, 1.0)  # noqa: F821

    with pytest.raises(checks.CheckFailed) as failed:
        checks.exercise("Doubling", points=1)(body)
    assert failed.value.verdict.headline == "Doubling: not defined"
    assert failed.value.verdict.diagnosis.startswith("There is no `no_such_answer` yet")
    verdict = failing(lambda check: check.call(lambda x: no_such_number * x, 1.0))  # noqa: F821
    assert verdict.diagnosis.startswith("Your answer uses `no_such_number`")


def test_interrupting_is_no_failure():
    with pytest.raises(KeyboardInterrupt), checks.exercise("Doubling", points=1):
        raise KeyboardInterrupt


def test_what_ipython_shows_is_one_line():
    with pytest.raises(checks.CheckFailed) as caught, checks.hidden("Part") as check:
        check.equal(1, 2)
    assert caught.value._render_traceback_() == ["CheckFailed: Part: not right yet"]
