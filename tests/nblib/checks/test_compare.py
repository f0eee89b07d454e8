"""Comparison of nested values: what agrees, and what is said where it does not."""

import numpy as np
import pytest
import torch

from nblib.checks.compare import describe, mismatch


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (0.1 + 0.2, 0.3),
        (np.float32(1.5), 1.5),
        (torch.tensor([1.0, 2.0]), [1, 2]),
        (torch.ones(2, 2), [[1, 1], (1, 1)]),
        ([torch.tensor(1.0), 2.0], np.array([1.0, 2.0])),
        (torch.tensor([3.0]), 3.0),  # one number in any shape
        ((torch.ones(3), [1.0]), [np.ones(3), torch.tensor([1.0])]),
        ({"v": torch.ones(2)}, {"v": [1.0, 1.0]}),
        (float("nan"), torch.tensor(float("nan"))),
        (torch.ones(2, dtype=torch.bfloat16), [1.0, 1.0]),
        ("W1", "W1"),
        (None, None),
    ],
)
def test_values_that_agree(actual, expected):
    assert mismatch(actual, expected) is None


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (0.3001, 0.3),
        (torch.ones(2, 1), torch.ones(1, 2)),
        (torch.ones(2), torch.ones(3)),
        ([1.0, 2.0], [1.0]),
        (None, 1.0),
        ("1", 1),
        ({"v": 1.0}, {"w": 1.0}),
        ([torch.ones(2), torch.ones(3)], [torch.ones(2), torch.zeros(3)]),
        (float("inf"), 1.0),
        (["W1"], ["W1", "b2"]),
        ((torch.tensor(1.0), torch.tensor(2.0)), (torch.tensor(1.0), torch.ones(3))),
    ],
)
def test_values_that_differ(actual, expected):
    assert mismatch(actual, expected) is not None


def test_tolerance_follows_the_coarser_precision():
    exact = torch.tensor([1.0], dtype=torch.float64)
    assert mismatch(exact + 1e-5, exact) is not None
    assert mismatch((exact + 1e-5).float(), exact) is None


def test_own_tolerance_is_numpys(rng):
    a = torch.tensor(rng.normal(size=(5, 4)))
    b = a * (1 + 1e-3 * torch.tensor(rng.normal(size=(5, 4))))
    for rtol in (1e-4, 1e-3, 1e-2):
        assert (mismatch(b, a, rtol=rtol, atol=0) is None) == np.allclose(b, a, rtol=rtol, atol=0)


def test_the_worst_entry_is_named_and_mapped():
    expected = torch.arange(6.0).reshape(2, 3) + 1
    actual = expected.clone()
    actual[1, 2] = 12
    difference = mismatch(actual, expected)
    assert "1 of 6 entries" in difference.detail
    assert "at [1, 2]: expected 6, got 12" in difference.detail
    assert difference.picture == "· · ·\n· · ✗"


def test_the_place_in_a_nested_value_is_named():
    state = {"m": [torch.zeros(2), torch.zeros(2)]}
    assert mismatch(state, {"m": [torch.zeros(2), torch.ones(2)]}).path == "['m'][1]"


def test_shapes_are_told():
    assert mismatch(torch.ones(3, 2), torch.ones(2, 3)).detail == (
        "shape (2, 3) is wanted, shape (3, 2) came"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (3, "3"),
        (torch.tensor([1.0, 2.5]), "[1. , 2.5] (float32)"),
        (torch.zeros(100, 3), "shape (100, 3), float32, 0 to 0"),
        (torch.full((20,), float("nan")), "shape (20,), float32, no finite entry"),
        ([torch.tensor(1.0), "a"], "[1, 'a']"),
        ([0.5, 1.0], "[0.5, 1. ]"),
        ({"m": [torch.ones(2)], "t": 3}, "{'m': [[1., 1.] (float32)], 't': 3}"),
        (len, "len"),
        ("x" * 500, "'" + "x" * 196 + "..."),
    ],
)
def test_describe(value, text):
    assert describe(value) == text


def test_half_precision_buys_no_tolerance():
    expected = torch.tensor([2e-4, 9e-4])
    assert mismatch(torch.zeros(2).half(), expected)
    assert not mismatch(expected.half(), expected.half().double())
