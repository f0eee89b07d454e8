"""Who shares several answers comes before who shares one, and chance is what dealing anew makes."""

import numpy as np
import pytest

from nbteach.similar.likeness import Likenesses, compare
from nbteach.similar.ranking import ranking

SIZE = 30


def lesson(
    rng: np.random.Generator, num_exercises: int, num_forms: int = 12
) -> list[list[set[int]]]:
    """Answers of a class: each exercise has some forms, and everybody takes one."""
    forms = [{10 * form + part for part in range(10)} for form in range(num_forms)]
    return [[forms[rng.integers(num_forms)] for _ in range(SIZE)] for _ in range(num_exercises)]


def compared(answers: list[list[set[int]]], num_own: int = SIZE) -> dict[str, Likenesses]:
    return {f"e{at}": compare(each, num_own) for at, each in enumerate(answers)}


def test_weights_are_summed_over_exercises(rng):
    found = compared(lesson(rng, 3))
    expected: dict[tuple[int, int], float] = {}
    for each in found.values():
        for i, j, weight in zip(each.first, each.second, each.weight, strict=True):
            expected[i, j] = expected.get((i, j), 0) + weight
    made = ranking(found, SIZE, at_most=1000)
    weights = {(pair.first, pair.second): pair.weight for pair in made.pairs}
    assert weights == pytest.approx(expected, abs=1e-5)
    assert [*weights.values()] == sorted(weights.values(), reverse=True)
    best = made.pairs[0]
    assert all(
        found[name].spread[percent:].sum() == rank
        for name, (percent, rank) in best.exercises.items()
    )


def test_who_shares_every_answer_is_beyond_chance(rng):
    answers = lesson(rng, 12)
    for each in answers:
        each[7] = each[4]
    made = ranking(compared(answers), SIZE, at_most=5)
    assert (made.pairs[0].first, made.pairs[0].second) == (4, 7)
    assert len(made.pairs[0].exercises) == 12
    assert made.num_beyond == 1
    assert made.pairs[0].weight > made.chance > made.pairs[1].weight
    assert len(made.pairs) == 5


def test_a_ring_of_six_does_not_hide_itself(rng):
    answers = lesson(rng, 12)
    for each in answers:
        each[:6] = [each[0]] * 6
    made = ranking(compared(answers), SIZE, at_most=40)
    ring = {(i, j) for j in range(6) for i in range(j)}
    assert {(pair.first, pair.second) for pair in made.pairs[: made.num_beyond]} == ring


def test_honest_classes_have_hardly_anybody_beyond_chance(rng):
    beyond = [ranking(compared(lesson(rng, 10)), SIZE, at_most=1).num_beyond for _ in range(20)]
    assert sum(map(bool, beyond)) <= 4  # one in 21 on average


def test_one_exercise_alone_is_never_beyond_chance(rng):
    made = ranking(compared(lesson(rng, 1)), SIZE, at_most=3)
    assert made.num_beyond == 0
    assert len(made.pairs) == 3


def test_earlier_classes_are_dealt_among_themselves(rng):
    answers = lesson(rng, 12)
    for each in answers:
        each[25] = each[3]
        each[29] = each[28]  # both of an earlier class
    made = ranking(compared(answers, 20), 20, at_most=1)
    assert [(pair.first, pair.second) for pair in made.pairs] == [(3, 25)]
    assert made.num_beyond == 1


def test_answers_are_dealt_only_to_those_who_answered(rng):
    answers = lesson(rng, 12)
    for each in answers[6:]:  # half of the class left the second half of the lesson alone
        each[15:] = [set()] * 15
    made = ranking(compared(answers), SIZE, at_most=1)
    assert made.num_beyond == 0


def test_the_same_class_has_the_same_ranking(rng):
    found = compared(lesson(rng, 5))
    assert ranking(found, SIZE, at_most=9) == ranking(found, SIZE, at_most=9)


@pytest.mark.parametrize("found", [{}, compared([[]], 0), compared([[{1}]], 1)])
def test_a_class_without_pairs_has_no_ranking(found):
    assert ranking(found, 1, at_most=9).pairs == ()
