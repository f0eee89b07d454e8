"""The numbers of a report, against NumPy and by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from nbteach.report import item_analysis
from nbteach.report.advice import Advice, advice

MOST = pd.Series({"a": 1.0, "b": 2.0, "c": 3.0})
POINTS = pd.DataFrame(
    [[1, 2, 3], [1, 1, 0], [0, 0, 0], [1, 2, 0]], index=["s1", "s2", "s3", "s4"], columns=[*"abc"]
).astype(float)
TRIED = pd.DataFrame(
    [[1, 1, 1], [1, 1, 1], [1, 0, 0], [1, 1, 0]], index=POINTS.index, columns=[*"abc"]
).astype(bool)


def test_items_are_counted():
    table = item_analysis.item_table(POINTS, TRIED, MOST)
    assert table["solved"].to_dict() == {"a": 3, "b": 2, "c": 1}
    assert table["partly"].to_dict() == {"a": 0, "b": 1, "c": 0}
    assert table["wrong"].to_dict() == {"a": 1, "b": 0, "c": 1}
    assert table["untried"].to_dict() == {"a": 0, "b": 1, "c": 2}
    assert table["pass_rate"].to_dict() == {"a": 0.75, "b": 0.5, "c": 0.25}


def test_discrimination_is_the_correlation_with_the_rest(rng):
    ability = rng.normal(size=(30, 1))
    points = pd.DataFrame((rng.normal(size=(30, 4)) < ability) * [1.0, 2.0, 3.0, 1.0])
    found = item_analysis.discrimination(points)
    for item in points:
        rest = points.drop(columns=item).sum(axis=1)
        assert found[item] == pytest.approx(np.corrcoef(points[item], rest)[0, 1])


def test_discrimination_is_left_out_where_it_means_nothing():
    same = pd.DataFrame({"a": [1.0] * 12, "b": [0.0, 1.0] * 6, "c": [0.0, 0.0, 1.0] * 4})
    found = item_analysis.discrimination(same)
    assert math.isnan(found["a"])
    assert not found[["b", "c"]].isna().any()
    assert item_analysis.discrimination(same.head(9)).isna().all()
    assert item_analysis.discrimination(same[["b"]]).isna().all()  # there is no rest


def test_a_class_of_nobody_has_no_rates():
    table = item_analysis.item_table(POINTS.head(0), TRIED.head(0), MOST)
    assert table["pass_rate"].isna().all()
    assert table[["solved", "partly", "wrong", "untried"]].sum().sum() == 0


def test_a_mistake_counts_once_for_each_student():
    rows = [("s1", "a", "x", True), ("s1", "a", "x", True), ("s2", "a", "x", True)]
    rows += [("s2", "a", "y", True), ("s1", "b", "x", True), ("s3", "a", "z", False)]
    rows += [("s1", "a", "z", False), ("s2", "a", "z", False)]
    counted = item_analysis.mistakes(
        pd.DataFrame(rows, columns=["student", "exercise", "text", "is_named"])
    )
    assert counted.loc[counted["exercise"] == "a", ["text", "hit"]].to_numpy().tolist() == [
        ["x", 2],
        ["y", 1],
        ["z", 3],  # named ones come first
    ]


def test_guesses_are_tallied():
    guesses = pd.Series(["yes", None, "no", "yes", ""], dtype=object)
    assert item_analysis.tally(guesses, ("yes", "no", "perhaps")) == {
        "yes": 2,
        "no": 1,
        "perhaps": 0,
        "": 1,
        None: 1,
    }


def test_strugglers_are_those_who_solved_little_or_stopped_early():
    needy = item_analysis.strugglers(POINTS, TRIED, MOST)
    assert [*needy.index] == ["s3", "s2"]
    assert needy["is_stuck"].to_dict() == {"s3": True, "s2": True}
    assert needy["stopped"].to_dict() == {"s3": True, "s2": False}
    assert needy[["tried", "solved"]].to_numpy().tolist() == [[1, 0], [3, 1]]


def test_who_tried_nothing_stopped_but_is_not_stuck():
    nothing = pd.DataFrame(False, index=TRIED.index, columns=TRIED.columns)
    needy = item_analysis.strugglers(POINTS * 0, nothing, MOST)
    assert needy["stopped"].all()
    assert not needy["is_stuck"].any()


def counts(**failed: tuple[int, int]) -> pd.DataFrame:
    """A table of items: by exercise, how many solved it and how many did not."""
    rows = {name: {"solved": s, "partly": 0, "wrong": w} for name, (s, w) in failed.items()}
    return pd.DataFrame(rows).T


def test_advice_names_the_three_most_failed_exercises_and_what_was_said():
    said = pd.DataFrame(
        [("b", "x", True, 5), ("b", "y", True, 2), ("b", "z", False, 9)],
        columns=["exercise", "text", "is_named", "hit"],
    )
    given = advice(counts(a=(10, 4), b=(5, 9), c=(0, 3), d=(1, 2)), said)
    assert [one.exercise for one in given] == ["b", "a", "c"]
    assert given[0] == Advice("b", tried=14, failed=9, mistakes=(("x", 5), ("y", 2)))


def test_few_failures_are_no_reason_to_teach_again():
    nothing = pd.DataFrame(columns=["exercise", "text", "is_named", "hit"])
    assert advice(counts(a=(40, 4), b=(0, 1), c=(0, 0)), nothing) == []
