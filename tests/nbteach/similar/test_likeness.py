"""Likenesses against Python's own sets, pair by pair."""

from itertools import combinations

import numpy as np
import pytest

from nbteach.similar import likeness
from nbteach.similar.likeness import ALIKE, COMMON, compare


@pytest.fixture
def answers(rng) -> list[set[int]]:
    """Forty answers, each after one of ten, and some of them empty."""
    forms = [{*rng.integers(0, 2**63, 30).tolist()} for _ in range(10)]
    made = []
    for _ in range(40):
        form = sorted(forms[rng.integers(10)])
        kept = rng.choice(form, rng.integers(24, 31), replace=False).tolist()
        made.append({*kept, *rng.integers(0, 2**63, rng.integers(3)).tolist()})
    for empty in (3, 39):
        made[empty] = set()
    return made


def expected(answers: list[set[int]], num_own: int) -> dict[tuple[int, int], int]:
    """The likeness of each pair that is compared."""
    return {
        (i, j): 200 * len(answers[i] & answers[j]) // (len(answers[i]) + len(answers[j]))
        for i, j in combinations(range(len(answers)), 2)
        if i < num_own and answers[i] and answers[j]
    }


@pytest.mark.parametrize("num_own", [40, 25, 1, 0])
@pytest.mark.parametrize("rows", [1000, 7])
def test_each_pair_is_compared_as_sets_are(answers, num_own, rows, monkeypatch):
    monkeypatch.setattr(likeness, "_ROWS", rows)
    found, pairs = compare(answers, num_own), expected(answers, num_own)
    assert found.num_pairs == len(pairs)
    assert found.spread.tolist() == np.bincount([*pairs.values()], minlength=101).tolist()
    rank = {
        pair: sum(other >= percent for other in pairs.values()) for pair, percent in pairs.items()
    }
    listed = {
        pair: (percent, rank[pair])
        for pair, percent in pairs.items()
        if percent >= ALIKE and rank[pair] <= COMMON * len(pairs)
    }
    columns = (found.first, found.second, found.percent, found.rank)
    assert {
        (i, j): (p, r) for i, j, p, r in zip(*map(np.ndarray.tolist, columns), strict=True)
    } == listed
    assert bool(listed) == (num_own > 0)
    assert found.answered.tolist() == [bool(answer) for answer in answers]


def test_the_weight_is_the_power_of_ten_of_how_rare():
    same = {1, 2, 3}
    found = compare([same, same, *({n} for n in range(10, 24))], 16)
    assert found.num_pairs == 120
    assert (found.first, found.second, found.percent, found.rank) == (0, 1, 100, 1)
    assert found.weight == pytest.approx(np.log10(120))


def test_where_identical_answers_are_natural_none_is_listed():
    found = compare([{1, 2}] * 8 + [{3, 4}] * 2, 10)
    assert found.spread[100] == 28 + 1
    assert len(found.first) == 0


def test_nobody_is_compared_with_what_they_wrote_before():
    answers, people = (
        [{1}, {2}, {3}, {4}, {1}, {1}],
        ["ada", "emmy", "kurt", "alan", "ada", "grace"],
    )
    found = compare(answers, 4, people)
    assert [*zip(found.first, found.second, strict=True)] == [(0, 5)]
    assert found.num_pairs == 6 + 8 - 1


@pytest.mark.parametrize("answers", [[], [{1}], [set(), set()]])
def test_a_class_without_pairs_has_no_likenesses(answers):
    found = compare(answers, len(answers))
    assert found.num_pairs == len(found.first) == len(found.weight) == 0
